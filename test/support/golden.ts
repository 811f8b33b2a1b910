import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect } from '@jest/globals';

/** Compares with a golden file. `UPDATE_GOLDEN=1` writes it: look at the difference before committing. A file that is
 *  missing fails. */
export const golden = (name: string, text: string): void => {
  const path = `test/golden/${name}`;
  if (process.env.UPDATE_GOLDEN) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  expect(text).toBe(readFileSync(path, 'utf8'));
};
