import { describe, expect, test } from '@jest/globals';
import { policyBudget } from '../../../lib/policy/who/budget.ts';
import { formulaOfTerm, type Term } from '../../../lib/policy/who/dnf.ts';
import { type Formula, globMatches, holds, literalGlob, partWithin, wildcardGlob } from '../../../lib/policy.ts';
import { fc } from '../../support/properties.ts';

const like = (text: string): Formula => ({ kind: 'matches', glob: wildcardGlob(text) });
const is = (text: string): Formula => ({ kind: 'matches', glob: literalGlob(text) });
const not = (part: Formula): Formula => ({ kind: 'not', part });
const and = (...parts: readonly Formula[]): Formula => ({ kind: 'and', parts });
const or = (...parts: readonly Formula[]): Formula => ({ kind: 'or', parts });

const part = (formula: Formula, pattern: string, budget = policyBudget()): Formula =>
  partWithin(formula, wildcardGlob(pattern), budget);

/** Alternatives as a formula: `=a` is the subject a, `!a*` a pattern that must not match. */
const alternatives = (...texts: readonly string[]): Formula =>
  or(
    ...texts.map(text => {
      const words = text.split(' ');
      const literal = words.find(word => word.startsWith('='))?.slice(1);
      const globs = (isNegative: boolean) =>
        words
          .filter(word => !word.startsWith('=') && word.startsWith('!') === isNegative)
          .map(word => wildcardGlob(word.replace('!', '')));
      const term: Term = {
        positives: globs(false),
        negatives: globs(true),
        ...(literal === undefined ? {} : { literal }),
      };
      return formulaOfTerm(term);
    }),
  );

describe('the part of a set that a pattern stands for', () => {
  test.each<[string, Formula, string, Formula]>([
    ['everything', true, 'a*', alternatives('a*')],
    ['nothing', false, 'a*', or()],
    ['the pattern itself', like('a*'), 'a*', alternatives('a*')],
    ['another pattern', like('*b'), 'a*', alternatives('*b a*')],
    ['an exact subject', or(is('ab'), is('b')), 'a*', alternatives('=ab')],
    ['two exact subjects', or(is('ab'), is('ac')), 'a*', alternatives('=ab', '=ac')],
    // Exact subjects stay beside patterns: they are named one by one.
    ['an exact subject and the pattern', or(is('ab'), like('a*')), 'a*', alternatives('=ab', 'a*')],
    ['the pattern and an exact subject', or(like('a*'), is('ab')), 'a*', alternatives('a*', '=ab')],
    ['an alternative that asks more', or(like('a*'), like('*b')), 'a*', alternatives('a*')],
    ['the same in another order', or(like('*b'), like('a*')), 'a*', alternatives('a*')],
    ['one that also forbids', or(and(like('a*'), not(like('*x'))), like('a*')), 'a*', alternatives('a*')],
    [
      'one that forbids more',
      or(and(like('a*'), not(like('*x')), not(like('*y'))), and(like('a*'), not(like('*x')))),
      'a*',
      alternatives('a* !*x'),
    ],
    [
      'two that forbid different things',
      or(and(like('a*'), not(like('*x'))), and(like('a*'), not(like('*y')))),
      'a*',
      alternatives('a* !*x', 'a* !*y'),
    ],
    [
      'two of which none asks less',
      or(and(like('*b'), not(like('*x'))), like('*c')),
      'a*',
      alternatives('*b !*x a*', '*c a*'),
    ],
    [
      'one that is held by one of two others',
      or(like('*b'), like('*c'), and(like('*c'), like('*d'))),
      'a*',
      alternatives('*b a*', '*c a*'),
    ],
    [
      'the same asked in two orders: the first stays',
      or(and(like('*b'), like('*c')), and(like('*c'), like('*b'))),
      'a*',
      alternatives('*b *c a*'),
    ],
    [
      'the same forbidden in two orders: the first stays',
      or(and(not(like('*b')), not(like('*c'))), and(not(like('*c')), not(like('*b')))),
      'a*',
      alternatives('a* !*b !*c'),
    ],
  ])('%s', (_, formula, pattern, expected) => {
    // The order of patterns within an alternative is of no meaning.
    const sorted = (one: Formula): unknown =>
      typeof one === 'object' && 'parts' in one && one.kind === 'or'
        ? one.parts.map(each => JSON.stringify(each, sortParts))
        : one;
    expect(sorted(part(formula, pattern))).toEqual(sorted(expected));
  });

  test('up to 64 alternatives are compared; more are left as they are', () => {
    const many = (count: number) => or(like('a*'), ...Array.from({ length: count - 1 }, (_, at) => like(`*${at}`)));
    expect(part(many(64), 'a*')).toEqual(alternatives('a*'));
    expect(part(many(65), 'a*')).toEqual(and(many(65), like('a*')));
  });

  test('what is too much work is left as it is', () => {
    const formula = and(or(like('*b'), like('*c')), or(like('*d'), like('*e')));
    expect(part(formula, 'a*', { left: 0 })).toEqual(and(formula, like('a*')));
  });

  test('it holds where the set and the pattern hold', () => {
    const pattern = fc.constantFrom('a', 'b', 'ab', 'a*', '*b', '?', '*', 'a?', '*a*');
    const { formula } = fc.letrec<{ formula: Formula }>(tie => ({
      formula: fc.oneof(
        { depthSize: 'small' },
        pattern.map(like),
        pattern.map(is),
        tie('formula').map(not),
        fc.array(tie('formula'), { minLength: 1, maxLength: 3 }).map(parts => and(...parts)),
        fc.array(tie('formula'), { minLength: 1, maxLength: 3 }).map(parts => or(...parts)),
      ),
    }));
    const subjects = ['', 'a', 'b', 'ab', 'ba', 'aab', 'bab', 'a*'];
    fc.assert(
      fc.property(formula, pattern, (one, text) => {
        const found = part(one, text);
        for (const subject of subjects)
          expect(holds(found, subject)).toBe(holds(one, subject) && globMatches(wildcardGlob(text), subject));
      }),
      { numRuns: 500 },
    );
  });
});

/** Patterns that must hold together in the order of their text. */
const sortParts = (key: string, value: unknown): unknown =>
  key === 'parts' && Array.isArray(value) ? value.map(each => JSON.stringify(each)).sort() : value;
