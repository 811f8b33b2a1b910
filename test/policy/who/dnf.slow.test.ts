import { describe, expect, test } from '@jest/globals';
import { formulaOfTerm, type Term } from '../../../lib/policy/who/dnf.ts';
import { type Formula, holds, literalGlob, termsOf, wildcardGlob } from '../../../lib/policy.ts';
import { fc } from '../../support/properties.ts';
import { casesOf } from '../../support/sample.ts';

const like = (text: string): Formula => ({ kind: 'matches', glob: wildcardGlob(text) });
const is = (text: string): Formula => ({ kind: 'matches', glob: literalGlob(text) });
const not = (part: Formula): Formula => ({ kind: 'not', part });
const and = (...parts: readonly Formula[]): Formula => ({ kind: 'and', parts });
const or = (...parts: readonly Formula[]): Formula => ({ kind: 'or', parts });

/** `=a` is the subject a; patterns that must match, then those that must not, each with `!`. */
const written = ({ literal, positives, negatives }: Term): string =>
  [
    ...(literal === undefined ? [] : [`=${literal}`]),
    ...positives.map(({ text }) => text),
    ...negatives.map(({ text }) => `!${text}`),
  ].join(' ');

test('each alternative counts as work', () => {
  const budget = { left: 100 };
  termsOf(or(like('a*'), like('b*'), like('c*')), budget);
  expect(budget.left).toBe(97);
});

describe('alternatives', () => {
  test.each<[Formula, readonly string[]]>([
    [true, ['']],
    [false, []],
    [not(true), []],
    [not(false), ['']],
    [like('a*'), ['a*']],
    [is('a'), ['=a']],
    [not(like('a*')), ['!a*']],
    [not(not(is('a'))), ['=a']],
    [or(is('a'), is('b'), is('a')), ['=a', '=b']],
    [or(like('a*'), like('a*')), ['a*']],
    [or(like('a*'), not(like('a*'))), ['a*', '!a*']],
    [and(like('a*'), like('*b')), ['a* *b']],
    [and(like('a*'), like('a*'), like('*b')), ['a* *b']],
    [and(like('a*'), not(like('*b'))), ['a* !*b']],
    [and(not(like('a*')), not(like('a*'))), ['!a*']],
    [and(or(like('a*'), like('b*')), like('*c')), ['*c a*', '*c b*']],
    [and(or(like('a*'), like('b*')), or(like('*c'), like('*d'))), ['a* *c', 'a* *d', 'b* *c', 'b* *d']],
    [not(or(like('a*'), like('b*'))), ['!a* !b*']],
    [not(and(like('a*'), like('b*'))), ['!a*', '!b*']],
    // A plain contradiction is dropped.
    [and(is('a'), is('b')), []],
    [and(is('a'), is('a')), ['=a']],
    [and(is('ab'), like('a*')), ['=ab']],
    [and(like('a*'), is('ab')), ['=ab']],
    [and(is('b'), like('a*')), []],
    [and(is('ab'), not(like('a*'))), []],
    [and(not(like('a*')), is('ab')), []],
    [and(is('b'), not(like('a*'))), ['=b']],
    [and(like('a*'), not(like('a*'))), []],
    [and(like('a*'), not(is('a*'))), ['a* !a*']],
    // Equal text is not equal meaning: a literal star is no wildcard, and codes do not run together.
    [or(is('a*'), like('a*')), ['=a*', 'a*']],
    [or(and(like('a*'), like('b*')), like('a*b*')), ['a* b*', 'a*b*']],
    [or(and(like('a*'), not(like('b*'))), and(like('a*'), like('b*'))), ['a* !b*', 'a* b*']],
  ])('%j', (formula, expected) => {
    expect(termsOf(formula)?.map(written)).toEqual(expected);
  });

  test('are the formula: one holds where the other does', () => {
    const leaf = fc.oneof(
      fc.constantFrom<Formula>(true, false),
      fc.constantFrom('a', 'b', 'ab', 'a*', '*b', '?', '*', 'a?').map(like),
      fc.constantFrom('a', 'b', 'ab', 'a*').map(is),
    );
    const { formula } = fc.letrec<{ formula: Formula }>(tie => ({
      formula: fc.oneof(
        { depthSize: 'small' },
        leaf,
        tie('formula').map(not),
        fc.array(tie('formula'), { maxLength: 3 }).map(parts => and(...parts)),
        fc.array(tie('formula'), { maxLength: 3 }).map(parts => or(...parts)),
      ),
    }));
    const subjects = ['', 'a', 'b', 'ab', 'ba', 'abb', 'a*'];
    fc.assert(
      fc.property(formula, one => {
        const terms = (termsOf(one) ?? []).map(formulaOfTerm);
        for (const subject of subjects) expect(holds(or(...terms), subject)).toBe(holds(one, subject));
      }),
      { numRuns: casesOf(250) },
    );
  });
});

describe('bounds: what has too many alternatives has none', () => {
  const many = (count: number, prefix = ''): Formula =>
    or(...Array.from({ length: count }, (_, at) => like(`${prefix}${at}*`)));

  test.each([
    ['4,096 of them', many(4096), 4096],
    ['one more', many(4097), undefined],
    ['64 by 64', and(many(64, 'a'), many(64, 'b')), 4096],
    ['64 by 65', and(many(64, 'a'), many(65, 'b')), undefined],
    ['in a part of a sum', or(is('x'), many(4097)), undefined],
    ['in a part of a product', and(is('x'), many(4097)), undefined],
    ['in a part that contradicts nothing', and(not(many(3)), many(4097)), undefined],
    [
      'literals that contradict each other leave few',
      and(many(1), or(...Array.from({ length: 4000 }, (_, at) => is(`0${at}`)))),
      4000,
    ],
  ])('%s', (_, formula, expected) => {
    expect(termsOf(formula)?.length).toBe(expected);
  });

  test('the pairs that are tried count as work, however few are left', () => {
    const literals = (prefix: string) => or(...Array.from({ length: 100 }, (_, at) => is(`${prefix}${at}`)));
    const pairs = and(literals('a'), literals('b'));
    const budget = { left: 20_000 };
    expect(termsOf(pairs, budget)).toEqual([]);
    expect(budget.left).toBeLessThan(10_000);
    expect(termsOf(pairs, budget)).toBeUndefined();
  });
});

test('a term as a formula again', () => {
  const [term] = termsOf(and(like('a*'), like('*b'), not(like('*c*')))) ?? [];
  expect(term && formulaOfTerm(term)).toEqual(and(like('a*'), like('*b'), not(like('*c*'))));
  const [literal] = termsOf(is('a*')) ?? [];
  expect(literal && formulaOfTerm(literal)).toEqual(and(is('a*')));
});
