import { describe, expect, test } from '@jest/globals';
import { consensus, formulaKey } from '../../../lib/policy/decide/formula.ts';
import {
  addedTo,
  all,
  any,
  type Formula,
  holds,
  known,
  literalGlob,
  matching,
  maybe,
  no,
  not,
  type ThreeValued,
  wildcardGlob,
  yes,
} from '../../../lib/policy.ts';

const a = matching(wildcardGlob('a*'));
const b = matching(wildcardGlob('b*'));
const c = matching(wildcardGlob('c*'));
const perhaps: ThreeValued = { certain: a.certain, possible: true };

/** A formula as text: patterns, `!`, `&`, `|`. */
const written = (formula: Formula): string => {
  if (typeof formula === 'boolean') return String(formula);
  if (formula.kind === 'matches') return formula.glob.text;
  if (formula.kind === 'not') return `!${written(formula.part)}`;
  return `(${formula.parts.map(written).join(formula.kind === 'and' ? ' & ' : ' | ')})`;
};
const both = ({ certain, possible }: ThreeValued): readonly [string, string] => [written(certain), written(possible)];

describe('three-valued truth', () => {
  test('what was undecided and is certain afterwards is added; what stays undecided is not', () => {
    expect(holds(addedTo(perhaps, yes), 'x')).toBe(true);
    expect(holds(addedTo(perhaps, perhaps), 'x')).toBe(false);
    expect(holds(addedTo(no, perhaps), 'x')).toBe(true);
    expect(holds(addedTo(yes, perhaps), 'x')).toBe(false);
  });

  test('constants absorb, or vanish, and are the same objects', () => {
    expect([all([]), any([]), known(true), known(false)]).toEqual([yes, no, yes, no]);
    for (const one of [a, perhaps, maybe, yes, no]) {
      expect([all([yes, one, yes]), any([no, one, no])]).toEqual([one, one]);
      expect(all([one, no]) === no && any([one, yes]) === yes).toBe(true);
      expect(all([no, one]) === no && any([yes, one]) === yes).toBe(true);
    }
    expect(all([maybe, maybe]) === maybe && any([maybe, maybe]) === maybe).toBe(true);
    expect(not(yes) === no && not(no) === yes && not(maybe) === maybe).toBe(true);
    expect(consensus([yes, no]) === maybe && consensus([yes, yes]) === yes && consensus([no, no]) === no).toBe(true);
    expect(all([a, yes]) === a && any([a, no]) === a).toBe(true);
  });

  test.each<[string, ThreeValued, readonly [string, string]]>([
    ['and', all([a, b]), ['(a* & b*)', '(a* & b*)']],
    ['or', any([a, b]), ['(a* | b*)', '(a* | b*)']],
    ['not', not(a), ['!a*', '!a*']],
    ['twice not', not(not(a)), ['a*', 'a*']],
    ['and of ands is flat', all([all([a, b]), c]), ['(a* & b* & c*)', '(a* & b* & c*)']],
    ['or of ors is flat', any([c, any([a, b])]), ['(c* | a* | b*)', '(c* | a* | b*)']],
    ['or in and is not', all([any([a, b]), c]), ['((a* | b*) & c*)', '((a* | b*) & c*)']],
    ['and with a doubt', all([a, maybe]), ['false', 'a*']],
    ['or with a doubt', any([a, maybe]), ['a*', 'true']],
    ['a doubt, negated', not(perhaps), ['false', '!a*']],
    ['what two readings agree on', consensus([a, b]), ['(a* & b*)', '(a* | b*)']],
    ['and with one that is certain', consensus([a, yes]), ['a*', 'true']],
    ['two doubts of one kind', all([perhaps, b]), ['(a* & b*)', 'b*']],
    ['one reading alone', consensus([a]), ['a*', 'a*']],
  ])('%s', (_, tri, expected) => {
    expect(both(tri)).toEqual(expected);
  });
});

describe('a formula', () => {
  const formula = any([all([a, not(b)]), c]).certain;

  test.each([
    ['ab', true],
    ['b', false],
    ['c', true],
    ['x', false],
  ])('for %s: %s', (subject, expected) => {
    expect(holds(formula, subject)).toBe(expected);
  });

  test('has a key that tells it from every other', () => {
    const is = (text: string) => matching(literalGlob(text)).certain;
    const formulas: readonly Formula[] = [
      true,
      false,
      a.certain,
      is('a*'),
      is('a'),
      is(String.fromCharCode(9, 7)),
      not(a).certain,
      all([a, b]).certain,
      any([a, b]).certain,
      all([b, a]).certain,
      formula,
      not(all([a, b])).certain,
      all([not(a), b]).certain,
      any([all([a, b]), c]).certain,
      all([a, any([b, c])]).certain,
    ];
    expect(new Set(formulas.map(formulaKey)).size).toBe(formulas.length);
    expect(formulaKey(formula)).toBe('or(and(97,-1 !(98,-1)) 99,-1)');
  });
});
