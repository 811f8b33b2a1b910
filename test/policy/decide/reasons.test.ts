import { describe, expect, test } from '@jest/globals';
import { nearestFirst, policyWork } from '../../../lib/policy.ts';
import {
  aRequest,
  aStatement,
  aud,
  mustParse,
  otherSub,
  policyText,
  policyWith,
  S,
  sub,
} from '../../support/trust-cases.ts';
import { decide } from '../../support/whole/decide.ts';
import { subjectsOf } from '../../support/whole/subject-set.ts';

const exact = { StringEquals: { [sub]: `${S}prod:app` } };
/** The first reason of a decision as data, and the same for the set of subjects. */
const reasonOf = (...statements: readonly unknown[]) => {
  const policy = mustParse(policyText(statements));
  const { decision, reasons, reasonData } = decide(policy, aRequest());
  expect(reasonData).toHaveLength(reasons.length);
  return { decision, reason: reasonData[0], ofSet: subjectsOf(policy, aRequest()).reasons[0] };
};

describe('a reason for unknown has a kind with its data, for a request and for a set', () => {
  test.each([
    [
      'the network',
      { StringEquals: { 'aws:SourceVpc': 'vpc-1' } },
      'request-dependent',
      'aws:SourceVpc',
      'StringEquals',
    ],
    ['an unknown key', { StringEquals: { 'sts:outbound': 'x' } }, 'undocumented', 'sts:outbound', 'StringEquals'],
    [
      'tags that were not read',
      { StringLike: { 'aws:ResourceTag/a': 'b' } },
      'unread',
      'aws:ResourceTag/a',
      'StringLike',
    ],
    ['an operator', { stringequals: { [aud]: 'x' } }, 'unsupported-operator', aud, 'stringequals'],
    [
      'an operator on an absent key',
      { 'ForAnyValue:StringLikeIfExists': { [otherSub]: 'x' } },
      'undocumented',
      otherSub,
      'ForAnyValue:StringLikeIfExists',
    ],
    ['an empty list', { StringEquals: { [aud]: [] } }, 'undocumented', aud, 'StringEquals'],
    [
      'a variable of the network',
      { StringEquals: { [aud]: '${aws:SourceIp}' } },
      'request-dependent',
      aud,
      'StringEquals',
    ],
    ['a variable without meaning', { StringEquals: { [aud]: '${}' } }, 'undocumented', aud, 'StringEquals'],
    ['no ARN', { ArnLike: { [aud]: 'arn:aws:iam::1:x/*' } }, 'undocumented', aud, 'ArnLike'],
    ['Null with another value', { Null: { [aud]: 'perhaps' } }, 'undocumented', aud, 'Null'],
  ])('%s', (_, condition, kind, key, operator) => {
    const reason = { kind, key, operator };
    const { StringEquals, ...rest } = condition as Record<string, Record<string, unknown>>;
    const both = { ...rest, StringEquals: { ...exact.StringEquals, ...StringEquals } };
    expect(reasonOf(aStatement({ Condition: both }))).toEqual({ decision: 'unknown', reason, ofSet: reason });
  });

  test.each([
    ['a principal', aStatement({ Principal: { AWS: '*' } }), { kind: 'undocumented', element: 'Principal' }],
    ['an action', aStatement({ Action: 's*:AssumeRoleWithWebIdentity' }), { kind: 'undocumented', element: 'Action' }],
    ['an element', aStatement({ Resource: '*' }), { kind: 'policy-problem', problem: 'element' }],
    ['a Sid', aStatement({ Sid: 'a b' }), { kind: 'refused-by-iam', problem: 'sid', name: 'a b' }],
  ])('%s', (_, statement, reason) => {
    expect(reasonOf(statement)).toEqual({ decision: 'unknown', reason, ofSet: reason });
  });

  test('what is too complex to be compared says so, and what it may hide', () => {
    const hostile = [12, 13, 14, 15].map((length, at) => `${S}*${'abcd'[at]}${'?'.repeat(length)}x*`);
    const reasonsOf = (condition: unknown, work: number) =>
      subjectsOf(policyWith(condition), aRequest(), { left: work }).reasons;
    const all = { StringNotLike: { [sub]: hostile } };
    expect(reasonsOf(all, 1000)).toEqual([{ kind: 'budget', mayBeEverySubject: true }]);
    expect(reasonsOf({ StringLike: { [sub]: hostile } }, 1000)).toEqual([{ kind: 'budget', mayBeEverySubject: false }]);
    expect(reasonsOf(all, policyWork)).toEqual([]);
    expect(reasonsOf(exact, 1000)).toEqual([]);
  });
});

