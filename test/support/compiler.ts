/** The compiler of TypeScript over a folder, beside other tests. */
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { leanCompiler } from '../../scripts/checks.ts';

/** The words of the compiler with these arguments, one fault a line. Nothing is kept for a next run. */
export const compile = (folder: string, ...args: readonly string[]): readonly string[] =>
  spawnSync(resolve('node_modules/.bin/tsc'), [...leanCompiler.args, '--incremental', 'false', ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, ...leanCompiler.env },
  })
    .stdout.split('\n')
    .filter(line => line !== '');
