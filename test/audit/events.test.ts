/** Events of the steps: each form that is taken, and each that is refused with the name of its field. */
import { describe, expect, test } from '@jest/globals';
import {
  accountEvent,
  clusterEvent,
  completeEvent,
  executionEnded,
  fastStartEvent,
  notifyEvent,
  parseEvent,
  runState,
  startEvent,
} from '../../lib/audit/events.ts';

const run = { runId: 'run-1', startedAt: '2026-11-25T06:00:00.000Z' };
const state = { ...run, accounts: ['111122223333'] };
const account = { ...run, accountId: '111122223333' };
const schemas = { startEvent, fastStartEvent, runState, accountEvent, clusterEvent, notifyEvent, completeEvent };

describe('what is taken', () => {
  test.each<readonly [keyof typeof schemas, object]>([
    ['startEvent', run],
    ['startEvent', { ...run, runId: 'A.z_9:-', startedAt: '2026-11-25T06:00:00+01:00' }],
    ['startEvent', { ...run, runId: 'x'.repeat(120) }],
    ['startEvent', { ...run, runId: "retry+1=2@home(again)!'ü" }],
    ['fastStartEvent', { runId: 'fast-1' }],
    ['runState', { ...state, accounts: [] }],
    ['runState', { ...state, fast: true, skippedNotes: 1 }],
    ['accountEvent', account],
    ['clusterEvent', { ...account, clusters: ['eu-west-1/shop', 'us-gov-west-1/a b', `x/${'y'.repeat(100)}`] }],
    ['notifyEvent', { ...state, summary: true }],
    ['notifyEvent', { ...state, summary: false }],
    ['completeEvent', { ...state, notifyDrift: {} }],
    ['completeEvent', { ...state, notifyDrift: { Error: 'E', Cause: 'c', result: { sent: true } } }],
  ])('%s %j', (name, event) => {
    expect(parseEvent<unknown>(schemas[name], 'a-step', event)).toEqual(event);
  });
});

describe('what is refused', () => {
  test.each<readonly [keyof typeof schemas, string, object]>([
    ['startEvent', 'runId', { ...run, runId: '' }],
    ['startEvent', 'runId', { ...run, runId: 'x'.repeat(121) }],
    ...['a/b', 'a b', 'a\nb', 'a\u0085b', '\u202e', 'a%2F', '{a}', 'a$b', 'a`b', '<a>', 'a"b', 'a\\b', 'a&b'].map(
      runId => ['startEvent', 'runId', { ...run, runId }] as const,
    ),
    ...['run-1', 'fast-', 'fast-a+b', `fast-${'x'.repeat(76)}`].map(
      id => ['fastStartEvent', 'runId', { runId: id }] as const,
    ),
    ['startEvent', 'startedAt', { ...run, startedAt: '2026-11-25' }],
    ['startEvent', 'startedAt', { ...run, startedAt: '2026-11-25T06:00:00' }],
    ['runState', 'accounts.0', { ...state, accounts: ['11112222333'] }],
    ['runState', 'accounts.1', { ...state, accounts: ['111122223333', '1111222233334'] }],
    ['runState', 'fast', { ...state, fast: false }],
    ['runState', 'skippedNotes', { ...state, skippedNotes: 0 }],
    ['accountEvent', 'accountId', { ...account, accountId: 'x' }],
    ['clusterEvent', 'clusters', { ...account, clusters: [] }],
    ['clusterEvent', 'clusters.0', { ...account, clusters: ['EU/shop'] }],
    ['clusterEvent', 'clusters.0', { ...account, clusters: ['eu-west-1/a/b'] }],
    ['clusterEvent', 'clusters.0', { ...account, clusters: [`x/${'y'.repeat(101)}`] }],
    ['notifyEvent', 'summary', { ...state, summary: 'yes' }],
    ['completeEvent', 'notifyDrift.Error', { ...state, notifyDrift: { Error: 1 } }],
  ])('%s: %s', (name, field, event) => {
    expect(() => parseEvent<unknown>(schemas[name], 'a-step', event)).toThrow(
      expect.objectContaining({ name: 'InvalidEvent', message: expect.stringContaining(`a-step: ${field}: `) }),
    );
  });

  test('a value that is no event, by that word', () => {
    expect(() => parseEvent<unknown>(startEvent, 'a-step', 7)).toThrow(/^a-step: the event: /);
  });
});

test.each<readonly [object, object]>([
  [
    { error: 'E', cause: 'c' },
    { status: 'FAILED', error: 'E', message: 'the run: failed (E: c)' },
  ],
  [
    { error: null, cause: null },
    { status: 'FAILED', error: '', message: 'the run: failed' },
  ],
  [{}, { status: 'FAILED', error: '', message: 'the run: failed' }],
  [{ status: 'TIMED_OUT' }, { status: 'TIMED_OUT', error: '', message: 'the run: ran out of time' }],
  [{ status: 'ABORTED' }, { status: 'ABORTED', error: '', message: 'the run: was stopped' }],
])('an execution that ended so: %j', (over, failure) => {
  const startDate = Date.parse(run.startedAt);
  const event = { source: 'aws.states', detail: { name: 'run-1', status: 'FAILED', startDate, ...over } };
  expect(parseEvent<unknown>(executionEnded, 'complete-run', event)).toEqual({ ...run, failure });
});