describe('a reason for allow or deny has a kind with its data', () => {
  test.each([
    [
      'allowed by the second statement',
      [aStatement({ Effect: 'Deny', Action: 'sts:TagSession' }), aStatement()],
      { kind: 'allows', statement: 1 },
    ],
    ['denied by the second', [aStatement(), aStatement({ Effect: 'Deny' })], { kind: 'denies', statement: 1 }],
    ['no statement', [], { kind: 'no-statement' }],
    ['only a Deny for others', [aStatement({ Effect: 'Deny', Action: 'sts:TagSession' })], { kind: 'no-statement' }],
    ['another provider', [aStatement({ Principal: { Federated: 'x' } })], { kind: 'principal-differs' }],
    ['another action', [aStatement({ Action: 'sts:TagSession' })], { kind: 'action-differs' }],
    [
      'another value',
      [aStatement({ Condition: { StringEquals: { [aud]: 'x' } } })],
      { kind: 'value-differs', key: aud, operator: 'StringEquals' },
    ],
    [
      'an absent key',
      [aStatement({ Condition: { StringEquals: { [otherSub]: 'x' } } })],
      { kind: 'key-absent', key: otherSub, operator: 'StringEquals' },
    ],
    [
      'a value that may not be',
      [aStatement({ Condition: { StringNotLike: { [sub]: '*' } } })],
      { kind: 'value-excluded', key: sub, operator: 'StringNotLike' },
    ],
    [
      'a value that may not be, beside a variable without value',
      [aStatement({ Condition: { StringNotLike: { [sub]: ['${aws:username}', '*'] } } })],
      { kind: 'value-excluded', key: sub, operator: 'StringNotLike' },
    ],
    [
      'a variable without value',
      [aStatement({ Condition: { StringLike: { [sub]: '${aws:username}' } } })],
      { kind: 'variable-without-value', key: sub, operator: 'StringLike' },
    ],
    [
      'a key that is there',
      [aStatement({ Condition: { Null: { [sub]: 'true' } } })],
      { kind: 'value-differs', key: sub, operator: 'Null' },
    ],
  ])('%s', (_, statements, reason) => {
    expect(reasonOf(...statements).reason).toEqual(reason);
  });

  test('what holds is said of principal, action and tests', () => {
    const policy = policyWith({ ...exact, StringNotEquals: { [otherSub]: 'x' }, Null: { [aud]: 'false' } });
    const [result] = decide(policy, aRequest()).statements;
    expect(result?.principal.reason).toEqual({ kind: 'principal-matches' });
    expect(result?.action.reason).toEqual({ kind: 'action-matches' });
    expect(result?.tests.map(({ reason }) => reason)).toEqual([
      { kind: 'holds', key: sub, operator: 'StringEquals' },
      { kind: 'holds', key: otherSub, operator: 'StringNotEquals' },
      { kind: 'holds', key: aud, operator: 'Null' },
    ]);
  });
});

test('of several tests the one that is not satisfied is told, where it stands', () => {
  const text = policyText([
    aStatement({ Condition: { StringEquals: { [sub]: `${S}prod:app`, [aud]: ['vault', 'other'] } } }),
  ]);
  const { reasons, at } = decide(mustParse(text), aRequest());
  expect(reasons).toEqual([expect.stringContaining(aud)]);
  expect(at).toMatchObject({ line: 1, column: text.indexOf('"vault"') + 1 });
});

test.each([
  ['an action', { Action: 'sts:TagSession' }, '"sts:TagSession"'],
  ['all actions but web identity’s', { Action: undefined, NotAction: 'sts:*' }, '{"Effect"'],
])('what does not cover the action is told where it stands: %s', (_, over, place) => {
  const text = policyText([aStatement(over)]);
  expect(decide(mustParse(text), aRequest()).at).toMatchObject({ line: 1, column: text.indexOf(place) + 1 });
});

test('a problem without a name has none among its data', () => {
  const named = decide(mustParse(policyText([aStatement({ Resource: '*' })])), aRequest()).reasonData[0];
  const bare = decide(mustParse(policyText([aStatement({ Principal: undefined })])), aRequest()).reasonData[0];
  expect(Object.keys(named ?? {})).not.toContain('name');
  expect(Object.keys(bare ?? {})).not.toContain('name');
});

test('the nearest statement is the one with the fewest obstacles: a principal weighs 10, an action 5, a test 1', () => {
  const wrong = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`x:${at}`, 'y']));
  const statements = [
    aStatement({ Principal: { Federated: 'x' } }),
    aStatement({ Condition: { StringEquals: wrong(9) } }),
    aStatement({ Action: 'sts:TagSession' }),
    aStatement({ Condition: { StringEquals: wrong(4) } }),
    aStatement({ Effect: 'Deny', Action: 'sts:TagSession' }),
    aStatement({ Principal: { Federated: 'x' }, Action: 'sts:TagSession' }),
  ];
  const decision = decide(mustParse(policyText(statements)), aRequest());
  const order = nearestFirst(decision.statements).map(({ statement }) => statement.index);
  expect(order).toEqual([3, 2, 1, 0, 5]);
  expect(decision.reasons.map(reason => reason.split(':')[0])).toEqual(order.map(index => `Statement[${index}]`));
});
