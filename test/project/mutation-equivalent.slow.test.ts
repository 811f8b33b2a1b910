import { expect, test } from '@jest/globals';
import { isEquivalent } from '../../scripts/mutation/equivalent.ts';
import { mutantsOf } from '../../scripts/mutation/operators.ts';

test.each([
  ['const f = (a) => a ?? undefined;', 'no default', false],
  ['const f = (a = undefined) => a;', 'another default', true],
  ['if (false) a();', 'a guard dropped', true],
  ['if (b) a();', 'a guard dropped', false],
])('%s, %s: the same program is %p', (source, operator, expected) => {
  const mutants = mutantsOf(source).filter(mutant => mutant.operator === operator);
  expect(mutants.every(mutant => isEquivalent(source, mutant))).toBe(expected);
});
