/** Every option of every command: what it takes, its default, its choices, and what it excludes. */
import { PassThrough } from 'node:stream';
import { expect, test } from '@jest/globals';
import type { Command, Option } from 'commander';
import { commands } from '../../lib/cli/commands.ts';
import type { Io } from '../../lib/cli/shell/io.ts';
import { golden } from '../support/golden.ts';

const io = {
  ...{ stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough(), env: {}, cwd: '/' },
  ...{ now: () => '', stdoutIsTerminal: false, stderrIsTerminal: false, exit: () => undefined },
} as Io;

const optionLine = (option: Option): string => {
  // Commander's types lack the options that it keeps of `conflicts`.
  const { conflictsWith = [] } = option as Option & { readonly conflictsWith?: readonly string[] };
  const { name } = (option.defaultValue ?? {}) as { readonly name?: string };
  return [
    `  ${option.flags}`,
    ...(option.mandatory ? ['required'] : []),
    ...(option.defaultValue === undefined ? [] : [`default ${name ?? JSON.stringify(option.defaultValue)}`]),
    ...(option.argChoices === undefined ? [] : [`one of ${option.argChoices.join(' ')}`]),
    ...(conflictsWith.length === 0 ? [] : [`not with ${conflictsWith.join(' ')}`]),
    ...(option.hidden ? ['hidden'] : []),
  ].join('; ');
};

const linesOf = (command: Command, above: string): readonly string[] => {
  const name = `${above} ${command.name()}`.trim();
  const taken = command.registeredArguments.map(one => {
    const text = `${one.name()}${one.variadic ? '...' : ''}`;
    return `${one.required ? `<${text}>` : `[${text}]`}${one.argChoices ? ` (${one.argChoices.join(' ')})` : ''}`;
  });
  return [
    `# ${[name, ...taken].join(' ')}`,
    ...command.options.map(optionLine),
    '',
    ...command.commands.flatMap(each => linesOf(each, name)),
  ];
};

test('of every command the options are those that are kept', async () => {
  const made = await Promise.all(commands.map(async ({ load }) => (await load())(io)));
  const lines = made.flatMap(command => linesOf(command, ''));
  expect(lines.length).toBeGreaterThan(300);
  golden('command-options.txt', `${lines.join('\n')}`);
});
