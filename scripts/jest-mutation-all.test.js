/**
 * The tests that mutants are held against, as one file: what they share is loaded once, for each of thousands of mutants.
 * MUTATION_TESTS names folders or files of `test`, with commas between; those of the trust core if it is not set.
 */
import { readdirSync } from 'node:fs';

const tests = new URL('../test/', import.meta.url);
/** Trials that take seconds, and tests that start programs or need recordings. */
const slow = /(?:^|\/)(?:judged|trials|recordings|real-policies|fix-commands|proven-commands|sandbox-clusters)\.test\.ts$/;

const filesOf = name =>
  name.endsWith('.ts')
    ? [name]
    : readdirSync(new URL(`${name}/`, tests), { recursive: true }).map(file => `${name}/${file}`);

for (const name of (process.env.MUTATION_TESTS ?? 'core/trust').split(','))
  for (const file of filesOf(name).sort())
    if (file.endsWith('.test.ts') && !slow.test(file)) await import(new URL(file, tests).href);
