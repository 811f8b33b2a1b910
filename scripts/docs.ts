/** `npm run docs`: writes what is made from the code: a page for each rule, permissions, schemas, the member role, the
 *  program of the HTML report, and the tables of hand-written pages. With `--check` it writes nothing and fails on any
 *  difference, on a page without a rule, and if there is no rule at all. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { catalog } from '../lib/rules/catalog.ts';
import { actionTableModule, actionTablePath } from './action-table-module.ts';
import { pagesWithBlocks } from './docs/blocks.ts';
import { commandsPage } from './docs/commands-page.ts';
import { fixesPage } from './docs/fixes-page.ts';
import { rulePage, rulesIndex } from './docs/rule-page.ts';
import { hclGrammarModule, hclGrammarPath } from './hcl-grammar-module.ts';
import { infraDocs } from './infra-docs.ts';
import { pageModule, pageModulePath } from './page-module.ts';

const folder = 'docs/rules';
if (catalog.length === 0) throw new Error('the catalogue has no rule');
const files = new Map<string, string>([
  [join(folder, 'README.md'), rulesIndex()],
  ...catalog.map(rule => [join(folder, `${rule.id}.md`), rulePage(rule)] as const),
  ['docs/fixes.md', fixesPage(catalog)],
  ['docs/commands.md', await commandsPage()],
  ...Object.entries(infraDocs()),
  [pageModulePath, await pageModule()],
  [hclGrammarPath, hclGrammarModule()],
  [actionTablePath, await actionTableModule()],
  ...Object.entries(pagesWithBlocks(catalog)),
]);

const differing = [...files].filter(([path, text]) => !existsSync(path) || readFileSync(path, 'utf8') !== text);
const stray = (existsSync(folder) ? readdirSync(folder) : [])
  .map(name => join(folder, name))
  .filter(path => !files.has(path));

if (process.argv.includes('--check')) {
  for (const [path] of differing) process.stderr.write(`docs: ${path} differs from the code it is made from\n`);
  for (const path of stray) process.stderr.write(`docs: ${path} has no rule\n`);
  if (differing.length + stray.length > 0) process.stderr.write('docs: run npm run docs\n');
  else process.stdout.write(`docs: ${files.size} files agree with the code\n`);
  process.exitCode = differing.length + stray.length > 0 ? 1 : 0;
} else {
  for (const path of stray) rmSync(path);
  for (const [path, text] of differing) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  process.stdout.write(`docs: ${files.size} files, ${differing.length} written, ${stray.length} removed\n`);
}
