/** Steps as a script for a POSIX shell, with the guards of `fix --apply`. */
import type { Act, Change, ClusterPlace } from '../model.ts';
import { shellQuote } from '../text.ts';
import { conditionsOf, guardOf, managedOf } from './change-table.ts';
import { absentText, type Condition } from './changes/kind.ts';
import { type CommandOptions, kubectl, kubectlContext, wordsOf } from './command.ts';
import { clustersOfStep, contextCommands, posixCommand, whoAmI } from './render-step.ts';
import { commandsOf, targetOfStep, toolsOf } from './step.ts';

/** The first lines of the script: no pager and no prompt of the AWS CLI waits for a person, as in `fix --apply`; then functions. `state`: the text that a command prints, or `absent` where the tool says that the object does not
 *  exist. `leads_to`: the context points at the API server that was audited, by its certificate authority where both are known,
 *  else by its address. */
const functions = String.raw`export AWS_PAGER= AWS_CLI_AUTO_PROMPT=off
stop() { echo "step $1: $2: stopped, no later step is run" >&2; exit 1; }
state() {
  if printed=$("$@" 2>/dev/null); then printf %s "$printed"; return 0; fi
  why=$("$@" 2>&1 >/dev/null)
  case $why in
    *'(NoSuchEntity)'*|*'(ResourceNotFoundException)'*) printf ${absentText};;
    *) printf '%s\n' "$why" >&2; return 1;;
  esac
}
sum() { if command -v sha256sum >/dev/null; then sha256sum; else shasum -a 256; fi | cut -c1-64; }
host() { printf %s "$1" | tr '[:upper:]' '[:lower:]' | sed -e 's,^[a-z]*://,,' -e 's,/.*$,,'; }
leads_to() {
  server=$1 authority=$2
  shift 2
  there=$(kubectl "$@" config view --raw --flatten --minify --output 'jsonpath={.clusters[0].cluster.server} {.clusters[0].cluster.certificate-authority-data}') || return 1
  data=$(printf %s "\${there#* }" | tr -d '[:space:]')
  if [ -n "$authority" ] && [ -n "$data" ]; then [ "$(printf %s "$data" | sum)" = "$authority" ]; return; fi
  [ -n "$server" ] && [ "$(host "\${there%% *}")" = "$(host "$server")" ]
}`.replaceAll('\\${', '${');

/** The whole script. `headed` gives the comments above a step. It stops at the first step that fails, whose account or cluster
 *  is another one, or whose state is neither the one that was audited nor the one that the step leaves. */
export const posixScript = (
  steps: readonly Act[],
  options: CommandOptions,
  headed: (at: number) => readonly string[],
): string =>
  [
    functions,
    ...contextCommands(steps, options).map(command => `${command} || exit 1`),
    ...steps.flatMap((step, at) => [...headed(at), ...stepLines(step, at + 1, options)]),
  ].join('\n');

const stepLines = (step: Act, number: number, options: CommandOptions): readonly string[] => {
  const commands = [
    ...writersLines(step.change, number, options),
    ...conditionsOf(step.change).map(one => conditionLine(one, number, options)),
    ...commandsOf(step).map(command => posixCommand(command, undefined, options, `stop ${number} 'it failed'`)),
  ];
  const state = guardOf(step.change);
  return [
    ...accountLines(step, number, options),
    ...clustersOfStep(step).map(cluster => clusterLine(cluster, number, options)),
    ...(state === undefined
      ? commands
      : [
          `state=$(state ${words(state.command, options)}) || stop ${number} 'its state could not be read'`,
          'case $state in',
          ...(state.written.length === 0
            ? []
            : [`  ${patterns(state.written)}) echo 'step ${number}: was done already' >&2;;`]),
          `  ${state.audited === undefined ? '*' : patterns(state.audited)})`,
          ...commands.map(command => `    ${command}`),
          '    ;;',
          ...(state.audited === undefined
            ? []
            : [`  *) stop ${number} 'what it writes was changed since the audit';;`]),
          'esac',
        ]),
  ];
};

/** Says who wrote a workload before it is changed: a tool among them undoes the step with its next run. */
const writersLines = (change: Change, number: number, options: CommandOptions): readonly string[] => {
  const managed = managedOf(change);
  if (managed?.kind !== 'workload') return [];
  const { cluster, namespace, name } = managed;
  const fields = '{range .metadata.managedFields[*]}{.manager} {end}';
  const asked = kubectl(cluster, { namespace, verb: ['get', '--output', `jsonpath=${fields}`], on: [name] });
  const writers = `$(${words(asked, options)} | tr -cd '[:print:]')`;
  return [
    `printf 'step ${number}: %s was written by %s: a tool among them undoes this step\\n' ${shellQuote(name)} "${writers}" >&2`,
  ];
};

const conditionLine = ({ command, prints, why }: Condition, number: number, options: CommandOptions): string =>
  `case $(${words(command, options)} 2>/dev/null) in ${patterns(prints)}) ;; *) stop ${number} ${shellQuote(why)};; esac`;

type Said = Parameters<typeof wordsOf>[0] & { readonly args: readonly string[] };

const words = (command: Said, options: CommandOptions): string =>
  [command.tool, ...wordsOf(command, command.args, options)].map(shellQuote).join(' ');

/** In quotes nothing of a pattern is special. */
const patterns = (texts: readonly string[]): string =>
  texts.map(text => `'${text.replaceAll("'", `'\\''`)}'`).join('|');

const accountLines = (step: Act, number: number, options: CommandOptions): readonly string[] => {
  const { accountId, region } = targetOfStep(step);
  if (!toolsOf(step).includes('aws')) return [];
  if (!/^\d{12}$/.test(accountId ?? '')) return [`stop ${number} 'it names no account'`];
  const who = words({ tool: 'aws', args: whoAmI(region) }, options);
  return [`[ "$(${who})" = ${accountId} ] || stop ${number} 'the credentials are of another account'`];
};

const clusterLine = (cluster: ClusterPlace, number: number, options: CommandOptions): string => {
  const { server, authority } = cluster;
  if (kubectlContext(cluster, options) === undefined || (server === undefined && authority === undefined))
    return `stop ${number} 'the API server that was audited is not known'`;
  const lead = wordsOf({ tool: 'kubectl', cluster }, [], options);
  const given = [server ?? '', authority ?? '', ...lead].map(word => (word === '' ? "''" : shellQuote(word)));
  return `leads_to ${given.join(' ')} || stop ${number} 'the context leads to another API server'`;
};
