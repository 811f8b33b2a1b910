import { describe, expect, test } from '@jest/globals';
import { policyBudget } from '../../../lib/policy/who/budget.ts';
import {
  clockTests,
  instantsFrom,
  isClockKey,
  type Policy,
  phasesOf,
  type TrustContext,
  undecidedClockTest,
} from '../../../lib/policy.ts';
import { aRequest, aStatement, mustParse, policyText, S, sub } from '../../support/trust-cases.ts';

const current = 'aws:CurrentTime';
const march = '2027-03-01T00:00:00Z';
const may = '2027-05-01T00:00:00Z';
const at = (text: string): number => Date.parse(text);
const context: TrustContext = { ...aRequest(), now: '2026-11-01T06:00:00.000Z' };

/** A statement for one account with these further tests. */
const allow = (tests: Readonly<Record<string, unknown>> = {}, value: unknown = `${S}prod:app`) =>
  aStatement({ Condition: { StringLike: { [sub]: value }, ...tests } });
const deny = (tests: Readonly<Record<string, unknown>>) => aStatement({ Effect: 'Deny', Condition: tests });

const firstOf = (policy: Policy) => {
  const [statement] = policy.statements;
  if (!statement) throw new Error('got no statement, want one');
  return statement;
};

const phases = (statements: readonly unknown[], contexts: readonly TrustContext[] = [context], left?: number) => {
  const policy = mustParse(policyText(statements));
  const budget = left === undefined ? policyBudget() : { left };
  return phasesOf(policy, firstOf(policy), contexts, budget)?.map(({ from, state }) => [from, state]);
};

test.each([
  [current, '00.001'],
  ['AWS:EPOCHTIME', '01.000'],
  ['aws:TokenIssueTime', '00.001'],
  ['AWS:TOKENISSUETIME', '00.001'],
])('what policies allow may change at an instant of a test on %s', (key, next) => {
  const policy = mustParse(policyText([allow({ DateGreaterThan: { [key]: march } })]));
  expect(instantsFrom([policy], '2026-11-01T06:00:00.000Z')).toEqual([
    '2026-11-01T06:00:00.000Z',
    '2027-03-01T00:00:00.000Z',
    `2027-03-01T00:00:${next}Z`,
  ]);
});

describe('from when to when a statement allows anybody', () => {
  const m = at(march);
  const y = at(may);

  test.each<[string, readonly unknown[], readonly (readonly [number, string])[]]>([
    ['no test on the clock', [allow()], [[0, 'open']]],
    [
      'before an instant',
      [allow({ DateLessThan: { [current]: march } })],
      [
        [0, 'open'],
        [m, 'closed'],
        [m + 1, 'closed'],
      ],
    ],
    [
      'up to an instant and at it',
      [allow({ DateLessThanEquals: { [current]: march } })],
      [
        [0, 'open'],
        [m, 'open'],
        [m + 1, 'closed'],
      ],
    ],
    [
      'after an instant',
      [allow({ DateGreaterThan: { [current]: march } })],
      [
        [0, 'closed'],
        [m, 'closed'],
        [m + 1, 'open'],
      ],
    ],
    [
      'between two, written in the other order, with a key in lower case',
      [allow({ DateLessThan: { 'aws:currenttime': may }, DateGreaterThanEquals: { [current]: march } })],
      [
        [0, 'closed'],
        [m, 'open'],
        [m + 1, 'open'],
        [y, 'closed'],
        [y + 1, 'closed'],
      ],
    ],
    [
      'the same instant twice, in two forms',
      [allow({ DateLessThan: { [current]: march }, NumericLessThan: { 'aws:EpochTime': String(m / 1000) } })],
      [
        [0, 'open'],
        [m, 'closed'],
        [m + 1, 'closed'],
        [m + 1000, 'closed'],
      ],
    ],
    [
      'a last second of the epoch time',
      [allow({ NumericLessThanEquals: { 'aws:EpochTime': String(m / 1000) } })],
      [
        [0, 'open'],
        [m, 'open'],
        [m + 1000, 'closed'],
      ],
    ],
    [
      'one of several instants',
      [allow({ DateEquals: { [current]: [may, march] } })],
      [
        [0, 'closed'],
        [m, 'open'],
        [m + 1, 'closed'],
        [y, 'open'],
        [y + 1, 'closed'],
      ],
    ],
    [
      'a Deny from an instant on',
      [allow(), deny({ DateGreaterThanEquals: { [current]: march } })],
      [
        [0, 'open'],
        [m, 'closed'],
        [m + 1, 'closed'],
      ],
    ],
    [
      'a Deny for another account alone',
      [allow(), deny({ DateGreaterThan: { [current]: march }, StringEquals: { [sub]: `${S}prod:other` } })],
      [
        [0, 'open'],
        [m, 'open'],
        [m + 1, 'open'],
      ],
    ],
    ['the date of another Allow statement', [allow(), allow({ DateLessThan: { [current]: march } })], [[0, 'open']]],
    ['a date that cannot be read', [allow({ DateLessThan: { [current]: 'next year' } })], [[0, 'open']]],
    ['a subject that no account has', [allow({}, 'x')], [[0, 'closed']]],
  ])('%s', (_, statements, expected) => {
    expect(phases(statements)).toEqual(expected);
  });

  test('it is open where one of the tokens may pass, and closed without any', () => {
    const other: TrustContext = { ...context, issuer: 'https://issuer.example/b' };
    expect(phases([allow()], [other])).toEqual([[0, 'closed']]);
    expect(phases([allow()], [other, context])).toEqual([[0, 'open']]);
    expect(phases([allow()], [])).toEqual([[0, 'closed']]);
  });

  test('more instants than a person writes are not looked at', () => {
    // Each names itself and the millisecond after it; of the first two that is one.
    const named = (count: number) => ['2027-01-01T00:00:00.001Z', ...Array.from({ length: count - 1 }, day)];
    const day = (_: unknown, index: number) => `2027-01-${String(index + 1).padStart(2, '0')}T00:00:00Z`;
    const dates = (count: number) => [allow({ DateEquals: { [current]: named(count) } })];
    expect(phases(dates(20))).toHaveLength(40);
    expect(phases(dates(21))).toBeUndefined();
  });

  test('too much work is told, whichever token takes it', () => {
    const hostile = Array.from({ length: 3 }, (_, index) => `${S}*a*${index}*b*`);
    const statement = allow({ 'ForAnyValue:StringLike': { [sub]: hostile }, StringNotLike: { [sub]: hostile } });
    const other: TrustContext = { ...context, issuer: 'https://issuer.example/b' };
    expect(phases([statement], [other, context], 20)).toEqual([[0, 'budget']]);
    expect(phases([statement], [other], 20)).toEqual([[0, 'closed']]);
  });
});

