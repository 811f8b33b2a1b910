/** Sets of subjects by each form of a pattern beside each form of what is left out: how wide they are. */
import { test } from '@jest/globals';
import { policyBudget } from '../../../lib/policy/who/budget.ts';
import { breadthOf, type Formula, shapeOf, wildcardGlob } from '../../../lib/policy.ts';
import { beside, line, tell } from '../../support/paired-lines.ts';

const matching = (text: string): Formula => ({ kind: 'matches', glob: wildcardGlob(`system:serviceaccount:${text}`) });
const anyOf = (texts: readonly string[]): Formula => ({ kind: 'or', parts: texts.map(matching) });
const letters = (of: string, after: string): readonly string[] => [...of].map(letter => `${letter}${after}`);
const all = 'abcdefghijklmnopqrstuvwxyz0123456789';

const patterns: Readonly<Record<string, readonly string[]>> = {
  none: [],
  one: ['checkout:cart'],
  'a name': ['checkout:cart-*'],
  'a character': ['checkout:car?'],
  'a namespace': ['checkout:*'],
  'two namespaces': ['checkout:*', 'web:*'],
  'a long namespace': [`${'n'.repeat(30)}:*`],
  'a namespace of the longest name': [`${'n'.repeat(63)}:*`],
  'a namespace with a dash': ['check-out:*'],
  'namespaces of one character': ['?:*'],
  'namespaces of two characters': ['??:*'],
  'namespaces of three characters': ['???:*'],
  'any namespace': ['*:cart'],
  everything: ['*'],
  'namespaces by a beginning': ['team-*:cart'],
  'namespaces by two characters': ['te*:cart'],
  'namespaces by an end': ['*-prod:cart'],
  'namespaces by one last character': ['*d:cart'],
  'namespaces by both': ['a*b:cart'],
  'a beginning across the colon': ['prod*'],
  'an end across the colon': ['*cart'],
  'a middle': ['*:*-cart-*'],
  'every first letter': letters(all, '*:cart'),
  'every first letter but one': letters(all.slice(1), '*:cart'),
  'every last letter': [...all].map(letter => `*${letter}:cart`),
  'every first letter of a name': letters(all, '*').map(text => `checkout:${text}`),
  'names of one letter': letters(all, '').map(text => `checkout:${text}`),
};
const excluded: Readonly<Record<string, readonly string[]>> = {
  nothing: [],
  one: ['checkout:cart'],
  'a namespace': ['checkout:*'],
  'a beginning': ['team-*'],
  'any namespace with a dash': ['*-*:*'],
  'a name everywhere': ['*:default'],
  'names of a namespace': ['checkout:a*'],
};

test('breadths', () => {
  const cases = beside({ one: patterns, without: excluded });
  tell(
    'breadths',
    cases.map(([title, { one, without }]) => {
      const formula: Formula = { kind: 'and', parts: [anyOf(one), { kind: 'not', part: anyOf(without) }] };
      const { subjects, patterns: written, except, exact, isComplete, everything } = shapeOf(formula, policyBudget());
      return line(title, [
        breadthOf(formula, policyBudget()),
        [subjects.length, written.length, except.length],
        exact,
        isComplete,
        everything,
      ]);
    }),
  );
});
