/** Steps as text for a shell. */
import type { Step } from '../model/step.ts';
import { powerShellQuote, shellQuote } from '../text/quote.ts';
import { targetOfClusterArn } from './changes/kind.ts';
import { type Command, type CommandOptions, optionWords, wordsOf } from './command.ts';
import { commandsOf, targetOfStep } from './step.ts';

/** Steps as commands to paste into a POSIX shell, in order. */
export const posixCommands = (steps: readonly Step[], options: CommandOptions = {}): readonly string[] =>
  steps.flatMap(step => commandsOf(step).map(command => posixCommand(command, guardedAccount(step), options)));

/** The commands that make the contexts which steps name and which no kubeconfig has: they come first. */
export const contextCommands = (steps: readonly Step[], options: CommandOptions): readonly string[] => {
  const clusters = steps.flatMap(step => commandsOf(step).flatMap(({ cluster }) => cluster ?? []));
  const missing = clusters.flatMap(cluster =>
    cluster.arn === undefined || cluster.context !== undefined || options.contextOf?.(cluster) !== undefined
      ? []
      : [cluster.arn],
  );
  return [...new Set(missing)].map(arn => {
    const { clusterName, region } = targetOfClusterArn(arn);
    const words = [
      'eks',
      'update-kubeconfig',
      ...optionWords('--name', clusterName),
      ...optionWords('--region', region),
    ];
    return ['aws', ...wordsOf({ tool: 'aws' }, words, options)].map(shellQuote).join(' ');
  });
};

/** One command as text; `account`: that of the credentials which it may run with. */
export const posixCommand = (command: Command, account: string | undefined, options: CommandOptions = {}): string => {
  const { tool, args, input, onlyIf } = command;
  const words = (list: readonly string[]): string =>
    [tool, ...wordsOf(command, list, options)].map(shellQuote).join(' ');
  const piped = input ? `printf '%s' ${shellQuote(input)} | ${words(args)}` : words(args);
  const fed = input === '' ? `${piped} </dev/null` : piped;
  const who = whoAmICommand(command, account, options).map(shellQuote).join(' ');
  const guarded = who === '' ? fed : `[ "$(${who})" = ${account} ] && ${fed}`;
  return onlyIf === undefined
    ? guarded
    : `[ "$(${words(onlyIf.args)})" != ${shellQuote(onlyIf.prints)} ] || ${guarded}`;
};

/** The account of a step that writes. */
const guardedAccount = (step: Step): string | undefined =>
  step.change === undefined ? undefined : targetOfStep(step).accountId;

/** The arguments of the AWS CLI that print the account of the credentials. */
export const whoAmI = (region: string | undefined): readonly string[] => [
  ...['sts', 'get-caller-identity', '--query', 'Account', '--output', 'text'],
  ...(region === undefined ? [] : ['--region', region]),
];

/** The program that prints the account, before a write of the AWS CLI; empty where the command needs none. */
const whoAmICommand = (
  { tool, args }: Command,
  account: string | undefined,
  options: CommandOptions,
): readonly string[] => {
  if (tool !== 'aws' || !/^\d{12}$/.test(account ?? '')) return [];
  const at = args.indexOf('--region');
  return ['aws', ...wordsOf({ tool }, whoAmI(at < 0 ? undefined : args[at + 1]), options)];
};

/** A script of these steps for PowerShell 7.3 or later: earlier versions lose quotes in arguments. Stops at the first
 *  step that fails. `headed` gives what stands above a step. */
export const powerShellScript = (
  steps: readonly Step[],
  options: CommandOptions = {},
  headed: (at: number) => readonly string[] = () => [],
): string =>
  [
    '#Requires -Version 7.3',
    "$ErrorActionPreference = 'Stop'",
    '$PSNativeCommandUseErrorActionPreference = $true',
    ...steps.flatMap((step, at) => [
      ...headed(at),
      ...commandsOf(step).map(command => powerShellCommand(command, guardedAccount(step), options)),
    ]),
    '',
  ].join('\n');

const powerShellCommand = (command: Command, account: string | undefined, options: CommandOptions): string => {
  const { tool, args, input, onlyIf } = command;
  const words = (list: readonly string[]): string =>
    `& ${tool} ${wordsOf(command, list, options).map(powerShellQuote).join(' ')}`;
  const who = whoAmICommand(command, account, options).map(powerShellQuote).join(' ');
  const guard = who === '' ? '' : `if ((& ${who}) -ne '${account}') { throw 'another account' }\n`;
  const piped = input === undefined ? words(args) : `${powerShellQuote(input)} | ${words(args)}`;
  return `${guard}${onlyIf === undefined ? piped : `if ((${words(onlyIf.args)}) -eq ${powerShellQuote(onlyIf.prints)}) { ${piped} }`}`;
};
