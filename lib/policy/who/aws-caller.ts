/**
 * Callers that AWS signs in: what a principal of an account brings about in a request (IAM User Guide, global condition
 * context keys). They choose names, tags and sessions of their own account; they have an organization, or none.
 */
import { given } from '../../text.ts';
import type { Environment } from '../decide/environment.ts';
import { type ThreeValued, yes } from '../decide/formula.ts';
import { type Glob, literalGlob, starGlob, wildcardGlob } from '../decide/glob.ts';
import type { KeyFact } from '../decide/key-fact.ts';
import { keyFact } from '../decide/request-keys.ts';
import { run, type TextGrammar } from '../decide/text-grammar.ts';
import type { ConditionTest, Policy, PrincipalEntry } from '../parse/policy.ts';
import type { Budget } from './budget.ts';
import type { Caller } from './choose-request.ts';
import { type KeyChoice, valuesApart } from './key-choice.ts';
import { anyOf, isNeverPassed, ofRequest, requestChoice } from './request-choices.ts';
import type { TextClasses } from './text-classes.ts';

/** Who calls. */
export interface AwsIdentity {
  /** Its account, by id. */
  readonly account: string;
  /** Its ARN; absent for any principal of the account. */
  readonly arn?: string;
  /** True for an id of an organization, or of its management account, that it may be of. */
  readonly mayBeOf: (organization: string) => boolean;
  /** True for what a policy names of somebody else: ids of roles, users and management accounts, networks. Absent: it may have each of them. */
  readonly isNamed?: (value: string) => boolean;
  /** The organization of the role’s account; null where it has none. Absent: whichever the policy names. */
  readonly roleOrganization?: string | null;
}

const digits12: TextGrammar = [run(/\d/, 12, 12)];
export const organizationId: TextGrammar = ['o-', run(/[a-z0-9]/, 10, 32)];
const idAtRoot = run(/[a-z0-9]/, 4, 32);
export const organizationPath: TextGrammar = [...organizationId, '/r-', idAtRoot, '/', run(/[a-z0-9/-]/, 0)];
const name = run(/[\w+=,.@-]/, 1);
/** A path is any ASCII from ! to DEL between slashes (IAM API, CreateRole, Path): a stranger may write colons and accounts into it. */
const path: TextGrammar = [run(/[!-\x7f]/, 0), '/'];
const session = run(/[\w+=,.@-]/, 1, 64);
/** An id has 16 to 128 characters (IAM API Reference, Role, RoleId). */
const uniqueIds: readonly TextGrammar[] = [
  ['AROA', run(/\w/, 12, 124), ':', session],
  ['AIDA', run(/\w/, 12, 124)],
];

const present = (value: string): KeyFact => ({ present: 'yes', value, because: 'the caller has it' });
const absent: KeyFact = { present: 'no', because: 'the caller’s request has no such key' };
const fixed = (...facts: readonly KeyFact[]): KeyChoice => ({ kind: 'facts', facts });
const unknown: KeyFact = {
  present: 'unknown',
  doubt: 'undocumented',
  because: 'what a caller can choose is not documented',
};

/** IAM User Guide, "Forward access sessions": a service calls on with the identity of its caller. */
const forwarded: KeyFact = {
  present: 'unknown',
  doubt: 'undocumented',
  because: 'whether a service of AWS assumes roles with the identity of whoever calls it is not documented',
};

/** Keys of the instance whose role calls, as the keys of the network that it is in: that is the caller's. */
const ofInstance: ReadonlyMap<string, string> = new Map([
  ['aws:ec2instancesourcevpc', 'aws:sourcevpc'],
  ['aws:ec2instancesourceprivateipv4', 'aws:vpcsourceip'],
]);

/** Letters of every script; a value may be empty too (IAM API Reference, Tag). */
const tagText: TextGrammar = [run(/[\p{L}\p{Z}\p{N}_.:/=+@-]/u, 1, 256)];
const anyTag = anyOf(tagText);
const tagValue: KeyChoice = { kind: 'text', grammars: [tagText, ['']], optional: true };

/** Keys that callers choose, or that say what they choose in their own account. */
const own: ReadonlyMap<string, KeyChoice> = new Map([
  ['sts:externalid', anyOf([run(/[\w+=,.@:/-]/, 1)])],
  ['sts:sourceidentity', anyOf([session])],
  ['aws:sourceidentity', anyOf([session])],
  ['sts:transitivetagkeys', anyTag],
  ['aws:tagkeys', anyTag],
  ['aws:username', anyOf([run(/[\w+=,.@-]/, 1, 64)])],
  ['aws:principaltype', anyTag],
  ['aws:multifactorauthpresent', fixed(present('true'), present('false'), absent)],
  ['aws:multifactorauthage', anyOf([run(/\d/, 1)])],
  ['aws:federatedprovider', anyTag],
  ['aws:principalisawsservice', fixed(present('false'))],
  ['aws:assumedroot', fixed(absent)],
  ['aws:viaawsservice', fixed(present('false'), { ...forwarded, value: 'true' })],
  ['aws:calledvia', fixed(absent, forwarded)],
  ['aws:calledviafirst', fixed(absent, forwarded)],
  ['aws:calledvialast', fixed(absent, forwarded)],
]);

