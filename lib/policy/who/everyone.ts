/**
 * Everyone who may assume a role by its trust policy: service accounts of clusters, EKS Pod Identity, logins of other
 * identity providers, principals and services of AWS. One answer, which commands, tables and rules read.
 */

import { cleanIssuer, parseArn, providerHostPath, type SourceLocation } from '../../model.ts';
import { given } from '../../text.ts';
import { noIssuer } from '../decide/default-context.ts';
import { type Environment, environmentOf } from '../decide/environment.ts';
import { isForAnyone } from '../decide/web-identity.ts';
import type { Located, Policy, PrincipalEntry, Statement } from '../parse/policy.ts';
import { refusalsOf } from '../parse/refused.ts';
import { accountsIn, callerOfIdentity } from './account-strangers.ts';
import { accountsApart } from './aws-caller.ts';
import { type Budget, policyBudget } from './budget.ts';
import type { Caller, Grant } from './choose-request.ts';
import { grantOf } from './grant.ts';
import { keyFormsOf, loginCaller, slashUnknown } from './login-caller.ts';
import { audiencesAt, loginHostOf, loginsIn, loginsOfEveryone, samlElsewhere } from './login-strangers.ts';
import { podIdentityCaller, samlCaller, serviceCaller } from './other-callers.ts';
import { podIdentityService } from './pod-identity.ts';
import { isWildcard, servicesIn, servicesUnknown } from './service-strangers.ts';
import {
  type FoundStranger,
  grantReasonOf,
  requestOf,
  type Stranger,
  type StrangersContext,
  verdictOf,
  withNetworksTogether,
} from './stranger.ts';

/** The principals of a policy that are no cluster's, as one that a statement names. */
export interface Assumer {
  /** `account`: a principal of AWS, or all of them. `login`: whoever signs in at an identity provider, by OIDC or SAML. */
  readonly kind: 'account' | 'login' | 'service' | 'pod-identity';
  readonly statement: Statement;
  /** As the policy writes it; `*` for everyone. */
  readonly principal: string;
  readonly at: SourceLocation;
  /** Whether one of those that the principal stands for can assume the role. */
  readonly can: 'yes' | 'maybe' | 'no';
  /** A request with which it does: the keys that the policy tests, each with its value. Empty where it tests none. */
  readonly sends: readonly string[];
  /** Why it is not known, or what is missing. */
  readonly because?: string;
  /** Somebody outside of the zone of trust that it stands for; undefined where that is proven to be closed. */
  readonly stranger?: Stranger;
}

/** The three verdicts on a principal: nobody outside of the zone of trust can, somebody can, or that is not proven. */
export type Openness = 'closed' | 'open' | 'may-be';

/** The verdict on a principal. */
export const opennessOf = ({ stranger }: Assumer): Openness => stranger?.verdict ?? 'closed';

/** How a principal is called. */
export const nameOfAssumer = ({ kind, principal }: Pick<Assumer, 'kind' | 'principal'>): string => {
  switch (kind) {
    case 'pod-identity':
      return 'Pods by EKS Pod Identity';
    case 'login':
      return `Logins of ${principal === '*' ? 'every identity provider' : (providerHostPath(principal) ?? principal)}`;
    case 'service':
      return `AWS service ${principal}`;
    case 'account':
      return principal === '*' ? 'Principals of every AWS account' : `AWS principal ${principal}`;
  }
};

/** Everyone but service accounts of clusters, each principal of an Allow statement once. Pure, total, within the budget. */
export const everyoneIn = (
  policy: Policy,
  context: StrangersContext,
  budget: Budget = policyBudget(),
): readonly Assumer[] => {
  const asked = allowing(policy).map(statement => ({ statement, policy, context, budget }));
  const candidates = asked.flatMap(one => candidatesIn(one).map(candidate => ({ one, candidate })));
  // Most policies are for clusters alone.
  const isForClusters = candidates.length === 0 && !policy.statements.some(isForAnyone);
  const strangers = isForClusters ? halfReadOf(policy) : strangersIn(policy, context, budget);
  const found = candidates.map(({ one, candidate }) =>
    assumerOf(
      one,
      candidate,
      strangers.filter(({ statement }) => statement === one.statement),
    ),
  );
  // Logins that a wildcard may stand for, and whatever a part of the text that is not read allows.
  const others = strangers.filter(
    one =>
      one.principal === '*' && !candidates.some(({ candidate: { kind, at } }) => kind === one.kind && at === one.at),
  );
  return [...found, ...others.map((stranger): Assumer => ({ ...stranger, can: 'maybe', sends: [], stranger }))];
};

