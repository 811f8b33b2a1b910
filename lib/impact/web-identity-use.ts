/** Who uses a role through the providers that it trusts: service accounts that name it, pods that have it, calls that were seen. */

import { audienceAsked, type Facts, roleOfContainer } from '../facts.ts';
import {
  type AssumeEvents,
  assumeEventsOf,
  type Pod,
  providerArnBeside,
  providerHostPath,
  type Role,
  readFailuresOf,
  roleArnKey,
  roleNameOf,
  valueOr,
} from '../model.ts';
import { accountText, compilePolicy, holds, type Policy, subjectOf, trustPolicyOf } from '../policy.ts';
import { audiencesOfTokens, issuersInPolicies } from '../rules/access/asked-tokens.ts';
import { lookUpProvider, trustContextFor } from '../rules/access/trust-context.ts';
import { lifeOf } from '../rules/oidc/issuer-liveness.ts';
import { counted, daysBetween, given, listed } from '../text.ts';
import { type Dependence, type Dependent, type ImpactDoubt, noDependence, together } from './impact.ts';
import {
  type ImpactPlace,
  idleWorkloadsOf,
  insideDoubts,
  isLike,
  oldestOf,
  placesOfIssuer,
  podsOf,
  refusedDoubt,
  serviceAccountsIn,
  workloadsOf,
} from './places.ts';

/** The part of the users of roles that is asked about: those with tokens of one issuer (without scheme), of one service account. */
interface RoleUseScope {
  readonly issuer?: string;
  readonly subject?: string;
}

/** Who uses a role by web identity, and what of that is open. `facts` are those of its account, `all` those of all audited accounts. */
export const webIdentityUse = (
  role: Role,
  facts: Facts,
  all: readonly Facts[],
  scope: RoleUseScope = {},
): Dependence => {
  const parsed = trustPolicyOf(role);
  if (!parsed.ok)
    return {
      users: [],
      doubts: [{ what: `the trust policy of ${role.name} cannot be read: ${parsed.problem.message}` }],
    };
  const issuers = issuersInPolicies([parsed.policy], role, facts).filter(
    one => scope.issuer === undefined || one === scope.issuer,
  );
  return together(
    ...issuers.map(issuer => useByIssuer({ role, policy: parsed.policy, facts, issuer }, all, scope)),
    callsOf(role, facts, scope),
  );
};

/** A role, and one issuer that its policy names. */
interface Trust {
  readonly role: Role;
  readonly policy: Policy;
  readonly facts: Facts;
  /** Without scheme. */
  readonly issuer: string;
}

const useByIssuer = (trust: Trust, all: readonly Facts[], scope: RoleUseScope): Dependence => {
  const { role, facts, issuer } = trust;
  const arn = providerArnBeside(role.arn, issuer);
  const lookup = lookUpProvider(arn, facts);
  // Without the provider STS refuses every token of the issuer.
  if (lookup.status === 'absent') return { users: [], doubts: likeProvider(trust, arn) };
  const unread: readonly ImpactDoubt[] =
    lookup.status === 'unread'
      ? [
          {
            what: `whether account ${facts.snapshot.accountId} has the provider of ${issuer} (${lookup.why})`,
            how: 'iam:ListOpenIDConnectProviders',
          },
        ]
      : [];
  const places = placesOfIssuer(issuer, all);
  const parts =
    places.length === 0 ? [lifeDoubt(issuer, arn, facts)] : places.map(place => useInCluster(trust, place, scope));
  return together({ users: [], doubts: unread }, ...parts);
};

/** The provider that is there under a name which differs in letter case, port or slash alone. */
const likeProvider = ({ role, facts }: Trust, arn: string): readonly ImpactDoubt[] => {
  const like = valueOr(facts.snapshot.providers, []).find(one => isLike(one.arn, arn));
  return like === undefined
    ? []
    : [
        {
          what: `${role.name} names ${arn}, and the account has ${like.arn}: it is not known that AWS never takes one for the other`,
          how: 'aws iam get-role, and correct the ARN',
        },
      ];
};

