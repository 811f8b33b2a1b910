/** The damage if a service account is deleted. */

import { type Facts, podsOfServiceAccount, secondRolesOf } from '../facts.ts';
import {
  managedInWords,
  providerArn,
  roleArnKey,
  roleNameOf,
  type ServiceAccount,
  stripScheme,
  valueOr,
} from '../model.ts';
import { compilePolicy, holds, subjectOf, trustPolicyOf } from '../policy.ts';
import { audiencesOfTokens } from '../rules/access/asked-tokens.ts';
import { trustContextFor } from '../rules/access/trust-context.ts';
import { rolesTrusting } from '../rules/oidc/issuer-users.ts';
import { counted, given, listed } from '../text.ts';
import { answerOf, type Dependence, type ImpactAnswer, type ImpactDoubt, together } from './impact.ts';
import { lossOf } from './losses.ts';
import {
  associationDoubts,
  type ImpactPlace,
  idleWorkloadsOf,
  insideDoubts,
  insideOf,
  issuerDoubts,
  lostAccountDoubts,
  oldestOf,
  roleDoubts,
  spelledOtherwiseDoubts,
  workloadDoubts,
  workloadsOf,
} from './places.ts';
import { anyoneDoubts } from './provider-impact.ts';
import { webIdentityUse } from './web-identity-use.ts';

/** The answer for one service account of a cluster. */
export const serviceAccountImpact = (
  account: ServiceAccount,
  place: ImpactPlace,
  all: readonly Facts[],
): ImpactAnswer => {
  const { cluster } = place.snapshot;
  const { namespace, name } = account;
  const subject = subjectOf(namespace, name);
  const issuer = cluster.issuer === undefined ? undefined : stripScheme(cluster.issuer);
  const trusts = issuer === undefined ? [] : all.flatMap(facts => rolesFor(subject, issuer, facts));
  const found = together(
    ...(issuer === undefined
      ? []
      : trusts.map(({ role, facts }) => webIdentityUse(role, facts, all, { issuer, subject }))),
    podsWith(account, place),
    namedByObjects(account, place),
    idleWith(account, place),
    associations(account, place),
    {
      users: [],
      doubts: [
        ...insideDoubts(place),
        ...issuerDoubts(place),
        ...associationDoubts(place),
        ...namedElsewhere(account, all),
        ...all.flatMap(roleDoubts),
        ...all.flatMap(anyoneDoubts),
        ...lostAccountDoubts(all),
        ...(issuer === undefined ? [] : all.flatMap(facts => spelledOtherwiseDoubts(arnIn(facts, issuer), facts))),
        ...workloadDoubts(place),
      ],
    },
  );
  const answer = answerOf(found, [
    'it has no role by an annotation or an association, no role trusts it, and no pod or workload runs with it; all were read',
  ]);
  const losses = trusts
    .flatMap(({ role, facts }) => lossOf(role, facts, issuer) ?? [])
    .map(loss => ({
      ...loss,
      loses: loss.loses.map(set => ({ ...set, subjects: [subject], patterns: [], except: [] })),
    }));
  return {
    subject: {
      kind: 'service-account',
      name: `${namespace}/${name}`,
      id: `${cluster.arn}/service-account/${namespace}/${name}`,
      accountId: cluster.accountId,
      region: cluster.region,
    },
    ...answer,
    losses,
    ...found,
    gains: trusts
      .filter(({ isCertain }) => isCertain)
      .map(
        ({ role }) =>
          `Whoever may create a service account ${name} in namespace ${namespace} of cluster ${cluster.name} can then get role ${role.name}: take ${subject} out of its trust policy`,
      ),
    first: firstSteps(account, answer.safeToDelete),
  };
};

/** The provider of an issuer (without scheme) in the account of some facts. */
const arnIn = ({ snapshot: { partition, accountId } }: Facts, issuer: string): string =>
  providerArn(partition, accountId, issuer);

