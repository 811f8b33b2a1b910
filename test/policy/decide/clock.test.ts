import { describe, expect, test } from '@jest/globals';
import { aRequest, policyWith, sub } from '../../support/trust-cases.ts';
import { decide } from '../../support/whole/decide.ts';

const now = '2026-11-01T06:00:00.000Z';
const past = '2026-10-01T00:00:00Z';
const later = '2027-01-01T00:00:00Z';
const epoch = (text: string): string => String(Date.parse(text) / 1000);
const current = 'aws:CurrentTime';

/** docs/facts.md §A.6: the clock is in every request. */
const decided = (test_: Readonly<Record<string, unknown>>, over = {}) =>
  decide(policyWith({ StringEquals: { [sub]: 'system:serviceaccount:prod:app' }, ...test_ }), {
    ...aRequest(),
    now,
    ...over,
  }).decision;

describe('a test on the clock is decided by the instant of the request', () => {
  test.each([
    ['DateLessThan', current, later, 'allow'],
    ['DateLessThan', current, past, 'deny'],
    ['DateGreaterThan', current, past, 'allow'],
    ['DateGreaterThan', current, later, 'deny'],
    ['DateLessThanEquals', current, now, 'allow'],
    ['DateGreaterThanEquals', current, now, 'allow'],
    ['DateLessThan', current, now, 'deny'],
    ['DateEquals', current, now, 'allow'],
    ['DateNotEquals', current, past, 'allow'],
    ['DateLessThanIfExists', current, past, 'deny'],
    ['DateLessThan', current, epoch(later), 'allow'],
    ['DateLessThan', 'aws:EpochTime', later, 'allow'],
    ['DateLessThan', 'aws:EpochTime', epoch(past), 'deny'],
    ['NumericLessThan', 'aws:EpochTime', epoch(later), 'allow'],
    ['NumericLessThan', 'AWS:epochtime', epoch(past), 'deny'],
    ['NumericGreaterThan', 'aws:EpochTime', epoch(past), 'allow'],
    ['DateLessThan', current, '2099-01-01', 'allow'],
    ['DateLessThan', current, '2020-01-01', 'deny'],
    ['DateGreaterThan', current, '2020-01', 'allow'],
    ['DateGreaterThanEquals', current, '2099-12', 'deny'],
    ['DateEquals', current, '2020-01-01', 'deny'],
    ['DateLessThan', current, '2099-12', 'allow'],
    ['DateLessThan', current, '1969', 'deny'],
    ['Null', current, 'false', 'allow'],
    ['Null', 'aws:EpochTime', 'true', 'deny'],
  ])('%s on %s with %s: %s', (operator, key, value, expected) => {
    expect(decided({ [operator]: { [key]: value } })).toBe(expected);
  });

  test.each([
    ['a number is no date of aws:CurrentTime', { NumericLessThan: { [current]: epoch(later) } }],
    ['what text the instant is compared as is not documented', { StringLike: { [current]: '2026-*' } }],
    ['a date that cannot be read', { DateLessThan: { [current]: 'next year' } }],
    ['a day of which the instant is', { DateLessThan: { [current]: now.slice(0, 10) } }],
    ['a month of which the instant is', { DateGreaterThanEquals: { [current]: now.slice(0, 7) } }],
    ['four digits, a year or seconds', { DateGreaterThan: { [current]: '2099' } }],
    ['a day in another form', { DateLessThan: { [current]: '2099/01/01' } }],
  ])('%s: unknown', (_, condition) => {
    expect(decided(condition)).toBe('unknown');
  });

  test('without an instant it is unknown', () => {
    expect(decided({ DateLessThan: { [current]: past } }, { now: undefined })).toBe('unknown');
    expect(decided({ NumericLessThan: { 'aws:EpochTime': '1' } }, { now: 'no date' })).toBe('unknown');
  });
});
