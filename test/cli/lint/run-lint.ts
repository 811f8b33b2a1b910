import { Readable, Writable } from 'node:stream';
import { main } from '../../../lib/cli/main.ts';

/** The result of a run of the command line. */
export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const samples = new URL('samples', import.meta.url).pathname;

/** Runs `irsa-auditor lint` in process, in the folder of the samples or another one, without a terminal. */
export const runLint = async (args: readonly string[], stdin = '', cwd = samples): Promise<Outcome> => {
  const sink = () => {
    const chunks: string[] = [];
    const stream = new Writable({
      write: (chunk, _, done) => {
        chunks.push(String(chunk));
        done();
      },
    });
    return { stream, text: () => chunks.join('') };
  };
  const out = sink();
  const err = sink();
  let code = 0;
  await main(['lint', ...args], {
    stdin: Readable.from([Buffer.from(stdin)]),
    stdout: out.stream,
    stderr: err.stream,
    env: {},
    cwd,
    now: () => '2026-11-01T06:00:00.000Z',
    stdoutIsTerminal: false,
    stderrIsTerminal: false,
    exit: value => {
      code = value;
    },
  });
  return { code, out: out.text(), err: err.text() };
};
