/** The notes and marks of the fast lane: which are read, and which are none. */
import { expect, test } from '@jest/globals';
import { fastLaneKeys, isNote, startedIn } from '../../../lib/audit/fast-lane/documents.ts';

const started = { startedAt: '2026-11-25T06:00:00.000Z', runId: 'fast-20261125T060000Z', accountId: '111122223333' };

test('a mark tells all in its key', () => {
  expect(fastLaneKeys.started(started)).toBe(
    'fast-lane/started/2026-11-25/2026-11-25T06:00:00.000Z/fast-20261125T060000Z/111122223333.json',
  );
  expect(startedIn(fastLaneKeys.started(started))).toEqual(started);
  expect(startedIn(fastLaneKeys.started({ ...started, startedAt: '2026-11-25T06:00:00Z' }))).toEqual({
    ...started,
    startedAt: '2026-11-25T06:00:00Z',
  });
  expect(fastLaneKeys.started(started).startsWith(fastLaneKeys.startedOn('2026-11-25'))).toBe(true);
  expect(fastLaneKeys.note('run', 'id')).toBe(`${fastLaneKeys.notes('run')}id.json`);
});

test.each([
  ...['1111', '1111222233334', '11112222333x', ''].map(accountId => ({ ...started, accountId })),
  ...['', 'a/b', 'a b', '..'].map(runId => ({ ...started, runId })),
  ...['2026-11-25', '2026-11-25T06:00Z', '2026-11-25T06:00:00.000000Z', '2026-11-25T06:00:00.000'].map(startedAt => ({
    ...{ ...started, startedAt },
  })),
])('the key of %j is no mark', mark => {
  expect(startedIn(fastLaneKeys.started(mark))).toBeUndefined();
});

test('keys of another folder or another end are no marks', () => {
  const key = fastLaneKeys.started(started);
  expect([`x${key}`, `${key}x`, key.replace('started', 'notes'), key.replace('.json', '')].map(startedIn)).toEqual([
    ...[undefined, undefined, undefined, undefined],
  ]);
});

const event = {
  ...{
    eventId: 'e',
    event: 'DeleteRole',
    at: '2026-11-25T06:00:00Z',
    accountId: '111122223333',
    actor: 'a',
    sourceIp: 'i',
  },
  thing: { kind: 'role', name: 'cart' },
};

test.each<readonly [boolean, object]>([
  [true, { changes: {}, leftOut: {} }],
  [true, { changes: { '111122223333': [event, { ...event, others: 2 }] }, leftOut: { '111122223333': 3 } }],
  [true, { changes: { a: [{ ...event, thing: { kind: 'provider', hostPath: 'h' } }] }, leftOut: {} }],
  [true, { changes: { a: [{ ...event, thing: { kind: 'cluster', region: 'r', name: 'n' } }] }, leftOut: {} }],
  [true, { changes: { a: [{ ...event, thing: { kind: 'unnamed' } }] }, leftOut: {} }],
  [false, { changes: {} }],
  [false, { leftOut: {} }],
  [false, { changes: [], leftOut: {} }],
  [false, { changes: { a: event }, leftOut: {} }],
  [false, { changes: {}, leftOut: { a: 1.5 } }],
  [false, { changes: {}, leftOut: { a: '1' } }],
  [false, { changes: { a: [{ ...event, thing: { kind: 'cluster', name: 'n' } }] }, leftOut: {} }],
  [false, { changes: { a: [{ ...event, thing: { kind: 'other' } }] }, leftOut: {} }],
  [false, { changes: { a: [{ ...event, others: 'many' }] }, leftOut: {} }],
  ...Object.keys(event).map(key => [false, { changes: { a: [{ ...event, [key]: undefined }] }, leftOut: {} }] as const),
])('%s: a note is %j', (expected, value) => {
  expect(isNote(value)).toBe(expected);
});