/** Keys of calls that a service makes for a resource: a caller's own call has none (IAM User Guide, global condition context
 *  keys). */
const ofServices = /^aws:(?:source(?:account|arn|orgid|orgpaths)|principalservicename(?:slist)?)$/;

/** Keys of logins that are condition keys of sts:AssumeRole too: a session of such a login of their own assumes the role (IAM User
 *  Guide, IAM and AWS STS condition context keys). */
const ofFederatedSessions =
  /^(?:saml:(?:namequalifier|sub|sub_type)$|(?:accounts\.google\.com|cognito-identity\.amazonaws\.com|graph\.facebook\.com|www\.amazon\.com):)/;

const ofFederation: KeyFact = {
  present: 'unknown',
  doubt: 'undocumented',
  because: 'which claims of a login a session carries on to sts:AssumeRole is not documented',
};

/** A caller of an account. */
export const awsCaller = (
  identity: AwsIdentity,
  principal: (entry: PrincipalEntry, env: Environment) => ThreeValued,
): Caller => ({
  action: 'sts:AssumeRole',
  principal,
  everyone: yes,
  choice: (key, env) => choiceOf(key, identity, env),
});

const choiceOf = (key: string, identity: AwsIdentity, env: Environment): KeyChoice => {
  const { isNamed, roleOrganization } = identity;
  if (key === 'aws:resourceorgid' && roleOrganization !== undefined)
    return fixed(roleOrganization === null ? absent : present(roleOrganization));
  if (isNeverPassed(key, env)) return fixed(absent);
  const request = requestChoice(
    ofInstance.get(key) ?? key,
    env,
    isNamed ? { unnamed: value => !isNamed(value) } : 'own',
  );
  const chosen = request ?? own.get(key) ?? ofIdentity(key, identity, env);
  if (chosen) return chosen;
  if (key.startsWith('aws:principaltag/') || key.startsWith('aws:requesttag/')) return tagValue;
  if (ofServices.test(key)) return fixed(absent);
  if (ofRequest.test(key)) return fixed(keyFact(key, { ...env, keyPrefix: ' ' }));
  if (ofFederatedSessions.test(key)) return fixed(absent, ofFederation);
  // Keys of other identity providers' tokens are in no signed request.
  if (key.startsWith('saml:') || /[./]/.test(key.split(':')[0] ?? '')) return fixed(absent);
  return fixed(unknown);
};

const ofIdentity = (key: string, identity: AwsIdentity, env: Environment): KeyChoice | undefined => {
  const { account, arn, mayBeOf, isNamed = () => false } = identity;
  switch (key) {
    case 'aws:principalaccount':
      return fixed(present(account));
    case 'aws:principalarn':
      return arn === undefined
        ? { kind: 'text', grammars: arnsOf(account, env), optional: false }
        : fixed(present(arn));
    case 'aws:principalorgid':
      return {
        kind: 'text',
        grammars: [organizationId],
        optional: true,
        taken: id => (mayBeOf(id) ? undefined : literalGlob(id)),
      };
    // The management account tells an organization as its id does: a stranger's organization has another one.
    case 'aws:principalorgmasteraccountid':
      return {
        kind: 'text',
        grammars: [digits12],
        optional: true,
        taken: id => (isNamed(id) || !mayBeOf(id) ? literalGlob(id) : undefined),
      };
    case 'aws:principalorgpaths':
      return {
        kind: 'text',
        grammars: [organizationPath],
        optional: true,
        taken: path => under(path, '/', id => !mayBeOf(id)),
      };
    case 'aws:userid':
      return {
        kind: 'text',
        grammars: [...uniqueIds, [account]],
        optional: false,
        taken: id => under(id, ':', isNamed),
      };
    case 'aws:tokenissuetime':
      return fixed({ present: 'yes', because: 'when the session began', ...given({ instant: env.now }) }, absent);
    default:
      return undefined;
  }
};

/** The region of a value by its first part: that part alone, and whatever follows its separator. */
export const under = (value: string, separator: string, isTaken: (first: string) => boolean): Glob | undefined => {
  const [first = '', ...rest] = value.split(separator);
  if (!isTaken(first)) return undefined;
  return rest.length === 0 ? literalGlob(first) : starGlob(`${first}${separator}*`);
};

/** ARNs of principals of an account, in the partition of the role. */
const arnsOf = (account: string, { provider }: Environment): readonly TextGrammar[] => {
  const partition = provider.split(':')[1] ?? 'aws';
  const iam = `arn:${partition}:iam::${account}:`;
  return [
    ...['role', 'user'].flatMap(kind => [
      [`${iam}${kind}/`, name],
      [`${iam}${kind}/`, ...path, name],
    ]),
    [`${iam}root`],
    [`arn:${partition}:sts::${account}:federated-user/`, name],
  ];
};

