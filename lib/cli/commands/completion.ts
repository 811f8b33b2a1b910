import { Argument, Command, Option } from 'commander';
import { catalog } from '../../rules/catalog.ts';
import { bashCompletion, type CommandTree, fishCompletion, zshCompletion } from '../completion/completion-scripts.ts';
import { completionValues, type ValueKind, valueKinds } from '../completion/completion-values.ts';
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
