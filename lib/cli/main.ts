import { Command, CommanderError } from 'commander';
import { commands } from './commands.ts';
import type { Io } from './io.ts';

/** Names of errors that are the user's to mend: one sentence, exit code 2. */
const expected = new Set([
  'PublicRootsInvalid',
  'KubeconfigInvalid',
  'CredentialUnavailable',
  'UsageError',
  'ConfigurationInvalid',
  'CommanderError',
  'CredentialsInvalid',
  'RegionMissing',
  'TargetsUnreadable',
  'ThrottledError',
  'TransientError',
]);

/** Runs the command line with these arguments (without `node` and the script). Never throws; sets the exit code. */
export const main = async (args: readonly string[], io: Io): Promise<void> => {
  const program = new Command('irsa-auditor')
    .description(
      'Audits IRSA on Amazon EKS: what is broken, what is too open, what has changed, and the command that mends it.',
    )
    .option('--debug', 'print stack traces')
    .showHelpAfterError()
    .enablePositionalOptions();
  for (const make of commands) program.addCommand(make(io));
  for (const command of [program, ...program.commands.flatMap(withChildren)]) quiet(command, io);
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      io.exit(error.exitCode === 0 ? 0 : 2);
      return;
    }
    const known = error instanceof Error && expected.has(error.name);
    const message = error instanceof Error ? error.message : String(error);
    io.stderr.write(`irsa-auditor: ${known ? message : `unexpected error: ${message}`}\n`);
    if (args.includes('--debug') && error instanceof Error) io.stderr.write(`${error.stack}\n`);
    io.exit(2);
  }
};

const withChildren = (command: Command): Command[] => [command, ...command.commands.flatMap(withChildren)];

const quiet = (command: Command, io: Io): void => {
  command.exitOverride().configureOutput({
    writeOut: text => io.stdout.write(text),
    writeErr: text => io.stderr.write(text),
  });
};
