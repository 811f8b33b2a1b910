import { beforeAll, describe, expect, test } from '@jest/globals';
import { allStates, type States } from '../../../sandbox/workflow/definition.ts';
import {
  type RunOptions,
  runWorkflow,
  type StepHandlers,
  type WorkflowEvent,
} from '../../../sandbox/workflow/run-workflow.ts';
import { stepFaultsOf } from '../../../sandbox/workflow/step-faults.ts';
import type { Fault } from '../../../sandbox/world/world.ts';

/** The outline of what the infrastructure synthesizes: test/infra runs the real one. */
const small = {
  StartAt: 'ListTargets',
  States: {
    ListTargets: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Parameters: {
        FunctionName: 'arn:aws:lambda:us-east-1:111122223333:function:list',
        Payload: { 'runId.$': '$$.Execution.Name', 'startedAt.$': '$$.Execution.StartTime' },
      },
      OutputPath: '$.Payload',
      Retry: [{ ErrorEquals: ['ThrottledError'], MaxAttempts: 2, IntervalSeconds: 30 }],
      End: true,
    },
  },
} satisfies States;

const nothing = async () => ({});
const steps = (own: Partial<StepHandlers>): StepHandlers => ({
  'list-targets': nothing,
  'collect-account': nothing,
  'index-issuers': nothing,
  'probe-issuers': nothing,
  'evaluate-account': nothing,
  'notify-drift': nothing,
  'complete-run': nothing,
  ...own,
});
const run = (own: Partial<StepHandlers>, rest: Partial<RunOptions> = {}, definition: States = small) =>
  runWorkflow(definition, {
    steps: steps(own),
    runId: 'run-1',
    startedAt: '2026-11-01T00:00:00.000Z',
    retryInterval: 1,
    ...rest,
  });

describe('runWorkflow', () => {
  test('hands the execution’s name and start to the first step', async () => {
    const result = await run({ 'list-targets': async input => ({ got: input }) });
    expect(result).toEqual({
      status: 'succeeded',
      output: { got: { runId: 'run-1', startedAt: '2026-11-01T00:00:00.000Z' } },
    });
  });

  test('refuses a Task without a handler, which the engine would take for success', async () => {
    const unknown = { StartAt: 'Other', States: { Other: { ...small.States.ListTargets } } };
    await expect(run({}, {}, unknown)).rejects.toThrow('the Task Other has no handler');
    await expect(run({}, {}, { StartAt: 'A', States: { A: { Type: 'Succeed' } } })).rejects.toThrow('no Task');
  });

  test('repeats what the definition repeats, and fails with the error’s own name on the rest', async () => {
    let calls = 0;
    const throttledTwice = async () => {
      calls += 1;
      if (calls < 3) throw Object.assign(new Error('slow down'), { name: 'ThrottledError' });
      return { calls };
    };
    expect(await run({ 'list-targets': throttledTwice })).toEqual({ status: 'succeeded', output: { calls: 3 } });
    const broken = async () => {
      throw Object.assign(new Error('no list'), { name: 'TargetsUnreadable' });
    };
    expect(await run({ 'list-targets': broken })).toEqual({
      status: 'failed',
      error: 'TargetsUnreadable',
      cause: 'no list',
    });
  });

  test.each([
    ['too large a state', { big: 'x'.repeat(256 * 1024) }, 'States.DataLimitExceeded'],
    ['nothing', undefined, 'Error'],
    ['a false payload, which the engine would drop', false, 'Error'],
  ])('fails a step that returns %s', async (_, output, error) => {
    expect(await run({ 'list-targets': async () => output })).toMatchObject({ status: 'failed', error });
  });

  test('tells each attempt, with its error', async () => {
    const events: WorkflowEvent[] = [];
    const faults: Fault[] = [{ operation: 'step:list-targets', kind: 'throttle', times: 1 }];
    await run({}, { onEvent: event => events.push(event), faults: stepFaultsOf(faults) });
    expect(events.map(({ phase, attempt }) => `${phase} ${attempt}`)).toEqual([
      'started 1',
      'failed 1',
      'started 2',
      'done 2',
    ]);
    expect(faults[0]?.times).toBe(0);
  });
});

describe('stepFaultsOf', () => {
  const step = (fault: Partial<Fault>, when: 'before' | 'after', accountId = '111122223333') =>
    stepFaultsOf([{ operation: 'step:evaluate-account', kind: 'crash', ...fault }])(when, 'evaluate-account', {
      accountId,
    });

  test.each([
    ['crashes before the step', {}, 'before', 'Runtime.ExitError'],
    ['loses the answer after the step', { resource: 'after' }, 'after', 'Runtime.ExitError'],
    ['runs out of time', { kind: 'time-out' }, 'before', 'Sandbox.Timedout'],
    ['is of the account', { accountId: '111122223333' }, 'before', 'Runtime.ExitError'],
  ] as const)('%s', (_, fault, when, name) => {
    expect(() => step(fault, when)).toThrow(expect.objectContaining({ name }));
  });

  test.each([
    ['another moment', { resource: 'after' }, 'before'],
    ['another account', { accountId: '444455556666' }, 'before'],
    ['another step', { operation: 'step:list-targets' }, 'before'],
    ['a fault of an endpoint', { kind: 'deny' }, 'before'],
    ['used up', { times: 0 }, 'before'],
  ] as const)('leaves alone: %s', (_, fault, when) => {
    expect(() => step(fault, when)).not.toThrow();
  });
});

describe('allStates', () => {
  let names: readonly string[] = [];
  beforeAll(() => {
    const inner: States = { StartAt: 'B', States: { B: { Type: 'Pass' } } };
    const machine: States = {
      StartAt: 'A',
      States: { A: { Type: 'Map', ItemProcessor: inner }, C: { Type: 'Parallel', Branches: [inner] } },
    };
    names = allStates(machine).map(([name]) => name);
  });
  test('goes into maps and branches', () => expect(names).toEqual(['A', 'B', 'C', 'B']));
});
