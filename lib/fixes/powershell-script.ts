/** Steps as a script for PowerShell 7.3 or later (earlier versions lose quotes in arguments), with the guards of `fix --apply`. */
import type { Act, ClusterPlace } from '../model/step.ts';
import { powerShellQuote } from '../text/quote.ts';
import { conditionsOf, guardOf } from './change-table.ts';
import { absentText } from './changes/kind.ts';
import { type Command, type CommandOptions, contextFor, wordsOf } from './command.ts';
import { clustersOf, contextWords, whoAmI } from './render-step.ts';
import { commandsOf, targetOfStep, toolsOf } from './step.ts';

/** As the functions of the POSIX script. */
const functions = String.raw`#Requires -Version 7.3
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $true
function Read-State([string] $Tool, [string[]] $Words) {
  $PSNativeCommandUseErrorActionPreference = $false
  $printed = & $Tool @Words 2>$null
  if ($LASTEXITCODE -eq 0) { return (@($printed) -join [char]10) }
  $why = (& $Tool @Words 2>&1 | Out-String)
  if ($why -cmatch '\((NoSuchEntity|ResourceNotFoundException)\)') { return '${absentText}' }
  throw $why
}
function Read-Answer([string] $Tool, [string[]] $Words) {
  $PSNativeCommandUseErrorActionPreference = $false
  return (@(& $Tool @Words 2>$null) -join [char]10)
}
function Get-HostOf([string] $Address) { ($Address.ToLowerInvariant() -replace '^[a-z]*://', '') -replace '/.*$', '' }
function Test-Cluster([string] $Server, [string] $Authority, [string[]] $Lead) {
  $words = @('config', 'view', '--raw', '--flatten', '--minify', '--output', 'jsonpath={.clusters[0].cluster.server} {.clusters[0].cluster.certificate-authority-data}')
  $there = ((& kubectl @Lead @words) -join '').Split(' ', 2)
  $data = ($there[1] ?? '') -replace '\s', ''
  if ($Authority -ne '' -and $data -ne '') {
    $sum = [System.Security.Cryptography.SHA256]::HashData([System.Text.Encoding]::UTF8.GetBytes($data))
    return [System.Convert]::ToHexString($sum).ToLowerInvariant() -ceq $Authority
  }
  return $Server -ne '' -and (Get-HostOf $there[0]) -ceq (Get-HostOf $Server)
}`;

/** The whole script. `headed` gives the comments above a step. It stops where the POSIX script does. */
export const powerShellScript = (
  steps: readonly Act[],
  options: CommandOptions = {},
  headed: (at: number) => readonly string[] = () => [],
): string =>
  [
    functions,
    ...contextWords(steps, options).map(([tool = '', ...rest]) => `& ${tool} ${rest.map(powerShellQuote).join(' ')}`),
    ...steps.flatMap((step, at) => [...headed(at), ...stepLines(step, at + 1, options)]),
    '',
  ].join('\n');

const stepLines = (step: Act, number: number, options: CommandOptions): readonly string[] => {
  const state = guardOf(step.change);
  const stop = (why: string): string => `throw 'step ${number}: ${why}: stopped, no later step is run'`;
  const commands = [
    ...conditionsOf(step.change).map(
      ({ command, prints, why }) =>
        `if (-not (@(${prints.map(powerShellQuote).join(', ')}) -ccontains (Read-Answer ${command.tool} ${list(wordsOf(command, command.args, options))}))) { ${stop(why.replaceAll("'", '’'))} }`,
    ),
    ...commandsOf(step).map(command => commandText(command, options)),
  ];
  const isOneOf = (texts: readonly string[]): string => `@(${texts.map(powerShellQuote).join(', ')}) -ccontains $state`;
  return [
    ...accountLines(step, stop, options),
    ...clustersOf(step).map(cluster => clusterLine(cluster, stop, options)),
    ...(state === undefined
      ? commands
      : [
          `$state = Read-State ${state.command.tool} ${list(wordsOf(state.command, state.command.args, options))}`,
          `if (${isOneOf(state.written)}) { Write-Output 'step ${number}: was done already' }`,
          `${state.audited === undefined ? 'else' : `elseif (${isOneOf(state.audited)})`} {`,
          ...commands.map(command => `  ${command}`),
          state.audited === undefined ? '}' : `} else { ${stop('what it writes was changed since the audit')} }`,
        ]),
  ];
};

const list = (words: readonly string[]): string => `@(${words.map(powerShellQuote).join(', ')})`;

const commandText = (command: Command, options: CommandOptions): string => {
  const { tool, args, input, onlyIf = [] } = command;
  const words = (given: readonly string[]): string =>
    `& ${tool} ${wordsOf(command, given, options).map(powerShellQuote).join(' ')}`;
  const piped = input === undefined ? words(args) : `${powerShellQuote(input)} | ${words(args)}`;
  const ifs = onlyIf.map(one => `((${words(one.args)}) -join [char]10) -ceq ${powerShellQuote(one.prints)}`);
  return ifs.length === 0 ? piped : `if (${ifs.join(' -and ')}) { ${piped} }`;
};

const accountLines = (step: Act, stop: (why: string) => string, options: CommandOptions): readonly string[] => {
  const { accountId, region } = targetOfStep(step);
  if (!toolsOf(step).includes('aws')) return [];
  if (!/^\d{12}$/.test(accountId ?? '')) return [stop('it names no account')];
  const who = wordsOf({ tool: 'aws' }, whoAmI(region), options).map(powerShellQuote).join(' ');
  return [`if ((& aws ${who}) -ne '${accountId}') { ${stop('the credentials are of another account')} }`];
};

const clusterLine = (cluster: ClusterPlace, stop: (why: string) => string, options: CommandOptions): string => {
  const { server, authority } = cluster;
  if (contextFor(cluster, options) === undefined || (server === undefined && authority === undefined))
    return stop('the API server that was audited is not known');
  const lead = wordsOf({ tool: 'kubectl', cluster }, [], options);
  const asked = `Test-Cluster ${powerShellQuote(server ?? '')} ${powerShellQuote(authority ?? '')} ${list(lead)}`;
  return `if (-not (${asked})) { ${stop('the context leads to another API server')} }`;
};
