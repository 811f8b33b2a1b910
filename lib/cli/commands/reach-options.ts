import type { Command } from 'commander';
import { withSessionOptions } from './scan.ts';

/** The options of every command that asks who can become what. */
export const withReachOptions = (command: Command): Command =>
  withSessionOptions(command)
    .option('--input <file>', 'JSON report of a run with --rbac; without it an audit is made now')
    .option('--cluster <name>', 'only this cluster')
    .option('--json', 'the answer as JSON');
