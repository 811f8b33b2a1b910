/** The program as a process: what a shell sees when it is interrupted, or when nobody reads on. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'irsa-process-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const start = (args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
  const program = spawn(process.execPath, [join(process.cwd(), 'bin', 'irsa-auditor.ts'), ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, AWS_CONFIG_FILE: 'none', AWS_SHARED_CREDENTIALS_FILE: 'none', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  program.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  return { program, ended: once(program, 'close').then(([code, signal]) => ({ code, signal, stderr })) };
};

test('Ctrl-C in a scan ends it as a signal does, and leaves the earlier report as it was', async () => {
  writeFileSync(join(folder, 'report.json'), 'earlier');
  const silent = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const address = silent.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const { program, ended } = start(['scan', '--json', '--output-file', 'report.json', '--region', 'eu-west-1'], {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'x',
  });
  await once(silent, 'request');
  program.kill('SIGINT');
  expect(await ended).toEqual({ code: null, signal: 'SIGINT', stderr: '' });
  expect(readdirSync(folder)).toEqual(['report.json']);
  expect(readFileSync(join(folder, 'report.json'), 'utf8')).toBe('earlier');
  silent.closeAllConnections();
  silent.close();
});

test('a reader that has seen enough is no error', async () => {
  const { program, ended } = start(['rules', '--json']);
  program.stdout.destroy();
  expect(await ended).toEqual({ code: 0, signal: null, stderr: '' });
});
