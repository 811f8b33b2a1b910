/** Pods that the webhook missed: for a moment after an annotation it has not heard of it, and a pod that is created then gets no
 *  role. */
import type { Act, ChangeOf } from '../../model/step.ts';
import { asksForDecision, type Plan, type PlannedStep } from '../../plan/plan.ts';
import type { Audited } from '../scan/audit-session.ts';
import { planOfAudit } from './make-plan.ts';

/** The steps that restart the workloads of a plan once more, by an audit after it; none where all new pods have their role. */
export const restartsAgain = ({ steps }: Plan, audited: Audited): readonly PlannedStep[] => {
  const restarted = new Set(steps.flatMap(workloadOf));
  if (restarted.size === 0) return [];
  const now = planOfAudit(audited, { wants: () => true, isDecided: one => !asksForDecision(one) });
  return now.steps.filter(step => workloadOf(step).some(one => restarted.has(one)));
};

const workloadOf = ({ change }: Act): readonly string[] => (change.kind === 'pods-restarted' ? [placeOf(change)] : []);

const placeOf = ({ cluster, namespace, workload }: ChangeOf<'pods-restarted'>): string =>
  JSON.stringify([cluster.arn ?? cluster.name, namespace, workload]);
