/** The two programs on a Node.js that cannot run them: one sentence, with the version that is there and the one that is wanted. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';

const directory = mkdtempSync(join(tmpdir(), 'irsa-auditor-old-node-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** A folder with the programs, and beside them what they start. */
const folderOf = (name: string, files: Readonly<Record<string, string>>): string => {
  const root = join(directory, name);
  for (const [path, text] of Object.entries({ 'package.json': '{"type":"module"}', ...files })) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  for (const bin of ['app.js', 'irsa-auditor.js']) copyFileSync(`bin/${bin}`, join(root, 'bin', bin));
  return root;
};
const says = (word: string) => `process.stdout.write('${word}\\n')`;
const checkout = folderOf('checkout', { 'bin/from-source.js': says('sources'), 'bin/app.ts': says('app') });
const built = folderOf('built', { 'bin/from-source.js': says('sources'), 'dist/irsa-auditor.js': says('built') });

const run = (root: string, bin: string, version: string) => {
  const other = `data:text/javascript,Object.defineProperty(process, 'versions', { value: { node: '${version}' } })`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', other, join(root, 'bin', bin)], {
    encoding: 'utf8',
  });
  return [status, stdout, stderr];
};

const inCheckout = 'In a checkout, use npx --no-install irsa-auditor: npm brings its own.';
test.each([
  ['app.js', checkout, '20.19.2', '24.0', 'Use npx cdk: npm brings its own.'],
  ['app.js', checkout, '23.11.1', '24.0', 'Use npx cdk: npm brings its own.'],
  ['irsa-auditor.js', checkout, '20.19.2', '24.0', inCheckout],
  ['irsa-auditor.js', checkout, '22.21.0', '24.0', inCheckout],
  ['irsa-auditor.js', built, '18.20.8', '22.15', inCheckout],
  ['irsa-auditor.js', built, '22.14.0', '22.15', inCheckout],
])('%s of %s refuses Node.js %s', (bin, root, version, wanted, advice) => {
  const sentence = `irsa-auditor: Node.js ${version} is too old: ${wanted} or later is wanted. ${advice}\n`;
  expect(run(root, bin, version)).toEqual([2, '', sentence]);
});

test.each([
  ['app.js', checkout, '24.0.0', 'app'],
  ['irsa-auditor.js', checkout, '24.0.0', 'sources'],
  ['irsa-auditor.js', built, '22.15.0', 'built'],
  ['irsa-auditor.js', built, '26.1.0', 'built'],
])('%s of %s runs on Node.js %s', (bin, root, version, started) => {
  expect(run(root, bin, version)).toEqual([0, `${started}\n`, '']);
});

test('every name that is installed, and the app of cdk.json, is one of the two', () => {
  const { bin } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect(new Set(Object.values(bin))).toEqual(new Set(['bin/irsa-auditor.js']));
  expect(JSON.parse(readFileSync('cdk.json', 'utf8')).app).toBe('node bin/app.js');
});
