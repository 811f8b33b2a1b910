/** docs/commands.md: the help of every command, as the program prints it. */
import { commands } from '../../lib/cli/commands.ts';
import { runCommand } from '../../test/support/captured-io.ts';

const introduction = `# The command line

Every command with its options, as \`irsa-auditor COMMAND --help\` prints it. Where the program is not installed, \`npx --no-install
irsa-auditor\` starts it in a checkout.

Exit codes of all commands: **0** clean, **1** findings or a failed check, **2** usage or configuration, **3** incomplete:
something that was asked for could not be read. \`NO_COLOR\`, \`FORCE_COLOR\`, \`COLUMNS\` and \`TERM=dumb\` are honoured.
`;

/** The page. */
export const commandsPage = async (): Promise<string> => {
  const sections = [section([], await helpOf([]))];
  for (const { name } of commands) {
    const help = await helpOf([name]);
    sections.push(section([name], help));
    for (const child of childrenIn(help)) sections.push(section([name, child], await helpOf([name, child])));
  }
  return `${introduction}\n${sections.join('\n')}`;
};

const helpOf = async (words: readonly string[]): Promise<string> => (await runCommand([...words, '--help'])).stdout;

/** The commands of a group, as its help lists them. */
const childrenIn = (help: string): readonly string[] =>
  [...(help.split('\nCommands:\n')[1] ?? '').matchAll(/^ {2}([a-z][a-z-]*)\b/gm)]
    .map(([, name = '']) => name)
    .filter(name => name !== 'help');

const section = (words: readonly string[], help: string): string =>
  `## ${['irsa-auditor', ...words].join(' ')}\n\n\`\`\`text\n${help.trimEnd()}\n\`\`\`\n`;
