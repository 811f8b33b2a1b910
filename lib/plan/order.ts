/** The order of the steps of a plan. */
import { roleArnKey } from '../model/irsa-annotation.ts';
import type { Change, Step } from '../model/step.ts';
import { isWide } from '../rules/access/access-change.ts';

/** What gives comes before what needs it, and what takes away comes last, so that nobody is without a role in between. */
const phases: Readonly<Record<Change['kind'], number>> = {
  'provider-created': 0,
  thumbprints: 1,
  'quota-requested': 1,
  // Before the policies: nobody asks for it, and a policy that tests no audience must not meet it.
  'audience-removed': 1.5,
  'trust-policy': 2,
  // After the policies: one that names too many is corrected before their tokens are accepted.
  'audience-added': 2.5,
  objects: 2,
  'service-account-created': 3,
  annotation: 4,
  'addon-created': 4,
  'addon-role': 4,
  'association-updated': 4,
  'workload-service-account': 5,
  'pods-restarted': 6,
  label: 7,
  'association-deleted': 7,
  'provider-deleted': 7,
};

const phaseOf = ({ change, access = [] }: Step): number => {
  if (change === undefined) return 0;
  // As with an audience: a policy that names too many is corrected before the provider lets their tokens pass.
  if (change.kind === 'provider-created' && isWide(access)) return phases['audience-added'];
  const takesRole = change.kind === 'annotation' && change.after === undefined && change.key === roleArnKey;
  return takesRole ? phases.label : phases[change.kind];
};

/** Steps in the order in which they leave no gap; those of one phase as they came. */
export const inOrder = <S extends Step>(steps: readonly S[]): readonly S[] =>
  steps.toSorted((a, b) => phaseOf(a) - phaseOf(b));
