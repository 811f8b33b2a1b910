/** Principals of AWS outside of the zone of trust who may assume a role. */
import { parseArn, type SourceLocation } from '../../model.ts';
import { given } from '../../text.ts';
import { actionTruth, mayCover } from '../decide/action.ts';
import { noIssuer } from '../decide/default-context.ts';
import { type Environment, environmentOf } from '../decide/environment.ts';
import { maybe, no, type ThreeValued, yes } from '../decide/formula.ts';
import type { Policy, PrincipalEntry, Statement } from '../parse/policy.ts';
import { type AwsIdentity, accountsApart, awsCaller, organizationsApart } from './aws-caller.ts';
import type { Budget } from './budget.ts';
import type { Caller, Grant } from './choose-request.ts';
import { grantOf } from './grant.ts';
import {
  type FoundStranger,
  grantReasonOf,
  requestOf,
  type StrangersContext,
  strangersWorstFirst,
  unreadOwners,
  verdictOf,
} from './stranger.ts';
import { isOwnIn, type Zone } from './zone.ts';

/** The question about a statement. */
interface Asked {
  readonly statement: Statement;
  readonly policy: Policy;
  readonly zone: Zone;
  readonly env: Environment;
  readonly budget: Budget;
}

/** The principals of AWS of one statement that are strangers. */
export const accountsIn = (
  statement: Statement,
  policy: Policy,
  context: StrangersContext,
  budget: Budget,
): readonly FoundStranger[] => {
  if (actionTruth(statement, 'sts:AssumeRole').possible === false) return [];
  const env = environmentOf(requestOf(context, noIssuer), policy);
  const asked: Asked = { statement, policy, zone: context.zone, env, budget };
  const { principal, notPrincipal } = statement;
  if (notPrincipal) return arbitrary(asked, notPrincipal.at);
  if (!principal) return [];
  if (principal.kind === 'everyone') return arbitrary(asked, principal.at);
  const callers = principal.entries.filter(({ type }) => type === 'CanonicalUser' || !ofOthers.has(type));
  const everyone = callers.find(({ type, value }) => type !== 'CanonicalUser' && value.text === '*');
  return [
    ...(everyone ? arbitrary(asked, everyone.value.at) : []),
    ...callers.flatMap(entry => namedCaller(entry, asked)),
  ];
};

/** Types of principals that are no accounts. Whether `aws` is read as `AWS` is not documented. */
const ofOthers = new Set(['Federated', 'Service', 'CanonicalUser']);

/** The names in the tests of a policy, in any case: accounts, organizations, unique ids, networks. */
export const namesInTests = ({ statements }: Policy): ReadonlySet<string> => {
  const texts = statements.flatMap(({ conditions }) =>
    conditions.flatMap(({ values }) => values.map(({ text }) => text)),
  );
  const names = texts.flatMap(text => text.match(/[\w-]+/g) ?? []);
  return new Set(names.flatMap(name => [name, name.toLowerCase(), name.toUpperCase()]));
};

/** A caller of an account that nobody named, else of one that the tests name and that is not trusted. */
const arbitrary = (asked: Asked, at: SourceLocation): readonly FoundStranger[] => {
  const { policy, zone, env, budget } = asked;
  const names = namesInTests(policy);
  const isOwn = isOwnIn(zone, env);
  const isNamed = (value: string): boolean => names.has(value);
  const unnamed = accountsApart(policy, account => isOwn(account) || isNamed(account), env, budget);
  const found: FoundStranger[] = [];
  for (const account of unnamed.slice(0, maxAccounts)) {
    const mayBeOf = (id: string): boolean => !isNamed(id) && zone.organizations?.has(id) !== true;
    found.push(...callerOf(asked, { account, mayBeOf, isNamed }, at, true));
    if (found.some(({ verdict }) => verdict === 'open')) return strangersWorstFirst(found);
  }
  const apart = accountsApart(policy, isOwn, env, budget).slice(0, maxAccounts);
  const passing = passersIn(policy).filter(({ account, arn }) => !isOwn(account) && !zone.principals.has(arn ?? ''));
  for (const identity of [...apart.map(account => ({ account })), ...passing.slice(0, maxAccounts)])
    found.push(
      ...outsideOf(zone, names).flatMap(outside =>
        doubted(callerOf(asked, { ...identity, mayBeOf: outside.mayBeOf, isNamed }, at, false), outside),
      ),
      ...unreadOwner(asked, identity, at),
    );
  const certain = found.find(({ verdict }) => verdict === 'open');
  return strangersWorstFirst(found).map(one => (certain && !one.isUnread ? besideCertain(one, certain) : one));
};

