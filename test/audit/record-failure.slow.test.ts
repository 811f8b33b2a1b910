import { describe, expect, test } from '@jest/globals';
import { documentKeys } from '../../lib/audit/document-keys.ts';
import { executionEnded, parseEvent } from '../../lib/audit/events.ts';
import { runFailure } from '../../lib/audit/run-failure.ts';
import { completeRun } from '../../lib/audit/steps/complete-run.ts';
import { recordFailure } from '../../lib/audit/steps/record-failure.ts';
import { TransientError } from '../../lib/kit/errors.ts';
import { memoryDocumentStore } from '../../lib/store/memory-document-store.ts';
import { memoryFindingStore } from '../../lib/store/memory-finding-store.ts';

const startedAt = '2026-11-02T03:00:00.000Z';
const accounts = ['111122223333', '444455556666'];
const settings = { settings: { registeredIssuers: [], inCluster: false, unusedAfterDays: 90 } };

/** The event of an execution that did not succeed, as it comes from the event bus. */
const ended = (over: object = {}) => ({
  version: '0',
  source: 'aws.states',
  'detail-type': 'Step Functions Execution Status Change',
  detail: {
    executionArn: 'arn:aws:states:eu-west-1:111122223333:execution:irsa-auditor:run-1',
    name: 'run-1',
    status: 'FAILED',
    startDate: Date.parse(startedAt),
    stopDate: Date.parse(startedAt) + 60_000,
    input: '{}',
    ...over,
  },
});
const failedOf = (over: object = {}) => parseEvent(executionEnded, 'complete-run', ended(over));

const world = () => {
  const documents = memoryDocumentStore();
  const findings = memoryFindingStore();
  const ports = { documents, findings, now: () => '2026-11-02T03:01:00.000Z' };
  const runs = async () => (await findings.runs({ limit: 10 })).items;
  const listed = () => documents.put(documentKeys('run-1').targets, { apiCalls: {}, accounts });
  return { ports, runs, listed };
};

test('the record of a run names the destinations for which its digest waits, and none where none waits', async () => {
  const { ports, runs } = world();
  const state = { runId: 'run-1', startedAt, accounts: [] };
  const notification = { sent: false, transitions: 1, failed: [], held: ['sns'], givenUp: 0 };
  await ports.documents.put(documentKeys('run-1').notification, notification);
  await completeRun(ports, settings, state);
  expect(await runs()).toMatchObject([{ runId: 'run-1', sent: false, held: ['sns'] }]);
  await ports.documents.put(documentKeys('run-1').notification, { ...notification, held: [] });
  await completeRun(ports, settings, state);
  expect(Object.keys((await runs())[0] ?? {})).not.toContain('held');
});

