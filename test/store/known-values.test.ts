import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import * as z from 'zod';
import { findingItemShape } from '../../lib/store/finding-item.ts';
import { itemVersions } from '../../lib/store/item-version.ts';

/** The values that an item of a finding may have, by place, as the programs of this schema version know them. A program
 *  refuses a value that it does not know, and with it the account: one that is new needs a new version. Values of an
 *  attribute that may be absent and is new itself (`upTo` of a waiver) are refused by nobody: they are added here. */
const file = `test/fixtures/state-values/finding-${itemVersions.finding}.json`;

const valuesIn = (schema: unknown, path = ''): readonly string[] => {
  if (Array.isArray(schema)) return schema.flatMap(each => valuesIn(each, path));
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([name, inner]) => {
    if (name === 'enum' && Array.isArray(inner)) return inner.map(value => `${path}: ${value}`);
    if (name === 'const') return [`${path}: ${inner}`];
    const isName = !['properties', 'items', 'anyOf', 'oneOf', 'allOf', '$defs', 'additionalProperties'].includes(name);
    return valuesIn(inner, isName ? `${path}/${name}` : path);
  });
};

test('an item of a finding has no value that programs of its schema version do not know', () => {
  const now = [...new Set(valuesIn(z.toJSONSchema(findingItemShape, { io: 'input', unrepresentable: 'any' })))].sort();
  if (process.env.UPDATE_GOLDEN && !existsSync(file)) writeFileSync(file, `${JSON.stringify(now, undefined, 1)}\n`);
  const known: readonly string[] = JSON.parse(readFileSync(file, 'utf8'));
  expect(known.length).toBeGreaterThan(40);
  // One here? Raise the version of findings in lib/store/item-version.ts, and run this with UPDATE_GOLDEN=1.
  expect(now.filter(value => !known.includes(value))).toEqual([]);
});
