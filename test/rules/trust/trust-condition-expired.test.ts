import { describe, expect, test } from '@jest/globals';
import { complete } from '../../../lib/model/collected.ts';
import { parsePolicy } from '../../../lib/policy/parse/parse-policy.ts';
import { hintBudget } from '../../../lib/policy/who/budget.ts';
import { phasesOf } from '../../../lib/policy/who/clock.ts';
import { catalog } from '../../../lib/rules/catalog.ts';
import { complexCondition } from '../../support/complex-policies.ts';
import { aReadCluster } from '../../support/example-cluster.ts';
import { evaluate } from '../../support/whole/evaluate.ts';
import { aud, exact, host, judge, policy, provider, statement, sub, worldOf } from './judge.ts';

const now = '2026-11-01T06:00:00.000Z';
const past = '2026-06-30T00:00:00Z';
const soon = '2026-11-20T00:00:00Z';
const far = '2027-06-30T00:00:00Z';
const current = 'aws:CurrentTime';
const own = { StringEquals: { [aud]: 'sts.amazonaws.com', [sub]: exact } };
const epoch = (text: string): string => String(Date.parse(text) / 1000);
const dated = (...tests: readonly Record<string, unknown>[]): Record<string, unknown> =>
  statement({ Condition: Object.assign({}, own, ...tests) });
const until = (date: string) => ({ DateLessThan: { [current]: date } });
const from = (date: string) => ({ DateGreaterThan: { [current]: date } });
const deny = (condition: unknown): Record<string, unknown> => ({
  Effect: 'Deny',
  Principal: { Federated: provider },
  Action: 'sts:AssumeRoleWithWebIdentity',
  Condition: condition,
});

/** What the trust rules say of a policy: rule, severity and message. */
const said = (...statements: readonly Record<string, unknown>[]): readonly string[] => {
  const { findings, undecided } = evaluate(worldOf(policy(...statements)), { rules: catalog });
  return [
    ...findings.map(({ ruleId, severity, messageId, data }) => `${severity} ${ruleId} ${messageId} ${data.at ?? ''}`),
    ...undecided.filter(({ ruleId }) => ruleId === 'trust-condition-expired').map(({ kind }) => `unknown ${kind}`),
  ].map(line => line.trim());
};

describe('a test on the clock is told when it has ended, starts later or ends soon', () => {
  const expired = (at: string) => `high trust-condition-expired expired ${at}`;
  test.each<[string, readonly Record<string, unknown>[], readonly string[]]>([
    ['it ended', [dated(until(past))], [expired('2026-06-30T00:00:00.000Z')]],
    [
      'it ended one millisecond after its date',
      [dated({ DateLessThanEquals: { [current]: past } })],
      [expired('2026-06-30T00:00:00.001Z')],
    ],
    ['it ends at this instant', [dated(until('2026-11-01T06:00:00Z'))], [expired('2026-11-01T06:00:00.000Z')]],
    [
      'seconds since 1970',
      [dated({ NumericLessThan: { 'aws:EpochTime': epoch(past) } })],
      [expired('2026-06-30T00:00:00.000Z')],
    ],
    [
      'a key in capitals',
      [dated({ DateLessThan: { 'AWS:CURRENTTIME': past } })],
      [expired('2026-06-30T00:00:00.000Z')],
    ],
    [
      'IfExists: the clock is always there',
      [dated({ DateLessThanIfExists: { [current]: past } })],
      [expired('2026-06-30T00:00:00.000Z')],
    ],
    [
      'the last of several dates counts',
      [dated({ DateLessThan: { [current]: [past, '2026-09-01T00:00:00Z'] } })],
      [expired('2026-09-01T00:00:00.000Z')],
    ],
    ['a window that closed', [dated(from('2026-01-01T00:00:00Z'), until(past))], [expired('2026-06-30T00:00:00.000Z')]],
    [
      'a Deny that began',
      [statement(), deny({ DateGreaterThanEquals: { [current]: past } })],
      [expired('2026-06-30T00:00:00.000Z')],
    ],
    ['it starts later', [dated(from(far))], ['medium trust-condition-expired notYet 2027-06-30T00:00:00.001Z']],
    [
      'it starts later, and another statement allows the same today',
      [dated(from(far)), statement()],
      ['info trust-condition-expired notYet 2027-06-30T00:00:00.001Z'],
    ],
    ['it ends soon', [dated(until(soon))], ['info trust-condition-expired ending 2026-11-20T00:00:00.000Z']],
    [
      'a Deny begins soon',
      [statement(), deny({ DateGreaterThan: { [current]: soon } })],
      ['info trust-condition-expired ending 2026-11-20T00:00:00.001Z'],
    ],
    [
      'exactly 30 days are left',
      [dated(until('2026-12-01T06:00:00Z'))],
      ['info trust-condition-expired ending 2026-12-01T06:00:00.000Z'],
    ],
    ['a second more is left', [dated(until('2026-12-01T06:00:01Z'))], []],
    ['it has begun', [dated(from(past))], []],
    ['a Deny that ended', [statement(), deny(until(past))], []],
    ['it never ends', [dated({ DateNotEquals: { [current]: past } })], []],
    [
      'the statement was replaced by another one',
      [dated(until(past)), statement()],
      ['info trust-condition-expired replaced 2026-06-30T00:00:00.000Z'],
    ],
    [
      'another statement allows only one of two',
      [
        statement({
          Condition: { StringEquals: { ...own.StringEquals, [sub]: [exact, `${exact}-2`] }, ...until(past) },
        }),
        statement(),
      ],
      [expired('2026-06-30T00:00:00.000Z')],
    ],
    [
      'a pattern expired beside an exact name',
      [
        statement({ Condition: { StringLike: { [sub]: `${exact}*`, [aud]: 'sts.amazonaws.com' }, ...until(past) } }),
        statement(),
      ],
      [expired('2026-06-30T00:00:00.000Z')],
    ],
    ['a date in another form', [dated(until('2026/12/01'))], ['medium trust-undecidable', 'unknown undocumented']],
    [
      'a statement that no token matches at any time is not the clock’s',
      [dated(until(past), { StringLike: { [sub]: 'system:serviceaccount:shipping:*' } })],
      ['high trust-never-matches contradiction'],
    ],
  ])('%s', (_, statements, expected) => {
    const heard = said(...statements).map(line =>
      line.startsWith('medium trust-undecidable') ? 'medium trust-undecidable' : line,
    );
    expect(heard).toEqual(expected);
  });

  test('a policy that is too large to decide is not taken as open', () => {
    const wide = statement({ Condition: { ...complexCondition(sub), ...until(soon) } });
    expect(said(wide)).toContain('unknown budget');
  });

  test('a hundred dates are not worked through', () => {
    const dates = Array.from({ length: 100 }, (_, at) => new Date(Date.parse(far) + at * 1000).toISOString());
    expect(said(dated({ DateEquals: { [current]: dates } }))).toContain('unknown budget');
  });
});

