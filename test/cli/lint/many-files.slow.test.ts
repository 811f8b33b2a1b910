/** A folder with many files, and a deep one. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, expect, test } from '@jest/globals';
import { readFiles } from '../../../lib/cli/lint/read-files.ts';
import { walkFolders } from '../../../lib/cli/lint/walk-folders.ts';

const folder = mkdtempSync(join(tmpdir(), 'irsa-auditor-many-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('more than twenty thousand files are read', async () => {
  mkdirSync(join(folder, 'all'));
  for (let at = 0; at < 20_001; at += 1) writeFileSync(join(folder, 'all', `${at}.tf`), '');
  const most = await walkFolders(['all'], folder, []);
  expect([most.files.length, most.errors, most.links]).toEqual([20_001, [], []]);
});

test('progress is told to the last file', async () => {
  const told: (readonly [number, number])[] = [];
  const onProgress = (count: number, of: number) => told.push([count, of]);
  const { files, errors } = await readFiles(['all'], folder, Readable.from([]), { onProgress });
  expect([files.length, errors, told.at(-1)]).toEqual([20_001, [], [20_001, 20_001]]);
  expect(told.filter(([count], at) => count <= (told[at - 1]?.[0] ?? 0))).toEqual([]);
});

test('folders are read to a depth of forty', async () => {
  const path = (depth: number) => join(...Array.from({ length: depth }, () => 'd'));
  mkdirSync(join(folder, 'deep', path(41)), { recursive: true });
  for (const depth of [40, 41]) writeFileSync(join(folder, 'deep', path(depth), 'x.tf'), '');
  const { files, errors } = await walkFolders(['deep'], folder, []);
  expect(files.map(({ name }) => name)).toEqual([join('deep', path(40), 'x.tf')]);
  expect(errors).toEqual([{ file: join('deep', path(41)), why: 'nested deeper than 40 folders' }]);
});
