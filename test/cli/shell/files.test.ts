import { existsSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, expect, test } from '@jest/globals';
import { maxInput, readStdin, readText, writeText } from '../../../lib/cli/shell/files.ts';
import type { Io } from '../../../lib/cli/shell/io.ts';

const folder = mkdtempSync(join(tmpdir(), 'irsa-auditor-files-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a file is read whole, however many parts it is read in, and no character is torn apart', async () => {
  const path = join(folder, 'long.json');
  const text = `x${'😀'.repeat(100_000)}`;
  writeFileSync(path, text);
  expect(await readText(path, '--input')).toBe(text);
});

test('a file is written whole, over what was there, for its owner alone', async () => {
  const path = join(folder, 'written.json');
  writeFileSync(path, 'what was there before, and is longer', { mode: 0o644 });
  await writeText(path, '--output', 'new');
  expect(await readFile(path, 'utf8')).toBe('new');
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('a file that is not there is named with its option', async () => {
  const path = join(folder, 'none.json');
  await expect(readText(path, '--input')).rejects.toMatchObject({
    name: 'UsageError',
    message: expect.stringMatching(new RegExp(`^--input: ${path} cannot be read: `)),
  });
});

test('a file that is one byte too long is refused', async () => {
  const path = join(folder, 'huge.json');
  writeFileSync(path, '');
  truncateSync(path, maxInput + 1);
  await expect(readText(path, '--input')).rejects.toMatchObject({
    name: 'UsageError',
    message: `--input: ${path} is longer than 67108864 bytes`,
  });
});

test('a write that fails leaves what was there before, and nothing beside it', async () => {
  const path = join(folder, 'kept.json');
  const beside = `${path}.${process.pid}.tmp`;
  writeFileSync(path, 'before');
  writeFileSync(beside, 'of another write');
  await expect(writeText(path, '--output', 'new')).rejects.toMatchObject({
    name: 'UsageError',
    message: expect.stringMatching(new RegExp(`^--output: ${path} cannot be written: Error: EEXIST: `)),
  });
  expect([await readFile(path, 'utf8'), existsSync(beside)]).toEqual(['before', false]);
});

test('standard input is read whole: a character in two parts is one, and one that is cut off does not vanish', async () => {
  const read = (limit: number, ...parts: readonly (string | Buffer)[]) =>
    readStdin({ stdin: Readable.from(parts) } as unknown as Io, '--input', limit);
  const smile = Buffer.from('😀');
  expect(await read(9, 'a', smile.subarray(0, 2), smile.subarray(2), Buffer.from('b'))).toBe('a😀b');
  expect(await read(9, 'a', smile.subarray(0, 2))).toBe('a\ufffd');
  expect(await read(3, 'ab', 'c')).toBe('abc');
  await expect(read(3, 'ab', 'cd')).rejects.toThrow('--input: standard input is longer than 3 characters');
});
