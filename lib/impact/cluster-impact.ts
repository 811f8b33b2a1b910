/** The damage if a cluster is deleted: the roles of its service accounts, in every audited account. */

import type { Facts } from '../facts.ts';
import {
  assumeEventsOf,
  providerArn,
  providerHostPath,
  roleArnKey,
  roleNameOf,
  stripScheme,
  valueOr,
} from '../model.ts';
import { rolesTrusting } from '../rules/oidc/issuer-users.ts';
import { compareText, counted, given, listed } from '../text.ts';
import {
  answerOf,
  type Dependence,
  type Dependent,
  type ImpactAnswer,
  type ImpactDoubt,
  noDependence,
  together,
} from './impact.ts';
import { lossOf } from './losses.ts';
import {
  addonDoubts,
  associationDoubts,
  type ImpactPlace,
  idleWorkloadsOf,
  insideDoubts,
  issuerDoubts,
  lostAccountDoubts,
  podsOf,
  roleDoubts,
  serviceAccountsIn,
  spelledOtherwiseDoubts,
  workloadDoubts,
  workloadsOf,
} from './places.ts';
import { anyoneDoubts } from './provider-impact.ts';
import { lastUseDoubts, webIdentityUse } from './web-identity-use.ts';

/** The answer for one cluster. */
export const clusterImpact = (place: ImpactPlace, all: readonly Facts[]): ImpactAnswer => {
  const { cluster } = place.snapshot;
  const issuer = cluster.issuer === undefined ? undefined : stripScheme(cluster.issuer);
  const trusts =
    issuer === undefined
      ? []
      : all.flatMap(facts => {
          const { partition, accountId } = facts.snapshot;
          return rolesTrusting(providerArn(partition, accountId, issuer), facts).map(role => ({ role, facts }));
        });
  const losses = trusts.map(one => ({ ...one, loss: lossOf(one.role, one.facts, issuer) }));
  const read = together(
    ...(issuer === undefined ? [] : trusts.map(({ role, facts }) => webIdentityUse(role, facts, all, { issuer }))),
    podsLeft(place),
    idleLeft(place),
    identitiesOf(place),
    ...(issuer === undefined ? [] : all.map(facts => callsBy(issuer, facts))),
    {
      users: [],
      doubts: [
        ...insideDoubts(place),
        ...issuerDoubts(place),
        ...associationDoubts(place),
        ...addonDoubts(place),
        ...all.flatMap(roleDoubts),
        ...all.flatMap(anyoneDoubts),
        ...lostAccountDoubts(all),
        ...all.flatMap(facts => spelledOtherwise(issuer, facts)),
        ...workloadDoubts(place),
        ...unjudged(place, all),
      ],
    },
  );
  const lastUses = losses.flatMap(({ role, facts, loss }) => (loss === undefined ? [] : lastUseDoubts(role, facts)));
  const found = read.users.length > 0 ? read : together(read, { users: [], doubts: lastUses });
  const answer = answerOf(found, [
    'no service account of it has a role by an annotation, an association or an add-on, none is one that a role trusts, and no pod or workload is outside of kube-system; all were read',
  ]);
  return {
    subject: {
      kind: 'cluster',
      name: cluster.name,
      id: cluster.arn,
      accountId: cluster.accountId,
      region: cluster.region,
    },
    ...answer,
    losses: losses.flatMap(({ loss }) => loss ?? []),
    ...found,
    gains: [],
    first: firstSteps(
      place,
      answer.safeToDelete,
      trusts.map(({ role }) => role.name),
    ),
  };
};

/** Pods that would end. Those of kube-system alone are the cluster's own. */
const podsLeft = (place: ImpactPlace): Dependence => {
  const pods = podsOf(place).filter(({ namespace }) => namespace !== 'kube-system');
  if (pods.length === 0) return { users: [], doubts: [] };
  const spaces = [...new Set(pods.map(({ namespace }) => namespace))].sort(compareText);
  const { cluster } = place.snapshot;
  return {
    users: [
      {
        what: `cluster ${cluster.name} has ${counted(pods.length, 'pod')} outside of kube-system, in ${listed(spaces)}`,
        clusterArn: cluster.arn,
        pods: pods.length,
        workloads: workloadsOf(pods),
      },
    ],
    doubts: [],
  };
};

