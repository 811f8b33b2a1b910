/** The damage if a role is deleted. */

import { eksPrincipalsOf, type Facts, roleOfContainer, secondRolesIn } from '../facts.ts';
import { managedInWords, managerByTags, type Role, readFailuresOf, roleArnKey, valueOr } from '../model.ts';
import { type Policy, podIdentityService, type Statement, trustPolicyOf } from '../policy.ts';
import { daysBetween, given, listed } from '../text.ts';
import { answerOf, type Dependence, type Dependent, type ImpactAnswer, type ImpactDoubt, together } from './impact.ts';
import { lossOf } from './losses.ts';
import {
  addonDoubts,
  associationDoubts,
  type ImpactPlace,
  idleWorkloadsOf,
  insideDoubts,
  insideOf,
  isLike,
  placesIn,
  podsOf,
  refusedDoubt,
  serviceAccountsIn,
  workloadsOf,
} from './places.ts';
import { webIdentityUse } from './web-identity-use.ts';

/** The part of the reading that facts do not tell: whether every region was asked for. */
export interface RegionsAsked {
  readonly allRegions: boolean;
}

/** The answer for one role of the account of `facts`. */
export const roleImpact = (role: Role, facts: Facts, all: readonly Facts[], reach: RegionsAsked): ImpactAnswer => {
  const places = placesIn(all);
  const byToken = webIdentityUse(role, facts, all);
  const found = together(
    byToken,
    { users: places.flatMap(place => usesIn(place, role)), doubts: [] },
    podIdentityUse(role, facts, places, reach),
    lastUse(role, facts),
    {
      users: [],
      doubts: [
        ...otherPrincipals(role, facts),
        ...places.flatMap(insideDoubts),
        ...brokenNames(role, places, byToken.users),
      ],
    },
  );
  const answer = answerOf(found, [
    'nobody can assume it: every provider that it trusts is missing or of a cluster that is gone, or no service account is there that it names; all were read',
  ]);
  const loss = lossOf(role, facts);
  return {
    subject: { kind: 'role', name: role.name, id: role.arn, accountId: facts.snapshot.accountId },
    ...answer,
    losses: loss === undefined ? [] : [loss],
    ...found,
    gains: [],
    first: firstSteps(role, answer.safeToDelete),
  };
};

/** Uses beside annotations: associations, add-ons, second roles of programs. */
const usesIn = (place: ImpactPlace, { arn, name }: Role): readonly Dependent[] => {
  const { cluster, podIdentity, addons } = place.snapshot;
  const at = { roleArn: arn, clusterArn: cluster.arn };
  const inside = insideOf(place);
  return [
    ...valueOr(podIdentity, [])
      .filter(({ roleArn, targetRoleArn }) => roleArn === arn || targetRoleArn === arn)
      .map(({ namespace, serviceAccount, createdAt }) => {
        const pods = podsOf(place).filter(pod => pod.namespace === namespace && pod.serviceAccount === serviceAccount);
        return {
          what: `service account ${namespace}/${serviceAccount} of cluster ${cluster.name} has role ${name} by a Pod Identity association`,
          ...at,
          namespace,
          serviceAccount,
          ...(inside === undefined ? {} : { pods: pods.length, workloads: workloadsOf(pods) }),
          ...given({ since: createdAt }),
        };
      }),
    ...valueOr(addons, [])
      .filter(({ detail }) => detail?.roleArn === arn)
      .map(addon => ({ what: `add-on ${addon.name} of cluster ${cluster.name} is given role ${name} by EKS`, ...at })),
    ...(inside === undefined ? [] : secondRolesIn(inside))
      .filter(({ roleArn }) => roleArn === arn)
      .map(({ namedBy }) => ({
        what: `${namedBy} in cluster ${cluster.name} assumes role ${name} as a second role`,
        ...at,
      })),
  ];
};

/** Statements for EKS Pod Identity: associations of every cluster of the account may use them. */
const podIdentityUse = (
  role: Role,
  facts: Facts,
  places: readonly ImpactPlace[],
  { allRegions }: RegionsAsked,
): Dependence => {
  const parsed = trustPolicyOf(role);
  const trusts = !parsed.ok || parsed.policy.statements.some(mayBePodIdentity);
  const own = places.filter(({ facts: of }) => of.snapshot.accountId === facts.snapshot.accountId);
  const [gap] = facts.snapshot.regions.flatMap(({ clusters }) => readFailuresOf(clusters));
  const doubts: readonly ImpactDoubt[] = [
    // Where it does not trust the service, an association that names it is refused today, as an annotation may be.
    ...own.flatMap(associationDoubts),
    ...own.flatMap(addonDoubts),
    ...(gap === undefined || !trusts
      ? []
      : [
          {
            what: `clusters that may have associations were not read (${gap.operation}: ${gap.message})`,
            how: 'eks:ListClusters',
          },
        ]),
    ...(allRegions || !trusts
      ? []
      : [
          {
            what: 'it trusts EKS Pod Identity, and clusters of regions that are not audited may have associations',
            how: '--all-regions',
          },
        ]),
  ];
  return { users: [], doubts };
};

