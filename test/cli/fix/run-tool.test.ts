import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { toolRunner } from '../../../lib/cli/fix/run-tool.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'irsa-auditor-tools-')));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = toolRunner({ env: { PATH: process.env.PATH }, cwd: folder });
const shell = (script: string, input?: string) => run('sh', ['-c', script], input);

test('a program has the folder, its arguments as they are, its input, and both outputs', async () => {
  expect(await shell('pwd; cat; echo told >&2; exit 3', 'in\nput')).toEqual({
    ...{ code: 3, stdout: `${folder}\nin\nput`, stderr: 'told\n' },
  });
  expect(await run('printf', ['%s|', '$(id)', '*', ''])).toEqual({ code: 0, stdout: '$(id)|*||', stderr: '' });
});

test('a program that reads nothing is no fault, and without an input there is nothing to read', async () => {
  expect(await shell('exit 0', 'x'.repeat(1_000_000))).toEqual({ code: 0, stdout: '', stderr: '' });
  expect(await shell('cat')).toEqual({ code: 0, stdout: '', stderr: '' });
});

test('a program that is not there, or cannot be run, has no exit code', async () => {
  expect(await run('no-such-program', [])).toEqual({
    ...{ code: undefined, stdout: '', stderr: 'no no-such-program on the PATH' },
  });
  expect(await run(folder, [])).toEqual({ code: undefined, stdout: '', stderr: `spawn ${folder} EACCES` });
});

test('a program that a signal ended has no exit code, and the signal is told', async () => {
  expect(await shell('echo begun; echo why >&2; kill -TERM $$')).toEqual({
    ...{ code: undefined, stdout: 'begun\n', stderr: 'why\nended by SIGTERM' },
  });
});

test('a program leads a group of its own: ^C in the terminal of the auditor does not reach it', async () => {
  const { stdout } = await shell('ps -o pgid= -p $$; echo $$');
  const [group, own] = stdout.trim().split('\n');
  expect(Number(group)).toBe(Number(own));
});

test('of an endless output the beginning is kept', async () => {
  const { stdout, stderr } = await shell(
    'head -c 6000000 /dev/zero | tr "\\0" x; head -c 6000000 /dev/zero | tr "\\0" y >&2',
  );
  for (const text of [stdout, stderr]) {
    expect(text.length).toBeGreaterThanOrEqual(4 * 1024 * 1024);
    expect(text.length).toBeLessThan(5_000_000);
  }
});