/** Everyone outside of the zone of trust, but service accounts of clusters. */
export const strangersIn = (
  policy: Policy,
  context: StrangersContext,
  budget: Budget = policyBudget(),
): readonly Stranger[] => {
  const found = withNetworksTogether(
    allowing(policy).flatMap(statement => strangersBy({ statement, policy, context, budget })),
  );
  return found.length > 0 ? found : halfReadOf(policy);
};

/** Of a key that is used twice one value is not read: what it allows is not known. */
const halfReadOf = (policy: Policy): readonly Stranger[] => {
  const problem = refusalsOf(policy).find(({ kind }) => kind === 'duplicate-key');
  const [statement] = policy.statements;
  if (!problem || !statement) return [];
  const { at, message: because } = problem;
  return [
    {
      ...{ kind: 'account', statement, principal: '*', at, verdict: 'may-be', isAnyone: true, isUnread: true },
      ...{ witness: 'any AWS account', because, passed: [] },
    },
  ];
};

const allowing = ({ statements }: Policy): readonly Statement[] => statements.filter(({ effect }) => effect !== 'Deny');

interface Asked {
  readonly statement: Statement;
  readonly policy: Policy;
  readonly context: StrangersContext;
  readonly budget: Budget;
}

const strangersBy = ({ statement, policy, context, budget }: Asked): readonly Stranger[] => {
  const accounts = accountsIn(statement, policy, context, budget);
  // Services come by a wildcard where callers of accounts do not.
  const isNew = ({ kind }: FoundStranger): boolean => kind === 'service' || accounts.every(one => one.isUnread);
  const services = servicesIn(statement, policy, context, budget).filter(isNew);
  const logins = accounts.every(one => one.isUnread) ? loginsOfEveryone(statement, policy, context, budget) : [];
  return [...accounts, ...services, ...loginsIn(statement, policy, context, budget), ...logins]
    .toSorted((a, b) => Number(a.isUnread ?? false) - Number(b.isUnread ?? false))
    .map(found => ({
      ...found,
      statement,
      passed: statement.conditions.map(({ operator, key }) => `${operator} ${key.text}`),
    }));
};

/** One principal, with the callers that it stands for: one that passes is enough. */
interface Candidate extends Pick<Assumer, 'kind' | 'principal' | 'at'> {
  readonly env: Environment;
  readonly callers: readonly Caller[];
  /** Services of AWS, of which it is not documented whether the principal stands for them. */
  readonly perhaps?: Caller;
  /** Why nobody can, whatever the statement says. */
  readonly lacking?: string;
  /** Why the meaning of the principal is not known. */
  readonly unclear?: string;
}

const candidatesIn = (asked: Asked): readonly Candidate[] => {
  const { principal, notPrincipal } = asked.statement;
  if (notPrincipal) return [anyAccount(asked, notPrincipal.at)];
  if (!principal) return [];
  if (principal.kind === 'everyone') return [anyAccount(asked, principal.at)];
  return principal.entries.flatMap(entry => candidateOf(asked, entry) ?? []);
};

const envFor = ({ policy, context }: Asked, issuer = noIssuer): Environment =>
  environmentOf(requestOf(context, issuer), policy);

/** Everyone: an account that the tests of the policy tell from others is one of all. */
const anyAccount = (asked: Asked, at: SourceLocation): Candidate => {
  const env = envFor(asked);
  const accounts = [env.accountId, ...accountsApart(asked.policy, () => false, env, asked.budget).slice(0, 40)];
  const callers = accounts.map(account => callerOfIdentity({ account, ...anybody }));
  return { kind: 'account', principal: '*', at, env, callers, perhaps: serviceCaller('*') };
};

/** Of any organization, and of any network that the policy names. */
const anybody = { mayBeOf: () => true };

