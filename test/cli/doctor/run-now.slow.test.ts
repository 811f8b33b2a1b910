import type { SFNClient } from '@aws-sdk/client-sfn';
import { describe, expect, test } from '@jest/globals';
import { runNow } from '../../../lib/cli/doctor/run-now.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const stateMachineArn = 'arn:aws-cn:states:cn-north-1:222233334444:stateMachine:acme';

/** Step Functions that has these states one after the other, and ends so. */
const machine = (states: readonly string[], end: object, history: () => object | Error = () => ({})) => {
  const inputs: object[] = [];
  let looks = 0;
  const client = {
    send: async ({
      input,
      constructor: command,
    }: {
      readonly input: object;
      readonly constructor: { readonly name: string };
    }) => {
      if (command.name === 'StartExecutionCommand') {
        inputs.push(input);
        return { executionArn: 'arn:x' };
      }
      if (command.name === 'DescribeExecutionCommand') {
        looks += 1;
        return looks > states.length ? end : { status: 'RUNNING' };
      }
      const given = history();
      if (given instanceof Error) throw given;
      const name = states[looks - 1];
      return { events: [{}, { stateEnteredEventDetails: { name } }, { stateEnteredEventDetails: { name: 'Old' } }] };
    },
  } as unknown as Pick<SFNClient, 'send'>;
  return { client, inputs };
};

const run = async ({ client }: ReturnType<typeof machine>) => {
  const clock = virtualClock();
  const lines: string[] = [];
  const tell = (line: string) => void lines.push(line);
  const end = await clock.run(() => runNow({ client, stateMachineArn, name: 'doctor-1', clock, tell }));
  return { end, lines, seconds: clock.now() / 1000 };
};

describe('doctor --run', () => {
  test('starts one run and tells each state once, until it has succeeded', async () => {
    const given = machine(['ListTargets', 'CollectAccounts', 'CollectAccounts'], {
      status: 'SUCCEEDED',
      output: '{"accounts":1}',
    });
    expect(await run(given)).toEqual({
      end: { ended: 'succeeded' },
      lines: ['run doctor-1 has started', 'ListTargets', 'CollectAccounts'],
      seconds: 15,
    });
    expect(given.inputs).toEqual([{ stateMachineArn, name: 'doctor-1' }]);
  });

  test('a run that is skipped says which one goes on', async () => {
    const output = '{"skippedFor":{"runId":"a","because":"run a is still going on"}}';
    const { end } = await run(machine([], { status: 'SUCCEEDED', output }));
    expect(end).toEqual({ ended: 'skipped', because: 'run a is still going on' });
  });

  test('a run that fails is told in the words of its step', async () => {
    const cause = JSON.stringify({ errorType: 'TargetsUnreadable', errorMessage: 'denied', trace: ['at x'] });
    const { end } = await run(machine(['ListTargets'], { status: 'FAILED', error: 'TargetsUnreadable', cause }));
    expect(end).toEqual({ ended: 'failed', because: 'the run: failed (TargetsUnreadable: denied)' });
  });

  test('where the history is refused the run is waited for all the same', async () => {
    const { end, lines } = await run(
      machine(['A', 'B'], { status: 'SUCCEEDED', output: 'no JSON' }, () => new Error('no')),
    );
    expect([end, lines]).toEqual([{ ended: 'succeeded' }, ['run doctor-1 has started']]);
  });

  test('a run that never ends is not waited for longer than a run may last', async () => {
    const { end, seconds } = await run(
      machine(
        Array.from({ length: 10_000 }, () => 'A'),
        { status: 'SUCCEEDED' },
      ),
    );
    expect(end).toEqual({ ended: 'failed', because: 'it still runs after 360 minutes' });
    expect(seconds).toBe(365 * 60);
  });
});
