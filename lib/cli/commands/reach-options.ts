import { type Command, Option } from 'commander';
import { withSessionOptions } from './scan.ts';

/** The options of every command that asks who can become what. */
export const withReachOptions = (command: Command): Command =>
  withSessionOptions(command)
    .option('--report <file>', 'JSON report of a run with --rbac; without it an audit is made now')
    .addOption(new Option('--input <file>', 'the same as --report').hideHelp().conflicts('report'))
    .option('--cluster <name>', 'only this cluster')
    .option('--json', 'the answer as JSON');