const candidateOf = (asked: Asked, entry: PrincipalEntry): Candidate | undefined => {
  const { type, value } = entry;
  const { text: principal, at } = value;
  switch (type) {
    case 'AWS':
      return principal === '*' ? anyAccount(asked, at) : namedAccount(asked, principal, at);
    case 'Federated':
      return federated(asked, value);
    case 'Service': {
      const named = { principal, at, env: envFor(asked) };
      if (principal === podIdentityService) return { kind: 'pod-identity', ...named, callers: [podIdentityCaller] };
      const service = serviceCaller(principal);
      return {
        kind: 'service',
        ...named,
        ...(isWildcard(principal) ? { callers: [], perhaps: service } : { callers: [service] }),
      };
    }
    default:
      return unclear(asked, value, `what a principal of type ${type} stands for in a trust policy is not documented`);
  }
};

const unclear = (asked: Asked, { text: principal, at }: Located, why: string): Candidate => ({
  ...{ kind: 'account', principal, at, env: envFor(asked), callers: [], unclear: why },
});

const namedAccount = (asked: Asked, principal: string, at: SourceLocation): Candidate => {
  const parsed = parseArn(principal);
  const account = parsed?.accountId ?? principal;
  const identity = { account, ...(parsed && parsed.resource !== 'root' ? { arn: principal } : {}), ...anybody };
  return { kind: 'account', principal, at, env: envFor(asked), callers: [callerOfIdentity(identity)] };
};

const federated = (asked: Asked, value: Located): Candidate | undefined => {
  const { text: principal, at } = value;
  if (principal === '*') return undefined;
  if (principal.includes(':saml-provider/')) {
    const isOwn = parseArn(principal)?.accountId === parseArn(asked.context.roleArn)?.accountId;
    const caller = samlCaller(principal);
    return {
      kind: 'login',
      principal,
      at,
      env: envFor(asked),
      callers: [caller],
      ...(isOwn ? {} : { unclear: samlElsewhere }),
    };
  }
  const path = providerHostPath(principal);
  if (path !== undefined && asked.context.isCluster(cleanIssuer(path))) return undefined;
  const host = loginHostOf(principal, asked.context);
  if (host === undefined) {
    if (path === undefined) return unclear(asked, value, `${principal} is no identity provider`);
    const lacking = 'a provider of another account serves no role of this one';
    return { kind: 'login', principal, at, env: envFor(asked), callers: [], lacking };
  }
  const audiences = audiencesAt(principal, asked.context);
  const login = { principal, host: host.toLowerCase(), as: 'stranger' } as const;
  const taken = audiences === 'absent' ? undefined : audiences;
  const forms = keyFormsOf(principal, host);
  return {
    ...{ kind: 'login', principal, at, env: envFor(asked, `https://${host}`) },
    callers: forms.map(keys => loginCaller({ ...login, keys, audiences: taken })),
    ...(audiences === 'absent'
      ? { lacking: 'the account has no such provider' }
      : forms.length > 1
        ? { unclear: slashUnknown }
        : {}),
  };
};

const assumerOf = (asked: Asked, candidate: Candidate, strangers: readonly Stranger[]): Assumer => {
  const { kind, principal, at, env, callers, perhaps, lacking } = candidate;
  const { statement, policy, budget } = asked;
  const grantTo = (caller: Caller): Grant => grantOf(statement, policy, caller, env, budget);
  const grants = callers.map(grantTo);
  const sure = grants.find(one => verdictOf(one) === 'open') ?? grants.find(one => verdictOf(one) === 'may-be');
  const byService = sure === undefined && perhaps ? grantTo(perhaps) : undefined;
  const isPerhaps = byService !== undefined && verdictOf(byService) !== 'closed';
  const best = isPerhaps ? byService : sure;
  const why = candidate.unclear ?? (isPerhaps ? servicesUnknown(principal) : undefined);
  const can = why === undefined || (callers.length > 0 && !best) ? canBy(best, lacking) : 'maybe';
  const because = why ?? lacking ?? (best && can === 'maybe' ? grantReasonOf(best) : undefined);
  const stranger = strangers.find(one => one.kind === kind && one.principal === principal && one.at === at);
  return {
    ...{ kind, statement, principal, at, can, sends: best ? sendsOf(best) : [] },
    ...given({ because }),
    ...(stranger ? { stranger } : {}),
  };
};

const canBy = (best: Grant | undefined, lacking: string | undefined): Assumer['can'] => {
  if (lacking !== undefined || !best) return 'no';
  return verdictOf(best) === 'open' ? 'yes' : 'maybe';
};

const sendsOf = ({ sends }: Grant): readonly string[] =>
  [...(sends ?? [])].flatMap(([key, { present, value }]) =>
    present === 'yes' && value !== undefined ? [`${key} ${value}`] : [],
  );
