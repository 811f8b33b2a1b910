import { PassThrough, Readable, Writable } from 'node:stream';
import { main } from '../../lib/cli/main.ts';

/** The output of a command and its exit code. */
export interface Captured {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

class Sink extends Writable {
  text = '';
  override _write(chunk: Buffer | string, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

/** Runs the command line in this process, with an environment and a standard input of the test's own. */
export const runCommand = async (
  args: readonly string[],
  options: {
    readonly env?: Readonly<Record<string, string>>;
    readonly stdin?: string;
    readonly cwd?: string;
    readonly now?: string;
    /** Columns of the terminal that stdout and stderr are; absent: none. */
    readonly columns?: number;
  } = {},
): Promise<Captured> => {
  const stdout = new Sink();
  const stderr = new Sink();
  let code = 0;
  await main(args, {
    stdin: options.stdin === undefined ? new PassThrough().end() : Readable.from([options.stdin]),
    stdout: options.columns === undefined ? stdout : Object.assign(stdout, { columns: options.columns }),
    stderr,
    env: options.env ?? {},
    cwd: options.cwd ?? process.cwd(),
    now: () => options.now ?? new Date().toISOString(),
    stdoutIsTerminal: options.columns !== undefined,
    stderrIsTerminal: options.columns !== undefined,
    exit: value => {
      code = value;
    },
  });
  return { stdout: stdout.text, stderr: stderr.text, code };
};
