/** Waits until the pods that a step replaces are gone: before that an audit still finds them. */
import { oldPodsCommand, oldPodsIn } from '../../fixes/changes/workload.ts';
import { wordsOf } from '../../fixes/command.ts';
import type { Act, ChangeOf } from '../../model.ts';
import { counted, visible } from '../../text.ts';
import { patience, type Workbench } from './carry-out.ts';

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
