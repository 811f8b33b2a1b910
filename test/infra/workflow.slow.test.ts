import { beforeAll, describe, expect, test } from '@jest/globals';
import { endsOfFunctions, type StepName, stepNames, transientErrors } from '../../lib/audit/contract.ts';
import { leaseMinutes } from '../../lib/audit/ports.ts';
import { ConfigurationInvalid, parseConfiguration } from '../../lib/config/configuration.ts';
import { stateNameOf } from '../../lib/infra/step-function.ts';
import { lambdaServiceErrors, networkErrors, noRoom, uncaughtByAll } from '../../lib/infra/workflow.ts';
import * as errors from '../../lib/kit/errors.ts';
import { allStates, type State, type States } from '../../sandbox/workflow/definition.ts';
import { type RunOptions, runWorkflow, type StepHandlers } from '../../sandbox/workflow/run-workflow.ts';
import { statesIn, synthesizedDefinition, synthesizedTemplate } from '../../sandbox/workflow/synthesized-definition.ts';
import { aslErrors } from '../support/asl.ts';
import { everything } from '../support/synthesized.ts';

const configuration = (document: object) => parseConfiguration(JSON.stringify(document), 'test');
const definitions: Record<'plain' | 'inside', States> = {
  plain: { StartAt: '', States: {} },
  inside: { StartAt: '', States: {} },
};
beforeAll(async () => {
  definitions.plain = await synthesizedDefinition();
  definitions.inside = await synthesizedDefinition(configuration({ inCluster: { enabled: true } }));
});

const stateOf = (machine: States, name: string): State => {
  const found = allStates(machine).find(([each]) => each === name);
  if (!found) throw new Error(`no state ${name}`);
  return found[1];
};

describe.each(['plain', 'inside'] as const)('the definition (%s)', kind => {
  test('is valid States Language', async () => {
    expect(await aslErrors(definitions[kind])).toEqual([]);
  });

  test('with a state that nothing reaches, or a field that there is not, it is not', async () => {
    const changed = (more: object) =>
      aslErrors({ ...definitions[kind], States: { ...definitions[kind].States, ...more } });
    expect(await changed({ Lost: { Type: 'Pass', End: true } })).toContainEqual(
      expect.stringContaining('The state cannot be reached.'),
    );
    const [name = '', state = {}] = Object.entries(definitions[kind].States)[0] ?? [];
    expect(await changed({ [name]: { ...state, TimeoutSecs: 3 } })).toContainEqual(
      expect.stringContaining('Field is not supported. "TimeoutSecs"'),
    );
  });

  test('has a Task for each step, and no other', () => {
    const tasks = allStates(definitions[kind]).flatMap(([name, { Type }]) => (Type === 'Task' ? [name] : []));
    const wanted = stepNames.filter(step => kind === 'inside' || step !== 'collect-cluster').map(stateNameOf);
    expect(tasks.sort()).toEqual(wanted.sort());
  });

  test('gives Lambda five minutes to make the network interfaces of a function in a VPC', async () => {
    const { vpc } = everything.inCluster;
    const inVpc = await synthesizedDefinition(configuration({ inCluster: { enabled: true, vpc } }));
    const retries = (machine: States) =>
      allStates(machine).flatMap(([name, { Retry = [] }]) =>
        Retry.filter(({ ErrorEquals }) => ErrorEquals.includes('Lambda.ENINotReadyException')).map(
          retry => [name, retry] as const,
        ),
      );
    expect(retries(definitions[kind])).toEqual([]);
    const [[name, retry] = [], ...others] = retries(inVpc);
    expect([name, others]).toEqual([stateNameOf('collect-cluster'), []]);
    expect(retry).toEqual({
      ErrorEquals: networkErrors,
      ...{ IntervalSeconds: 10, BackoffRate: 1.5, MaxDelaySeconds: 60, MaxAttempts: 12, JitterStrategy: 'FULL' },
    });
    const waits = Array.from({ length: 12 }, (_, at) => Math.min(10 * 1.5 ** at, 60));
    // Full jitter waits half of it on average.
    expect(waits.reduce((sum, wait) => sum + wait / 2, 0)).toBeGreaterThan(270);
  });

  test('waits for another sender longer than one that died keeps its right to send', () => {
    const [retry] = stateOf(definitions[kind], stateNameOf('notify-drift')).Retry ?? [];
    expect(retry).toEqual({
      ErrorEquals: ['StateConflict'],
      IntervalSeconds: 60,
      BackoffRate: 1.5,
      MaxDelaySeconds: 600,
      MaxAttempts: 8,
    });
    const waits = Array.from({ length: 8 }, (_none, at) => Math.min(60 * 1.5 ** at, 600));
    expect(waits.reduce((sum, wait) => sum + wait, 0)).toBeGreaterThan(leaseMinutes * 60);
  });

  test('repeats what a repeat may fix and nothing else, each time with full jitter', () => {
    for (const [name, state] of allStates(definitions[kind])) {
      if (state.Type !== 'Task') continue;
      expect([name, state.Retry]).toEqual([
        name,
        [
          ...(name === stateNameOf('notify-drift')
            ? [expect.objectContaining({ ErrorEquals: ['StateConflict'] })]
            : []),
          ...(name === stateNameOf('collect-cluster')
            ? [expect.objectContaining({ ErrorEquals: endsOfFunctions, MaxAttempts: 2 })]
            : []),
          expect.objectContaining({ ErrorEquals: [noRoom], JitterStrategy: 'FULL', MaxAttempts: 40 }),
          expect.objectContaining({
            ErrorEquals: [...transientErrors, ...lambdaServiceErrors],
            JitterStrategy: 'FULL',
            MaxAttempts: 5,
          }),
        ],
      ]);
    }
  });

  test('uses nothing that the local engine would run otherwise than AWS', () => {
    const text = JSON.stringify(definitions[kind]);
    for (const word of ['JSONata', '"Assign"', 'ItemReader', 'ItemBatcher', 'ResultWriter'])
      expect([word, text.includes(word)]).toEqual([word, false]);
  });

  test('lets no item of a map fail: every Task in one is caught', () => {
    const maps = allStates(definitions[kind]).filter(([, { Type }]) => Type === 'Map');
    expect(maps.length).toBe(kind === 'inside' ? 3 : 2);
    for (const [, map] of maps)
      for (const [name, state] of Object.entries(map.ItemProcessor?.States ?? {}))
        if (state.Type === 'Task')
          expect([name, state.Catch?.map(each => each.ErrorEquals)]).toEqual([name, [uncaughtByAll, ['States.ALL']]]);
  });

  test('maps accounts in child executions of their own, so many at once', () => {
    for (const name of ['CollectAccounts', 'EvaluateAccounts'])
      expect(stateOf(definitions[kind], name)).toMatchObject({
        // A new AWS account has ten concurrent executions of Lambda in all.
        MaxConcurrency: 8,
        ToleratedFailurePercentage: 100,
        ResultPath: null,
        ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } },
      });
  });
});

