import { describe, expect, test } from '@jest/globals';
import { policyBudget } from '../../../lib/policy/who/budget.ts';
import { type Formula, literalGlob, shortestSubjects, testsOnClaim, wildcardGlob } from '../../../lib/policy.ts';
import { aud, otherSub, P, policyWith, S, sub } from '../../support/trust-cases.ts';

const like = (text: string): Formula => ({ kind: 'matches', glob: wildcardGlob(S + text) });
const is = (text: string): Formula => ({ kind: 'matches', glob: literalGlob(S + text) });
const or = (...parts: readonly Formula[]): Formula => ({ kind: 'or', parts });
const shortest = (formula: Formula, count: number, left = policyBudget().left) =>
  shortestSubjects(formula, count, { left }).map(subject => subject.replace(S, ''));

describe('the shortest subjects of a set', () => {
  test.each<[Formula, number, readonly string[]]>([
    [is('a:b'), 3, ['a:b']],
    [or(is('a:bc'), is('b:b'), is('a:b')), 2, ['a:b', 'b:b']],
    [or(is('a:bc'), is('b:b'), is('a:b')), 9, ['a:b', 'b:b', 'a:bc']],
    [or(like('a:b?'), is('c:c')), 1, ['c:c']],
    [false, 3, []],
    [is('a:b'), 0, []],
  ])('%j, at most %d: %j', (formula, count, expected) => {
    expect(shortest(formula, count)).toEqual(expected);
  });

  test('of a pattern they are different ones', () => {
    const found = shortest(like('a:*'), 4);
    expect(new Set(found).size).toBe(4);
    expect(found).toEqual(found.map(() => expect.stringMatching(/^a:\w$/)));
  });

  test('without work that is left there are none', () => {
    expect(shortest(like('a:*'), 4, -1)).toEqual([]);
  });
});

test('the tests on a claim are those of the issuers that are asked for, in any case', () => {
  const [statement] = policyWith({
    StringEquals: { [sub]: 'x', [aud]: 'y', [otherSub]: 'z' },
    StringLike: { [sub.toUpperCase()]: 'x' },
  }).statements;
  const on = (claim: 'sub' | 'aud', hosts: readonly string[]) =>
    testsOnClaim(statement?.conditions ?? [], claim, hosts).map(({ operator, key }) => [operator, key.text]);
  expect(on('sub', [P])).toEqual([
    ['StringEquals', sub],
    ['StringLike', sub.toUpperCase()],
  ]);
  expect(on('aud', [P])).toEqual([['StringEquals', aud]]);
  expect(on('sub', [otherSub.replace(':sub', '')])).toEqual([['StringEquals', otherSub]]);
  expect(on('sub', [])).toEqual([]);
});
