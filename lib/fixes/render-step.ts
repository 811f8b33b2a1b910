/** Steps as text for a shell. */
import type { ClusterPlace, Step } from '../model/step.ts';
import { shellQuote } from '../text/quote.ts';
import { targetOfClusterArn } from './changes/kind.ts';
import { type Command, type CommandOptions, optionWords, wordsOf } from './command.ts';
import { commandsOf, targetOfStep } from './step.ts';

/** Steps as commands to paste into a POSIX shell, in order. */
export const posixCommands = (
  steps: readonly Step[],
  options: CommandOptions = {},
  guards: 'guarded' | 'unguarded' = 'guarded',
): readonly string[] =>
  steps.flatMap(step =>
    commandsOf(step).map(command =>
      posixCommand(command, guards === 'guarded' ? guardedAccount(step) : undefined, options),
    ),
  );

/** The clusters that the commands of a step are for, each once. */
export const clustersOf = (step: Step): readonly ClusterPlace[] => [
  ...new Map(commandsOf(step).flatMap(({ cluster }) => (cluster ? [[cluster.name, cluster] as const] : []))).values(),
];

/** The commands that make the contexts which steps name and which no kubeconfig has: they come first. Each as its words. */
export const contextWords = (steps: readonly Step[], options: CommandOptions): readonly (readonly string[])[] => {
  const missing = steps
    .flatMap(clustersOf)
    .flatMap(cluster =>
      cluster.arn === undefined || cluster.context !== undefined || options.contextOf?.(cluster) !== undefined
        ? []
        : [cluster.arn],
    );
  return [...new Set(missing)].map(arn => {
    const { clusterName, region } = targetOfClusterArn(arn);
    const words = [
      ...['eks', 'update-kubeconfig'],
      ...optionWords('--name', clusterName),
      ...optionWords('--region', region),
      ...(options.kubeconfig === undefined ? [] : optionWords('--kubeconfig', options.kubeconfig)),
    ];
    return ['aws', ...wordsOf({ tool: 'aws' }, words, options)];
  });
};

/** As `contextWords`, as commands for a POSIX shell. */
export const contextCommands = (steps: readonly Step[], options: CommandOptions): readonly string[] =>
  contextWords(steps, options).map(words => words.map(shellQuote).join(' '));

/** One command as text; `account`: that of the credentials which it may run with. */
export const posixCommand = (command: Command, account: string | undefined, options: CommandOptions = {}): string => {
  const { tool, args, input, onlyIf = [] } = command;
  const words = (list: readonly string[]): string =>
    [tool, ...wordsOf(command, list, options)].map(shellQuote).join(' ');
  const piped = input ? `printf '%s' ${shellQuote(input)} | ${words(args)}` : words(args);
  const fed = input === '' ? `${piped} </dev/null` : piped;
  const who = whoAmICommand(command, account, options).map(shellQuote).join(' ');
  const guarded = who === '' ? fed : `[ "$(${who})" = ${account} ] && ${fed}`;
  const unless = onlyIf.map(one => `[ "$(${words(one.args)})" != ${shellQuote(one.prints)} ]`);
  return [...unless, guarded].join(' || ');
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
