import type { WorkflowEvent } from './workflow/run-workflow.ts';

/** Prints each step of the workflow as it ends, with its time; a step that is tried again or fails says so. */
export const liveSteps = (say: (text: string) => void, colour: boolean): ((event: WorkflowEvent) => void) => {
  const mark = (sign: string, code: string) => (colour ? `\u001b[${code}m${sign}\u001b[0m` : sign);
  return event => {
    if (event.phase === 'started') return;
    const item = [event.accountId, event.cluster].filter(part => part !== undefined).join(' ');
    const time = `${Math.round(event.milliseconds)} ms`.padStart(8);
    const line = `${event.step.padEnd(17)} ${item.padEnd(34)} ${time}`;
    if (event.phase === 'done')
      say(`  ${mark('✓', '32')} ${line}${event.attempt > 1 ? `  at attempt ${event.attempt}` : ''}\n`);
    else say(`  ${mark('✗', '31')} ${line}  ${event.error}: ${event.message}\n`);
  };
};
