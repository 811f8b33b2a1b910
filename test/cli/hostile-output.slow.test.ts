import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { runCommand } from '../support/captured-io.ts';

const hostile =
  'x\n::error::everything is healthy\r\u001b[31m\u202e ##[add-mask]high ##vso[task.x]y\n::stop-commands::z';
const directory = mkdtempSync(join(tmpdir(), 'irsa-auditor-hostile-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const file = (name: string, text: string): string => {
  writeFileSync(join(directory, name), text);
  return join(directory, name);
};

describe('what the command line was given or has read is no command to a log, wherever it is printed', () => {
  test.each<readonly [string, readonly string[]]>([
    ['an unknown command', [hostile]],
    ['an unknown option', ['scan', `--${hostile}`]],
    ['an unknown format', ['scan', '--format', hostile]],
    ['a file that does not exist', ['who-can-assume', '--policy', hostile, '--service-account', 'a/b']],
    ['a policy that is not JSON', ['who-can-assume', '--policy', file('policy', hostile), '--service-account', 'a/b']],
    ['a configuration that is not JSON', ['notify', '--test', '--config', file('broken', hostile)]],
    [
      'a configuration with an unknown key',
      ['notify', '--test', '--config', file('keys', JSON.stringify({ [hostile]: 1 }))],
    ],
    [
      'a wrong value in a configuration',
      ['notify', '--test', '--config', file('value', JSON.stringify({ name: hostile }))],
    ],
    ['a line of a batch', ['who-can-assume', '--batch']],
    ['an ARN', ['init', 'cluster', '--cluster', 'x', '--principal-arn', hostile]],
    ['an unknown rule', ['rules', hostile]],
    ['an unknown finding', ['explain', hostile]],
  ])('%s', async (_, args) => {
    const stdin = `${JSON.stringify({ id: hostile, policy: hostile, serviceAccount: hostile })}\n`;
    const { stdout, stderr } = await runCommand(['--debug', ...args], { cwd: directory, stdin });
    const output = `${stdout}${stderr}`;
    expect(output).not.toBe('');
    expect(output).not.toMatch(/^\s*::(error|stop-commands)|::error::|##\[|##vso\[/m);
    expect(output).not.toMatch(/[\p{Cf}]|(?!\n)\p{Cc}/u);
  });
});
