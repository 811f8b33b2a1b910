/** Pod Identity associations of the second cluster: the same roles for the same service accounts. */

import type { Facts } from '../../facts.ts';
import { createAssociation } from '../../fixes/eks-steps.ts';
import { type PodIdentityAssociation, parseArn, readFailuresOf, roleNameOf, valueOr } from '../../model.ts';
import { decidePodIdentity, podIdentityActions, trustPolicyOf } from '../../policy.ts';
import { roleByArn } from '../../rules/access/role-by-arn.ts';
import type { PlannedStep } from '../plan.ts';
import type { ClusterMove } from './clusters.ts';
import { mirroredPolicy } from './mirrored-policy.ts';
import { noPlanParts, type Parts, type PlanScope, partsOf } from './parts.ts';

/** Associations that the second cluster lacks. `facts` are those of its account. */
export const associationParts = (facts: Facts, move: ClusterMove, scope: PlanScope): Parts => {
  const { from, to } = move;
  if (from.cluster === undefined || to.cluster === undefined) return noPlanParts;
  const about = `Pod Identity associations of ${to.name}`;
  const [gap] = [from.cluster, to.cluster].flatMap(one => readFailuresOf(one.podIdentity));
  if (gap !== undefined)
    return {
      steps: [],
      notes: [{ about, why: `They were not all read (${gap.operation}: ${gap.message}): compare them by hand.` }],
    };
  const there = new Set(valueOr(to.cluster.podIdentity, []).map(nameOf));
  const missing = valueOr(from.cluster.podIdentity, []).filter(
    one =>
      !there.has(nameOf(one)) &&
      scope.isServiceAccount(one.namespace, one.serviceAccount) &&
      (one.roleArn === undefined || scope.isRole(one.roleArn)),
  );
  return partsOf(...missing.map(one => partFor(one, facts, move)));
};

const nameOf = ({ namespace, serviceAccount }: PodIdentityAssociation): string => `${namespace}/${serviceAccount}`;

const partFor = (one: PodIdentityAssociation, facts: Facts, move: ClusterMove): Parts => {
  const { to } = move;
  const cluster = to.cluster?.cluster;
  const about = `Pod Identity association of ${nameOf(one)} on ${to.name}`;
  const refuse = (why: string): Parts => ({ steps: [], notes: [{ about, why }] });
  if (cluster === undefined || one.roleArn === undefined) return refuse('Its role was not read.');
  if (parseArn(one.roleArn)?.accountId !== cluster.accountId)
    return refuse(
      `Its role ${one.roleArn} is not of the account ${cluster.accountId} of ${to.name}, as EKS demands: make a role there and name this one with targetRoleArn.`,
    );
  const why = trustFault(one, facts, move);
  if (why !== undefined) return refuse(why);
  const step: PlannedStep = {
    ...createAssociation(cluster, one),
    findingIds: [],
    reason: `service account ${nameOf(one)} has role ${roleNameOf(one.roleArn)} in ${to.name} as in ${move.from.name}`,
  };
  return { steps: [step], notes: [] };
};

/** Why the role would refuse the association; undefined where it is certain that it does not. */
const trustFault = (
  { roleArn = '', namespace, serviceAccount, sessionTags }: PodIdentityAssociation,
  facts: Facts,
  move: ClusterMove,
): string | undefined => {
  const role = roleByArn(roleArn, facts);
  const cluster = move.to.cluster?.cluster;
  if (role === 'absent' || cluster === undefined) return `Its role ${roleArn} does not exist.`;
  if ('missing' in role) return `Its role was not read: ${role.missing}.`;
  const unreadable = `The trust policy of ${role.name} cannot be read.`;
  if (!trustPolicyOf(role).ok) return unreadable;
  const edited = mirroredPolicy(role.trustPolicy, roleArn, move);
  const policy = trustPolicyOf({ trustPolicy: edited === undefined ? role.trustPolicy : JSON.stringify(edited) });
  if (!policy.ok) return unreadable;
  const request = {
    ...{
      roleArn,
      clusterArn: cluster.arn,
      clusterName: cluster.name,
      accountId: cluster.accountId,
      namespace,
      serviceAccount,
    },
    sessionTags: sessionTags !== false,
    now: facts.now,
  };
  const actions = sessionTags === false ? podIdentityActions.slice(0, 1) : podIdentityActions;
  const refused = actions.find(action => decidePodIdentity(policy.policy, request, action).decision !== 'allow');
  return refused === undefined
    ? undefined
    : `It is not certain that role ${role.name} allows it ${refused}: its conditions may name the first cluster.`;
};
