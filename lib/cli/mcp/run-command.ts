import { Readable, Writable } from 'node:stream';
import { Command, CommanderError } from 'commander';
import { maxInput } from '../shell/files.ts';
import { type Io, UsageError } from '../shell/io.ts';

/** The end of a command that ran for a tool. */
interface Ended {
  readonly stdout: string;
  /** One line for each thing that was told beside the data. */
  readonly notes: readonly string[];
}

/** A stream that is kept, up to so many characters. An error of the stream itself would end the server. */
const kept = (most: number) => {
  const parts: string[] = [];
  let length = 0;
  const stream = new Writable({
    decodeStrings: false,
    write: (chunk: string | Buffer, _encoding, done) => {
      length += chunk.length;
      if (length <= most) parts.push(chunk.toString());
      done();
    },
  });
  const text = (): string => {
    if (length > most) throw new UsageError(`the answer is longer than ${most} characters`);
    return parts.join('');
  };
  return { stream, text };
};

/** Runs a command of the command line in this process and keeps its output, of at most `most` characters. Throws `UsageError`
 *  for words that it does not take and for a longer output, and what the command throws. */
export const runCommand = async (
  make: (io: Io) => Command,
  words: readonly string[],
  io: Io,
  most = maxInput,
): Promise<Ended> => {
  const [out, told] = [kept(most), kept(most)];
  const command = make({
    ...io,
    ...{ stdout: out.stream, stderr: told.stream, stdoutIsTerminal: false, stderrIsTerminal: false },
    // The standard input of the server is what its client says.
    stdin: Readable.from([]),
    // The answer says what was found and what was not read.
    exit: () => undefined,
  });
  const program = new Command().addCommand(command);
  for (const each of [program, command, ...command.commands])
    each.exitOverride().configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
  try {
    await program.parseAsync([...words], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) throw new UsageError(error.message.replace(/^error: /, ''), { cause: error });
    throw error;
  }
  return {
    stdout: out.text(),
    notes: told
      .text()
      .split('\n')
      .filter(line => line.trim() !== ''),
  };
};
