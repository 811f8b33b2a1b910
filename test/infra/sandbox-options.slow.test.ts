import { spawnSync } from 'node:child_process';
import { expect, test } from '@jest/globals';

test('an unknown option of the sandbox is one sentence and exit 2', () => {
  const done = spawnSync(process.execPath, ['sandbox/start.ts', '--bogus'], { encoding: 'utf8' });
  expect([done.status, done.stdout]).toEqual([2, '']);
  expect(done.stderr.trim()).toBe('The sandbox was started with "--bogus"; want --json, --serve or --help.');
});
