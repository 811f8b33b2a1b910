import { describe, expect, test } from '@jest/globals';
import type { Shape } from '../../../lib/policy/who/subject-patterns.ts';
import { type Formula, literalGlob, mayBeEverything, shapeOf, wildcardGlob } from '../../../lib/policy.ts';
import { S } from '../../support/trust-cases.ts';

const like = (text: string): Formula => ({ kind: 'matches', glob: wildcardGlob(S + text) });
const is = (text: string): Formula => ({ kind: 'matches', glob: literalGlob(S + text) });
const not = (part: Formula): Formula => ({ kind: 'not', part });
const and = (...parts: readonly Formula[]): Formula => ({ kind: 'and', parts });
const or = (...parts: readonly Formula[]): Formula => ({ kind: 'or', parts });

/** A shape as text, without the prefix of subjects: subjects, patterns, `-` exceptions, `~` where it is not exact. */
const written = (shape: Shape | undefined): string | undefined =>
  shape &&
  [
    ...(shape.everything ? ['everything'] : []),
    ...shape.subjects,
    ...shape.patterns,
    ...shape.except.map(text => `-${text}`),
    ...(shape.exact ? [] : ['~']),
  ]
    .map(text => text.replace(S, ''))
    .join(' ');

describe('a set is written as', () => {
  test.each<[Formula, string]>([
    [true, 'everything *'],
    [like('*'), 'everything *'],
    [not(is('a:*')), 'everything *'],
    [false, ''],
    [is('b:b'), 'b:b'],
    [or(is('b:b'), is('a:a')), 'a:a b:b'],
    [or(is('a'), is('a:b:c')), ''],
    [like('a:*'), 'a:*'],
    [or(like('b:*'), like('a:*')), 'a:* b:*'],
    [or(like('b:*'), is('a:a')), 'a:a b:*'],
    // A subject of another pattern is not named twice.
    [or(like('a:*'), like('a:b*')), 'a:*'],
    [or(like('a:b*'), like('a:*')), 'a:*'],
    [or(is('a:b'), like('a:*')), 'a:*'],
    // The intersection of two patterns.
    [and(like('a:*'), like('*:b')), 'a:b'],
    [and(like('a:b?'), like('a:?c')), 'a:bc'],
    [and(like('a:*'), like('b:*')), ''],
    [and(like('a*:*'), like('*b:*')), 'a*b:*'],
    [and(like('a*'), like('*b')), 'a*b'],
    [and(like('?a:*'), like('-*')), ''],
    // The subjects left out, where they touch the rest.
    [and(like('a:*'), not(is('a:x'))), 'a:* -a:x'],
    [and(like('a:*'), not(like('b:*'))), 'a:*'],
    [and(like('a:*'), not(like('a:z*')), not(like('a:x*'))), 'a:* -a:x* -a:z*'],
    [and(like('a:*'), not(like('a:x*')), not(like('a:xy*'))), 'a:* -a:x*'],
    [or(and(like('a:*'), not(like('b:*'))), and(like('b:*'), not(is('b:x')))), 'a:* b:* -b:x'],
    [not(like('a:*')), '* -a:*'],
    // An exception of one alternative that another one allows is not written: the patterns are an upper bound then.
    [or(and(like('a:*'), not(like('a:x*'))), like('a:xy*')), 'a:* ~'],
  ])('%#: %j', (formula, expected) => {
    expect(written(shapeOf(formula))).toBe(expected);
  });

  test('patterns are compared with each other, if they are not too many', () => {
    const many = (count: number) =>
      or(...Array.from({ length: count - 1 }, (_, at) => like(`n${String(at).padStart(2, '0')}:*`)), like('n00:a*'));
    expect(shapeOf(many(24)).patterns).toHaveLength(23);
    expect(shapeOf(many(25)).patterns).toHaveLength(25);
  });

  test('two patterns whose common part is too long to be named: the first, as an upper bound', () => {
    const shape = shapeOf(and(like('*a*b*c*d*e*'), like('*1*2*3*4*5*')));
    expect([shape.patterns, shape.exact]).toEqual([[`${S}*a*b*c*d*e*`], false]);
  });

  test('past the stated work what is simple is written out all the same', () => {
    const none = { everything: false, subjects: [], patterns: [], except: [], exact: true, isComplete: false };
    expect(shapeOf(or(...Array.from({ length: 5000 }, (_, at) => like(`n${at}:*`))))).toEqual(none);
    const hostile = Array.from({ length: 14 }, (_, at) => like(`*${'ab'.repeat(at + 1)}*c*${at}*:x`));
    expect(shapeOf(or(like('a:*'), is('b:c'), and(...hostile)))).toEqual({
      ...none,
      subjects: [`${S}b:c`],
      patterns: [`${S}a:*`],
    });
    expect(shapeOf(or(not(like('a:*')), and(...hostile))).isComplete).toBe(false);
  });
});

describe('what is hard hides nothing that is simple', () => {
  const hostile = Array.from({ length: 14 }, (_, at) => like(`*${'ab'.repeat(at + 1)}*c*${at}*:x`));
  const long = like(`*${'a?'.repeat(60)}*${'b?'.repeat(60)}*:x`);

  test.each<[string, Formula, number]>([
    ['an alternative of more patterns comes later', and(...hostile), 6000],
    ['one of longer patterns comes later', long, 6000],
    ['one that leaves out longer patterns comes later', and(like('*:*c*'), not(long)), 6000],
  ])('%s', (_, hard, left) => {
    const simple = [like('a:*'), like('b:*')];
    for (const formula of [or(hard, ...simple), or(...simple, hard)])
      expect(shapeOf(formula, { left }).patterns).toEqual(expect.arrayContaining([`${S}a:*`, `${S}b:*`]));
  });

  test('one pattern with many exceptions comes before many patterns', () => {
    const exceptions = Array.from({ length: 40 }, (_, at) => not(is(`a:x${at}`)));
    const { patterns } = shapeOf(or(and(...hostile), and(like('a:*'), ...exceptions)), { left: 60_000 });
    expect(patterns).toEqual([`${S}a:*`]);
  });

  test('a set that lacks a plain account is not searched for all of them', () => {
    const budget = { left: 1_000_000 };
    const patterns = Array.from({ length: 20 }, (_, at) => like(`n${at}x:*`));
    expect(shapeOf(or(...patterns), budget).patterns).toHaveLength(20);
    // Few of 20 patterns hold the first subject of another one: 400 comparisons would cost more.
    expect(1_000_000 - budget.left).toBeLessThan(50_000);
  });
});

describe('whether a set may be everything is told by a few accounts', () => {
  test.each<[Formula, boolean]>([
    [true, true],
    [like('*'), true],
    [not(is('prod:app')), true],
    [false, false],
    [like('a:*'), false],
    [not(is('a:a')), false],
    [not(like('default:*')), false],
    [not(like('*.*')), false],
  ])('%j: %s', (formula, expected) => {
    expect(mayBeEverything(formula)).toBe(expected);
  });
});
