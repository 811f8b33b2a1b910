/** A function under AWS's runtime client: its environment, time, memory and answers, as Lambda has them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, expect, test } from '@jest/globals';
import { worldClock } from '../../../sandbox/door/clock/world-clock.ts';
import { environmentOf } from '../../../sandbox/door/functions/environment.ts';
import { FunctionFailed, RunningFunction } from '../../../sandbox/door/functions/run-function.ts';

const folder = mkdtempSync(join(tmpdir(), 'irsa-auditor-lambda-'));
const running: RunningFunction[] = [];
afterAll(() => {
  for (const each of running) each.stop();
  rmSync(folder, { recursive: true, force: true });
});

writeFileSync(join(folder, 'network.json'), JSON.stringify({ ports: {}, roots: [] }));
writeFileSync(
  join(folder, 'index.mjs'),
  `let calls = 0;
let ticks = 0;
export const handler = async (event, context) => {
  calls += 1;
  if (event.throw) throw Object.assign(new TypeError(event.throw), { name: 'Named' });
  if (event.large) return 'x'.repeat(event.large);
  if (event.exit) process.exit(3);
  if (event.wait) await new Promise(() => setInterval(() => undefined, 1000));
  if (event.begin) setInterval(() => (ticks += 1), 10);
  if (event.heap) return import('node:v8').then(v8 => v8.getHeapStatistics().heap_size_limit);
  if (event.fetch) return import('node:dns/promises').then(dns => dns.lookup(event.fetch)).catch(error => error.code);
  return { calls, ticks, region: process.env.AWS_REGION, own: process.env.OWN, name: context.functionName, left: context.getRemainingTimeInMillis() };
};`,
);
const place = {
  ...{ region: 'sa-east-1', endpoint: 'http://127.0.0.1:9', network: join(folder, 'network.json') },
  credentials: { accessKeyId: 'ASIA', secretAccessKey: 's', sessionToken: 't' },
};
const definition = {
  ...{
    name: 'quarry-step',
    arn: 'arn:aws:lambda:sa-east-1:802233445566:function:quarry-step',
    handler: 'index.handler',
  },
  ...{ environment: { OWN: 'yes' }, timeout: 5, memory: 256, taskRoot: folder, logGroup: 'log', logFormat: 'JSON' },
};
const start = (over: Partial<typeof definition> = {}): RunningFunction => {
  const started = new RunningFunction({ ...definition, ...over }, place, worldClock());
  running.push(started);
  return started;
};
const failure = async (work: Promise<string>) => {
  const error = await work.then(
    () => undefined,
    thrown => thrown,
  );
  if (!(error instanceof FunctionFailed)) throw new Error(`want a failure, got ${error}`);
  return error.payload;
};

test('it is kept warm, has its environment and its time, and tells an error by its type, message and trace', async () => {
  const lambda = start({ timeout: 60 });
  const first = JSON.parse(await lambda.invoke('{}'));
  expect(first).toMatchObject({ calls: 1, region: 'sa-east-1', own: 'yes', name: 'quarry-step' });
  expect(first.left).toBeGreaterThan(30_000);
  expect(first.left).toBeLessThanOrEqual(60_000);
  const [second, third] = await Promise.all([lambda.invoke('{}'), lambda.invoke('{}')]);
  expect([second, third].map(text => JSON.parse(text).calls)).toEqual([2, 3]);
  expect(await failure(lambda.invoke('{"throw":"words"}'))).toEqual({
    ...{ errorType: 'Named', errorMessage: 'words' },
    trace: expect.arrayContaining([expect.stringContaining('words')]),
  });
  expect(await failure(lambda.invoke('{"large":6291600}'))).toMatchObject({
    errorType: 'Function.ResponseSizeTooLarge',
  });
  expect(await lambda.invoke('{"fetch":"example.com"}')).toBe('"ENOTFOUND"');
  expect(await failure(lambda.invoke('{"exit":true}'))).toMatchObject({
    errorType: 'Runtime.ExitError',
    errorMessage: expect.stringContaining('exit status 3'),
  });
  expect(JSON.parse(await lambda.invoke('{}')).calls).toBe(1);
});

test('it is ended when its time is up, and begins again', async () => {
  const lambda = start({ timeout: 3 });
  expect(await failure(lambda.invoke('{"wait":true}'))).toMatchObject({
    errorType: 'Sandbox.Timedout',
    errorMessage: expect.stringMatching(/Task timed out after 3\.00 seconds$/),
  });
  expect(JSON.parse(await lambda.invoke('{}')).calls).toBe(1);
});

test('between invocations it is frozen', async () => {
  const lambda = start({ timeout: 60 });
  const [before] = [await lambda.invoke('{"begin":true}')].map(text => JSON.parse(text));
  await setTimeout(1_500);
  const after = JSON.parse(await lambda.invoke('{}'));
  expect([before.calls, after.calls]).toEqual([1, 2]);
  expect(after.ticks).toBeLessThan(50);
});

test.each([256, 1024])('of %i MB of memory its heap has no more', async memory => {
  const limit = JSON.parse(await start({ timeout: 60, memory }).invoke('{"heap":true}')) / 1024 ** 2;
  expect(limit).toBeLessThan(memory * 1.1);
  expect(limit).toBeGreaterThan(memory * 0.8);
});

test('an event of more than 6 MB is refused', async () => {
  await expect(start().invoke(JSON.stringify('x'.repeat(6 * 1024 ** 2)))).rejects.toThrow('RequestTooLargeException');
});

test('a handler that cannot be loaded fails each invocation', async () => {
  expect(await failure(start({ handler: 'other.handler' }).invoke('{}'))).toMatchObject({
    errorType: 'Runtime.ImportModuleError',
  });
});

test('an environment of more than 4 KB, or with a name that Lambda reserves, is refused', () => {
  const refused = (environment: Readonly<Record<string, string>>) => () =>
    environmentOf({ ...definition, environment }, place, '127.0.0.1:1');
  expect(refused({ OWN: 'x'.repeat(4100) })).toThrow('quarry-step has');
  expect(refused({ AWS_REGION: 'eu-west-1' })).toThrow('sets AWS_REGION, which Lambda reserves');
});
