/** Waits until the pods that a step replaces are gone: before that an audit still finds them. */
import { oldPodsCommand, oldPodsIn } from '../../fixes/changes/workload.ts';
import { wordsOf } from '../../fixes/command.ts';
import type { Act, Change, ChangeOf } from '../../model.ts';
import { asksForDecision, type Plan, type PlannedStep } from '../../plan/plan.ts';
import { counted, visible } from '../../text.ts';
import type { Audited } from '../scan/audit-session.ts';
import { patience, type Workbench } from './carry-out.ts';
import { planOfAudit } from './make-plan.ts';

/** Pods that the webhook missed: for a moment after an annotation it has not heard of it, and a pod that is created then gets no
 *  role. These are the steps that restart the workloads of a plan once more, by an audit after it; none where all new pods have their role. A workload
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

/** Waits for the steps that restart pods, one after the other, with a line of progress where the number changes. After the
 *  deadline it says so, and the audit tells what is left. */
export const waitForPods = async (steps: readonly Act[], bench: Workbench): Promise<void> => {
  let left: number = patience.deadlineMs;
  for (const { change } of steps) {
    if (change.kind !== 'pods-restarted' || change.pods.length === 0) continue;
    let told = 0;
    for (;;) {
      const old = await oldPods(change, bench);
      if (old === undefined || old === 0) break;
      if (old !== told)
        bench.say(
          `waiting: ${counted(old, 'pod')} of ${visible(change.workload)} in ${visible(change.namespace)} not replaced yet`,
        );
      told = old;
      if (left <= 0 || bench.isInterrupted?.() === true) {
        const when = left <= 0 ? `after ${patience.deadlineMs / 60_000} minutes` : 'yet';
        bench.say(`not replaced ${when}: ${visible(change.workload)}`);
        break;
      }
      await bench.pause(patience.intervalMs);
      left -= patience.intervalMs;
    }
  }
};

/** How many of the pods are there still; undefined where that cannot be read. */
const oldPods = async (
  change: ChangeOf<'pods-restarted'>,
  { run, options }: Workbench,
): Promise<number | undefined> => {
  const command = oldPodsCommand(change);
  const { code, stdout } = await run(command.tool, wordsOf(command, command.args, options));
  return code === 0 ? oldPodsIn(change, stdout) : undefined;
};
