/** The edit of one role's trust policy for the second cluster, or why there is none. */

import type { Facts } from '../../facts.ts';
import { setTrustPolicy } from '../../fixes/aws-steps.ts';
import { type AccessChange, type Act, iamQuotas, type Role, valueOr } from '../../model.ts';
import { type Policy, trustPolicyOf } from '../../policy.ts';
import { accessOfEdit, identitiesInWords } from '../../rules/access/access-change.ts';
import { nothing } from '../../rules/access/gains.ts';
import { given, type JsonObject, objectOf } from '../../text.ts';
import type { ClusterMove } from './clusters.ts';
import { addedStatements, hasUncopiedPodIdentity, mirroredPolicy } from './mirrored-policy.ts';
import { mirrorFault } from './same-subjects.ts';

/** The outcome for one role. `too-long`: it needs `length` characters, and the quota is `quota`. */
export type RoleEdit =
  | { readonly kind: 'done' }
  /** No service account of the first cluster can assume it. */
  | { readonly kind: 'empty' }
  | { readonly kind: 'step'; readonly step: Act; readonly policy: JsonObject; readonly choice?: string }
  | { readonly kind: 'too-long'; readonly length: number; readonly quota: number; readonly policy: JsonObject }
  | { readonly kind: 'refused'; readonly why: string };

/** The edit by which a role also trusts the second cluster, for the same service accounts. */
export const mirrorRole = (role: Role, facts: Facts, move: ClusterMove): RoleEdit => {
  const parsed = trustPolicyOf(role);
  if (!parsed.ok) return { kind: 'refused', why: `its trust policy cannot be read: ${parsed.problem.message}` };
  const policy = mirroredPolicy(role.trustPolicy, role.arn, move);
  if (policy === undefined) return { kind: 'done' };
  const edited = editOf(role, parsed.policy, policy, facts);
  if (edited.kind === 'refused') return edited;
  if (addsPodIdentity(role, policy) && hasUncopiedPodIdentity(role.trustPolicy, move))
    return {
      kind: 'refused',
      why: `No step is given: a statement beside those that allow EKS Pod Identity names ${move.from.name}, and would not hold for ${move.to.name}.`,
    };
  const fault = mirrorFault({ role, before: parsed.policy, after: edited.after, facts }, move);
  if (fault !== undefined)
    return { kind: 'refused', why: `No step is given: with a copy of its statements, ${fault}.` };
  if (edited.access.gains.length === 0 && edited.access.isOpen !== true && !addsPodIdentity(role, policy))
    return { kind: isEmpty(role, parsed.policy, facts, move) ? 'empty' : 'done' };
  const { trustPolicyLength: quota = iamQuotas.trustPolicyLength.least } = valueOr(facts.snapshot.quotas, {});
  if (edited.after.length > quota) return { kind: 'too-long', length: edited.after.length, quota, policy };
  const choice = choiceOf(edited.access, facts);
  return { kind: 'step', step: edited.step, policy, ...given({ choice }) };
};

const addsPodIdentity = (role: Role, policy: JsonObject): boolean =>
  addedStatements(role.trustPolicy, policy).some(({ Principal }) => objectOf(Principal).Service !== undefined);

/** True where it is certain that nobody has the role with tokens of the first cluster. */
const isEmpty = (role: Role, policy: Policy, facts: Facts, { from }: ClusterMove): boolean => {
  const { loses, isOpen } = accessOfEdit(policy, nothing, role, facts);
  return isOpen !== true && loses.every(({ issuer }) => issuer !== from.issuer);
};

/** An edited policy as a step, with who gains and who loses. */
export const editOf = (
  role: Role,
  before: Policy,
  policy: JsonObject,
  facts: Facts,
):
  | { readonly kind: 'edited'; readonly step: Act; readonly after: Policy; readonly access: AccessChange }
  | { readonly kind: 'refused'; readonly why: string } => {
  const after = trustPolicyOf({ trustPolicy: JSON.stringify(policy) });
  if (!after.ok || problemsIn(after.policy) > problemsIn(before))
    return { kind: 'refused', why: 'No step is given: the edited policy would have a fault that IAM refuses.' };
  const access = accessOfEdit(before, after.policy, role, facts);
  return {
    kind: 'edited',
    step: setTrustPolicy(role.arn, role.trustPolicy, policy, [access]),
    after: after.policy,
    access,
  };
};

const problemsIn = ({ problems, statements }: Policy): number =>
  problems.length + statements.flatMap(statement => statement.problems).length;

/** The decision where an edit gives the role to more than names that are written out. */
const choiceOf = ({ gains, isOpen }: AccessChange, facts: Facts): string | undefined => {
  const wide = gains.filter(({ patterns }) => patterns.length > 0);
  if (wide.length === 0 && isOpen !== true) return undefined;
  const who = wide.length === 0 ? 'service accounts that could not all be named' : identitiesInWords(wide, facts);
  return `Confirm that the new cluster gets the same wide trust: ${who}. A policy that names the service accounts is narrower (irsa-auditor fix).`;
};
