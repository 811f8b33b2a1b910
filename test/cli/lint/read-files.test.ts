import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, describe, expect, test } from '@jest/globals';
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
    links: [],
    unread: 0,
  });
});

test('what cannot be read is told by name, and the other files are read', async () => {
  writeFileSync(join(folder, 'good.json'), '{}');
  writeFileSync(join(folder, 'bytes.json'), letter.subarray(0, 1));
  writeFileSync(join(folder, 'large.json'), 'x'.repeat(maxFileLength + 1));
  const endless = Readable.from(Array.from({ length: 3 }, () => 'x'.repeat(maxFileLength / 2)));
  const names = ['absent.json', 'bytes.json', 'large.json', '-', 'good.json'];
  expect(await readFiles(names, folder, endless)).toEqual({
    files: [{ name: 'good.json', text: '{}' }],
    errors: [
      { file: 'absent.json', why: 'file not found' },
      { file: 'bytes.json', why: 'not UTF-8 text' },
      { file: 'large.json', why: `too large: ${maxFileLength + 1} bytes; the limit is ${maxFileLength}` },
      { file: '-', why: `too large: the limit is ${maxFileLength} bytes` },
    ],
    links: [],
    unread: 0,
  });
});

describe('folders', () => {
  const root = join(folder, 'repository');
  for (const path of [
    'main.tf',
    'a/trust.json',
    'a/values.yaml',
    'a/notes.md',
    'a/b/more.yml',
    'vendor/x.json',
    'node_modules/y.json',
    '.terraform/z.json',
  ]) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), '{"Principal": "x"}');
  }
  symlinkSync(root, join(root, 'a', 'loop'));
  symlinkSync(join(root, 'main.tf'), join(root, 'a', 'link.tf'));
  const none = Readable.from([]);

  test.each<[readonly string[], readonly string[], readonly string[]]>([
    [['.'], [], ['main.tf', 'a/link.tf', 'a/trust.json', 'a/values.yaml', 'vendor/x.json', 'a/b/more.yml']],
    [['a'], [], ['a/trust.json', 'a/values.yaml', 'a/b/more.yml']],
    [['a/', 'main.tf', 'a'], [], ['a/trust.json', 'a/values.yaml', 'a/b/more.yml', 'main.tf']],
    [['.'], ['a'], ['main.tf', 'vendor/x.json']],
    [['.'], ['a/b', 'vendor/'], ['main.tf', 'a/link.tf', 'a/trust.json', 'a/values.yaml']],
    [['.'], ['*.json'], ['main.tf', 'a/link.tf', 'a/values.yaml', 'a/b/more.yml']],
    [['a/trust.json', 'main.tf'], ['a/*'], ['main.tf']],
    [['.terraform'], [], ['.terraform/z.json']],
  ])('%j without %j', async (names, exclude, expected) => {
    const { files, errors } = await readFiles(names, root, none, { exclude });
    expect(errors).toEqual([]);
    expect(files.map(({ name }) => name)).toEqual(expected);
  });

  test('a link that leads out of its folder is named', async () => {
    const why = 'a link that leads out of its folder is not followed';
    const { links } = await readFiles(['a'], root, none);
    expect(links).toEqual([
      { file: 'a/link.tf', why },
      { file: 'a/loop', why },
    ]);
    expect((await readFiles(['.'], root, none)).links).toEqual([]);
  });

  test('a file of a folder in which nothing bears on roles of pods is not kept, and one that is no text is counted', async () => {
    mkdirSync(join(root, 'other'), { recursive: true });
    writeFileSync(join(root, 'other', 'package.json'), '{"name": "x"}');
    writeFileSync(join(root, 'other', 'secret.tfvars'), letter.subarray(0, 1));
    const { files, errors, unread } = await readFiles(['other'], root, none);
    expect([files, errors, unread]).toEqual([[], [], 1]);
    rmSync(join(root, 'other'), { recursive: true });
  });

  test.each([
    ['JSON', 'x.json', String.raw`{"Princip\u0061l":"*","Action":"s\u0074s:\u0041ssumeRole"}`],
    ['JSON in JSON', 'x.json', String.raw`{"a":"{\"Princip\\u0061l\":\"*\"}"}`],
    ['CloudFormation', 'x.template', String.raw`{"\u0041ssumeRolePolicyDocument":{}}`],
    ['YAML', 'x.yaml', String.raw`"Princip\x61l": "*"`],
    ['YAML of eight digits', 'x.yaml', String.raw`"Princip\U00000061l": "*"`],
    ['YAML over two lines', 'x.yaml', '"Princi\\\n  pal": "*"'],
  ])('a word in the escapes of %s is one', async (_, name, text) => {
    mkdirSync(join(root, 'escaped'), { recursive: true });
    writeFileSync(join(root, 'escaped', name), text);
    expect((await readFiles(['escaped'], root, none)).files).toEqual([
      { name: `escaped/${name}`, text, isOptional: true },
    ]);
    rmSync(join(root, 'escaped'), { recursive: true });
  });

  test.each([
    ['a role in Latin-1', 'main.tf', Buffer.from('resource "aws_iam_role" "r" {}\n# caf\xe9', 'latin1')],
    ['a policy in UTF-16', 'p.json', Buffer.from('\ufeff{"Principal":"*","Action":"*"}', 'utf16le')],
    [
      'a service account in UTF-16, the other way',
      's.yaml',
      Buffer.from('\ufeffa: 1\nkind: ServiceAccount', 'utf16le').swap16(),
    ],
  ])('%s is told as not read', async (_, name, bytes) => {
    mkdirSync(join(root, 'bytes'), { recursive: true });
    writeFileSync(join(root, 'bytes', name), bytes);
    const { errors, unread } = await readFiles(['bytes'], root, none);
    expect([errors, unread]).toEqual([[{ file: `bytes/${name}`, why: 'not UTF-8 text' }], 0]);
    rmSync(join(root, 'bytes'), { recursive: true });
  });

  test('a link to a pipe is told, and is not waited for', async () => {
    mkdirSync(join(root, 'pipes'), { recursive: true });
    execFileSync('mkfifo', [join(root, 'pipes', 'pipe')]);
    symlinkSync('pipe', join(root, 'pipes', 'p.json'));
    const { files, links } = await readFiles(['pipes'], root, none);
    expect([files, links]).toEqual([[], [{ file: 'pipes/p.json', why: 'a link to what is no file' }]]);
    rmSync(join(root, 'pipes'), { recursive: true });
  });

  test('a file that is named must hold something, one in a folder need not', async () => {
    const optional = async (skipOthers: boolean) =>
      (await readFiles(['main.tf', 'a'], root, none, { skipOthers })).files.map(one => one.isOptional ?? false);
    expect(await optional(false)).toEqual([false, true, true, true]);
    expect(await optional(true)).toEqual([true, true, true, true]);
  });

  test('folders that are nested too deep are told', async () => {
    const deep = join('deep', ...Array.from({ length: 45 }, () => 'd'));
    mkdirSync(join(root, deep), { recursive: true });
    const { errors } = await readFiles(['deep'], root, none);
    expect(errors).toEqual([expect.objectContaining({ why: 'nested deeper than 40 folders' })]);
  });
});
