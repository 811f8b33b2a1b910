import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from '@jest/globals';
import { writeOutput } from '../../../lib/cli/shell/files.ts';

const root = mkdtempSync(join(tmpdir(), 'irsa-auditor-output-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let [cwd, outside] = ['', ''];
beforeEach(() => {
  const base = mkdtempSync(join(root, 'case-'));
  [cwd, outside] = [join(base, 'checkout'), join(base, 'home')];
  mkdirSync(cwd);
  mkdirSync(outside);
  writeFileSync(join(outside, '.profile'), 'before');
});
const write = (name: string) => writeOutput(name, '--output-file', 'text', { cwd });
const refused = (name: string) =>
  `--output-file: ${name}: a link leads out of the working folder: name the file itself`;

test('a file of the working folder, of a folder in it, and of another folder that is named is written', async () => {
  mkdirSync(join(cwd, 'out'));
  for (const name of ['a.json', 'out/a.json', '../home/a.json', join(outside, 'b.json')]) await write(name);
  expect(readFileSync(join(cwd, 'out/a.json'), 'utf8')).toBe('text');
  expect(readFileSync(join(outside, 'b.json'), 'utf8')).toBe('text');
});

test.each<[string, (file: string) => void, string]>([
  ['to a file', file => symlinkSync(join(outside, '.profile'), file), 'report.json'],
  ['to a file that is not there yet', file => symlinkSync(join(outside, '.npmrc'), file), 'report.json'],
  [
    'by another link',
    file => {
      symlinkSync('next', file);
      symlinkSync('../home/.profile', join(cwd, 'next'));
    },
    'x.sarif',
  ],
])('a link out of the working folder %s is not written through', async (_, make, name) => {
  make(join(cwd, name));
  await expect(write(name)).rejects.toThrow(refused(name));
  expect(readFileSync(join(outside, '.profile'), 'utf8')).toBe('before');
  expect(existsSync(join(outside, '.npmrc'))).toBe(false);
});

test('nor is a folder that a link takes out of it', async () => {
  symlinkSync(outside, join(cwd, 'out'));
  await expect(write('out/.profile')).rejects.toThrow(refused('out/.profile'));
  await expect(write('out/new.json')).rejects.toThrow(refused('out/new.json'));
  expect(readFileSync(join(outside, '.profile'), 'utf8')).toBe('before');
});

test('a link that stays in the working folder is written through', async () => {
  writeFileSync(join(cwd, 'real.json'), 'before');
  symlinkSync('real.json', join(cwd, 'link.json'));
  await write('link.json');
  expect(readFileSync(join(cwd, 'real.json'), 'utf8')).toBe('text');
});

test('nor is one out of the checkout, by the name of a folder beside the working folder', async () => {
  mkdirSync(join(cwd, '.git'));
  mkdirSync(join(cwd, 'module'));
  mkdirSync(join(cwd, 'reports'));
  symlinkSync(outside, join(cwd, 'linked'));
  symlinkSync(join(outside, '.npmrc'), join(cwd, 'new.json'));
  const inModule = (name: string) => writeOutput(name, '--output-file', 'text', { cwd: join(cwd, 'module') });
  await inModule('../reports/a.json');
  expect(readFileSync(join(cwd, 'reports/a.json'), 'utf8')).toBe('text');
  for (const name of ['../linked/.profile', '../linked/b.json', '../new.json'])
    await expect(inModule(name)).rejects.toThrow(refused(name));
  expect(readFileSync(join(outside, '.profile'), 'utf8')).toBe('before');
  expect([existsSync(join(outside, 'b.json')), existsSync(join(outside, '.npmrc'))]).toEqual([false, false]);
});
