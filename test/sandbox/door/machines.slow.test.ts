/** State machines as Step Functions runs them: names, sizes, errors, and the items of distributed maps. */
import { describe, expect, test } from '@jest/globals';
import { worldClock } from '../../../sandbox/door/clock/world-clock.ts';
import { FunctionFailed } from '../../../sandbox/door/functions/run-function.ts';
import { type Ended, Machine, type MachinePlace } from '../../../sandbox/door/machines.ts';

const arn = 'arn:aws:states:sa-east-1:802233445566:stateMachine:tarn';
const roleArn = 'arn:aws:iam::802233445566:role/tarn';

const task = (more: object = {}) => ({
  ...{ Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', End: true, OutputPath: '$.Payload' },
  Parameters: { FunctionName: 'arn:aws:lambda:sa-east-1:802233445566:function:one:1', 'Payload.$': '$' },
  ...more,
});
const machineOf = (states: object, place: Partial<MachinePlace> = {}): Machine =>
  new Machine(
    {
      ...{ id: 'Tarn', type: 'AWS::StepFunctions::StateMachine', arn },
      properties: { RoleArn: roleArn, DefinitionString: JSON.stringify(states) },
    },
    { invoke: async (_function, payload) => payload, ask: async () => true, clock: worldClock(), ...place },
  );
const alone = (more: object = {}) => ({
  StartAt: 'One',
  States: { One: task(more), Caught: { Type: 'Pass', End: true } },
});
const run = (machine: Machine, input: object = { a: 1 }): Promise<Ended> =>
  machine.start(undefined, JSON.stringify(input)).ended;
const failing =
  (errorType: string): MachinePlace['invoke'] =>
  () =>
    Promise.reject(new FunctionFailed({ errorType, errorMessage: 'words', trace: ['at one'] }));
const all = { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }] };
const named = (error: string) => ({ Catch: [{ ErrorEquals: [error], Next: 'Caught' }] });
const large = { text: 'x'.repeat(262_144) };

describe('one task', () => {
  test('the error of a function is its type, and the cause its JSON', async () => {
    expect(await run(machineOf(alone(), { invoke: failing('Named') }))).toEqual({
      ...{ status: 'FAILED', error: 'Named' },
      cause: '{"errorType":"Named","errorMessage":"words","trace":["at one"]}',
    });
    expect(await run(machineOf(alone(all), { invoke: failing('Named') }))).toMatchObject({
      output: { Error: 'Named' },
    });
  });

  test.each(['States.DataLimitExceeded', 'States.Runtime'])(
    '%s is caught where it is named, and by States.ALL never',
    async error => {
      expect(await run(machineOf(alone(all), { invoke: failing(error) }))).toMatchObject({ status: 'FAILED', error });
      expect(await run(machineOf(alone(named(error)), { invoke: failing(error) }))).toMatchObject({
        status: 'SUCCEEDED',
      });
    },
  );

  test('a definition that catches States.TaskFailed is refused: the local engine would catch a timeout by it', () => {
    expect(() => machineOf(alone(named('States.TaskFailed')))).toThrow('catches States.TaskFailed');
  });

  test('an answer of more than 256 KiB exceeds the limit', async () => {
    const invoke = async () => JSON.stringify(large);
    expect(await run(machineOf(alone(all), { invoke }))).toMatchObject({ error: 'States.DataLimitExceeded' });
    expect(await run(machineOf(alone(named('States.DataLimitExceeded')), { invoke }))).toMatchObject({
      status: 'SUCCEEDED',
    });
  });

  test('a state between tasks has the same limit', async () => {
    const half = 'x'.repeat(200_000);
    const states = {
      StartAt: 'Twice',
      States: {
        Twice: { Type: 'Pass', Parameters: { 'one.$': '$.half', 'two.$': '$.half' }, Next: 'One' },
        One: task(),
      },
    };
    expect(await run(machineOf(states), { half })).toMatchObject({ error: 'States.DataLimitExceeded' });
  });

  test('a function that the role may not call is not called', async () => {
    let calls = 0;
    const ended = await run(
      machineOf(alone(), {
        ask: async ({ action }) => action !== 'lambda:InvokeFunction',
        invoke: async () => {
          calls += 1;
          return '{}';
        },
      }),
    );
    expect([calls, ended]).toEqual([0, expect.objectContaining({ error: 'Lambda.AWSLambdaException' })]);
  });

  describe('that takes longer than its TimeoutSeconds', () => {
    const never: MachinePlace['invoke'] = () => new Promise(() => undefined);
    const within = { TimeoutSeconds: 960 };
    const Retry = [{ ErrorEquals: ['States.Timeout'], MaxAttempts: 2, IntervalSeconds: 20, BackoffRate: 1 }];

    test.each([
      ['fails the execution', within, { status: 'FAILED', error: 'States.Timeout' }, 1, 960],
      ['is caught', { ...within, ...all }, { status: 'SUCCEEDED', output: { Error: 'States.Timeout' } }, 1, 960],
      ['is tried again, with the whole time', { ...within, Retry }, { error: 'States.Timeout' }, 3, 3 * 960 + 2 * 20],
    ] as const)('%s', async (_title, more, ended, tries, seconds) => {
      const clock = worldClock();
      let calls = 0;
      const invoke: MachinePlace['invoke'] = (...given) => {
        calls += 1;
        return never(...given);
      };
      const began = clock.now();
      expect(await run(machineOf(alone(more), { clock, invoke }))).toMatchObject(ended);
      expect([calls, Math.round((clock.now() - began) / 1000)]).toEqual([tries, seconds]);
    });

    test('the longest that ends within it succeeds', async () => {
      const clock = worldClock();
      const invoke: MachinePlace['invoke'] = async (_function, payload) => {
        await clock.sleep(959_000);
        return payload;
      };
      expect(await run(machineOf(alone(within), { clock, invoke }))).toEqual({ status: 'SUCCEEDED', output: { a: 1 } });
    });
  });

  test('an error of Lambda is repeated where the definition says so', async () => {
    let calls = 0;
    const Retry = [{ ErrorEquals: ['Lambda.TooManyRequestsException'], MaxAttempts: 3, IntervalSeconds: 1 }];
    const fault: MachinePlace['fault'] = when => {
      if (when === 'after') return;
      calls += 1;
      if (calls < 3) throw Object.assign(new Error('no room'), { name: 'Lambda.TooManyRequestsException' });
    };
    expect([await run(machineOf(alone({ Retry }), { fault })), calls]).toEqual([
      { status: 'SUCCEEDED', output: { a: 1 } },
      3,
    ]);
  });
});

