import { spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { binaries, type FoundProgram } from '../installed-program.ts';
import { perWorker } from '../per-worker.ts';

/**
 * The folder of an `aws` that runs in a copy of a process that has loaded it: the same program in a fifth of the time.
 * Undefined where no Python has the package of the program found, as with version 2 of the AWS CLI.
 */
export const loadedAws = (found: FoundProgram): Promise<string | undefined> =>
  perWorker('loaded-aws', () => load(found));

const load = async ({ command, says }: FoundProgram): Promise<string | undefined> => {
  const folder = mkdtempSync(join(tmpdir(), 'irsa-auditor-aws-'));
  const socket = join(folder, 'socket');
  const python = command === 'aws' ? 'python3' : join(binaries, 'python3');
  const server = spawn(python, [join(import.meta.dirname, 'serve.py'), socket], { stdio: ['pipe', 'pipe', 'ignore'] });
  const line = await new Promise<string>(resolve => {
    createInterface(server.stdout).once('line', resolve);
    server.once('error', () => resolve('')).once('exit', () => resolve(''));
  });
  const [, executable, version] = /^(.+) (aws-cli\/\S+)$/.exec(line) ?? [];
  if (executable === undefined || !says.startsWith(`${version} `)) {
    server.stdin.end();
    return undefined;
  }
  server.unref();
  const start = [executable, '-IS', join(import.meta.dirname, 'start.py'), socket].map(word => `'${word}'`).join(' ');
  writeFileSync(join(folder, 'aws'), `#!/bin/sh\nexec ${start} "$@"\n`, { mode: 0o755 });
  return folder;
};