/** The principals that a policy names for what a caller passes on: they have keys that nobody else has (docs/facts.md §F.4). */
const passersIn = ({ statements }: Policy): readonly Pick<AwsIdentity, 'account' | 'arn'>[] =>
  statements
    .filter(one => mayCover(one, 'sts:TagSession') || mayCover(one, 'sts:SetSourceIdentity'))
    .flatMap(({ principal }) => (principal?.kind === 'typed' ? principal.entries : []))
    .flatMap(({ type, value: { text } }) => {
      const parsed = parseArn(text);
      const account = parsed?.accountId ?? text;
      if (ofOthers.has(type) || !/^\d{12}$/.test(account)) return [];
      return [{ account, ...(parsed && parsed.resource !== 'root' ? { arn: text } : {}) }];
    });

/** Of everyone it may be doubtful where it is certain for somebody that the policy names: both are told. */
const besideCertain = (one: FoundStranger, { witness }: FoundStranger): FoundStranger =>
  one.verdict === 'open' ? one : { ...one, witness, because: `${one.because}; ${witness} can for certain` };

/** A caller who has what the policy names: an organization, a network, an id. Nothing that was read tells whose it is. */
const unreadOwner = (
  asked: Asked,
  identity: Pick<AwsIdentity, 'account' | 'arn'>,
  at: SourceLocation,
): readonly FoundStranger[] => {
  const { organizations, accounts } = asked.zone;
  const mayBeOf = (id: string): boolean => organizations?.has(id) !== true && !accounts.has(id);
  return unreadOwners(asked.statement, asked.policy, callerOf(asked, { ...identity, mayBeOf }, at, false));
};

/** The organizations of a caller who is not trusted, and why it is not known that they are not. */
interface Outside {
  readonly mayBeOf: (organization: string) => boolean;
  readonly because?: string;
}

/** Organizations that a caller who is not trusted may be of. Where the own one was not asked for, those that the policy names
 *  are taken as it; where it was asked for and not read, any of them may be another one. */
const outsideOf = ({ organizations, organizationUnread }: Zone, names: ReadonlySet<string>): readonly Outside[] => {
  if (organizationUnread === undefined)
    return [{ mayBeOf: id => (organizations ? !organizations.has(id) : !names.has(id)) }];
  const isTrusted = (id: string): boolean => organizations?.has(id) === true;
  return [
    { mayBeOf: id => !isTrusted(id) && !names.has(id) },
    {
      mayBeOf: id => !isTrusted(id),
      because: `whether the organization that it names is the one of the audited accounts is not known (${organizationUnread})`,
    },
  ];
};

const doubted = (found: readonly FoundStranger[], { because }: Outside): readonly FoundStranger[] =>
  because === undefined ? found : found.map(one => ({ ...one, verdict: 'may-be', because }));

/** The worst that a caller may do, whichever organization the role’s account has: who is of that one is no stranger. */
const callerOf = (
  asked: Asked,
  identity: AwsIdentity,
  at: SourceLocation,
  isAnyone: boolean,
): readonly FoundStranger[] =>
  strangersWorstFirst(
    ownOrganizations(asked).flatMap(own => {
      const mayBeOf = (id: string): boolean => id !== own && identity.mayBeOf(id);
      return callerBeside(asked, { ...identity, mayBeOf, ...given({ roleOrganization: own }) }, at, isAnyone);
    }),
  );

/** The organizations that the role’s account may have: the own one where it was read; else one for each combination of what the
 *  tests on organizations tell apart, none at all (null), and, where those are too many to walk, any (undefined). */
export const ownOrganizations = ({
  policy,
  zone,
  budget,
}: Pick<Asked, 'policy' | 'zone' | 'budget'>): readonly (string | null | undefined)[] => {
  if (zone.ownOrganization !== undefined) return [zone.ownOrganization];
  const { values, isComplete } = organizationsApart(policy, budget);
  return [null, ...values, ...(isComplete ? [] : [undefined])];
};

const callerBeside = (
  { statement, policy, env, zone, budget }: Asked,
  identity: AwsIdentity,
  at: SourceLocation,
  isAnyone: boolean,
): readonly FoundStranger[] => {
  const grant = grantOf(statement, policy, callerOfIdentity(identity), env, budget);
  const verdict = verdictOf(grant);
  if (verdict === 'closed' || isTrustedArn(grant, zone)) return [];
  const witness = isAnyone ? anyWitness(identity.account, grant) : witnessOf(identity.account, grant);
  const because = verdict === 'open' ? {} : { because: grantReasonOf(grant) };
  return [{ kind: 'account', principal: '*', at, verdict, isAnyone, witness, ...because }];
};

/** A caller with an identity: a principal stands for it by account, ARN or wildcard. */
export const callerOfIdentity = (identity: AwsIdentity): Caller =>
  awsCaller(identity, entry => isPrincipal(entry, identity));

/** Keys by which a policy picks some callers of an account: tags, names, how they signed in. */
const picking =
  /^(?:aws:(?:principaltag\/.*|username|multifactorauth.*|sourceidentity)|sts:(?:externalid|sourceidentity))$/;