test.each([
  ['a date test', [dated(until(past))]],
  ['a Deny that began', [statement(), deny(from(past))]],
])('the refused service account is told with %s that refuses it, once', (_, statements) => {
  const facts = worldOf(policy(...statements), { clusters: complete([aReadCluster()]) });
  const { findings } = evaluate(facts, { rules: catalog });
  expect(findings.map(({ ruleId }) => ruleId)).toEqual(['trust-condition-expired']);
  expect(findings[0]?.explains.map(({ ruleId }) => ruleId)).toEqual(['service-account-role-not-trusting']);
  expect(findings[0]?.fix.commands).toEqual([]);
});

describe('what people read', () => {
  const told = (...statements: readonly Record<string, unknown>[]) => {
    const { findings } = evaluate(worldOf(policy(...statements)), { rules: catalog });
    return findings.filter(({ ruleId }) => ruleId === 'trust-condition-expired');
  };

  test('every date is evidence, with its place, and each test is named once', () => {
    const window = dated(from('2026-01-01T00:00:00Z'), { DateLessThan: { [current]: ['2026-02-01T00:00:00Z', past] } });
    const text = policy(window);
    const [found] = told(window);
    expect(found?.data.tests).toEqual([`DateGreaterThan ${current}`, `DateLessThan ${current}`]);
    expect(found?.evidence).toMatchObject(
      [
        ['DateGreaterThan', '2026-01-01T00:00:00Z'],
        ['DateLessThan', '2026-02-01T00:00:00Z'],
        ['DateLessThan', past],
      ].map(([operator, got]) => ({
        what: `${operator} ${current}`,
        got,
        at: { line: 1, column: text.indexOf(`"${got}"`) + 1 },
      })),
    );
  });

  test.each<[string, readonly Record<string, unknown>[], boolean, RegExp, RegExp]>([
    [
      'it expired',
      [dated(until(past))],
      true,
      /^Set a later date in .+, or remove it\.$/,
      /are to have the role after/,
    ],
    [
      'it starts later',
      [dated(from(far))],
      true,
      /^Wait until .*, or set an earlier start in/,
      /are to have the role before/,
    ],
    ['it ends soon', [dated(until(soon))], false, /^Set a later date/, /are to have the role after/],
    [
      'it was replaced',
      [dated(until(past)), statement()],
      true,
      /^Remove .+: it allows nobody\.$/,
      /writes the statement/,
    ],
  ])('%s: what pods say, and what there is to choose', (what, statements, isRefused, summary, choice) => {
    const [found] = told(...statements);
    expect(found?.podError !== undefined).toBe(isRefused);
    expect(found?.fix.summary).toMatch(summary);
    expect(found?.fix.choice).toMatch(choice);
    expect(found?.impact).toBe(/ends soon|replaced|the same today/.test(what) ? 'hygiene' : 'breaks');
  });

  test('a statement for two audiences is replaced only where both are', () => {
    const audiences = ['sts.amazonaws.com', 'vault'];
    const both = (over: Readonly<Record<string, unknown>>, values: readonly string[] = audiences) =>
      statement({ Condition: { StringEquals: { [aud]: values, [sub]: exact }, ...over } });
    expect(told(both(until(past)), both({})).map(({ messageId }) => messageId)).toEqual(['replaced']);
    expect(told(both(until(past)), both({}, ['vault'])).map(({ messageId }) => messageId)).toEqual(['expired']);
  });
});

test('a role that is refused by a statement which starts later is as bad as that: it opens by itself', () => {
  const facts = worldOf(policy(dated(from(far))), { clusters: complete([aReadCluster()]) });
  expect(evaluate(facts, { rules: catalog }).findings.map(({ ruleId, severity }) => `${severity} ${ruleId}`)).toEqual([
    'medium trust-condition-expired',
  ]);
});

test('without a test on the clock there is one phase, and nothing is said', () => {
  const text = policy(statement());
  const parsed = parsePolicy(text);
  if (!parsed.ok) throw new Error('not a policy');
  const [only] = parsed.policy.statements;
  if (!only) throw new Error('no statement');
  const context = {
    roleArn: 'arn:aws:iam::111122223333:role/x',
    issuer: `https://${host}`,
    audience: 'sts.amazonaws.com',
    now,
  };
  expect(phasesOf(parsed.policy, only, [context], hintBudget())).toEqual([{ from: 0, state: 'open' }]);
  expect(judge(worldOf(text))).toEqual([]);
});
