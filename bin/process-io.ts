import { basename } from 'node:path';
import type { Io } from '../lib/cli/shell/io.ts';

/** The process itself, as commands may touch it. */
export const processIo = (): Io => ({
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  cwd: process.cwd(),
  calledAs: basename(process.argv[1] ?? ''),
  now: () => new Date().toISOString(),
  stdoutIsTerminal: process.stdout.isTTY === true,
  stderrIsTerminal: process.stderr.isTTY === true,
  onInterrupt: act => {
    process.once('SIGINT', act);
    return () => process.off('SIGINT', act);
  },
  exit: code => {
    process.exitCode = code;
  },
});