describe('a run that did not succeed', () => {
  test.each<readonly [string, string, string | undefined, string]>([
    ['Sandbox.Timedout', 'RequestId: x Error: Task timed out after 900.00 seconds', 'FAILED', 'ran out of time'],
    ['States.Timeout', '', 'FAILED', 'ran out of time'],
    ['', '', 'TIMED_OUT', 'ran out of time'],
    [
      'Runtime.OutOfMemory',
      'RequestId: x Error: Runtime exited with error: signal: killed',
      'FAILED',
      'ran out of memory',
    ],
    ['Lambda.Unknown', 'Runtime exited with error: signal: killed', 'FAILED', 'ran out of memory'],
    [
      'Runtime.ExitError',
      'RequestId: x Error: Runtime exited with error: exit status 134',
      'FAILED',
      'out of memory, or a crash',
    ],
    ['States.Runtime', 'An error occurred while executing the state', 'FAILED', 'could not process its own state'],
    ['TargetsUnreadable', 'the accounts could not be listed', 'FAILED', 'failed (TargetsUnreadable: the accounts'],
    ['', '', 'ABORTED', 'was stopped'],
  ])('with the error %j (%s, %s) has a record that says so', async (error, cause, status, words) => {
    const { ports, runs, listed } = world();
    await listed();
    await recordFailure(ports, failedOf({ status, ...(error === '' ? {} : { error, cause }) }));
    const [record, ...more] = await runs();
    expect(more).toEqual([]);
    expect(record).toMatchObject({ runId: 'run-1', startedAt, accounts: 2, failedAccounts: accounts, sent: false });
    expect(record?.failure?.message).toContain(words);
  });

  test('before its accounts were listed is recorded too', async () => {
    const { ports, runs } = world();
    await recordFailure(ports, failedOf({ error: 'TargetsUnreadable', cause: 'x' }));
    expect(await runs()).toMatchObject([{ accounts: 0, failure: { error: 'TargetsUnreadable' } }]);
  });

  test('that has a record keeps it: the reason is added, once, and a reason that it has is the better one', async () => {
    const { ports, runs, listed } = world();
    await listed();
    const notifyDrift = { Error: 'Sandbox.Timedout', Cause: 'Task timed out after 900.00 seconds' };
    await completeRun(ports, settings, { runId: 'run-1', startedAt, accounts, notifyDrift });
    const [first] = await runs();
    expect(first?.failure).toMatchObject({ status: 'FAILED', error: 'Sandbox.Timedout' });
    expect(first?.failure?.message).toMatch(/^notify-drift: ran out of time/);
    for (let repeat = 0; repeat < 2; repeat += 1)
      await recordFailure(ports, failedOf({ error: 'NotificationFailed', cause: 'it could not be sent' }));
    expect(await runs()).toEqual([first]);
  });

  test('gives way to the next run before anything else: its record may fail for good', async () => {
    const { ports, listed } = world();
    await listed();
    await ports.findings.claimRun('run-1', startedAt);
    const recordRun = () => Promise.reject(new Error('the table refuses'));
    const findings = { ...ports.findings, recordRun };
    await expect(recordFailure({ ...ports, findings }, failedOf({ error: 'x' }))).rejects.toThrow('the table refuses');
    expect(await ports.findings.claimRun('run-2', startedAt)).toBe(undefined);
  });

  test('because the bucket may not be read has a record that says so', async () => {
    const { ports, runs } = world();
    const refuse = () => Promise.reject(Object.assign(new Error('Access Denied'), { name: 'AccessDenied' }));
    const documents = { ...ports.documents, get: refuse, list: refuse };
    await recordFailure({ ...ports, documents }, failedOf({ error: 'AccessDenied', cause: 'write targets' }));
    const [record] = await runs();
    expect(record).toMatchObject({ runId: 'run-1', accounts: 0, sent: false, failure: { error: 'AccessDenied' } });
    expect(record?.failure?.message).toMatch(
      /AccessDenied: write targets\); what it did is not known: AccessDenied: Access Denied/,
    );
  });

  test('is recorded by the next attempt where the bucket does not answer for a while', async () => {
    const { ports, runs } = world();
    const refuse = () => Promise.reject(new TransientError('SlowDown'));
    const slow = { ...ports, documents: { ...ports.documents, get: refuse } };
    await expect(recordFailure(slow, failedOf({ error: 'x' }))).rejects.toThrow('SlowDown');
    expect(await runs()).toEqual([]);
  });

  test('is told in one line of bounded length, whatever the cause holds', () => {
    const { message } = runFailure('FAILED', { error: 'E', cause: `a\n::error::b\u202e${'x'.repeat(9000)}` });
    expect(message).not.toMatch(/[\n\u202e]|::error/);
    expect(message.length).toBeLessThanOrEqual(500);
  });
});

test('a run that succeeded has no failure', async () => {
  const { ports, runs } = world();
  const notifyDrift = { result: { sent: true } };
  await completeRun(ports, settings, { runId: 'run-1', startedAt, accounts: [], ...{ notifyDrift } });
  expect((await runs())[0]).not.toHaveProperty('failure');
});
