import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { hclGrammarModule, hclGrammarPath } from '../../../../scripts/hcl-grammar-module.ts';
import { commandLineMetafile } from '../../../support/bundled.ts';

test('the parser of Terraform is the one of the packages (npm run docs)', () => {
  expect(readFileSync(hclGrammarPath, 'utf8')).toBe(hclGrammarModule());
});

test('the parser is a file of the bundle that is loaded when a Terraform file is read', async () => {
  const outputs = Object.entries((await commandLineMetafile()).outputs);
  const holders = outputs.filter(([, { inputs }]) => Object.keys(inputs).includes(hclGrammarPath));
  const [[file, { bytes }] = ['', { bytes: 0 }]] = holders;
  expect(holders).toHaveLength(1);
  const kinds = outputs.flatMap(([, { imports }]) => imports.filter(one => one.path === file).map(({ kind }) => kind));
  expect(kinds).toEqual(['dynamic-import']);
  // The parser, its grammar and what calls them, compressed.
  expect(bytes).toBeLessThan(300_000);
}, 60_000);