describe('tests on the clock', () => {
  test.each([
    ['aws:CurrentTime', true],
    ['AWS:EPOCHTIME', true],
    ['aws:TokenIssueTime', false],
    [sub, false],
  ])('%s: %s', (key, expected) => {
    expect(isClockKey(key)).toBe(expected);
  });

  test('those of the statement and of every Deny statement, in this order', () => {
    const policy = mustParse(
      policyText([
        allow({ DateLessThan: { [current]: may } }),
        allow({ DateGreaterThan: { [current]: march } }),
        deny({ DateLessThanIfExists: { 'aws:EpochTime': '1' }, Bool: { 'aws:SecureTransport': 'false' } }),
      ]),
    );
    expect(clockTests(policy, firstOf(policy)).map(({ operator, key }) => `${operator} ${key.text}`)).toEqual([
      `DateLessThan ${current}`,
      'DateLessThanIfExists aws:EpochTime',
    ]);
  });

  test.each<[string, readonly unknown[], string | undefined]>([
    ['a date that holds', [allow({ DateLessThan: { [current]: may } })], undefined],
    ['a date that does not hold', [allow({ DateGreaterThan: { [current]: may } })], undefined],
    ['a day without zone', [allow({ DateLessThan: { [current]: '2030-01-01' } })], undefined],
    ['the day itself', [allow({ DateLessThan: { [current]: '2026-11-01' } })], 'DateLessThan'],
    ['text', [allow({ StringLike: { [sub]: '*', [current]: '2026-*' } })], 'StringLike'],
    [
      'the one of two that is open',
      [allow({ DateGreaterThan: { [current]: march }, DateLessThan: { [current]: 'x' } })],
      'DateLessThan',
    ],
    ['one of a Deny', [allow(), deny({ DateLessThan: { [current]: 'x' } })], 'DateLessThan'],
    ['one of another Allow', [allow(), allow({ DateLessThan: { [current]: 'x' } })], undefined],
    ['another key that is open', [allow({ StringEquals: { 'aws:SourceVpc': 'x' } })], undefined],
  ])('what is not documented is found: %s', (_, statements, operator) => {
    const policy = mustParse(policyText(statements));
    expect(undecidedClockTest(policy, firstOf(policy), context)?.operator).toBe(operator);
  });

  test('without an instant it is open', () => {
    const policy = mustParse(policyText([allow({ DateLessThan: { [current]: may } })]));
    expect(undecidedClockTest(policy, firstOf(policy), aRequest())?.operator).toBe('DateLessThan');
  });
});
