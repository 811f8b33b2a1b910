import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from '@jest/globals';

/** Packages that take more than a moment to load, or lead to a server: a test that reaches one is named `*.slow.test.ts`. */
const slow =
  /^(node:(https?|http2)|aws-cdk-lib(\/.*)?|constructs|@aws-sdk\/.*|@smithy\/.*|@kubernetes\/.*|@peculiar\/.*|playwright-core|fauxqs|esbuild)$/;

/** Names in `from '…'` and `import '…'`, but for types, which are stripped. */
const imported = /(?:^|\n)(?:import|export)\s+(?!type\s)(?:[^;'"]*?\sfrom\s+)?'([^']+)'|\bimport\('([^']+)'\)/g;

const importsOf = new Map<string, readonly string[]>();
const imports = (file: string): readonly string[] => {
  const known = importsOf.get(file);
  if (known !== undefined) return known;
  const found = [...readFileSync(file, 'utf8').matchAll(imported)].map(([, from, dynamic]) => from ?? dynamic ?? '');
  importsOf.set(file, found);
  return found;
};

/** The slow packages that a file reaches, each with the file that imports it. */
const slowPackagesOf = (test: string): readonly string[] => {
  const found = new Map<string, string>();
  const seen = new Set([test]);
  for (const file of seen)
    for (const name of imports(file)) {
      if (slow.test(name) && !found.has(name)) found.set(name, file);
      if (/^\..*\.ts$/.test(name)) seen.add(normalize(join(dirname(file), name)));
    }
  return [...found].map(([name, file]) => `${test} reaches ${name} by ${file}: name it *.slow.test.ts`);
};

const tests = readdirSync('test', { recursive: true, encoding: 'utf8' })
  .filter(name => name.endsWith('.test.ts'))
  .map(name => join('test', name));
const isSlow = (file: string): boolean => file.endsWith('.slow.test.ts');

test('no quick test reaches a package that is slow to load', () => {
  const quick = tests.filter(file => !isSlow(file));
  expect(quick.length).toBeGreaterThan(100);
  expect(quick.flatMap(slowPackagesOf)).toEqual([]);
});

test('the packages of slow tests are found', () => {
  const named = 'test/infra/template.slow.test.ts';
  expect(tests).toContain(named);
  expect(slowPackagesOf(named).join('\n')).toContain('reaches aws-cdk-lib/core by test/support/synthesized.ts');
});

test('the files with which a first run begins are there', () => {
  const text = readFileSync('scripts/jest-longest-first.cjs', 'utf8');
  const files = [...text.matchAll(/^ {2}'(\S+)',$/gm)].map(([, name]) => `test/${name}.slow.test.ts`);
  expect(files.length).toBeGreaterThan(10);
  expect(files.filter(file => !tests.includes(file))).toEqual([]);
});
