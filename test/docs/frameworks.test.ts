/** The page of frameworks: each rule that it names is one, and each exposure is evidence for a criterion of access. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { catalog } from '../../lib/rules/catalog.ts';

const page = readFileSync('docs/frameworks.md', 'utf8');
const [, soc = ''] = page.split('## SOC 2');
const rows = page.split('\n').filter(line => /^\| (?!---|Control|Mitigation|Criterion)/.test(line));
const named = (text: string): readonly string[] =>
  [...text.matchAll(/`([a-z]+(?:-[a-z]+)+)`/g)].map(([, name = '']) => name);

test('each rule of the tables is in the catalogue', () => {
  const ids = new Set(catalog.map(({ id }) => id));
  const told = rows.flatMap(named);
  expect(told.length).toBeGreaterThan(30);
  expect(told.filter(id => !ids.has(id))).toEqual([]);
  expect(rows.filter(row => named(row).length === 0)).toEqual([]);
});

test('each rule of exposures stands under a criterion of SOC 2', () => {
  const exposures = catalog.filter(({ impact }) => impact === 'exposes').map(({ id }) => id);
  expect(exposures).toContain('trust-any-subject');
  expect(exposures.filter(id => !named(soc).includes(id))).toEqual([]);
});
