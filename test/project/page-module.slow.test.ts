import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { pageModule, pageModulePath } from '../../scripts/page-module.ts';

test('the program of the report page is the one that lib/report/page makes (npm run docs)', async () => {
  expect(readFileSync(pageModulePath, 'utf8')).toBe(await pageModule());
});