/** Why somebody may have tokens of an issuer whose cluster was not seen. Nothing is open where the issuer itself says that it is gone. */
const lifeDoubt = (issuer: string, providerArn: string, facts: Facts): Dependence => {
  const life = lifeOf(`https://${issuer}`, providerArn, facts);
  const probed = facts.issuers[`https://${issuer}`]?.discovery;
  const isNotFound = probed !== undefined && readFailuresOf(probed).some(({ kind }) => kind === 'not-found');
  if (life.status === 'gone' && isNotFound) return noDependence;
  const why = life.status === 'gone' ? 'the issuer did not answer that it does not exist' : life.why;
  return {
    users: [],
    doubts: [
      {
        what: `a cluster may still have the issuer ${issuer}: not read: ${why}`,
        how: '--all-regions, --config with every account, and no --no-issuers',
      },
    ],
  };
};

/** Roles of a cluster that lives: a service account that comes and goes, such as one of a job, is not there to be read. */
export const lastUseDoubts = (role: Role, { now, settings }: Facts): readonly ImpactDoubt[] => {
  const { name, detail } = role;
  if (detail.status !== 'complete')
    return [{ what: `when role ${name} was last used is not read`, how: '--role-details' }];
  const { lastUsedAt } = detail.value;
  return lastUsedAt === undefined || daysBetween(lastUsedAt, now) >= settings.unusedAfterDays
    ? []
    : [
        {
          what: `IAM says that role ${name} was last used at ${lastUsedAt}, and does not name the caller: a service account that comes and goes may have used it`,
          how: '--cloud-trail',
        },
      ];
};

/** The users of a role in one cluster. */
const useInCluster = (trust: Trust, place: ImpactPlace, scope: RoleUseScope): Dependence => {
  const isAsked = (namespace: string, name: string): boolean =>
    scope.subject === undefined || scope.subject === subjectOf(namespace, name);
  const accounts = serviceAccountsIn(place).filter(one => isAsked(one.namespace, one.name));
  const pods = podsOf(place).filter(one => isAsked(one.namespace, one.serviceAccount));
  const users = accounts
    .filter(({ annotations }) => annotations[roleArnKey] === trust.role.arn)
    .map(one => ({
      one,
      subject: subjectOf(one.namespace, one.name),
      truth: truthOf(trust, subjectOf(one.namespace, one.name), audienceAsked(one.annotations)),
    }));
  const refused = users.filter(({ truth }) => truth === 'refused').map(({ one }) => one);
  // One that is refused with the token of the webhook may still ask with another one.
  const named = new Set(users.filter(({ truth }) => truth !== 'refused').map(({ subject }) => subject));
  const byHand = pods.filter(
    pod =>
      !named.has(subjectOf(pod.namespace, pod.serviceAccount)) &&
      pod.containers.some(container => roleOfContainer(container) === trust.role.arn),
  );
  return together(
    {
      users: [
        ...users.filter(({ truth }) => truth === 'allowed').map(({ one }) => annotatedUser(trust, place, one, pods)),
        ...byHandUsers(trust, place, byHand),
      ],
      doubts: [
        ...insideDoubts(place),
        ...users
          .filter(({ truth }) => truth === 'open')
          .map(({ one }) => ({
            what: `${annotatedUser(trust, place, one, pods).what}, and it cannot be decided whether that is allowed`,
          })),
        ...refusedDoubt(trust.role, place, refused),
      ],
    },
    mayAsk(
      trust,
      place,
      [
        ...accounts,
        ...[...pods, ...idleWorkloadsOf(place)]
          .filter(one => isAsked(one.namespace, one.serviceAccount))
          .map(one => ({ namespace: one.namespace, name: one.serviceAccount })),
      ],
      named,
    ),
  );
};

/** Whether a token passes provider and policy. */
const truthOf = (
  { role, policy, facts, issuer }: Trust,
  subject: string,
  audience: string,
): 'allowed' | 'open' | 'refused' => {
  const lookup = lookUpProvider(providerArnBeside(role.arn, issuer), facts);
  const { certain, possible } = compilePolicy(policy, trustContextFor({ role }, facts, issuer, audience));
  if (!holds(possible, subject)) return 'refused';
  if (lookup.status !== 'found' || lookup.provider.detail.status !== 'complete') return 'open';
  if (!lookup.provider.detail.value.audiences.includes(audience)) return 'refused';
  return holds(certain, subject) ? 'allowed' : 'open';
};

const placeFields = ({ snapshot: { cluster } }: ImpactPlace): Pick<Dependent, 'clusterArn'> => ({
  clusterArn: cluster.arn,
});

