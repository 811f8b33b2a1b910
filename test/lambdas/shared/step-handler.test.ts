import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { stepHandler } from '../../../lambdas/shared/step-handler.ts';
import { ThrottledError } from '../../../lib/kit/errors.ts';

const schema = z.object({ runId: z.string() });
const event = { runId: 'run-1' };
const context = { awsRequestId: 'request', functionName: 'function' } as Context;
/** Logs and metrics go to the console that a test can read, and not past it. */
const toConsole = { POWERTOOLS_DEV: 'true', POWERTOOLS_METRICS_DISABLED: 'false' };

const before = { ...process.env };
const printed: string[] = [];
beforeEach(() => {
  Object.assign(process.env, toConsole);
  printed.length = 0;
  for (const level of ['log', 'info', 'error'] as const)
    jest.spyOn(console, level).mockImplementation(line => void printed.push(String(line)));
});
afterEach(() => {
  jest.restoreAllMocks();
  process.env = { ...before };
});

test('an error leaves a step as it is: the state machine repeats it by its name', async () => {
  const error = new ThrottledError('slow down');
  const handler = stepHandler('collect-account', schema, () => Promise.reject(error));
  await expect(handler(event, context)).rejects.toBe(error);
  await expect(handler({}, context)).rejects.toMatchObject({ name: 'InvalidEvent' });
});

test.each([
  ['succeeds', () => Promise.resolve('done')],
  ['fails', () => Promise.reject(new Error('no'))],
])('the metrics of a step that %s are published', async (_, end) => {
  const handler = stepHandler('complete-run', schema, async (_event, { metrics }) => {
    metrics.addMetric('Runs', MetricUnit.Count, 1);
    return end();
  });
  await handler(event, context).catch(() => undefined);
  expect(printed.map(line => JSON.parse(line).Runs).filter(count => count !== undefined)).toEqual([1]);
});

test('a log line has the step, the run and the account of its own invocation', async () => {
  const ofAccount = z.object({ runId: z.string(), accountId: z.string().optional() });
  const handler = stepHandler('collect-account', ofAccount, () => Promise.resolve('done'));
  await handler({ runId: 'run-1', accountId: '111122223333' }, context);
  await handler({ runId: 'run-2' }, context);
  const lines = printed.map(line => JSON.parse(line)).map(({ step, runId, accountId }) => ({ step, runId, accountId }));
  expect(lines).toEqual([
    { step: 'collect-account', runId: 'run-1', accountId: '111122223333' },
    { step: 'collect-account', runId: 'run-2', accountId: undefined },
  ]);
});

test('what is thrown and is no error stands in the log as one, and leaves as it is', async () => {
  const handler = stepHandler('collect-account', schema, () => Promise.reject('a text'));
  await expect(handler(event, context)).rejects.toBe('a text');
  expect(printed.map(line => JSON.parse(line))).toMatchObject([
    { level: 'ERROR', message: 'step failed', step: 'collect-account', error: { message: 'a text' } },
  ]);
});
