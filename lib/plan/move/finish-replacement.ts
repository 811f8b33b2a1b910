/** The last part of a replacement: the first cluster is taken out of trust policies that nothing uses with its tokens any more. */

import type { Facts } from '../../facts.ts';
import { deleteProvider } from '../../fixes/aws-steps.ts';
import { providerArn, type Role, readFailuresOf, valueOr } from '../../model.ts';
import { trustPolicyOf } from '../../policy.ts';
import { lookUpProvider } from '../../rules/access/trust-context.ts';
import { rolesTrusting } from '../../rules/oidc/issuer-users.ts';
import { counted, listed } from '../../text.ts';
import { inOrder } from '../order.ts';
import type { Plan } from '../plan.ts';
import { afterStep } from '../simulate.ts';
import type { ClusterMove, End } from './clusters.ts';
import { stepsWithManagers } from './exposures.ts';
import { retiredPolicy, retiresPodIdentity } from './mirrored-policy.ts';
import { noPlanParts, type Parts, type PlanScope, partsOf, wholePlan } from './parts.ts';
import { editOf, mirrorRole } from './role-edit.ts';
import { retireFault } from './same-subjects.ts';
import { usedBecause } from './unused-since.ts';

/** The plan for one account. `days`: how long nothing may have used a role with tokens of the first cluster. */
export const finishReplacement = (
  facts: Facts,
  move: ClusterMove,
  days: number,
  { isRole }: PlanScope = wholePlan,
): Plan => {
  const { partition, accountId } = facts.snapshot;
  const arn = providerArn(partition, accountId, move.from.issuer);
  const asked = rolesTrusting(arn, facts).filter(role => isRole(role.arn));
  const roles = partsOf(...asked.map(role => retire(role, facts, move, days)));
  const after = roles.steps.reduce(afterStep, facts);
  const parts = partsOf(roles, providerPart(arn, after, move));
  return { steps: stepsWithManagers(inOrder(parts.steps), facts), fixed: [], left: [], notes: parts.notes };
};

const retire = (role: Role, facts: Facts, move: ClusterMove, days: number): Parts => {
  const { from, to } = move;
  const refuse = (why: string): Parts => ({ steps: [], notes: [{ about: `Role ${role.name}`, why }] });
  const parsed = trustPolicyOf(role);
  if (!parsed.ok) return refuse(`Its trust policy cannot be read: ${parsed.problem.message}`);
  if (!['done', 'empty'].includes(mirrorRole(role, facts, move).kind))
    return refuse(
      `It does not trust ${to.name} yet: make the plan without --finish first, or irsa-auditor impact role ${role.name}.`,
    );
  const used = usedBecause(role, facts, { from }, days);
  if (used !== undefined)
    return refuse(`Not offered: it is not shown that nothing used it for ${counted(days, 'day')}: ${used}.`);
  const pods = podIdentityBecause(role, from);
  if (pods !== undefined) return refuse(`Not offered: ${pods}.`);
  const policy = retiredPolicy(role.trustPolicy, role.arn, from);
  if (policy === undefined)
    return refuse(
      `It trusts ${from.name} alone. Delete the role if nothing else needs it: irsa-auditor impact role ${role.name}.`,
    );
  const edited = editOf(role, parsed.policy, policy, facts);
  if (edited.kind === 'refused') return refuse(edited.why);
  const fault =
    retireFault({ role, before: parsed.policy, after: edited.after, facts }, from.issuer) ??
    (JSON.stringify(policy).includes(from.issuer) ? `a condition still names ${from.issuer}` : undefined);
  if (fault !== undefined) return refuse(`No step is given: ${fault}.`);
  return {
    steps: [
      {
        ...edited.step,
        findingIds: [],
        reason: `nothing used role ${role.name} with tokens of ${from.name} for ${counted(days, 'day')}`,
      },
    ],
    notes: [],
  };
};

/** Why the statements for EKS Pod Identity of the first cluster may still be needed: its associations, of which no call of web identity
 *  tells. Undefined where there is none, or no such statement. */
const podIdentityBecause = (role: Role, from: End): string | undefined => {
  if (from.cluster === undefined || !retiresPodIdentity(role.trustPolicy, from)) return undefined;
  const { podIdentity } = from.cluster;
  const [gap] = readFailuresOf(podIdentity);
  const list = valueOr(podIdentity, []);
  if (gap !== undefined || list.some(({ roleArn }) => roleArn === undefined))
    return `the Pod Identity associations of ${from.name} were not all read`;
  const having = list.filter(({ roleArn, targetRoleArn }) => roleArn === role.arn || targetRoleArn === role.arn);
  return having.length === 0
    ? undefined
    : `${listed(
        having.map(one => `${one.namespace}/${one.serviceAccount}`),
        3,
      )} of ${from.name} still ${having.length === 1 ? 'has' : 'have'} it by a Pod Identity association`;
};

/** The provider goes once no role trusts it. `facts` are those after the policies. */
const providerPart = (arn: string, facts: Facts, { from }: ClusterMove): Parts => {
  const lookup = lookUpProvider(arn, facts);
  if (lookup.status !== 'found') return noPlanParts;
  const about = `Provider of ${from.name} in account ${facts.snapshot.accountId}`;
  const left = rolesTrusting(arn, facts);
  const [gap] = readFailuresOf(facts.snapshot.roles);
  if (left.length > 0)
    return {
      steps: [],
      notes: [
        {
          about,
          why: `It stays while ${counted(left.length, 'role')} still ${left.length === 1 ? 'trusts' : 'trust'} it.`,
        },
      ],
    };
  if (gap !== undefined)
    return {
      steps: [],
      notes: [{ about, why: `It stays: not all roles were read (${gap.operation}: ${gap.message}).` }],
    };
  if (from.cluster !== undefined)
    return {
      steps: [],
      notes: [{ about, why: `It stays while the cluster exists. Afterwards: irsa-auditor impact provider ${arn}` }],
    };
  return {
    steps: [{ ...deleteProvider(lookup.provider), findingIds: [], reason: `no role trusts ${from.name} any more` }],
    notes: [],
  };
};
