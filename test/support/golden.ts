import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect } from '@jest/globals';
import { readHeaded, writeHeaded } from './differences.ts';

/** Compares with a golden file. `UPDATE_GOLDEN=1` writes it: look at the difference before committing. A file that is
 *  missing fails. Parts of a text file (`.txt`) that are much like an earlier one are printed by what differs. */
export const golden = (name: string, text: string): void => {
  const path = `test/golden/${name}`;
  const isText = name.endsWith('.txt');
  if (process.env.UPDATE_GOLDEN) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, isText ? writeHeaded(text) : text);
  }
  const kept = readFileSync(path, 'utf8');
  expect(text).toBe(isText ? readHeaded(kept) : kept);
};
