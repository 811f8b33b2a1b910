/** Steps as text for a shell. */
import type { ClusterPlace, Step } from '../model.ts';
import { safeJson, shellQuote } from '../text.ts';
import { targetOfClusterArn } from './changes/kind.ts';
import { type Command, type CommandOptions, knownContext, optionWords, wordsOf } from './command.ts';
import { commandsOf, targetOfStep } from './step.ts';

/** Steps as commands to paste into a POSIX shell, in order. */
export const posixCommands = (steps: readonly Step[], options: CommandOptions = {}): readonly string[] =>
  steps.flatMap(step => commandsOf(step).map(command => posixCommand(command, guardedAccount(step), options)));

/** The commands of a fix to paste into a POSIX shell, in order: first those that make the contexts which no kubeconfig has. */
export const fixCommands = (steps: readonly Step[], options: CommandOptions = {}): readonly string[] => [
  ...contextCommands(steps, options),
  ...posixCommands(steps, options),
];

/** The clusters that the commands of a step are for, each once. */
export const clustersOfStep = (step: Step): readonly ClusterPlace[] => [
  ...new Map(commandsOf(step).flatMap(({ cluster }) => (cluster ? [[cluster.name, cluster] as const] : []))).values(),
];

/** The commands that make the contexts which steps name and which no kubeconfig has: they come first. */
export const contextCommands = (steps: readonly Step[], options: CommandOptions): readonly string[] => {
  const missing = steps
    .flatMap(clustersOfStep)
    .flatMap(cluster =>
      cluster.arn === undefined || knownContext(cluster, options) !== undefined ? [] : [cluster.arn],
    );
  return [...new Set(missing)].map(arn => {
    const { clusterName, region } = targetOfClusterArn(arn);
    return newContext(clusterName, region, options);
  });
};

/** The command that makes a context in a file of its own, which this shell's kubectl reads last: neither the person's kubeconfig
 *  nor the current context changes (AWS CLI, `eks update-kubeconfig`; kubectl merges the files of KUBECONFIG, the first wins). */
export const newContext = (clusterName: string, region: string, options: CommandOptions = {}): string => {
  const words = ['eks', 'update-kubeconfig', ...optionWords('--name', clusterName), ...optionWords('--region', region)];
  const update = ['aws', ...wordsOf({ tool: 'aws' }, words, options)].map(shellQuote).join(' ');
  const before =
    options.kubeconfig === undefined ? `"\${KUBECONFIG:-$HOME/.kube/config}"` : shellQuote(options.kubeconfig);
  return `new=$(mktemp) && export KUBECONFIG=${before}:"$new" && ${update} --kubeconfig "$new"`;
};

/** One command as text; `account`: that of the credentials which it may run with; `orElse`: what follows where it fails. A long
 *  document follows the line of its command as a here-document, which the shell leaves as it is. */
export const posixCommand = (
  command: Command,
  account: string | undefined,
  options: CommandOptions = {},
  orElse?: string,
): string => {
  const { tool, onlyIf = [] } = command;
  const words = (list: readonly string[]): string =>
    [tool, ...wordsOf(command, list, options)].map(shellQuote).join(' ');
  const { line, body } = fedBy(command, words);
  const who = whoAmICommand(command, account, options).map(shellQuote).join(' ');
  const guarded = who === '' ? line : `[ "$(${who})" = ${account} ] && ${line}`;
  const unless = onlyIf.map(one => `[ "$(${words(one.args)})" != ${shellQuote(one.prints)} ]`);
  const first = [...unless, guarded, ...(orElse === undefined ? [] : [orElse])].join(' || ');
  return body === undefined ? first : [first, indented(body), endOfDocument].join('\n');
};

/** No line of indented JSON is this word. */
const endOfDocument = 'JSON';

/** Characters of a standard input that stand in the line of a command. */
const maxInLine = 200;

/** The line of a command with its standard input, and the document below the line where it is long. */
const fedBy = (
  { args, input, document }: Command,
  words: (list: readonly string[]) => string,
): { readonly line: string; readonly body?: string } => {
  const long = document ?? (input !== undefined && input.length > maxInLine ? { args, text: input } : undefined);
  if (long !== undefined) return { line: `${words(long.args)} <<'${endOfDocument}'`, body: long.text };
  if (input === '') return { line: `${words(args)} </dev/null` };
  return { line: input === undefined ? words(args) : `printf '%s' ${shellQuote(input)} | ${words(args)}` };
};

const indented = (json: string): string => safeJson(JSON.parse(json), 2);

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
