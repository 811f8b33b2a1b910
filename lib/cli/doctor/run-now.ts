import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  type SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import * as z from 'zod';
import { longestRunMinutes } from '../../audit/contract.ts';
import { runFailure } from '../../audit/run-failure.ts';
import type { Clock } from '../../collect/clock.ts';
import { jsonOf, visible } from '../../text.ts';

/** The end of a run that was started by hand. */
type RunEnd = { readonly ended: 'succeeded' } | { readonly ended: 'skipped' | 'failed'; readonly because: string };

interface RunNow {
  readonly client: Pick<SFNClient, 'send'>;
  readonly stateMachineArn: string;
  /** Of the execution: one that was never used. */
  readonly name: string;
  readonly clock: Clock;
  /** A line of progress, without a line break. */
  readonly tell: (line: string) => void;
}

const started = z.object({ executionArn: z.string().min(1) });
const described = z.object({
  status: z.string(),
  output: z.string().nullish(),
  error: z.string().nullish(),
  cause: z.string().nullish(),
});
const entered = z.object({
  events: z.array(z.object({ stateEnteredEventDetails: z.object({ name: z.string() }).nullish() })),
});
const skipped = z.object({ skippedFor: z.object({ because: z.string() }) });
const statuses = ['FAILED', 'TIMED_OUT', 'ABORTED'] as const;

/** Between two looks at the run, milliseconds. */
const pause = 5_000;

/** Starts a run and waits for its end, as long as a run may last. Throws what Step Functions refuses. */
export const runNow = async (options: RunNow): Promise<RunEnd> => {
  const { client, stateMachineArn, name, clock, tell } = options;
  const { executionArn } = started.parse(await client.send(new StartExecutionCommand({ stateMachineArn, name })));
  const until = clock.now() + (longestRunMinutes + 5) * 60_000;
  tell(`run ${name} has started`);
  let last = '';
  for (;;) {
    const execution = described.parse(await client.send(new DescribeExecutionCommand({ executionArn })));
    if (execution.status !== 'RUNNING' && execution.status !== 'PENDING_REDRIVE') return endOf(execution);
    const state = await stateOf(client, executionArn);
    if (state !== undefined && state !== last) tell(visible(state));
    last = state ?? last;
    if (clock.now() >= until) return { ended: 'failed', because: `it still runs after ${longestRunMinutes} minutes` };
    await clock.sleep(pause);
  }
};

/** The state that was entered last: progress alone, so that a refusal says nothing. */
const stateOf = async (client: RunNow['client'], executionArn: string): Promise<string | undefined> => {
  const command = new GetExecutionHistoryCommand({
    executionArn,
    reverseOrder: true,
    maxResults: 20,
    includeExecutionData: false,
  });
  const answer = await client.send(command).catch(() => undefined);
  return entered.safeParse(answer).data?.events.find(({ stateEnteredEventDetails }) => stateEnteredEventDetails)
    ?.stateEnteredEventDetails?.name;
};

const endOf = ({ status, output, error, cause }: z.output<typeof described>): RunEnd => {
  if (status === 'SUCCEEDED') {
    const because = skipped.safeParse(jsonOf(output ?? '')).data?.skippedFor.because;
    return because === undefined ? { ended: 'succeeded' } : { ended: 'skipped', because };
  }
  const known = statuses.find(each => each === status) ?? 'FAILED';
  return { ended: 'failed', because: runFailure(known, { error: error ?? '', cause: cause ?? '' }).message };
};
