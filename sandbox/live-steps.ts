import { counted } from '../lib/text.ts';
import type { WorkflowEvent } from './workflow/run-workflow.ts';

/** Where progress is shown: `live` where a line may be written over. */
export interface LiveStepsOptions {
  readonly say: (text: string) => void;
  readonly colour: boolean;
  readonly live: boolean;
}

/** Shows the workflow on one line while it runs, and leaves one line of it. A step that is tried again or fails has a line
 *  of its own. */
export const liveSteps = ({ say, colour, live }: LiveStepsOptions) => {
  const mark = (sign: string, code: string) => (colour ? `\u001b[${code}m${sign}\u001b[0m` : sign);
  const clear = live ? '\r\u001b[K' : '';
  const began = performance.now();
  let done = 0;
  return {
    tell: (event: WorkflowEvent): void => {
      const clusters = event.clusters === undefined ? undefined : counted(event.clusters, 'cluster');
      const item = [event.step, event.accountId, clusters].filter(part => part !== undefined).join(' ');
      if (event.phase === 'started') {
        if (live) say(`${clear}  … ${counted(done, 'step')} done, now ${item}`);
        return;
      }
      if (event.phase !== 'done') {
        say(`${clear}  ${mark('✗', '31')} ${item}  ${event.error}: ${event.message}\n`);
        return;
      }
      done += 1;
      if (event.attempt > 1) say(`${clear}  ${mark('✓', '32')} ${item}  at attempt ${event.attempt}\n`);
    },
    end: (): void =>
      say(
        `${clear}  ${mark('✓', '32')} ${counted(done, 'step')} in ${((performance.now() - began) / 1000).toFixed(1)} s\n`,
      ),
  };
};
