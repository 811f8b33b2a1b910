/** Logins of identity providers outside of the zone of trust who may assume a role. */
import { cleanIssuer, parseArn, providerHostPath } from '../../model.ts';
import { actionTruth, mayCover, webIdentityAction } from '../decide/action.ts';
import { noIssuer } from '../decide/default-context.ts';
import { environmentOf } from '../decide/environment.ts';
import { wildcardsIn } from '../decide/web-identity.ts';
import type { ConditionTest, Policy, Statement } from '../parse/policy.ts';
import { namesInTests } from './account-strangers.ts';
import type { Budget } from './budget.ts';
import type { Grant } from './choose-request.ts';
import { splitKey } from './condition-keys.ts';
import { grantOf } from './grant.ts';
import {
  cognito,
  keyFormsOf,
  type Login,
  loginCaller,
  loginIssuerOf,
  ownersNamed,
  slashUnknown,
} from './login-caller.ts';
import { loginsByWildcard, samlCaller } from './other-callers.ts';
import type { LoginIssuer } from './public-issuers.ts';
import type { Network } from './request-choices.ts';
import {
  type FoundStranger,
  grantReasonOf,
  requestOf,
  type StrangersContext,
  strangersWorstFirst,
  testsBeside,
  unreadOwners,
  verdictOf,
} from './stranger.ts';
import type { Zone } from './zone.ts';

/** Principals that are identity providers by their host alone. */
const byHost = new Set([cognito, 'accounts.google.com', 'www.amazon.com', 'graph.facebook.com']);

/** The issuer of a Federated principal that is no cluster's, without scheme; undefined for any other. */
export const loginHostOf = (
  principal: string,
  context: Pick<StrangersContext, 'roleArn' | 'isCluster'>,
): string | undefined => {
  if (byHost.has(principal)) return principal;
  const path = providerHostPath(principal);
  const host = path === undefined ? undefined : cleanIssuer(path);
  if (host === undefined || context.isCluster(host)) return undefined;
  return parseArn(principal)?.accountId === parseArn(context.roleArn)?.accountId ? host : undefined;
};

/** The audiences that a provider takes; undefined where they were not read, or are no provider's. */
export const audiencesAt = (
  principal: string,
  { audiencesOf }: Pick<StrangersContext, 'audiencesOf'>,
): readonly string[] | 'absent' | undefined => (byHost.has(principal) ? undefined : audiencesOf(principal));

/** The identity providers of one statement at which strangers sign in. */
export const loginsIn = (
  statement: Statement,
  policy: Policy,
  context: StrangersContext,
  budget: Budget,
): readonly FoundStranger[] => {
  const { principal } = statement;
  if (principal?.kind !== 'typed') return [];
  const mayByToken = actionTruth(statement, webIdentityAction).possible !== false;
  return principal.entries
    .filter(({ type }) => type === 'Federated')
    .flatMap(({ value: { text, at } }) => {
      if (text.includes(':saml-provider/'))
        return isOutside(text, context) ? samlAt({ principal: text, at }, statement, policy, context, budget) : [];
      const host = mayByToken ? loginHostOf(text, context) : undefined;
      if (host === undefined) return [];
      const audiences = audiencesAt(text, context);
      const asked = { host, principal: text, at };
      const look = (taken: readonly string[] | undefined): readonly FoundStranger[] =>
        strangersWorstFirst(loginsAt({ ...asked, audiences: taken }, statement, policy, context, budget));
      const now = audiences === 'absent' ? [] : look(audiences);
      // Creating the provider, or adding the audience, opens it.
      return now.length > 0 || audiences === undefined
        ? now
        : look(undefined).map(one => ({ ...one, isDormant: true }));
    });
};

/** Why it is not known whether a wildcard stands for logins. */
export const loginsUnknown = (principal: string): string =>
  `whether ${principal} stands for logins of identity providers is not documented`;