test('a name is used once; the same start again while it runs answers the same execution', async () => {
  let go = (_value: string): void => undefined;
  const machine = machineOf(alone(), { invoke: () => new Promise(resolve => (go = resolve)) });
  const first = machine.start('tarn-1', '{"a":1}');
  expect(machine.start('tarn-1', '{"a":1}').arn).toBe(first.arn);
  expect(() => machine.start('tarn-1', '{"a":2}')).toThrow('Execution Already Exists');
  await new Promise(resolve => setImmediate(resolve));
  go('{"b":1}');
  await first.ended;
  expect(() => machine.start('tarn-1', '{"a":1}')).toThrow('Execution Already Exists');
});

describe('a start', () => {
  test.each(['a/b', 'a b', 'a,b', 'a\u0085b', '<a>', '', 'x'.repeat(81)])('the name %j is invalid', name => {
    expect(() => machineOf(alone()).start(name)).toThrow(expect.objectContaining({ name: 'InvalidName' }));
  });

  test.each(["it's(1)!", 'réseau', '日本', 'x'.repeat(80)])('the name %s is taken', name => {
    expect(machineOf(alone()).start(name).arn).toMatch(new RegExp(`:${name.replace(/[()]/g, '\\$&')}$`));
  });

  test('an input that is no JSON is invalid', () => {
    expect(() => machineOf(alone()).start('a', '{')).toThrow(
      expect.objectContaining({ name: 'InvalidExecutionInput' }),
    );
  });
});

describe('a distributed map', () => {
  const map = (tolerated: number) => ({
    StartAt: 'Each',
    States: {
      Each: {
        ...{ Type: 'Map', ItemsPath: '$.items', End: true, ToleratedFailurePercentage: tolerated, ResultPath: null },
        ItemSelector: { 'item.$': '$$.Map.Item.Value' },
        ItemProcessor: {
          ...{ ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }, StartAt: 'One' },
          States: { One: task() },
        },
      },
    },
  });
  const input = { items: ['a', 'b', 'c'] };
  const failB: MachinePlace['invoke'] = async (_function, payload) =>
    payload.includes('"b"') ? failing('Named')('', '') : payload;

  test('each item is an execution that the role must be allowed to start', async () => {
    const asked: string[] = [];
    const ask: MachinePlace['ask'] = async ({ action, resource }) => {
      asked.push(`${action} ${resource}`);
      return true;
    };
    expect(await run(machineOf(map(0), { ask }), input)).toMatchObject({ status: 'SUCCEEDED' });
    expect(asked.filter(each => each === `states:StartExecution ${arn}`)).toHaveLength(3);
    const refused = machineOf(map(100), { ask: async ({ action }) => action !== 'states:StartExecution' });
    expect(await run(refused, input)).toMatchObject({ status: 'FAILED', error: 'States.Permissions' });
  });

  test('its history names the states of the definition, and none of its items', async () => {
    const machine = machineOf(map(0));
    const execution = machine.start('tarn-2', JSON.stringify(input));
    await execution.ended;
    expect(machine.find(execution.arn)?.entered.map(({ state }) => state)).toEqual(['Each']);
  });

  test('it tolerates the failures that it says, and no others', async () => {
    expect(await run(machineOf(map(100), { invoke: failB }), input)).toMatchObject({ status: 'SUCCEEDED' });
    expect(await run(machineOf(map(0), { invoke: failB }), input)).toMatchObject({
      error: 'States.ExceedToleratedFailureThreshold',
    });
  });
});

