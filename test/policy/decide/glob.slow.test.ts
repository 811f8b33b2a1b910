import { describe, expect, test } from '@jest/globals';
import { anyOne, globOf, literalPrefix, matchesAll, star } from '../../../lib/policy/decide/glob.ts';
import { globKey, globMatches, literalGlob, starGlob, wildcardGlob } from '../../../lib/policy.ts';
import { fc } from '../../support/properties.ts';
import { casesOf } from '../../support/sample.ts';

/** The same by the regular expressions of the language. */
const byRegExp = (pattern: string, text: string): boolean =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replace(/\*/g, '[^]*')
      .replace(/\?/g, '[^]')}$`,
  ).test(text);

describe('a pattern', () => {
  test.each([
    ['', '', true],
    ['', 'a', false],
    ['*', '', true],
    ['*', 'a:b/c', true],
    ['?', '', false],
    ['?', 'a', true],
    ['?', 'ab', false],
    ['a*', 'a', true],
    ['a*b', 'ab', true],
    ['a*b', 'acb', true],
    ['a*b', 'abc', false],
    ['a*b*', 'aXbYbZ', true],
    ['*ab', 'aab', true],
    ['*abab', 'ababab', true],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['*?', '', false],
    ['*?', 'x', true],
    ['?*?', 'x', false],
    ['?*?', 'xy', true],
    ['a**b', 'a1b', true],
    ['[a]', 'a', false],
    ['[a]', '[a]', true],
  ])('"%s" and "%s": %s', (pattern, text, expected) => {
    expect(globMatches(wildcardGlob(pattern), text)).toBe(expected);
    expect(byRegExp(pattern, text)).toBe(expected);
  });

  test('matches what the regular expression of it does', () => {
    const short = (unit: fc.Arbitrary<string>, maxLength: number) => fc.string({ unit, maxLength });
    fc.assert(
      fc.property(
        short(fc.constantFrom('a', 'b', '*', '?', ':'), 8),
        short(fc.constantFrom('a', 'b', ':', '*', '?'), 10),
        (pattern, text) => {
          expect(globMatches(wildcardGlob(pattern), text)).toBe(byRegExp(pattern, text));
        },
      ),
      { numRuns: casesOf(600) },
    );
  });
});

test.each([
  ['', '', true],
  ['', 'a', false],
  ['a', 'a', true],
  ['*', 'a?', true],
  ['a*c', 'abbc', true],
  ['a*c', 'ab', false],
  ['*a*', 'bab', true],
  ['a?c', 'abc', false],
  ['a?c', 'a?c', true],
])('where * alone is a wildcard, "%s" and "%s": %s', (pattern, text, expected) =>
  expect(globMatches(starGlob(pattern), text)).toBe(expected),
);

describe('a compiled pattern', () => {
  test('says what it is: text, codes, and the literal where there is no wildcard', () => {
    expect(wildcardGlob('a?*')).toEqual({ text: 'a?*', codes: [97, anyOne, star] });
    expect(wildcardGlob('ab')).toEqual({ text: 'ab', codes: [97, 98], literal: 'ab' });
    expect(wildcardGlob('\u0000')).toEqual({ text: '\u0000', codes: [0], literal: '\u0000' });
    expect(wildcardGlob('')).toEqual({ text: '', codes: [], literal: '' });
    expect(literalGlob('a*?')).toEqual({ text: 'a*?', codes: [97, 42, 63], literal: 'a*?' });
  });

  test('has runs of stars as one: it is the same language', () => {
    expect(wildcardGlob('a***b**')).toEqual(wildcardGlob('a*b*'));
    expect(globOf([star, star, 97, anyOne, anyOne, star])).toEqual({
      text: '*a??*',
      codes: [star, 97, anyOne, anyOne, star],
    });
  });

  test('only one star matches everything', () => {
    const all = ['*', '**', '?', '*?', '', 'a', 'a*'].filter(pattern => matchesAll(wildcardGlob(pattern)));
    expect(all).toEqual(['*', '**']);
    expect(matchesAll(literalGlob('*'))).toBe(false);
  });

  test.each([
    ['abc', 'abc'],
    ['ab*c', 'ab'],
    ['ab?c', 'ab'],
    ['*c', ''],
    ['', ''],
  ])('every match of "%s" begins with "%s"', (pattern, prefix) => {
    expect(literalPrefix(wildcardGlob(pattern))).toBe(prefix);
  });
});

describe('the key of a pattern', () => {
  const [starSign, questionMark] = ['*', '?'].map(sign => sign.charCodeAt(0)) as [number, number];
  const codes = fc.array(fc.constantFrom(97, starSign, questionMark, star, anyOne), { maxLength: 4 });

  test('is the same for the same language alone, also beside signs that are no wildcards', () => {
    fc.assert(
      fc.property(codes, codes, (left, right) => {
        const [a, b] = [globOf(left), globOf(right)];
        expect(globKey(a) === globKey(b)).toBe(a.codes.join() === b.codes.join());
      }),
      { numRuns: casesOf(200) },
    );
    for (const sign of [starSign, questionMark]) {
      const wild = sign === starSign ? star : anyOne;
      expect(globKey(globOf([sign, 97, wild]))).not.toBe(globKey(globOf([wild, 97, sign])));
    }
  });

  test('of an exact text is not that of a pattern whose codes read the same', () => {
    const pattern = globOf([97, starSign, 98, star]);
    expect(globKey(literalGlob(pattern.codes.join()))).not.toBe(globKey(pattern));
    expect(globKey(literalGlob('a'))).toBe(globKey(wildcardGlob('a')));
  });
});
