import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, expect, test } from '@jest/globals';
import { maxFileLength } from '../../../lib/cli/lint/find-policies.ts';
import { readFiles } from '../../../lib/cli/lint/read-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'irsa-auditor-read-files-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const letter = Buffer.from('é');

test('a file and a pipe are read to their end, whatever pieces they come in', async () => {
  const long = 'é'.repeat(200_000);
  writeFileSync(join(folder, 'long.json'), long);
  const pieces = Readable.from([letter.subarray(0, 1), letter.subarray(1), Buffer.from('ne')]);
  expect(await readFiles(['long.json', '-', 'long.json'], folder, pieces)).toEqual({
    files: [
      { name: 'long.json', text: long },
      { name: '-', text: 'éne' },
    ],
    errors: [],
  });
});

test('what cannot be read is told by name, and the other files are read', async () => {
  writeFileSync(join(folder, 'good.json'), '{}');
  writeFileSync(join(folder, 'bytes.json'), letter.subarray(0, 1));
  writeFileSync(join(folder, 'large.json'), 'x'.repeat(maxFileLength + 1));
  const endless = Readable.from(Array.from({ length: 3 }, () => 'x'.repeat(maxFileLength / 2)));
  const names = ['absent.json', '.', 'bytes.json', 'large.json', '-', 'good.json'];
  expect(await readFiles(names, folder, endless)).toEqual({
    files: [{ name: 'good.json', text: '{}' }],
    errors: [
      { file: 'absent.json', why: 'file not found' },
      { file: '.', why: 'is a directory; name the files in it' },
      { file: 'bytes.json', why: 'not UTF-8 text' },
      { file: 'large.json', why: `too large: ${maxFileLength + 1} bytes; the limit is ${maxFileLength}` },
      { file: '-', why: `too large: the limit is ${maxFileLength} bytes` },
    ],
  });
});
