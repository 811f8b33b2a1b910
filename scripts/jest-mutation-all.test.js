/** All tests of the trust core as one file: what they share is loaded once, for each of thousands of mutants. */
import { readdirSync } from 'node:fs';

const folder = new URL('../test/core/trust/', import.meta.url);
const slow = /(?:^|\/)(?:judged|trials)\.test\.ts$/;
for (const name of readdirSync(folder, { recursive: true }).sort())
  if (name.endsWith('.test.ts') && !slow.test(name)) await import(new URL(name, folder).href);