test.each(['fast-lane', 'weekly-summary'] as const)(
  'the definition of the %s is valid States Language',
  async kind => {
    const all = configuration({ fastLane: { enabled: true }, weeklySummary: { enabled: true } });
    expect(await aslErrors(statesIn(await synthesizedTemplate(all), kind))).toEqual([]);
  },
  60_000,
);

test('the configuration says how many accounts are worked on at once', async () => {
  const many = await synthesizedDefinition(configuration({ accountsAtOnce: 40 }));
  expect(stateOf(many, 'CollectAccounts').MaxConcurrency).toBe(40);
});

test('no Task is waited for longer than its function may run', () => {
  for (const [name, state] of allStates(definitions.inside))
    if (state.Type === 'Task') expect([name, state.TimeoutSeconds]).toEqual([name, 960]);
});

test('every error of the steps is known to the contract, and the other way round', () => {
  const thrown = [...Object.values(errors), ConfigurationInvalid]
    .map(Kind => new Kind('x').name)
    .filter(name => name !== 'CursorInvalid');
  // A repeat cannot fix these: the item's own Catch turns them into a status.
  const permanent = ['InvalidEvent', 'TargetsUnreadable', 'DocumentMissing', 'DocumentInvalid', 'ConfigurationInvalid'];
  expect(thrown.sort()).toEqual([...transientErrors, ...permanent].sort());
});

const accounts = ['111122223333', '444455556666', '777788889999'];
const failing = (name: string) => async () => {
  throw Object.assign(new Error(`${name} for good`), { name });
};
const accountOf = (input: unknown): string =>
  typeof input === 'object' && input !== null && 'accountId' in input ? String(input.accountId) : '';

