import { Argument, Command } from 'commander';
import { catalog } from '../../core/rules/catalog.ts';
import { bashCompletion, type CommandTree, fishCompletion, zshCompletion } from '../completion-scripts.ts';
import type { Io } from '../io.ts';

const scripts = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;

const examples = `
Examples:
  $ irsa-auditor completion bash > /etc/bash_completion.d/irsa-auditor
  $ irsa-auditor completion zsh > "\${fpath[1]}/_irsa-auditor"
  $ irsa-auditor completion fish > ~/.config/fish/completions/irsa-auditor.fish`;

/** `irsa-auditor completion`: the shell's completion, made from the commands that there are. */
export const completionCommand = (io: Io): Command => {
  const command = new Command('completion')
    .addArgument(new Argument('<shell>').choices(Object.keys(scripts)))
    .addHelpText('after', examples)
    .action((shell: keyof typeof scripts) => {
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
    option.long ? [{ flag: option.long, description: option.description, choices: option.argChoices ?? [] }] : [],
  ),
  commands: command.commands.map(treeOf),
});
