/** Pods that the webhook missed: for a moment after an annotation it has not heard of it, and a pod that is created then gets no
 *  role. */
import type { Change, ChangeOf } from '../../model.ts';
import { asksForDecision, type Plan, type PlannedStep } from '../../plan/plan.ts';
import type { Audited } from '../scan/audit-session.ts';
import { planOfAudit } from './make-plan.ts';

/** The steps that restart the workloads of a plan once more, by an audit after it; none where all new pods have their role. A workload
 *  whose roll-out has made no new pod, or has not replaced all, is none: it was not missed. */
export const restartsAgain = ({ steps }: Plan, audited: Audited): readonly PlannedStep[] => {
  const restarted = new Map(steps.flatMap(({ change }) => restartOf(change).map(one => [placeOf(one), podsOf(one)])));
  if (restarted.size === 0) return [];
  const now = planOfAudit(audited, { wants: () => true, isDecided: one => !asksForDecision(one) });
  return now.steps.filter(({ change }) =>
    restartOf(change).some(one => {
      const old = restarted.get(placeOf(one));
      return old !== undefined && podsOf(one).every(pod => !old.includes(pod));
    }),
  );
};

const restartOf = (change: Change): readonly Restarted[] => (change.kind === 'pods-restarted' ? [change] : []);

/** A pod that took the place of an earlier one may have its name, and was created at another time. */
const podsOf = ({ pods }: Restarted): readonly string[] => pods.map(({ name, createdAt }) => `${name} ${createdAt}`);

type Restarted = ChangeOf<'pods-restarted'>;

const placeOf = ({ cluster, namespace, workload }: Restarted): string =>
  JSON.stringify([cluster.arn ?? cluster.name, namespace, workload]);
