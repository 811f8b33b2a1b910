/** Steps as text for a shell. */
import type { Step } from '../model/step.ts';
import { shellQuote } from '../text/quote.ts';

/** What a person adds to every step. */
export interface RenderOptions {
  /** Profile of the AWS configuration. */
  readonly profile?: string;
}

/** Steps as commands to paste into a POSIX shell, one for each step, in order. */
export const posixCommands = (steps: readonly Step[], options: RenderOptions = {}): readonly string[] =>
  steps.map(step => posixCommand(step, options));

const posixCommand = (step: Step, options: RenderOptions): string => {
  const { tool, input, onlyIf, otherwise } = step;
  const words = (args: readonly string[]): string =>
    [tool, ...withProfile(step, args, options)].map(shellQuote).join(' ');
  const piped = input ? `printf '%s' ${shellQuote(input)} | ${words(step.args)}` : words(step.args);
  const fed = input === '' ? `${piped} </dev/null` : piped;
  const guarded =
    guardOf(step, options, shellQuote, command => `[ "$(${command})" = ${step.target.accountId} ] && `) + fed;
  const orElse = otherwise === undefined ? guarded : `${guarded} || ${words(otherwise)}`;
  return onlyIf === undefined ? orElse : `[ "$(${words(onlyIf.args)})" != ${shellQuote(onlyIf.prints)} ] || ${orElse}`;
};

/** The arguments with the profile that a person named. */
export const withProfile = (
  { tool }: Pick<Step, 'tool'>,
  args: readonly string[],
  { profile }: RenderOptions,
): readonly string[] => (tool === 'aws' && profile !== undefined ? [...args, '--profile', profile] : args);

/** The arguments of the AWS CLI that print the account of the credentials. */
export const whoAmI = (region: string | undefined): readonly string[] => [
  ...['sts', 'get-caller-identity', '--query', 'Account', '--output', 'text'],
  ...(region === undefined ? [] : ['--region', region]),
];

/** What stops a write of the AWS CLI that would go to another account; empty where the step needs none. */
const guardOf = (
  step: Step,
  options: RenderOptions,
  quote: (word: string) => string,
  write: (command: string) => string,
): string => {
  const { tool, change, target } = step;
  if (tool !== 'aws' || change === undefined || !/^\d{12}$/.test(target.accountId ?? '')) return '';
  return write(['aws', ...withProfile(step, whoAmI(target.region), options)].map(quote).join(' '));
};

const powerShellQuote = (word: string): string => `'${word.replaceAll(/['‘’‚‛]/g, '$&$&')}'`;

/** A script of these steps for PowerShell 7.3 or later: earlier versions lose quotes in arguments. Stops at the first
 *  step that fails. `headed` gives what stands above a step. */
export const powerShellScript = (
  steps: readonly Step[],
  options: RenderOptions = {},
  headed: (at: number) => readonly string[] = () => [],
): string =>
  [
    '#Requires -Version 7.3',
    "$ErrorActionPreference = 'Stop'",
    '$PSNativeCommandUseErrorActionPreference = $true',
    ...steps.flatMap((step, at) => [...headed(at), powerShellCommand(step, options)]),
    '',
  ].join('\n');

const powerShellCommand = (step: Step, options: RenderOptions): string => {
  const { tool, input, onlyIf, otherwise } = step;
  const words = (args: readonly string[]): string =>
    `& ${tool} ${withProfile(step, args, options).map(powerShellQuote).join(' ')}`;
  const guard = guardOf(
    step,
    options,
    powerShellQuote,
    command => `if ((& ${command}) -ne '${step.target.accountId}') { throw 'another account' }\n`,
  );
  const piped = input === undefined ? words(step.args) : `${powerShellQuote(input)} | ${words(step.args)}`;
  const orElse = otherwise === undefined ? piped : `try { ${piped} } catch { ${words(otherwise)} }`;
  return `${guard}${onlyIf === undefined ? orElse : `if ((${words(onlyIf.args)}) -eq ${powerShellQuote(onlyIf.prints)}) { ${orElse} }`}`;
};