/** Whether a principal of an account that nothing tells from the others there may assume a role by a statement: it has no name
 *  that the policy writes, no tag, and no organization that it names. */
export const mayAnyOfAccount = (
  account: string,
  statement: Statement,
  policy: Policy,
  context: Pick<StrangersContext, 'roleArn' | 'roleTags' | 'now'>,
  budget: Budget,
): boolean => {
  const env = environmentOf(requestOf(context, noIssuer), policy);
  const names = namesInTests(policy);
  const arn = `arn:${env.provider.split(':')[1] ?? 'aws'}:iam::${account}:role/unnamed-role`;
  const identity = { account, arn, mayBeOf: () => false, isNamed: (value: string) => names.has(value) };
  const caller = callerOfIdentity(identity);
  const absent = {
    kind: 'facts',
    facts: [{ present: 'no', because: 'an arbitrary principal has no such key' }],
  } as const;
  const plain: Caller = { ...caller, choice: (name, of) => (picking.test(name) ? absent : caller.choice(name, of)) };
  return grantOf(statement, policy, plain, env, budget).truth.possible !== false;
};

/** The grant of a statement to one role: it may be of any organization that the policy names. */
export const grantOfRole = (
  arn: string,
  statement: Statement,
  policy: Policy,
  context: Pick<StrangersContext, 'roleArn' | 'roleTags' | 'now'>,
  budget: Budget,
): Grant => {
  const identity = { account: parseArn(arn)?.accountId ?? '', arn, mayBeOf: () => true, isNamed: () => false };
  const env = environmentOf(requestOf(context, noIssuer), policy);
  return grantOf(statement, policy, callerOfIdentity(identity), env, budget);
};

/** Accounts that are tried at most: a policy names a few. */
const maxAccounts = 40;

const isTrustedArn = ({ sends }: Grant, { principals }: Zone): boolean =>
  principals.has(sends?.get('aws:principalarn')?.value ?? '');

const witnessOf = (account: string, { sends }: Grant): string => {
  const arn = sends?.get('aws:principalarn')?.value;
  return arn === undefined ? `account ${account}` : arn;
};

/** An account that stands for all is no account of anybody: its number is never told. */
const anyWitness = (account: string, { sends }: Grant): string => {
  const arn = sends?.get('aws:principalarn')?.value;
  return arn === undefined ? 'any AWS account' : `any AWS account (${arn.replaceAll(account, '<account>')})`;
};

/** Whether an entry of a principal element stands for a caller of an account. */
const isPrincipal = ({ type, value: { text } }: PrincipalEntry, { account, arn }: AwsIdentity): ThreeValued => {
  if (type !== 'AWS') return ofOthers.has(type) ? no : maybe;
  if (text === '*' || text === account || text === arn) return yes;
  const parsed = parseArn(text);
  if (parsed?.accountId === account && parsed.resource === 'root') return yes;
  return /[*?]/.test(text) ? maybe : no;
};

/** A principal of another account that the statement names. */
const namedCaller = ({ type, value: { text, at } }: PrincipalEntry, asked: Asked): readonly FoundStranger[] => {
  const { env, zone, policy } = asked;
  if (type === 'CanonicalUser')
    return [named(text, text, at, `whether a role can trust the canonical user ${text} is not documented`)];
  const parsed = parseArn(text);
  const account = parsed?.accountId ?? text;
  const isOwn = isOwnIn(zone, env)(account) || zone.principals.has(text);
  if (text === '*' || isOwn) return [];
  if (/[*?]/.test(text))
    return [named(text, account, at, `a wildcard in a part of the principal ${text} is not supported`)];
  if (!/^\d{12}$/.test(account)) return [];
  const names = namesInTests(policy);
  const identity: Omit<AwsIdentity, 'mayBeOf'> = {
    account,
    ...(parsed && parsed.resource !== 'root' ? { arn: text } : {}),
    isNamed: value => !/^A(?:RO|ID)A/.test(value) && names.has(value),
  };
  const { isNamed: _, ...plain } = identity;
  const [worst] = strangersWorstFirst([
    ...outsideOf(zone, names).flatMap(outside =>
      doubted(callerOf(asked, { ...identity, mayBeOf: outside.mayBeOf }, at, false), outside),
    ),
    ...unreadOwner(asked, plain, at),
  ]);
  return worst ? [{ ...worst, principal: text, witness: identity.arn ?? `account ${account}` }] : [];
};

const named = (text: string, account: string, at: SourceLocation, because: string): FoundStranger => ({
  ...{ kind: 'account', principal: text, at, verdict: 'may-be' },
  isAnyone: /[*?]/.test(text) && !/^\d{12}$/.test(account),
  ...{ witness: text, because },
});