/** Steps that answer what the real ones answer, and the calls in order. */
const scripted = (own: Partial<StepHandlers> = {}) => {
  const calls: string[] = [];
  const answers: Readonly<Record<StepName, (input: unknown) => unknown>> = {
    'list-targets': input => ({ ...Object(input), accounts }),
    'collect-account': () => ({ status: 'ok', clusters: [['eu-west-1/a'], ['eu-west-1/b']] }),
    'collect-cluster': () => 'ok',
    'index-issuers': () => ({ accounts: 3, unread: 0, clusters: 6 }),
    'probe-issuers': () => ({ issuers: 6, failed: 0 }),
    'evaluate-account': () => 'ok',
    'notify-drift': () => ({ sent: true, transitions: 1, failed: [], held: [] }),
    'complete-run': () => ({ runId: 'run-1', complete: true }),
  };
  const handler = (step: StepName) => async (input: unknown) => {
    calls.push(`${step} ${accountOf(input)}`.trim());
    return (own[step] ?? (async each => answers[step](each)))(input);
  };
  const steps: StepHandlers = {
    'list-targets': handler('list-targets'),
    'collect-account': handler('collect-account'),
    'collect-cluster': handler('collect-cluster'),
    'index-issuers': handler('index-issuers'),
    'probe-issuers': handler('probe-issuers'),
    'evaluate-account': handler('evaluate-account'),
    'notify-drift': handler('notify-drift'),
    'complete-run': handler('complete-run'),
  };
  return { steps, calls };
};
const run = (steps: StepHandlers, rest: Partial<RunOptions> = {}) =>
  runWorkflow(definitions.inside, {
    steps,
    runId: 'run-1',
    startedAt: '2026-11-01T00:00:00.000Z',
    retryInterval: 1,
    ...rest,
  });
const count = (calls: readonly string[], step: string) => calls.filter(call => call.startsWith(step)).length;

describe('a run of the synthesized definition', () => {
  test('goes through every step, item by item, and ends with the answer of complete-run', async () => {
    const { steps, calls } = scripted();
    expect(await run(steps)).toEqual({ status: 'succeeded', output: { runId: 'run-1', complete: true } });
    expect(stepNames.map(step => [step, count(calls, step)])).toEqual([
      ['list-targets', 1],
      ['collect-account', 3],
      ['collect-cluster', 6],
      ['index-issuers', 1],
      ['probe-issuers', 1],
      ['evaluate-account', 3],
      ['notify-drift', 1],
      ['complete-run', 1],
    ]);
  });

  test.each(['collect-account', 'collect-cluster', 'evaluate-account'] as const)(
    'goes on where %s fails for every item',
    async step => {
      const { steps, calls } = scripted({ [step]: failing('Runtime.ExitError') });
      expect(await run(steps)).toMatchObject({ status: 'succeeded' });
      expect(count(calls, 'evaluate-account')).toBe(3);
      expect(count(calls, 'complete-run')).toBe(1);
    },
  );

  test('calls collect-cluster again where its time or memory ran out: it goes on where it was', async () => {
    let left = 2;
    const { steps, calls } = scripted({
      'collect-account': async () => ({ status: 'ok', clusters: [['eu-west-1/a']] }),
      'collect-cluster': async () => (left-- > 0 ? failing('Sandbox.Timedout')() : 'ok'),
    });
    expect(await run(steps)).toMatchObject({ status: 'succeeded' });
    expect(count(calls, 'collect-cluster')).toBe(5);
  });

  test('ends at once while another run is going on, and says which', async () => {
    const skipped = { runId: 'run-2', skippedFor: { runId: 'run-1', because: 'run run-1 is still going on' } };
    const { steps, calls } = scripted({ 'list-targets': async () => skipped });
    expect(await run(steps)).toEqual({ status: 'succeeded', output: skipped });
    expect(calls).toEqual(['list-targets']);
  });

  test('goes on without a probe: issuers are then unknown', async () => {
    const { steps, calls } = scripted({ 'probe-issuers': failing('Sandbox.Timedout') });
    expect(await run(steps)).toMatchObject({ status: 'succeeded' });
    expect(count(calls, 'evaluate-account')).toBe(3);
  });

  test('records a run whose notification failed, and then fails so that the alarm rings', async () => {
    const { steps, calls } = scripted({ 'notify-drift': failing('AccessDenied') });
    expect(await run(steps)).toMatchObject({ status: 'failed', error: 'NotificationFailed' });
    expect(count(calls, 'complete-run')).toBe(1);
  });

  test.each(['list-targets', 'index-issuers', 'complete-run'] as const)('fails where %s fails', async step => {
    const { steps } = scripted({ [step]: failing('TargetsUnreadable') });
    expect(await run(steps)).toMatchObject({ status: 'failed', error: 'TargetsUnreadable' });
  });

  test('keeps its state small with ten thousand accounts', async () => {
    const many = Array.from({ length: 10_000 }, (_, index) => String(100_000_000_000 + index));
    const { steps } = scripted({
      'list-targets': async input => ({ ...Object(input), accounts: many }),
      'collect-account': async () => ({ status: 'ok', clusters: [] }),
    });
    expect(await run(steps)).toMatchObject({ status: 'succeeded' });
  });
});