/** Roles that may trust a subject of an issuer (without scheme). */
const rolesFor = (subject: string, issuer: string, facts: Facts) =>
  rolesTrusting(arnIn(facts, issuer), facts).flatMap(role => {
    const parsed = trustPolicyOf(role);
    if (!parsed.ok) return [{ role, facts, isCertain: false }];
    const truths = audiencesOfTokens(issuer, [parsed.policy], role, facts).map(({ audience }) =>
      compilePolicy(parsed.policy, trustContextFor({ role }, facts, issuer, audience)),
    );
    if (!truths.some(({ possible }) => holds(possible, subject))) return [];
    return [{ role, facts, isCertain: truths.some(({ certain }) => holds(certain, subject)) }];
  });

/** Pods that run with it: none of them can be created again without it. */
const podsWith = ({ namespace, name }: ServiceAccount, place: ImpactPlace): Dependence => {
  const inside = insideOf(place);
  const pods = inside === undefined ? [] : podsOfServiceAccount(inside, namespace, name);
  if (pods.length === 0) return { users: [], doubts: [] };
  const { cluster } = place.snapshot;
  return {
    users: [
      {
        what: `cluster ${cluster.name} has ${counted(pods.length, 'pod')} of it (${listed(workloadsOf(pods), 3)})`,
        clusterArn: cluster.arn,
        namespace,
        serviceAccount: name,
        pods: pods.length,
        workloads: workloadsOf(pods),
        ...given({ since: oldestOf(pods) }),
      },
    ],
    doubts: [],
  };
};

/** Objects of controllers that ask for a role with its token, or with the role in its annotation. */
const namedByObjects = ({ namespace, name }: ServiceAccount, place: ImpactPlace): Dependence => {
  const inside = insideOf(place);
  const { cluster } = place.snapshot;
  const named = inside === undefined ? [] : secondRolesOf(inside, namespace, name).filter(({ isNamed }) => isNamed);
  return {
    users: named.map(({ namedBy, roleArn }) => ({
      what: `${namedBy} in cluster ${cluster.name} assumes role ${roleNameOf(roleArn)} with it`,
      ...{ roleArn, clusterArn: cluster.arn, namespace, serviceAccount: name },
    })),
    doubts: [],
  };
};

/** Workloads that have no pod now and could not make one without it. */
const idleWith = ({ namespace, name }: ServiceAccount, place: ImpactPlace): Dependence => {
  const { cluster } = place.snapshot;
  const idle = idleWorkloadsOf(place).filter(one => one.namespace === namespace && one.serviceAccount === name);
  return {
    users: idle.map(one => ({
      what: `${one.kind} ${one.name} of cluster ${cluster.name} makes pods with it, and has none now`,
      clusterArn: cluster.arn,
      namespace,
      serviceAccount: name,
      workloads: [`${one.kind} ${one.name}`],
    })),
    doubts: [],
  };
};

const associations = (
  { namespace, name }: ServiceAccount,
  { snapshot: { cluster, podIdentity } }: ImpactPlace,
): Dependence => ({
  users: valueOr(podIdentity, [])
    .filter(one => one.namespace === namespace && one.serviceAccount === name)
    .map(({ roleArn, createdAt }) => ({
      what: `it has ${roleArn === undefined ? 'a role' : `role ${roleNameOf(roleArn)}`} by a Pod Identity association`,
      clusterArn: cluster.arn,
      namespace,
      serviceAccount: name,
      ...given({ roleArn, since: createdAt }),
    })),
  doubts: [],
});

/** Its annotation names a role that was not read: it may have it. */
const namedElsewhere = ({ annotations }: ServiceAccount, all: readonly Facts[]): readonly ImpactDoubt[] => {
  const arn = annotations[roleArnKey];
  if (arn === undefined) return [];
  const isAudited = all.some(({ snapshot }) => snapshot.accountId === arn.split(':')[4]);
  return isAudited
    ? []
    : [{ what: `its annotation names ${arn}, of an account that is not audited`, how: '--config with that account' }];
};

const firstSteps = (
  { namespace, name, managedBy }: ServiceAccount,
  answer: ImpactAnswer['safeToDelete'],
): readonly string[] => {
  if (answer === 'not known') return ['Read what is listed as not known, and ask again.'];
  if (answer === 'no') return [`Give the workloads of ${namespace}/${name} another service account first.`];
  return managedBy === undefined ? [] : [managedInWords(`Service account ${namespace}/${name}`, managedBy)];
};
