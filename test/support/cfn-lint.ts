import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const inVenv = join(root, '.venv', 'bin', 'cfn-lint');

const works = (command: string): boolean => spawnSync(command, ['--version'], { timeout: 60_000 }).status === 0;

/** The command that runs cfn-lint: on PATH, else in .venv of this repository, installed there if need be; undefined
 *  where none of that works. */
export const cfnLint = (): string | undefined => {
  if (works('cfn-lint')) return 'cfn-lint';
  if (existsSync(inVenv) && works(inVenv)) return inVenv;
  const install = (command: string, args: readonly string[]) =>
    spawnSync(command, args, { timeout: 180_000 }).status === 0;
  const installed =
    install('python3', ['-m', 'venv', join(root, '.venv')]) &&
    install(join(root, '.venv', 'bin', 'pip'), ['install', '--quiet', 'cfn-lint']);
  return installed && works(inVenv) ? inVenv : undefined;
};
