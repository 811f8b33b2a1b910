import { expect, test } from '@jest/globals';
import { mutantsOf, mutated } from '../../scripts/mutation/operators.ts';

/** The mistakes that `npm run mutation` makes, on one line of code each. */
const made = (source: string, operator: string): readonly string[] =>
  mutantsOf(source)
    .filter(mutant => mutant.operator === operator)
    .map(mutant => mutated(source, mutant));

test.each([
  ['another severity', "say('critical');", ["say('medium');"]],
  ['another severity', "say('low');", ["say('medium');"]],
  ['a permission dropped', "const a = ['iam:ListRoles', 'eks:ListClusters'];", ["const a = ['eks:ListClusters'];"]],
  ['an error swallowed', 'if (a) throw new Error("no");', ['if (a) ;']],
  [
    'a failure ignored',
    'try { a(); } catch (error) { tell(error); }',
    ['try { a(); } catch (error) { return undefined; }'],
  ],
  [
    'only the first page',
    'async () => { for await (const page of pages) { keep(page); } };',
    ['async () => { for await (const page of pages) { { keep(page); } break; } };'],
  ],
  ['not awaited', 'async () => { await put(a); };', ['async () => { put(a); };']],
  ['a boundary moved', 'const a = b < 3;', ['const a = b <= 3;']],
  ['a number changed', 'const a = 30;', ['const a = 60;']],
  ['another default', 'const f = (a = false) => a;', ['const f = (a = true) => a;']],
  ['no default', 'const a = b ?? 1;', ['const a = (b);']],
  ['a guard loosened', 'const a = b && c;', ['const a = (b);']],
  ['a guard dropped', 'if (a) b();', ['if (false) b();']],
  ['a condition turned round', 'const a = b ? 1 : 0;', ['const a = !(b) ? 1 : 0;']],
  ['a call dropped', 'async () => { await put(a); };', ['async () => { ; };']],
  ['a filter dropped', 'const a = b.filter(isGood);', ['const a = b;']],
  ['a field dropped', 'const a = { b, c };', ['const a = { b };']],
  ['the other truth', 'const a = true;', ['const a = false;']],
])('%s: %s', (operator, source, expected) => {
  expect(made(source, operator)).toEqual(expected);
});

test('types stay, and what is imported is left alone', () => {
  const source = "import { a } from './low.ts';\nconst b: readonly number[] = a ?? [];\n";
  expect(mutantsOf(source).map(mutant => mutated(source, mutant))).toEqual([
    "import { a } from './low.ts';\nconst b: readonly number[] = (a);\n",
  ]);
});
