import type { Command, CommanderError } from 'commander';
import { nearest, visible } from '../../text.ts';

/**
 * One line about arguments that the command line does not have: the word got, the nearest one that there is, and the help to
 * ask for. `failed` is the command that refused them.
 */
export const usageLine = (error: CommanderError, failed: Command, program: Command): string => {
  const argument = argumentLine(error, failed);
  if (argument !== undefined) return ended(argument, failed);
  const word = extraWord(error, failed);
  if (word === undefined) return ended(withHint(error.message), failed);
  const group = failed.parent === null || failed.parent === program ? failed : failed.parent;
  const isOfCommands = group.commands.length > 0;
  const hint = isOfCommands ? commandHint(word, group, program) : optionHint(word, group);
  const known = isOfCommands && group !== program ? `; known: ${namesOf(group).join(', ')}` : '';
  return ended(
    `${isOfCommands ? 'unknown command' : `${group.name()}: unknown word`} "${visible(word)}"${hint === undefined ? known : `; did you mean ${hint}?`}`,
    group,
  );
};

/** An argument that is missing, or whose value is not one of its choices, with what it may be. */
const argumentLine = ({ code, message }: CommanderError, failed: Command): string | undefined => {
  const name = /argument '(.*?)'(?:\.|$)/s.exec(message)?.[1];
  const argument = failed.registeredArguments.find(one => one.name() === name);
  if (argument === undefined) return undefined;
  const choices = argument.argChoices ?? [];
  const wanted = choices.length > 0 ? `one of ${choices.join(', ')}` : argument.description;
  if (code === 'commander.missingArgument') return `${failed.name()}: got no ${name}, wanted ${wanted}`;
  const got = /value '(.*?)' is invalid/s.exec(message)?.[1];
  if (code !== 'commander.invalidArgument' || got === undefined) return undefined;
  const near = nearest(got, choices);
  return `${failed.name()}: "${visible(got)}" is no ${name}${near === undefined ? `, wanted ${wanted}` : `; did you mean ${near}?`}`;
};

const ended = (sentence: string, command: Command): string =>
  `${sentence}${/[.?]$/.test(sentence) ? ' See' : '; see'} ${pathOf(command)} --help`;

const namesOf = ({ commands }: Command): readonly string[] => commands.map(command => command.name());

/** The word that no command and no argument takes: commander tells the first in its message alone. */
const extraWord = ({ code, message }: CommanderError, { args }: Command): string | undefined => {
  if (code === 'commander.unknownCommand') return /'(.*)'/s.exec(message.split('\n(')[0] ?? '')?.[1];
  return code === 'commander.excessArguments' ? args.at(-1) : undefined;
};

/** The nearest command of the group; at the top also one of a group, since `waive` stands for `findings waive`. */
const commandHint = (word: string, group: Command, program: Command): string | undefined => {
  const path = group === program ? '' : `${group.name()} `;
  const own = namesOf(group);
  const near = own.includes(word) ? word : nearest(word, own);
  if (near !== undefined) return `${path}${near}`;
  const others = program.commands.flatMap(parent =>
    parent.commands.map(child => ({ name: child.name(), path: `${parent.name()} ${child.name()}` })),
  );
  const name = others.some(other => other.name === word)
    ? word
    : nearest(
        word,
        others.map(other => other.name),
      );
  const paths = others.filter(other => other.name === name).map(other => other.path);
  return paths.length === 0 ? undefined : paths.join(' or ');
};

/** A bare name most likely means a cluster, and `role/cart` or `role cart` the end of a way. */
const optionHint = (word: string, { args, options }: Command): string | undefined => {
  const has = (option: string): boolean => options.some(({ long }) => long === option);
  const named = args.join('/');
  if (named.includes('/') && has('--to')) return `--to ${visible(named)}`;
  return has('--cluster') ? `--cluster ${visible(word)}` : undefined;
};

const withHint = (message: string): string => {
  const [first = '', hint] = message
    .replace(/^error: /, '')
    .replace(' is invalid. ', ' is invalid: ')
    .split('\n');
  if (first === "unknown option '-v'") return `${first}; did you mean --version?`;
  return visible(hint === undefined ? first : `${first}; ${hint.replace('(Did', 'did').replace(/\)$/, '')}`);
};

const pathOf = (command: Command): string =>
  command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