/** ARNs of resources of an account, in the partition of the role. */
export const resourceArns = (account: TextGrammar, { provider }: Environment): readonly TextGrammar[] => {
  const part = run(/[a-z0-9-]/, 1);
  const head: TextGrammar = [`arn:${provider.split(':')[1] ?? 'aws'}:`, part, ':'];
  const rest: TextGrammar = [':', run(/[ -~]/, 1)];
  return [
    [...head, part, ':', ...account, ...rest],
    [...head, ':', ...account, ...rest],
  ];
};

/** Accounts that the tests of a policy tell apart, none of those that `isExcluded` names: one for each combination. Of callers, or of
 *  the resources that services call for (`source`). */
export const accountsApart = (
  policy: Pick<Policy, 'statements'>,
  isExcluded: (account: string) => boolean,
  env: Environment,
  budget: Budget,
  of: 'principal' | 'source' = 'principal',
): readonly string[] => {
  const tests = policy.statements.flatMap(({ conditions }) => conditions);
  const [ofAccount, ofArn] = [`aws:${of}account`, `aws:${of}arn`];
  if (!tests.some(({ key }) => [ofAccount, ofArn].includes(key.text.toLowerCase()))) return [spare(isExcluded)];
  const texts = (parts: (text: string) => readonly string[], key = ofArn) => globsOn(tests, key, parts);
  const isOther = (account: string): Glob | undefined => (isExcluded(account) ? literalGlob(account) : undefined);
  const whole = (text: string): readonly string[] => [text];
  const byAccount = valuesApart([digits12], texts(whole, ofAccount), isOther, budget);
  const byArn = valuesApart([digits12], texts(accountParts), isOther, budget);
  const accountsByArn = (): readonly string[] => {
    const isOthers = (arn: string): Glob | undefined => {
      const [account = '', rest = ''] = [arn.split(':')[4], arn.split(':').slice(0, 5).join(':')];
      return isExcluded(account) ? starGlob(`${rest}:*`) : undefined;
    };
    const { values } = valuesApart(arnsOf('', env).map(withAccount), texts(whole), isOthers, budget);
    return values.map(arn => arn.split(':')[4] ?? '');
  };
  const ofDefaults = tests.flatMap(({ values }) =>
    values.flatMap(({ text }) => text.match(/(?<=\$\{.*)\d{12}/g) ?? []),
  );
  const byPart = of === 'source' ? digitsIn(tests, ofArn) : accountsByArn();
  const found = [...byAccount.values, ...byArn.values, ...byPart, ...ofDefaults];
  const others = [...new Set(found)].filter(account => /^\d{12}$/.test(account) && !isExcluded(account));
  return others.length > 0 ? others : [spare(isExcluded)];
};

/** Accounts with the digits of the values of a key: its patterns may write an account in any part. */
const digitsIn = (tests: readonly ConditionTest[], key: string): readonly string[] =>
  tests
    .filter(test => test.key.text.toLowerCase() === key)
    .flatMap(({ values }) => values.flatMap(({ text }) => text.match(/\d{1,12}/g) ?? []))
    .flatMap(digits => [digits.padEnd(12, '0'), digits.padStart(12, '0')]);

/** Organizations that the tests of a policy tell apart, one for each combination; none where no test is about the organization of
 *  the role’s account. */
export const organizationsApart = (policy: Pick<Policy, 'statements'>, budget: Budget): TextClasses => {
  const tests = policy.statements.flatMap(({ conditions }) => conditions);
  const isOfRole = ({ key, values }: ConditionTest): boolean =>
    [key, ...values].some(({ text }) => /aws:resourceorg/i.test(text));
  if (!tests.some(isOfRole)) return { values: [], isComplete: true };
  const texts = ['aws:resourceorgid', 'aws:principalorgid', 'aws:sourceorgid'].flatMap(key =>
    globsOn(tests, key, text => [...new Set([text, text.toLowerCase()])]),
  );
  return valuesApart([organizationId], texts, undefined, budget);
};

/** The grammar of an ARN without account, with one. */
const withAccount = ([head = '', ...rest]: TextGrammar): TextGrammar => {
  const [before = '', after = ''] = typeof head === 'string' ? head.split('::') : [];
  return [`${before}::`, run(/\d/, 12, 12), after, ...rest];
};

const globsOn = (
  tests: readonly ConditionTest[],
  key: string,
  parts: (text: string) => readonly string[],
): readonly Glob[] =>
  tests
    .filter(test => test.key.text.toLowerCase() === key)
    .flatMap(({ values }) =>
      values.flatMap(({ text }) => parts(text.replaceAll(/\$\{[^}]*\}/g, '*')).map(wildcardGlob)),
    );

const accountParts = (text: string): readonly string[] => {
  const parts = text.split(':');
  return parts.length >= 6 && parts[4] !== undefined ? [parts[4]] : [];
};

/** An account that is excluded by no list. */
const spare = (isExcluded: (account: string) => boolean): string => {
  for (let at = 0; ; at += 1) {
    const account = String(735_190_846_260 + at);
    if (!isExcluded(account)) return account;
  }
};
