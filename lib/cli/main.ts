import { Command, CommanderError, Help } from 'commander';
import { hasProxy, takeOutboundEnvironment } from '../outbound/proxy.ts';
import { takeWayOut } from '../outbound/way-out.ts';
import { visible, visibleLines } from '../text.ts';
import { type CommandEntry, commandGroups, commands, renamed } from './commands.ts';
import type { Io } from './shell/io.ts';
import { forTerminal } from './shell/plain-terminal.ts';
import { programName } from './shell/program-name.ts';
import { sharedBy, sharedHeadings } from './shell/shared-options.ts';
import { styleOf } from './shell/style.ts';
import { toolVersion } from './shell/tool-version.ts';
import { usageLine } from './shell/usage-line.ts';
import { requireProfile, userError } from './shell/user-error.ts';

/** Names of errors that the user must fix: one sentence, exit code 2. */
const expected = new Set([
  'PublicRootsInvalid',
  'KubeconfigInvalid',
  'CredentialUnavailable',
  'UsageError',
  'ProxyInvalid',
  'CaBundleInvalid',
  'ConfigurationInvalid',
  'CredentialsInvalid',
  'CredentialsProviderError',
  'CursorInvalid',
  'RegionMissing',
  'TargetsUnreadable',
  'ThrottledError',
  'TransientError',
]);

/** Runs the command line with these arguments (without `node` and the script). Never throws; sets the exit code. */
export const main = async (args: readonly string[], process: Io): Promise<void> => {
  const io = forTerminal(process);
  const word = args.find(one => !isHelp(one) && !one.startsWith('-')) ?? '';
  if (Object.hasOwn(renamed, word)) {
    io.stderr.write(`irsa-auditor: ${word} is now part of another command: ${programName(io)} ${renamed[word]}\n`);
    io.exit(2);
    return;
  }
  await leaveBy(io.env);
  const program = new Command(programName(io))
    .description(
      'Audits IRSA on Amazon EKS: what is broken, what is too open, what has changed, and the command that fixes it.',
    )
    .version(toolVersion)
    .option('--debug', 'print stack traces')
    .enablePositionalOptions()
    .commandsGroup(commandGroups.operate)
    .hook('preAction', (_, action) => requireProfile(action.opts().profile));
  process.stdout.on('error', error => tellLostOutput(error, io));
  for (const command of await loaded(args, io)) program.addCommand(command);
  let refused = program;
  for (const command of [program, ...program.commands.flatMap(withChildren)])
    quiet(command, io, () => {
      refused = command;
    });
  try {
    await program.parseAsync([...withoutVainHelp(args, program)], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode !== 0 && error.code !== 'commander.help') {
        const top = refused === program ? await wholeProgram(io) : program;
        io.stderr.write(`irsa-auditor: ${usageLine(error, refused === program ? top : refused, top)}\n`);
      }
      io.exit(error.exitCode === 0 ? 0 : 2);
      return;
    }
    const told = await userError(error, io.env);
    const { name, message, stack } = told instanceof Error ? told : new Error(String(told));
    // An error of AWS (no such table, no right to read it) is named, so that it can be looked up.
    const led = told instanceof Error && '$metadata' in told ? `${name}: ` : 'unexpected error: ';
    io.stderr.write(`irsa-auditor: ${visibleLines(`${expected.has(name) ? '' : led}${message}`)}\n`);
    if (args.includes('--debug')) io.stderr.write(`${visibleLines(stack ?? '')}\n`);
    io.exit(2);
  }
};

/** Connections take the proxy and the CAs that the environment names; where it names none, nothing of that is loaded. */
const leaveBy = async (env: Io['env']): Promise<void> => {
  takeOutboundEnvironment(env);
  const isNamed = hasProxy(env) || Boolean(env.AWS_CA_BUNDLE);
  takeWayOut(isNamed ? (await import('../outbound/agents.ts')).outboundWay : undefined);
};

/** `help plan x` is `plan x --help`. Help on a command that does not exist is answered as that command is: with the nearest one. */
const withoutVainHelp = (args: readonly string[], program: Command): readonly string[] => {
  const words = args.filter(word => !isHelp(word) && word !== '--debug');
  if (words.length === args.length) return args;
  let group = program;
  for (const word of words) {
    if (word.startsWith('-') || group.commands.length === 0) break;
    const named = group.commands.find(command => command.name() === word);
    if (named === undefined) return words;
    group = named;
  }
  return args[0] === 'help' ? [...words, '--help'] : args;
};

const isHelp = (word: string): boolean => ['help', '--help', '-h'].includes(word);

/** The command that the arguments name is loaded; of the others there is what help says of them. */
const loaded = (args: readonly string[], io: Io): Promise<readonly Command[]> => {
  const named = args.find(word => !word.startsWith('-'));
  // Names are looked up for each key that is pressed: that waits for no other command.
  const isLookUp = args.includes('--values');
  const isWhole =
    named === 'help' || commands.some(({ name, readsAll }) => name === named && readsAll === true && !isLookUp);
  return Promise.all(
    commands.map(entry =>
      isWhole || entry.name === named
        ? load(entry, io)
        : new Command(entry.name).description(entry.description).helpGroup(commandGroups[entry.group]),
    ),
  );
};

/** Every command loaded: one of a group may be the one that was meant. */
const wholeProgram = async (io: Io): Promise<Command> => {
  const program = new Command(programName(io));
  for (const entry of commands) program.addCommand(await load(entry, io));
  return program;
};

const load = async ({ description, group, load }: CommandEntry, io: Io): Promise<Command> =>
  (await load())(io).description(description).helpGroup(commandGroups[group]);

/** A reader that has seen enough (`| head`) is no fault; output that could not be written is one. */
const tellLostOutput = (error: Error & { readonly code?: string }, io: Io): void => {
  if (error.code === 'EPIPE') return;
  io.stderr.write(`irsa-auditor: the output could not be written: ${visible(error.message)}\n`);
  io.exit(2);
};

const withChildren = (command: Command): Command[] => [command, ...command.commands.flatMap(withChildren)];

const shared: ReadonlySet<string | undefined> = new Set(Object.values(sharedHeadings));

/** A help without the options that `options` shows: each still is an option, and what a mistyped one may have meant. */
const ownOptions: Partial<Help> = {
  groupItems: (all, visible, headingOf) => {
    const groups = new Help().groupItems(all, visible, headingOf);
    return new Map([...groups].filter(([heading]) => !shared.has(heading)));
  },
  longestOptionTermLength: (command, help) => {
    const own = help.visibleOptions(command).filter(({ helpGroupHeading }) => !shared.has(helpGroupHeading));
    return Math.max(0, ...own.map(option => help.displayWidth(help.optionTerm(option))));
  },
};

const quiet = (command: Command, io: Io, refuse: () => void): void => {
  // Descriptions are wrapped beside the longest option too: the terminal would break them in the middle of a word.
  command.configureHelp({ minWidthToWrap: 20, ...(command.name() === sharedBy ? {} : ownOptions) });
  command
    .exitOverride()
    .configureOutput({
      getOutHelpWidth: () => (io.stdoutIsTerminal ? styleOf(io).width : 80),
      writeOut: text => io.stdout.write(text),
      writeErr: text => io.stderr.write(visibleLines(text)),
      outputError: refuse,
    });
};
