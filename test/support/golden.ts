import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect } from '@jest/globals';

/** Compares with a golden file. It is written when it is missing or UPDATE_GOLDEN is set: look at the difference before
 *  committing. */
export const golden = (name: string, text: string): void => {
  const path = `test/golden/${name}`;
  if (!existsSync(path) || process.env.UPDATE_GOLDEN) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  expect(text).toBe(readFileSync(path, 'utf8'));
};
