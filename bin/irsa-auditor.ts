#!/usr/bin/env node
import { basename } from 'node:path';
import { main } from '../lib/cli/main.ts';

await main(process.argv.slice(2), {
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
