/** A folder with more files than are read: none of them is. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { walkFolders } from '../../../lib/cli/lint/walk-folders.ts';

const folder = mkdtempSync(join(tmpdir(), 'irsa-auditor-many-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('twenty thousand files are read, and of more none', async () => {
  mkdirSync(join(folder, 'all'));
  writeFileSync(join(folder, 'one.tf'), '');
  for (let at = 0; at < 20_000; at += 1) writeFileSync(join(folder, 'all', `${at}.tf`), '');
  const most = await walkFolders(['all'], folder, []);
  expect([most.files.length, most.errors]).toEqual([20_000, []]);
  const why = 'more than 20000 files: name fewer folders, or leave some out by --exclude';
  expect(await walkFolders(['one.tf', 'all'], folder, [])).toEqual({ files: [], errors: [{ file: 'all', why }] });
});

test('folders are read to a depth of forty', async () => {
  const path = (depth: number) => join(...Array.from({ length: depth }, () => 'd'));
  mkdirSync(join(folder, 'deep', path(41)), { recursive: true });
  for (const depth of [40, 41]) writeFileSync(join(folder, 'deep', path(depth), 'x.tf'), '');
  const { files, errors } = await walkFolders(['deep'], folder, []);
  expect(files.map(({ name }) => name)).toEqual([join('deep', path(40), 'x.tf')]);
  expect(errors).toEqual([{ file: join('deep', path(41)), why: 'nested deeper than 40 folders' }]);
});
