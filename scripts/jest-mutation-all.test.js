/**
 * The tests that mutants are held against, as one file: what they share is loaded once, for each of thousands of mutants.
 * MUTATION_TESTS names folders or files of `test`, with commas between; those of the trust core if it is not set.
 */
import { readdirSync, readFileSync } from 'node:fs';

const tests = new URL('../test/', import.meta.url);
/** Tests that take seconds, or need the collected policies. */
const slow = /\.slow\.test\.ts$|(?:^|\/)(?:judged|fix-commands|proven-commands)\.test\.ts$/;

const filesOf = name =>
  name.endsWith('.ts')
    ? [name]
    : readdirSync(new URL(`${name}/`, tests), { recursive: true }).map(file => `${name}/${file}`);

const names = (process.env.MUTATION_TESTS ?? 'policy').split(',');
for (const name of names)
  for (const file of filesOf(name).sort())
    if (file.endsWith('.test.ts') && !slow.test(file)) await import(new URL(file, tests).href);

/** Rules are also held against their own examples, and against the pages that are made of these. */
const groups = new Set(names.flatMap(name => /^rules\/([\w-]+)/.exec(name)?.[1] ?? []));
if (groups.size > 0) {
  const { expect, test } = await import('@jest/globals');
  const { catalog } = await import('../lib/rules/catalog.ts');
  const { expectExamples } = await import('../test/support/example-contract.ts');
  const { rulePage } = await import('./docs/rule-page.ts');
  for (const rule of catalog.filter(({ group }) => groups.has(group))) {
    test(`${rule.id} behaves as its examples say`, () => expectExamples(rule));
    test(`${rule.id} is told as its page says`, () => {
      expect(rulePage(rule)).toBe(readFileSync(new URL(`../docs/rules/${rule.id}.md`, import.meta.url), 'utf8'));
    });
  }
}
