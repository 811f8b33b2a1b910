import { describe, expect, test } from '@jest/globals';
import {
  asList,
  conditionOf,
  moveTest,
  oneOrMany,
  replaceStatement,
  replaceStatements,
  withCondition,
  withoutKey,
  withoutTest,
} from '../../../lib/rules/trust/policy-edit/policy-json.ts';

const both = { Condition: { StringEquals: { a: '1', b: '2' }, StringLike: { c: '3' } }, Effect: 'Allow' };

describe('a condition is edited, and all else stays', () => {
  test.each<[string, () => unknown, unknown]>([
    [
      'one of two tests of an operator is taken away',
      () => withoutTest(both, { operator: 'StringEquals', key: 'a' }),
      { ...both, Condition: { StringEquals: { b: '2' }, StringLike: { c: '3' } } },
    ],
    [
      'the only test of an operator is taken away with it',
      () => withoutTest(both, { operator: 'StringLike', key: 'c' }),
      { ...both, Condition: { StringEquals: { a: '1', b: '2' } } },
    ],
    [
      'a test moves to another operator that stands there',
      () => moveTest(both, { operator: 'StringEquals', key: 'a' }, { operator: 'StringLike', key: 'a' }),
      { ...both, Condition: { StringEquals: { b: '2' }, StringLike: { c: '3', a: '1' } } },
    ],
    [
      'a test moves to a new operator, and the old one is empty',
      () => moveTest(both, { operator: 'StringLike', key: 'c' }, { operator: 'ArnLike', key: 'C' }),
      { ...both, Condition: { StringEquals: { a: '1', b: '2' }, ArnLike: { C: '3' } } },
    ],
    [
      'a test does not move where the key is tested already, in any case',
      () => moveTest(both, { operator: 'StringEquals', key: 'a' }, { operator: 'StringLike', key: 'C' }),
      undefined,
    ],
    [
      'nor where it is written in capital letters there',
      () =>
        moveTest(
          { Condition: { StringEquals: { a: '1' }, StringLike: { A: '2', b: '3' } } },
          { operator: 'StringEquals', key: 'a' },
          { operator: 'StringLike', key: 'a' },
        ),
      undefined,
    ],
    [
      'all tests on a key are taken away, in any case',
      () => withoutKey({ StringEquals: { a: '1', b: '2' }, StringLike: { A: '3' } }, 'a'),
      { StringEquals: { b: '2' }, StringLike: {} },
    ],
    ['a statement without a condition has no blocks', () => conditionOf({ Effect: 'Allow' }), {}],
    [
      'an operator that becomes empty is dropped',
      () => withCondition(both, blocks => ({ ...blocks, StringEquals: {} })),
      { ...both, Condition: { StringLike: { c: '3' } } },
    ],
  ])('%s', (_, got, wanted) => {
    expect(got()).toEqual(wanted);
  });
});

describe('statements are replaced', () => {
  const text = JSON.stringify({ Version: '2012-10-17', Id: 'x', Statement: [{ Sid: 'a' }, { Sid: 'b' }] });

  test('one by none, by one, or by several; all else stays', () => {
    const by = (statements: readonly { Sid: string }[]) => replaceStatement(text, 1, () => statements);
    expect(by([])).toEqual({ Version: '2012-10-17', Id: 'x', Statement: [{ Sid: 'a' }] });
    expect(by([{ Sid: 'c' }, { Sid: 'd' }])?.Statement).toEqual([{ Sid: 'a' }, { Sid: 'c' }, { Sid: 'd' }]);
  });

  test('nothing is changed where one cannot be', () => {
    expect(replaceStatements(text, (one, index) => (index === 1 ? undefined : [one]))).toBeUndefined();
  });

  test('a single statement and an encoded text are read as well', () => {
    const single = JSON.stringify({ Statement: { Sid: 'a' } });
    const edited = { Statement: [{ Sid: 'a', Effect: 'Deny' }] };
    const deny = (statement: object) => [{ ...statement, Effect: 'Deny' }];
    expect(replaceStatement(single, 0, deny)).toEqual(edited);
    expect(replaceStatement(encodeURIComponent(single), 0, deny)).toEqual(edited);
  });
});

test('values as a list, and a list as IAM gives it back', () => {
  expect([asList('a'), asList(['a', 'b'])]).toEqual([['a'], ['a', 'b']]);
  expect([oneOrMany(['a']), oneOrMany(['a', 'a']), oneOrMany(['b', 'a']), oneOrMany([])]).toEqual([
    'a',
    'a',
    ['a', 'b'],
    [],
  ]);
});