describe('the longest of an execution', () => {
  const hours = (TimeoutSeconds: number) => ({
    ...{ StartAt: 'Hour', TimeoutSeconds },
    States: { Hour: { Type: 'Wait', Seconds: 3600, Next: 'Last' }, Last: { Type: 'Pass', End: true } },
  });

  test('one that runs out of time ends then, with neither error nor output, and one that does not is left alone', async () => {
    const ends: Ended[] = [];
    const clock = worldClock();
    const machine = machineOf(hours(1800), { clock, onEnded: (_execution, ended) => void ends.push(ended) });
    expect(await run(machine)).toEqual({ status: 'TIMED_OUT' });
    expect(ends).toEqual([{ status: 'TIMED_OUT' }]);
    const [{ startedAt, ending, entered } = { startedAt: 0, ending: undefined, entered: [] }] = machine.list();
    expect(Math.round(((ending?.stoppedAt ?? 0) - startedAt) / 1000)).toBe(1800);
    expect(entered.map(({ state }) => state)).toEqual(['Hour']);
    clock.stop();
    expect(await run(machineOf(hours(3601)))).toEqual({ status: 'SUCCEEDED', output: { a: 1 } });
  });

  test('the time of an execution is no time of a task that States.Timeout catches', async () => {
    const invoke = () => new Promise<string>(() => undefined);
    const states = { ...alone(named('States.Timeout')), TimeoutSeconds: 60 };
    expect(await run(machineOf(states, { invoke }))).toEqual({ status: 'TIMED_OUT' });
  });

  /** A map of so many items, and so many states after it. */
  const mapOf = (passes: number, mode: 'INLINE' | 'DISTRIBUTED', One: object = { Type: 'Pass', End: true }) => {
    const after = Array.from({ length: passes }, (_, index) => [
      `Pass ${index}`,
      { Type: 'Pass', ...(index + 1 === passes ? { End: true } : { Next: `Pass ${index + 1}` }) },
    ]);
    const Each = {
      ...{ Type: 'Map', ItemsPath: '$.items', ResultPath: null, Next: 'Pass 0' },
      ItemProcessor: { ProcessorConfig: { Mode: mode }, StartAt: 'One', States: { One } },
    };
    return { StartAt: 'Each', States: { Each, ...Object.fromEntries(after) } };
  };
  const items = (count: number) => ({ items: Array.from({ length: count }, () => ({ a: 1 })) });
  const reached = {
    ...{ status: 'FAILED', error: 'States.Runtime' },
    cause: 'The execution reached the maximum number of history events (25000).',
  };

  // Start, end, four of the map, four of an item and two of each state after it: 2 + 4 + 4 × 6,248 + 2 = 25,000.
  test.each([
    ['25,000 events', 6248, mapOf(1, 'INLINE'), { status: 'SUCCEEDED' }],
    ['two more', 6248, mapOf(2, 'INLINE'), reached],
    ['seven events of each item, a task', 3570, mapOf(1, 'INLINE', task()), { status: 'SUCCEEDED' }],
    ['one item more', 3571, mapOf(1, 'INLINE', task()), reached],
    ['items that have histories of their own', 6300, mapOf(1, 'DISTRIBUTED'), { status: 'SUCCEEDED' }],
  ])('a history of %s', async (_title, count, states, ended) => {
    expect(await run(machineOf(states), items(count))).toMatchObject(ended);
  });

  test('a loop without an end, whose failure nothing catches', async () => {
    const loop = {
      StartAt: 'Again',
      States: { Again: task({ ...all, End: undefined, Next: 'Again' }), Caught: { Type: 'Pass', End: true } },
    };
    let calls = 0;
    const invoke: MachinePlace['invoke'] = async (_function, payload) => {
      calls += 1;
      return payload;
    };
    expect(await run(machineOf(loop, { invoke }))).toEqual(reached);
    // Five events each time, after the first one.
    expect(calls).toBe(5000);
  });
});
