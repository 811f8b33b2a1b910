/** The last part of a move to EKS Pod Identity: the statement for tokens goes where nothing uses it any more. */

import type { Facts } from '../../facts.ts';
import { type ClusterSnapshot, providerArn, type Role, readFailuresOf, stripScheme, valueOr } from '../../model.ts';
import { subjectOf, trustPolicyOf } from '../../policy.ts';
import { accessOfEdit } from '../../rules/access/access-change.ts';
import { nothing } from '../../rules/access/gains.ts';
import { rolesTrusting } from '../../rules/oidc/issuer-users.ts';
import { counted, listed } from '../../text.ts';
import { stepsWithManagers } from '../move/exposures.ts';
import { retiredPolicy } from '../move/mirrored-policy.ts';
import { noPlanParts, type Parts, type PlanScope, partsOf, wholePlan } from '../move/parts.ts';
import { editOf } from '../move/role-edit.ts';
import { retireFault } from '../move/same-subjects.ts';
import { usedBecause } from '../move/unused-since.ts';
import { inOrder } from '../order.ts';
import type { Plan } from '../plan.ts';
import { allowsAssociation, associationDifference } from './pod-identity-plan.ts';

/** The plan for some clusters of one account. `days`: how long no token may have got a role. */
export const finishPodIdentity = (
  facts: Facts,
  clusters: readonly ClusterSnapshot[],
  days: number,
  { isRole }: PlanScope = wholePlan,
): Plan => {
  const parts = partsOf(
    ...clusters.map(snapshot => {
      const { partition, accountId } = facts.snapshot;
      const arn = providerArn(partition, accountId, stripScheme(snapshot.cluster.issuer ?? ''));
      const asked = rolesTrusting(arn, facts).filter(role => isRole(role.arn));
      return partsOf(...asked.map(role => retire(role, snapshot, facts, days)));
    }),
  );
  return { steps: stepsWithManagers(inOrder(parts.steps), facts), fixed: [], left: [], notes: parts.notes };
};

const retire = (role: Role, snapshot: ClusterSnapshot, facts: Facts, days: number): Parts => {
  const { cluster, podIdentity } = snapshot;
  const issuer = stripScheme(cluster.issuer ?? '');
  const refuse = (why: string): Parts => ({ steps: [], notes: [{ about: `Role ${role.name}`, why }] });
  const moved = valueOr(podIdentity, []).filter(one => associationDifference(one, role.arn) === undefined);
  const associated = new Set(moved.map(one => subjectOf(one.namespace, one.serviceAccount)));
  const parsed = trustPolicyOf(role);
  // A role without an association has not moved: nothing is finished.
  if (associated.size === 0) return noPlanParts;
  if (!parsed.ok) return refuse(`Its trust policy cannot be read: ${parsed.problem.message}`);
  const [gap] = readFailuresOf(podIdentity);
  if (gap !== undefined)
    return refuse(`The associations of ${cluster.name} were not all read (${gap.operation}: ${gap.message}).`);
  const { loses, isOpen } = accessOfEdit(parsed.policy, nothing, role, facts);
  const own = loses.filter(set => set.issuer === issuer);
  const others = own.flatMap(({ subjects, patterns }) => [
    ...subjects.filter(one => !associated.has(one)),
    ...patterns,
  ]);
  if (isOpen || others.length > 0)
    return refuse(
      `It stays: ${others.length === 0 ? 'service accounts that could not all be named' : listed(others, 3)} can assume it by a token of ${cluster.name} and ${others.length === 1 ? 'has' : 'have'} no association with it.`,
    );
  const from = { name: cluster.name, issuer };
  const used = usedBecause(role, facts, { from: { ...from, cluster: snapshot } }, days);
  if (used !== undefined)
    return refuse(`Not offered: it is not shown that no token got it for ${counted(days, 'day')}: ${used}.`);
  const policy = retiredPolicy(role.trustPolicy, role.arn, from);
  if (policy === undefined) return refuse('Nothing but the statement for tokens is in its trust policy.');
  const edited = editOf(role, parsed.policy, policy, facts);
  if (edited.kind === 'refused') return refuse(edited.why);
  const fault = retireFault({ role, before: parsed.policy, after: edited.after, facts }, issuer);
  if (fault !== undefined) return refuse(`No step is given: ${fault}.`);
  const refused = moved.find(one => !allowsAssociation(edited.after, role, cluster, one, facts.now));
  if (refused !== undefined)
    return refuse(
      `It stays: it is not certain that ${role.name} allows the association of ${refused.namespace}/${refused.serviceAccount} without it (irsa-auditor plan pod-identity adds the statement).`,
    );
  return {
    steps: [
      {
        ...edited.step,
        findingIds: [],
        reason: `no token of ${cluster.name} got role ${role.name} for ${counted(days, 'day')}, and its service accounts have it by EKS Pod Identity`,
      },
    ],
    notes: [],
  };
};
