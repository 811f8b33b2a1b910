/** Programs with their arguments, as changes and looks make them. */
import type { ClusterPlace } from '../model.ts';

/** Programs that steps name. Of these `aws` and `kubectl` alone are run; the others only look. */
export type Tool = 'aws' | 'kubectl' | 'curl' | 'openssl';

/** One program with its exact arguments. */
export interface Command {
  readonly tool: Tool;
  /** Word by word, without the profile, the kubeconfig and the context: `wordsOf` adds these. */
  readonly args: readonly string[];
  /** Of kubectl: the cluster that it is for. */
  readonly cluster?: ClusterPlace;
  /** Standard input. */
  readonly input?: string;
  /** The form for a shell where a value of `args` is a long document, as JSON: its standard input, which `args` names instead. */
  readonly document?: { readonly text: string; readonly args: readonly string[] };
  /** Run only where each of these commands of the same tool prints its text. */
  readonly onlyIf?: readonly { readonly args: readonly string[]; readonly prints: string }[];
}

/** The options that a person adds to every command. */
export interface CommandOptions {
  /** Profile of the AWS configuration. */
  readonly profile?: string;
  /** File that kubectl is given. */
  readonly kubeconfig?: string;
  /** The context of the kubeconfig that points at a cluster; undefined where none does. */
  readonly contextOf?: (cluster: ClusterPlace) => string | undefined;
}

/** An option with its value, as words; one word where the value begins with a dash and would be taken for an option. */
export const optionWords = (option: string, value: string): readonly string[] =>
  value.startsWith('-') ? [`${option}=${value}`] : [option, value];

/** The context of a cluster that exists: the one that a person's kubeconfig has for it; where no kubeconfig is known, the one
 *  that it was read through. */
export const knownContext = (cluster: ClusterPlace, { contextOf }: CommandOptions = {}): string | undefined =>
  contextOf === undefined ? cluster.context : contextOf(cluster);

/** The context of a cluster: the one that exists, else the one that `aws eks update-kubeconfig` makes, named as the cluster's ARN.
 *  kubectl refuses a context that does not exist, so that no command goes to whichever cluster is current. */
export const kubectlContext = (cluster: ClusterPlace, options: CommandOptions = {}): string | undefined =>
  knownContext(cluster, options) ?? cluster.arn ?? cluster.context;

/** The arguments of a command with what a person adds. */
export const wordsOf = (
  { tool, cluster }: Pick<Command, 'tool' | 'cluster'>,
  args: readonly string[],
  options: CommandOptions = {},
): readonly string[] => {
  if (tool === 'aws') return options.profile === undefined ? args : [...args, '--profile', options.profile];
  if (tool !== 'kubectl' || cluster === undefined) return args;
  const context = kubectlContext(cluster, options);
  // A context that is made first stands in a file of KUBECONFIG.
  const isMade = cluster.arn !== undefined && knownContext(cluster, options) === undefined;
  return [
    ...(options.kubeconfig === undefined || isMade ? [] : optionWords('--kubeconfig', options.kubeconfig)),
    ...(context === undefined ? [] : optionWords('--context', context)),
    ...args,
  ];
};

/** A command of the AWS CLI. All values of the world are values of options: `optionWords`. */
export const aws = (service: string, operation: string, ...words: readonly string[]): Command => ({
  tool: 'aws',
  args: [service, operation, ...words],
});

/** The call of kubectl, and its object. */
interface KubectlWords {
  readonly namespace?: string;
  /** Words and options that are fixed, or values of options. */
  readonly verb: readonly string[];
  /** Objects as `kind/name`, and what is set on them: they stand behind `--`. */
  readonly on?: readonly string[];
}

/** The arguments of kubectl. Throws `RangeError` for an object or a value that begins with a dash. */
export const kubectlArgs = ({ namespace, verb, on = [] }: KubectlWords): readonly string[] => {
  const option = on.find(word => word.startsWith('-'));
  if (option !== undefined) throw new RangeError(`${JSON.stringify(option)} is an option of kubectl, wanted a name`);
  return [
    ...(namespace === undefined ? [] : optionWords('--namespace', namespace)),
    ...verb,
    ...(on.length === 0 ? [] : ['--', ...on]),
  ];
};

/** A command of kubectl on a cluster. Throws `RangeError` as `kubectlArgs` does. */
export const kubectl = (
  cluster: ClusterPlace,
  words: KubectlWords,
  more: Pick<Command, 'input' | 'onlyIf'> = {},
): Command => ({ tool: 'kubectl', cluster, args: kubectlArgs(words), ...more });