const mayBePodIdentity = ({ effect, principal, notPrincipal }: Statement): boolean =>
  effect !== 'Deny' &&
  (notPrincipal !== undefined ||
    principal?.kind !== 'typed' ||
    principal.entries.some(
      ({ type, value }) => type === 'Service' && (value.text === podIdentityService || value.text === '*'),
    ));

/** IAM's own record, which covers every way to assume it. */
const lastUse = (role: Role, { now, settings }: Facts): Dependence => {
  if (role.detail.status !== 'complete')
    return { users: [], doubts: [{ what: `when role ${role.name} was last used is not read`, how: '--role-details' }] };
  const { lastUsedAt } = role.detail.value;
  if (lastUsedAt === undefined || daysBetween(lastUsedAt, now) >= settings.unusedAfterDays)
    return { users: [], doubts: [] };
  return {
    users: [
      { what: `IAM says that role ${role.name} was last used at ${lastUsedAt}`, roleArn: role.arn, lastAt: lastUsedAt },
    ],
    doubts: [],
  };
};

/** Principals whose use of the role no audit reads: services, accounts, logins. */
const otherPrincipals = (role: Role, facts: Facts): readonly ImpactDoubt[] => {
  const parsed = trustPolicyOf(role);
  if (!parsed.ok) return [];
  const names = [...new Set(principalsOf(parsed.policy, facts))];
  return names.length === 0
    ? []
    : [
        {
          what: `${role.name} also trusts ${listed(names)}, and what uses it there is not read`,
          how: 'aws iam get-role, RoleLastUsed',
        },
      ];
};

const principalsOf = ({ statements }: Policy, facts: Facts): readonly string[] =>
  statements
    .filter(({ effect }) => effect !== 'Deny')
    .flatMap(({ principal, notPrincipal }) => {
      if (notPrincipal !== undefined || principal === undefined || principal.kind === 'everyone')
        return ['everyone, or everyone but some'];
      const own = new Set(eksPrincipalsOf(principal, facts).map(({ arn }) => arn));
      return principal.entries
        .filter(({ type, value }) => !own.has(value.text) && !(type === 'Service' && value.text === podIdentityService))
        .map(({ type, value }) => `${type} ${value.text}`);
    });

/** Service accounts, pods and workloads that name the role, in whichever letter case, and that no user stands for: they are refused
 *  today, or would be. */
const brokenNames = (role: Role, places: readonly ImpactPlace[], users: readonly Dependent[]): readonly ImpactDoubt[] =>
  places.flatMap(place => {
    const { cluster } = place.snapshot;
    const isUser = (namespace: string, name: string): boolean =>
      users.some(one => one.clusterArn === cluster.arn && one.namespace === namespace && one.serviceAccount === name);
    const namesIt = (text = ''): boolean => isLike(text, role.arn);
    const accounts = serviceAccountsIn(place).filter(
      one => namesIt(one.annotations[roleArnKey]) && !isUser(one.namespace, one.name),
    );
    const pods = podsOf(place).filter(
      ({ containers, namespace, serviceAccount }) =>
        containers.some(one => namesIt(roleOfContainer(one))) && !isUser(namespace, serviceAccount),
    );
    const idle = idleWorkloadsOf(place).filter(({ roleArns }) => roleArns.some(namesIt));
    const named = [
      ...workloadsOf(pods),
      ...idle.map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}, which has no pod now,`),
    ];
    return [
      ...refusedDoubt(role, place, accounts),
      ...(named.length === 0
        ? []
        : [{ what: `${listed(named, 3)} of cluster ${cluster.name} names role ${role.name} itself` }]),
    ];
  });

const firstSteps = (role: Role, answer: ImpactAnswer['safeToDelete']): readonly string[] => {
  const by = managerByTags(valueOr(role.detail, undefined)?.tags ?? {});
  const managed = by === undefined ? [] : [managedInWords(`Role ${role.name}`, by)];
  switch (answer) {
    case 'yes':
      return [...managed, 'Detach its policies, then delete it with the tool that made it.'];
    case 'no':
      return [
        'Give each of its users another role first, restart their pods, and ask again with --role-details and --cloud-trail.',
      ];
    case 'not known':
      return ['Read what is listed as not known, and ask again.'];
  }
};