/** The logins for which a wildcard of a statement may stand. */
export const loginsOfEveryone = (
  statement: Statement,
  policy: Policy,
  context: StrangersContext,
  budget: Budget,
): readonly FoundStranger[] => {
  const { principal } = statement;
  const [wildcard] = wildcardsIn(principal);
  if (!wildcard) return [];
  const { at } = wildcard;
  const env = environmentOf(requestOf(context, noIssuer), policy);
  const names = namesInTests(policy);
  const tests = testsBeside(statement, policy);
  const hosts = [...new Set(tests.map(({ key }) => splitKey(key.text).issuer.toLowerCase()))].filter(host =>
    loginIssuerOf(host),
  );
  // Tokens of clusters are of pods, those of known issuers are looked at with their claims, and SAML has none.
  const isOfPods = ({ key, values }: ConditionTest): boolean =>
    context.isCluster(splitKey(key.text).issuer) ||
    values.every(({ text }) => text.startsWith('system:serviceaccount:'));
  const ofOthers = new Set(tests.filter(isOfPods).map(({ key }) => key.text.toLowerCase()));
  const isOwn = (key: string): boolean =>
    !(ofOthers.has(key) || key.startsWith('saml:') || hosts.includes(splitKey(key).issuer));
  const mayPass = (where: Network): boolean =>
    loginsByWildcard(isOwn, where).some(
      caller =>
        mayCover(statement, caller.action) && verdictOf(grantOf(statement, policy, caller, env, budget)) !== 'closed',
    );
  const found: FoundStranger = {
    ...{ kind: 'login', principal: '*', at, verdict: 'may-be', isAnyone: true },
    witness: 'whoever signs in at an identity provider',
    because: loginsUnknown(wildcard.text),
  };
  // Beside a provider that the statement names, its actions of logins are for that one.
  const isForOthers = (principal?.kind === 'typed' ? principal.entries : []).some(
    ({ type, value: { text } }) => type === 'Federated' && text !== '*',
  );
  if (mayPass({ unnamed: value => !names.has(value) })) return [isForOthers ? { ...found, isUnread: true } : found];
  if (mayPass('own')) return unreadOwners(statement, policy, [found]);
  const known = mayCover(statement) ? hosts : [];
  return known
    .flatMap(host =>
      loginsByKeys({ host, keys: host, principal: '*', at, audiences: undefined }, statement, policy, context, budget),
    )
    .slice(0, 1)
    .map(one => ({ ...one, verdict: 'may-be', because: loginsUnknown(wildcard.text) }));
};

/** A SAML provider of an account that is not trusted: who signs in there is up to that account. */
const isOutside = (principal: string, { zone, roleArn }: StrangersContext): boolean => {
  const account = parseArn(principal)?.accountId ?? '';
  return account !== parseArn(roleArn)?.accountId && !zone.accounts.has(account) && !zone.principals.has(principal);
};

/** Why a SAML provider of another account is not decided. */
export const samlElsewhere = 'whether a SAML provider of another account serves the role is not documented';

const samlAt = (
  { principal, at }: Pick<FoundStranger, 'principal' | 'at'>,
  statement: Statement,
  policy: Policy,
  context: StrangersContext,
  budget: Budget,
): readonly FoundStranger[] => {
  const env = environmentOf(requestOf(context, noIssuer), policy);
  if (verdictOf(grantOf(statement, policy, samlCaller(principal), env, budget)) === 'closed') return [];
  const witness = `whoever signs in at ${principal}`;
  return [{ kind: 'login', principal, at, verdict: 'may-be', isAnyone: false, witness, because: samlElsewhere }];
};

interface Asked extends Pick<FoundStranger, 'principal' | 'at'> {
  readonly host: string;
  readonly audiences: readonly string[] | undefined;
}

const loginsAt = (
  asked: Asked,
  statement: Statement,
  policy: Policy,
  context: StrangersContext,
  budget: Budget,
): readonly FoundStranger[] => {
  const [only, ...more] = keyFormsOf(asked.principal, asked.host);
  const look = (keys: string) => loginsByKeys({ ...asked, keys }, statement, policy, context, budget);
  if (more.length === 0) return look(only ?? asked.host);
  const doubt = ({ because }: FoundStranger): string =>
    because === undefined ? slashUnknown : `${because}; ${slashUnknown}`;
  return [only ?? asked.host, ...more].flatMap(look).map(one => ({ ...one, verdict: 'may-be', because: doubt(one) }));
};

