/** The comparison of CloudTrail's records with the door's list (docs/real-aws.md). */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { callsIn, comparison, doorCalls } from '../../scripts/real-calls.ts';

const event = (role: string, source: string, eventName: string, more: object = {}) => ({
  ...{ eventVersion: '1.08', eventSource: `${source}.amazonaws.com`, eventName, ...more },
  userIdentity: { type: 'AssumedRole', sessionContext: { sessionIssuer: { type: 'Role', userName: role } } },
});
const events = [
  event('acme-collect-account', 'iam', 'ListRoles'),
  event('acme-collect-account', 's3', 'ListObjects', { resources: [{ type: 'x' }, { ARN: 'arn:aws:s3:::b' }] }),
  event('acme-list-targets', 's3', 'PutObject', {
    errorCode: 'AccessDenied',
    resources: [{ ARN: 'arn:aws:s3:::b/k' }],
  }),
  event('acme-list-targets', 'dynamodb', 'GetItem', { errorCode: 'ResourceNotFoundException' }),
  event('other-list-targets', 'iam', 'DeleteRole'),
  { nothing: true },
];
const real = [
  { step: 'collect-account', action: 'iam:ListRoles', resource: '*', errorCode: null },
  { step: 'collect-account', action: 's3:ListBucket', resource: 'arn:aws:s3:::b', errorCode: null },
  { step: 'list-targets', action: 's3:PutObject', resource: 'arn:aws:s3:::b/k', errorCode: 'AccessDenied' },
  { step: 'list-targets', action: 'dynamodb:GetItem', resource: '*', errorCode: 'ResourceNotFoundException' },
];

test('files of a trail and answers of LookupEvents are read alike, for the functions of one deployment', () => {
  expect(callsIn(JSON.stringify({ Records: events }), 'acme')).toEqual(real);
  const Events = events.map(each => ({ CloudTrailEvent: JSON.stringify(each) }));
  expect(callsIn(JSON.stringify({ Events }), 'acme')).toEqual(real);
  expect(() => callsIn('{}', 'acme')).toThrow('Events');
});

test('what AWS refused, and what the door has never seen, is told once', () => {
  const door = real.slice(0, 3).map(call => ({ ...call, errorCode: null }));
  expect(comparison([...real, ...real], door)).toEqual([
    'not known at the door: list-targets dynamodb:GetItem on *',
    'refused: list-targets s3:PutObject on arn:aws:s3:::b/k: AccessDenied',
  ]);
  expect(comparison(door, door)).toEqual([]);
});

test("the door's list has calls of each step of a run, none of them refused", () => {
  const calls = doorCalls(readFileSync('test/fixtures/door-calls.jsonl', 'utf8'));
  expect(new Set(calls.map(({ step }) => step)).size).toBeGreaterThan(6);
  expect(calls.filter(({ errorCode }) => errorCode !== null)).toEqual([]);
});
