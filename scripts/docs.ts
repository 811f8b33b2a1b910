/** `npm run docs`: writes docs/rules from the catalogue. With `--check` it writes nothing and fails on any difference,
 *  on a page without a rule, and if there is no rule at all. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { catalog } from '../lib/core/rules/catalog.ts';
import { rulePage, rulesIndex } from './docs/rule-page.ts';

const folder = 'docs/rules';
const pages = new Map<string, string>([
  ['README.md', rulesIndex(catalog)],
  ...catalog.map(rule => [`${rule.id}.md`, rulePage(rule)] as const),
]);
if (catalog.length === 0) throw new Error('the catalogue has no rule');

const there = existsSync(folder) ? readdirSync(folder) : [];
const differing = [...pages].filter(([name, text]) => {
  const path = join(folder, name);
  return !existsSync(path) || readFileSync(path, 'utf8') !== text;
});
const stray = there.filter(name => !pages.has(name));

if (process.argv.includes('--check')) {
  for (const [name] of differing) process.stderr.write(`docs: ${join(folder, name)} differs from its rule\n`);
  for (const name of stray) process.stderr.write(`docs: ${join(folder, name)} has no rule\n`);
  if (differing.length + stray.length > 0) process.stderr.write('docs: run npm run docs\n');
  process.exitCode = differing.length + stray.length > 0 ? 1 : 0;
} else {
  mkdirSync(folder, { recursive: true });
  for (const name of stray) rmSync(join(folder, name));
  for (const [name, text] of differing) writeFileSync(join(folder, name), text);
  process.stdout.write(`docs: ${pages.size} pages, ${differing.length} written, ${stray.length} removed\n`);
}
