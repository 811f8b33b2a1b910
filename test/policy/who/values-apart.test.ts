import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { TextGrammar } from '../../../lib/policy/decide/text-grammar.ts';
import { policyBudget } from '../../../lib/policy/who/budget.ts';
import { valuesApart } from '../../../lib/policy/who/key-choice.ts';
import { type Glob, globMatches, run, starGlob, wildcardGlob } from '../../../lib/policy.ts';

const grammar: TextGrammar = ['repo:', run(/[a-c]/, 1), '/', run(/[a-c:]/, 1)];

const regionOf = (value: string): Glob | undefined => (value.startsWith('repo:a/') ? starGlob('repo:a/*') : undefined);

const pattern = fc
  .array(fc.constantFrom('a', 'b', 'c', '/', ':', '*', '?'), { maxLength: 5 })
  .map(parts => `repo:${parts.join('')}`);

/** All texts of the grammar with up to four characters behind its head. */
const texts = ['a', 'b', 'c', 'aa', 'ab', 'bb', 'cc'].flatMap(owner =>
  ['a', 'b', 'c', ':', 'ab', 'a:', ':b', 'cc'].map(name => `repo:${owner}/${name}`),
);

describe('values that nobody else has', () => {
  test('one for each combination of patterns, whether or not some lie in the region of an owner', () => {
    fc.assert(
      fc.property(fc.array(pattern, { maxLength: 4 }), list => {
        const globs = list.map(wildcardGlob);
        const { values, isComplete } = valuesApart([grammar], globs, regionOf, policyBudget());
        const marks = (text: string): string => globs.map(glob => Number(globMatches(glob, text))).join('');
        expect(isComplete).toBe(true);
        expect(values.filter(value => regionOf(value) !== undefined)).toEqual([]);
        const known = new Set(values.map(marks));
        for (const text of texts) if (!regionOf(text)) expect(known).toContain(marks(text));
      }),
      { numRuns: 100 },
    );
  });

  test('forty values of one owner are one region, which costs the work of one', () => {
    const globs = Array.from({ length: 40 }, (_, at) => wildcardGlob(`repo:a/${'abc:'.repeat(at + 1)}*`));
    const [many, one] = [policyBudget(), policyBudget()];
    valuesApart([[...grammar]], globs, regionOf, many);
    valuesApart([[...grammar]], globs.slice(0, 1), regionOf, one);
    expect(many.left).toBe(one.left);
  });
});
