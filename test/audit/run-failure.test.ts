import { expect, test } from '@jest/globals';
import { completeEvent, executionEnded, parseEvent } from '../../lib/audit/events.ts';
import { runFailure } from '../../lib/audit/run-failure.ts';

/** As aws-lambda-ric writes what a handler threw. */
const runtimeJson = (errorType: string, errorMessage: string): string =>
  JSON.stringify({
    errorType,
    errorMessage,
    trace: [
      `${errorType}: ${errorMessage}`,
      '    at Runtime.handler (file:///var/task/index.mjs:12:34567)',
      '    at timed out',
    ],
  });

test.each([
  [
    { error: 'TargetsUnreadable', cause: runtimeJson('TargetsUnreadable', 'the accounts cannot be listed: denied') },
    'the run: failed (TargetsUnreadable: the accounts cannot be listed: denied)',
  ],
  [
    {
      error: 'Sandbox.Timedout',
      cause:
        '{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: 1 Error: Task timed out after 900.00 seconds"}',
    },
    'the run: ran out of time (Sandbox.Timedout: RequestId: 1 Error: Task timed out after 900.00 seconds)',
  ],
  [
    { step: 'notify-drift', error: 'AccessDenied', cause: runtimeJson('AccessDenied', '') },
    'notify-drift: failed (AccessDenied)',
  ],
  [
    { error: 'States.Runtime', cause: '{"a":1}' },
    'the run: the workflow could not process its own state (States.Runtime: {"a":1})',
  ],
  [{ error: 'E', cause: '{"errorMessage":1}' }, 'the run: failed (E: {"errorMessage":1})'],
  [{ error: 'E', cause: '{"errorMess' }, 'the run: failed (E: {"errorMess)'],
  [{ error: '', cause: '' }, 'the run: failed'],
])('%j is told without the stack of the runtime', (failure, message) => {
  expect(runFailure('FAILED', failure)).toEqual({ status: 'FAILED', error: failure.error, message });
});

test('the event of a failed execution and the state of complete-run are read alike', () => {
  const cause = runtimeJson('ThrottledError', 'write runs/1/status.json: slow down');
  const detail = { name: 'a+b=c@d', status: 'FAILED', startDate: 0, error: 'ThrottledError', cause };
  const { failure } = parseEvent(executionEnded, 'complete-run', { source: 'aws.states', detail });
  expect(failure.message).toBe('the run: failed (ThrottledError: write runs/1/status.json: slow down)');
  const event = { runId: 'a', startedAt: '2026-11-25T06:00:00Z', accounts: [] };
  expect(
    parseEvent(completeEvent, 'complete-run', { ...event, notifyDrift: { Error: 'E', Cause: cause } }),
  ).toBeDefined();
});