const annotatedUser = (
  { role }: Trust,
  place: ImpactPlace,
  one: { readonly namespace: string; readonly name: string; readonly annotatedAt?: string },
  all: readonly Pod[],
): Dependent => {
  const pods = all.filter(pod => pod.namespace === one.namespace && pod.serviceAccount === one.name);
  const running =
    pods.length === 0 ? 'without a pod now' : `with ${counted(pods.length, 'pod')} (${listed(workloadsOf(pods), 3)})`;
  return {
    what: `service account ${one.namespace}/${one.name} of cluster ${place.snapshot.cluster.name} has role ${role.name} by its annotation, ${running}`,
    roleArn: role.arn,
    ...placeFields(place),
    namespace: one.namespace,
    serviceAccount: one.name,
    pods: pods.length,
    workloads: workloadsOf(pods),
    ...given({ since: one.annotatedAt ?? oldestOf(pods) }),
  };
};

const byHandUsers = ({ role }: Trust, place: ImpactPlace, pods: readonly Pod[]): readonly Dependent[] =>
  [...Map.groupBy(pods, pod => `${pod.namespace}/${pod.serviceAccount}`)].map(([name, group]) => ({
    what: `${counted(group.length, 'pod')} of service account ${name} of cluster ${place.snapshot.cluster.name} (${listed(workloadsOf(group), 3)}) ${group.length === 1 ? 'names' : 'name'} role ${role.name} in AWS_ROLE_ARN`,
    roleArn: role.arn,
    ...placeFields(place),
    namespace: group[0]?.namespace ?? '',
    serviceAccount: group[0]?.serviceAccount ?? '',
    pods: group.length,
    workloads: workloadsOf(group),
    ...given({ since: oldestOf(group) }),
  }));

/** Service accounts that exist and may assume the role though nothing names it for them: a program can ask for any role. */
const mayAsk = (
  { role, policy, facts, issuer }: Trust,
  place: ImpactPlace,
  accounts: readonly { readonly namespace: string; readonly name: string }[],
  named: ReadonlySet<string>,
): Dependence => {
  const formulas = audiencesOfTokens(issuer, [policy], role, facts).map(
    ({ audience }) => compilePolicy(policy, trustContextFor({ role }, facts, issuer, audience)).possible,
  );
  const subjects = [...new Set(accounts.map(({ namespace, name }) => subjectOf(namespace, name)))];
  const others = subjects.filter(one => !named.has(one) && formulas.some(formula => holds(formula, one)));
  if (others.length === 0) return noDependence;
  const names = others.map(accountText);
  return {
    users: [],
    doubts: [
      {
        what: `${listed(names, 3)} of cluster ${place.snapshot.cluster.name} can assume ${role.name} by its trust policy, whatever its annotation says: a program may ask for it by itself`,
        how: '--cloud-trail shows the calls of a window; no reading shows that none comes later',
      },
    ],
  };
};

/** Calls of CloudTrail that got the role. */
const callsOf = (role: Role, { snapshot }: Facts, scope: RoleUseScope): Dependence => {
  const isInScope = ({ providerArn, subject }: AssumeEvents): boolean =>
    (scope.issuer === undefined || providerArn === undefined || providerHostPath(providerArn) === scope.issuer) &&
    (scope.subject === undefined || subject === undefined || subject === scope.subject);
  const seen = assumeEventsOf(snapshot.runtime).filter(
    one => one.roleArn === role.arn && one.successes > 0 && isInScope(one),
  );
  const isCertain = ({ providerArn, subject }: AssumeEvents): boolean =>
    (scope.issuer === undefined || providerArn !== undefined) && (scope.subject === undefined || subject !== undefined);
  const told = seen.map(one => ({ one, user: callUser(one) }));
  return {
    users: told.filter(({ one }) => isCertain(one)).map(({ user }) => user),
    doubts: told
      .filter(({ one }) => !isCertain(one))
      .map(({ user }) => ({ what: `${user.what}; the events do not tell by which issuer or service account` })),
  };
};

const callUser = ({ roleArn, subject, successes, lastAt }: AssumeEvents): Dependent => ({
  what: `CloudTrail shows ${counted(successes, 'call')} by ${subject ?? 'an unnamed subject'} that got role ${roleNameOf(roleArn)}, the last at ${lastAt}`,
  roleArn,
  lastAt,
});