const loginsByKeys = (
  { host, keys, principal, at, audiences }: Asked & { readonly keys: string },
  statement: Statement,
  policy: Policy,
  context: StrangersContext,
  budget: Budget,
): readonly FoundStranger[] => {
  const env = environmentOf(requestOf(context, `https://${host}`), policy);
  const issuer = loginIssuerOf(host);
  // Whoever trusts the customer trusts all that the customer's issuer signs.
  if (issuer?.customer !== undefined && context.zone.owners?.has(issuer.customer)) return [];
  const isPublic = issuer ? issuer.customer === undefined : host === cognito;
  const tests = testsAt(policy, keys);
  const isTaken = takenBy(tests, issuer, context.zone);
  const kinds: readonly Login['as'][] = [
    'stranger',
    ...(host === cognito ? (['guest'] as const) : []),
    ...(issuer && namesBorrowed(tests, issuer) ? (['borrower'] as const) : []),
  ];
  const found = (from: Pick<Login, 'isFromAnywhere'>) =>
    kinds.flatMap((as): readonly FoundStranger[] => {
      const login: Login = { principal, host: host.toLowerCase(), keys, audiences, isTaken, as, ...from };
      const grant = grantOf(statement, policy, loginCaller(login), env, budget);
      const verdict = verdictOf(grant);
      if (verdict === 'closed') return [];
      const isProven = verdict === 'open' && isPublic && as !== 'borrower' && (as !== 'guest' || namesGuests(tests));
      return [
        {
          kind: 'login',
          principal,
          at,
          verdict: isProven ? 'open' : 'may-be',
          isAnyone: as === 'stranger' && isPublic,
          ...(as === 'guest' && { isGuest: true }),
          witness: loginWitness(grant, login, issuer?.anyone),
          ...(isProven ? {} : { because: verdict === 'open' ? whoSignsIn(host, as, issuer) : grantReasonOf(grant) }),
        },
      ];
    });
  const unnamed = found({});
  return unnamed.length > 0 ? unnamed : unreadOwners(statement, policy, found({ isFromAnywhere: true }));
};

const whoSignsIn = (host: string, as: Login['as'], issuer: LoginIssuer | undefined): string => {
  if (as === 'borrower' && issuer?.borrows !== undefined) return issuer.borrows;
  if (as === 'guest') return 'whether its identity pool takes guests is not read, and no test on amr keeps them out';
  return issuer
    ? `${issuer.anyone} has such tokens, and no test names one`
    : `who can sign in at ${host} is not known, and no test names them`;
};

/** Whether the policy is for guests by name: their pool then takes them (docs/facts.md §A.10c). */
const namesGuests = (tests: readonly ClaimTest[]): boolean =>
  tests.some(({ claim, values }) => claim === 'amr' && values.includes('unauthenticated'));

/** A test on a claim of an issuer. */
interface ClaimTest {
  readonly claim: string;
  readonly values: readonly string[];
}

const testsAt = ({ statements }: Policy, keys: string): readonly ClaimTest[] => {
  const prefix = `${keys}:`;
  return statements.flatMap(({ conditions }) =>
    conditions.flatMap(({ key, values }) => {
      const name = key.text.toLowerCase();
      if (!name.startsWith(prefix)) return [];
      return [{ claim: name.slice(prefix.length), values: values.map(({ text }) => text) }];
    }),
  );
};

/** Whether the policy names somebody by a claim that others can bring about. */
const namesBorrowed = (tests: readonly ClaimTest[], { claims }: LoginIssuer): boolean =>
  tests.some(({ claim, values }) => {
    const { borrowed = [], isRow = false } = claims[claim] ?? {};
    if (!isRow) return borrowed.length > 0;
    return borrowed.some(([head]) => typeof head === 'string' && values.some(value => value.includes(head)));
  });

/** The names of the policy, which no stranger can have, in the tests on the claims of an issuer. */
const takenBy = (
  tests: readonly ClaimTest[],
  issuer: LoginIssuer | undefined,
  { owners }: Zone,
): ((value: string) => boolean) => {
  const caseOf = (text: string): string => (issuer?.caseless ? text.toLowerCase() : text);
  const values = tests.flatMap(test => test.values);
  const named = new Set([...ownersNamed(values, issuer)].map(caseOf));
  const trusted = owners && new Set([...owners].map(caseOf));
  const isTrusted = (owner: string): boolean => !trusted || trusted.has(owner.slice(owner.indexOf(':') + 1));
  return value => named.has(caseOf(value)) && isTrusted(caseOf(value));
};

const loginWitness = ({ sends }: Grant, { host, keys, as }: Login, anyone: string | undefined): string => {
  const said = [...(sends ?? [])].flatMap(([key, fact]) =>
    key.startsWith(`${keys}:`) && fact.value !== undefined ? [`${key.slice(keys.length + 1)} ${fact.value}`] : [],
  );
  const who = as === 'guest' ? `anybody who is not signed in at ${host}` : (anyone ?? `whoever signs in at ${host}`);
  return said.length === 0 ? who : `${who}, for example with ${said.join(', ')}`;
};
