import { Argument, Command, Option } from 'commander';
import { parseArn } from '../../model.ts';
import { catalog } from '../../rules/catalog.ts';
import { compareText } from '../../text.ts';
import { bashCompletion, type CommandTree, fishCompletion, zshCompletion } from '../completion/completion-scripts.ts';
import { lastNames } from '../findings/last-scan.ts';
import { allContexts } from '../kubeconfig/kubeconfig-files.ts';
import { type Io, UsageError } from '../shell/io.ts';

const scripts = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;

const examples = `
Examples:
  $ irsa-auditor completion bash > /etc/bash_completion.d/irsa-auditor
  $ irsa-auditor completion zsh > "\${fpath[1]}/_irsa-auditor"
  $ irsa-auditor completion fish > ~/.config/fish/completions/irsa-auditor.fish

Clusters and roles are those of your last scan, which keeps their names in
~/.cache/irsa-auditor.`;

/** `irsa-auditor completion`: the shell's completion, made from the commands that there are. */
export const completionCommand = (io: Io): Command => {
  const command = new Command('completion')
    .addArgument(new Argument('[shell]').choices(Object.keys(scripts)))
    .addOption(new Option('--values <kind>', 'names that the script asks for').choices(valueKinds).hideHelp())
    .addHelpText('after', examples)
    .action(async (shell: keyof typeof scripts | undefined, { values }: { readonly values?: ValueKind }) => {
      if (values !== undefined) {
        io.stdout.write((await completionValues(values, io)).map(name => `${name}\n`).join(''));
        return io.exit(0);
      }
      if (shell === undefined) throw new UsageError(`completion: which shell? ${Object.keys(scripts).join(', ')}`);
      const tree = treeOf(command.parent ?? command);
      io.stdout.write(
        scripts[shell](
          tree,
          catalog.map(rule => rule.id),
        ),
      );
      io.exit(0);
    });
  return command;
};

const treeOf = (command: Command): CommandTree => ({
  name: command.name(),
  description: command.description(),
  options: command.options.flatMap(option =>
    option.long
      ? [
          {
            flag: option.long,
            description: option.description,
            choices: option.argChoices ?? [],
            takesValue: option.required || option.optional,
          },
        ]
      : [],
  ),
  commands: command.commands.map(treeOf),
});

/** Names that completion looks up. */
const valueKinds = ['contexts', 'clusters', 'roles'] as const;
type ValueKind = (typeof valueKinds)[number];

/** A shell expands the words that it is given to complete: a name with anything else in it is left out. */
const plainName = /^[\w@:./+-]+$/;

/** The contexts of the kubeconfig; the clusters that they lead to (of EKS by their own name) and those of the last scan; the
 *  roles of that. Nothing where nothing can be read: completion says no errors. */
const completionValues = async (kind: ValueKind, io: Io): Promise<readonly string[]> => {
  const last = await lastNames(io);
  const names = { contexts: [], clusters: last.clusters, roles: last.roles }[kind];
  const ofContexts = kind === 'roles' ? [] : await contextNames(kind, io);
  return [...new Set([...names, ...ofContexts])].filter(name => plainName.test(name)).sort(compareText);
};

const contextNames = async (kind: 'contexts' | 'clusters', io: Io): Promise<readonly string[]> => {
  try {
    const contexts = await allContexts(io);
    return contexts.map(({ name, cluster }) => (kind === 'contexts' ? name : clusterOf(cluster.name)));
  } catch {
    return [];
  }
};

const clusterOf = (name: string): string => parseArn(name)?.resource.replace(/^cluster\//, '') ?? name;
