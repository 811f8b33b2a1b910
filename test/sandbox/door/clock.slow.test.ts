/** The clock of a deployment: it moves to the next timer while everybody waits, and never while somebody works. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type WorldClock, worldClock } from '../../../sandbox/door/clock/world-clock.ts';
import { FunctionFailed, RunningFunction } from '../../../sandbox/door/functions/run-function.ts';
import { Machine } from '../../../sandbox/door/machines.ts';

const hour = 3_600_000;
const arn = 'arn:aws:states:sa-east-1:802233445566:stateMachine:tarn';
const one = 'arn:aws:lambda:sa-east-1:802233445566:function:one:1';

const machineOf = (States: object, clock: WorldClock, invoke = async (_arn: string, payload: string) => payload) =>
  new Machine(
    {
      ...{ id: 'Tarn', type: 'AWS::StepFunctions::StateMachine', arn },
      properties: { RoleArn: 'arn:aws:iam::802233445566:role/tarn', DefinitionString: JSON.stringify(States) },
    },
    { invoke, ask: async () => true, clock },
  );

describe('the states of a machine', () => {
  test.each([
    ['Seconds', { Seconds: 3600 }],
    ['a path to seconds', { SecondsPath: '$.wait.seconds' }],
    ['Timestamp', { Timestamp: 'in an hour' }],
    ['a path to a timestamp', { TimestampPath: '$.wait.until' }],
  ])('a wait by %s ends when the clock has moved by its time, and hands its input on', async (_by, wait) => {
    const clock = worldClock();
    const begun = clock.now();
    const until = new Date(begun + hour).toISOString();
    const input = { wait: { seconds: 3600, until } };
    const state = JSON.parse(JSON.stringify({ Type: 'Wait', ...wait, Next: 'Last' }).replace('in an hour', until));
    const machine = machineOf({ StartAt: 'First', States: { First: state, Last: { Type: 'Pass', End: true } } }, clock);
    const ended = await machine.start('tarn-1', JSON.stringify(input)).ended;
    expect(ended).toEqual({ status: 'SUCCEEDED', output: input });
    expect(clock.now() - begun).toBeGreaterThanOrEqual(hour);
    const { entered = [], ending } = machine.list()[0] ?? {};
    expect((ending?.stoppedAt ?? 0) - (entered[0]?.at ?? 0)).toBeGreaterThanOrEqual(hour - 60_000);
    expect(entered.map(({ state: name }) => name)).toEqual(['First', 'Last']);
  });

  test('what is repeated waits longer each time, as its retrier says; States.ALL repeats no States.Runtime', async () => {
    const Retry = [
      { ErrorEquals: ['Short'], MaxAttempts: 1, IntervalSeconds: 5 },
      { ErrorEquals: ['States.ALL'], MaxAttempts: 4, IntervalSeconds: 100, BackoffRate: 3, MaxDelaySeconds: 500 },
    ];
    const task = {
      ...{ Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', End: true, Retry, OutputPath: '$.Payload' },
      Parameters: { FunctionName: one, 'Payload.$': '$' },
    };
    const playedWith = async (errors: readonly string[]) => {
      const clock = worldClock();
      const calls: number[] = [];
      const machine = machineOf({ StartAt: 'One', States: { One: task } }, clock, async (_arn, payload) => {
        calls.push(clock.now());
        const errorType = errors[calls.length - 1];
        if (errorType !== undefined) throw new FunctionFailed({ errorType, errorMessage: 'words' });
        return payload;
      });
      const { status } = await machine.start(undefined, '{"a":1}').ended;
      return { status, waits: calls.slice(1).map((at, index) => Math.floor((at - (calls[index] ?? 0)) / 1000)) };
    };
    expect(await playedWith(['Short', 'Other', 'Other', 'Other', 'Other'])).toEqual({
      ...{ status: 'SUCCEEDED', waits: [5, 100, 300, 500, 500] },
    });
    expect(await playedWith(['Short', 'Short'])).toEqual({ status: 'FAILED', waits: [5] });
    expect(await playedWith(['States.Runtime'])).toEqual({ status: 'FAILED', waits: [] });
  });
});

describe('a function', () => {
  const folder = mkdtempSync(join(tmpdir(), 'irsa-auditor-clock-'));
  const clock = worldClock();
  let server: Server;
  let lambda: RunningFunction;
  const times: string[] = [];
  /** Answers after work of the machine's time, or is held as a slow service is. */
  beforeAll(async () => {
    server = createServer((message, response) => {
      const [, kind = '', wait = ''] = (message.url ?? '').split('/');
      times.push(kind);
      void clock
        .during(() =>
          kind === 'held' ? clock.hold(Number(wait)) : new Promise(resolve => setTimeout(resolve, Number(wait))),
        )
        .then(() => response.end('{}'));
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    writeFileSync(join(folder, 'network.json'), JSON.stringify({ ports: {}, roots: [] }));
    writeFileSync(
      join(folder, 'index.mjs'),
      `import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
const ask = url => new Promise((resolve, reject) => get(url, answer => answer.resume().on('end', resolve)).on('error', reject));
const works = {
  sleep: ms => sleep(ms),
  timeout: ms => new Promise(resolve => setTimeout(resolve, ms)),
  request: url => ask(url),
  race: url => Promise.race([ask(url), sleep(50_000, 'late')]),
  compute: async ms => { const end = performance.now() + ms; while (performance.now() < end); },
  compress: bytes => Promise.race([promisify(gzip)(Buffer.alloc(bytes, 'tarn')).then(({ length }) => length > 0), sleep(50_000, 'late')]),
  digest: bytes => Promise.race([crypto.subtle.digest('SHA-256', Buffer.alloc(bytes)).then(({ byteLength }) => byteLength > 0), sleep(50_000, 'late')]),
  forever: () => new Promise(() => setInterval(() => undefined, 1000)),
};
export const handler = async ({ work, given }, context) => {
  const begun = Date.now();
  const dated = new Date().getTime();
  const answer = await Promise.all([works[work](given)].flat());
  return { took: Date.now() - begun, begun, dated: dated - begun, left: context.getRemainingTimeInMillis(), answer };
};`,
    );
    const place = {
      ...{ region: 'sa-east-1', endpoint: 'http://127.0.0.1:9', network: join(folder, 'network.json') },
      credentials: { accessKeyId: 'ASIA', secretAccessKey: 's', sessionToken: 't' },
    };
    const definition = {
      ...{ name: 'one', arn: one, handler: 'index.handler', environment: {}, timeout: 900, memory: 256 },
      ...{ taskRoot: folder, logGroup: 'log', logFormat: 'JSON' },
    };
    lambda = new RunningFunction(definition, place, clock);
  });
  afterAll(() => {
    clock.stop();
    lambda.stop();
    server.close();
    server.closeAllConnections();
    rmSync(folder, { recursive: true, force: true });
  });
  const url = (path: string): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}/${path}`;
  const play = async (work: string, given: unknown) => {
    const began = { world: clock.now(), machine: performance.now() };
    const told = JSON.parse(await lambda.invoke(JSON.stringify({ work, given })));
    return { ...told, world: clock.now() - began.world, machine: performance.now() - began.machine };
  };

  test.each([['sleep'], ['timeout']])('its %s of ten minutes takes ten minutes of the world', async work => {
    const { took, world, machine, left } = await play(work, 600_000);
    expect(took).toBeGreaterThanOrEqual(600_000);
    expect(world).toBeGreaterThanOrEqual(600_000);
    expect(left).toBeLessThanOrEqual(300_000);
    expect(machine).toBeLessThan(300_000);
  });

  test('it knows the time of the world, by each way to ask', async () => {
    const before = clock.now();
    const { begun, dated } = await play('sleep', 1);
    expect(begun).toBeGreaterThanOrEqual(before);
    expect(begun).toBeLessThanOrEqual(clock.now());
    expect(dated).toBeLessThan(60_000);
  });

  test('a request that is held takes as long as the service says', async () => {
    const { took } = await play('request', url('held/200000'));
    expect(took).toBeGreaterThanOrEqual(200_000);
  });

  test('of a slow answer and a timer the one that is due first is first', async () => {
    expect((await play('race', url('held/200000'))).answer).toEqual(['late']);
    expect((await play('race', url('held/20000'))).answer).toEqual([null]);
  });

  test('while a service works or the function computes, the clock stands', async () => {
    expect((await play('race', url('works/300'))).answer).toEqual([null]);
    const [computed] = await Promise.all([play('compute', 300), clock.sleep(hour)]);
    expect(computed.took).toBeLessThan(hour);
  });

  test.each([['compress'], ['digest']])(
    'nor does it move while a thread of the function does its work: %s',
    async work => {
      expect((await play(work, 100_000_000)).answer).toEqual([true]);
    },
  );

  test('one that never ends is ended at the end of its time', async () => {
    const begun = clock.now();
    const error = await lambda.invoke('{"work":"forever"}').catch(thrown => thrown);
    expect(error).toMatchObject({ payload: { errorType: 'Sandbox.Timedout' } });
    expect(clock.now() - begun).toBeGreaterThanOrEqual(900_000);
  });
});
