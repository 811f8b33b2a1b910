import { createInterface, type Interface } from 'node:readline';
import type { Step } from '../../model/step.ts';
import { visible } from '../../text/visible-text.ts';
import { commandProfile, type SessionOptions } from '../scan/audit-session.ts';
import type { Io } from '../shell/io.ts';
import type { Workbench } from './carry-out.ts';
import { toolRunner } from './run-tool.ts';

/** Does something with the tools while a person can be asked: unless `yes`, before each step. At ^C the question that waits
 *  is answered no. */
export const whileAsking = async <T>(
  options: SessionOptions & { readonly yes?: boolean },
  io: Io,
  act: (bench: Workbench) => Promise<T>,
): Promise<T> => {
  const answers = answersOf(io);
  let isInterrupted = false;
  const release = io.onInterrupt?.(() => {
    isInterrupted = true;
    answers.stop();
    io.stderr.write('interrupted: the step that runs is let end\n');
  });
  const ask = async (question: string): Promise<boolean> => {
    io.stderr.write(visible(question));
    return /^y(es)?$/i.test((await answers.next())?.trim() ?? '');
  };
  try {
    return await act({
      run: toolRunner(io),
      options: commandProfile(options),
      now: io.now,
      say: line => io.stderr.write(`${line}\n`),
      confirm: async (number, step) => options.yes === true || ask(`Run step ${number} (${operationOf(step)})? [y/N] `),
      isInterrupted: () => isInterrupted,
    });
  } finally {
    release?.();
    answers.stop();
  }
};

interface Answers {
  /** The next line; undefined where the input has ended, or after `stop`. */
  readonly next: () => Promise<string | undefined>;
  readonly stop: () => void;
}

/** One reader for all questions: of what comes in one piece, as from a file, each question gets one line. */
const answersOf = ({ stdin }: Io): Answers => {
  let open: Interface | undefined;
  let lines: AsyncIterator<string> | undefined;
  let isStopped = false;
  return {
    next: async () => {
      if (isStopped) return undefined;
      open ??= createInterface({ input: stdin });
      lines ??= open[Symbol.asyncIterator]();
      const { value, done } = await lines.next();
      return done ? undefined : value;
    },
    stop: () => {
      isStopped = true;
      open?.close();
    },
  };
};

/** The tool, and what it does with what: `kubectl annotate serviceaccount cart`. */
const operationOf = ({ tool, args }: Step): string => {
  const words = args.join('\n').replace(/^(?:--(?:context|namespace)(?:\n|=)[^\n]*\n)+/, '');
  return `${tool} ${words.split('\n').slice(0, 4).join(' ')}`;
};