/** Workloads that have no pod now and could not start again. */
const idleLeft = (place: ImpactPlace): Dependence => {
  const idle = idleWorkloadsOf(place).filter(({ namespace }) => namespace !== 'kube-system');
  const { cluster } = place.snapshot;
  const names = idle.map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`);
  return idle.length === 0
    ? noDependence
    : {
        users: [
          {
            what: `cluster ${cluster.name} has ${counted(idle.length, 'workload')} outside of kube-system without a pod now (${listed(names, 3)})`,
            clusterArn: cluster.arn,
            workloads: names,
          },
        ],
        doubts: [],
      };
};

const spelledOtherwise = (issuer: string | undefined, facts: Facts): readonly ImpactDoubt[] => {
  const { partition, accountId } = facts.snapshot;
  return issuer === undefined ? [] : spelledOtherwiseDoubts(providerArn(partition, accountId, issuer), facts);
};

/** Roles that EKS gives to its service accounts. */
const identitiesOf = ({ snapshot: { cluster, podIdentity, addons } }: ImpactPlace): Dependence => {
  const associated = valueOr(podIdentity, []).map(({ namespace, serviceAccount, roleArn, createdAt }): Dependent => {
    const role = roleArn === undefined ? 'a role' : `role ${roleNameOf(roleArn)}`;
    return {
      what: `service account ${namespace}/${serviceAccount} of cluster ${cluster.name} has ${role} by a Pod Identity association`,
      clusterArn: cluster.arn,
      namespace,
      serviceAccount,
      ...given({ roleArn, since: createdAt }),
    };
  });
  const byAddon = valueOr(addons, []).flatMap(({ name, detail }): Dependent[] =>
    detail?.roleArn === undefined
      ? []
      : [
          {
            what: `add-on ${name} of cluster ${cluster.name} is given role ${roleNameOf(detail.roleArn)} by EKS`,
            clusterArn: cluster.arn,
            roleArn: detail.roleArn,
          },
        ],
  );
  return { users: [...associated, ...byAddon], doubts: [] };
};

/** Calls with tokens of the cluster, for whichever role. */
const callsBy = (issuer: string, { snapshot }: Facts): Dependence => ({
  users: assumeEventsOf(snapshot.runtime)
    .filter(({ providerArn: arn, successes }) => successes > 0 && arn !== undefined && providerHostPath(arn) === issuer)
    .map(({ roleArn, subject, successes, lastAt }) => ({
      what: `CloudTrail shows ${counted(successes, 'call')} by ${subject ?? 'an unnamed subject'} that got role ${roleNameOf(roleArn)}, the last at ${lastAt}`,
      roleArn,
      lastAt,
    })),
  doubts: [],
});

/** Service accounts with a role of an account that is not audited: it is not known whether they get it. */
const unjudged = (place: ImpactPlace, all: readonly Facts[]): readonly ImpactDoubt[] => {
  const audited = new Set(all.map(({ snapshot }) => snapshot.accountId));
  const named = serviceAccountsIn(place).filter(({ annotations }) => {
    const role = annotations[roleArnKey];
    return role !== undefined && !audited.has(role.split(':')[4] ?? '');
  });
  return named.length === 0
    ? []
    : [
        {
          what: `${listed(
            named.map(one => `${one.namespace}/${one.name}`),
            3,
          )} of cluster ${place.snapshot.cluster.name}: a role of an account that is not audited stands in the annotation`,
          how: '--config with these accounts',
        },
      ];
};

const firstSteps = (
  { snapshot: { cluster } }: ImpactPlace,
  answer: ImpactAnswer['safeToDelete'],
  roles: readonly string[],
): readonly string[] => {
  if (answer === 'not known') return ['Read what is listed as not known, and ask again.'];
  if (answer === 'no')
    return [
      `Move its workloads first. If another cluster takes its place: irsa-auditor plan replace-cluster ${cluster.name} NEW`,
    ];
  const left = roles.length === 0 ? '' : `, and take it out of the trust policies of ${listed(roles)}`;
  return cluster.issuer === undefined
    ? []
    : [`Delete its provider afterwards${left}: irsa-auditor impact provider ${stripScheme(cluster.issuer)}`];
};
