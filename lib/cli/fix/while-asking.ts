import { createInterface, type Interface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import type { CommandOptions } from '../../fixes/command.ts';
import { posixCommands } from '../../fixes/render-step.ts';
import { commandsOf } from '../../fixes/step.ts';
import type { Act } from '../../model.ts';
import { changeDifference } from '../../plan/render-plan.ts';
import { visible, visibleLines } from '../../text.ts';
import type { KnownContext } from '../kubeconfig/cluster-context.ts';
import type { Io } from '../shell/io.ts';
import type { Workbench } from './carry-out.ts';
import { toolRunner } from './run-tool.ts';

/** How steps are run, and whether a person is asked before each. */
export interface AskingFirst {
  readonly options: CommandOptions;
  readonly contexts: readonly KnownContext[];
  readonly yes?: boolean;
  /** Shows each step before the question: of a journal nobody has seen a plan. */
  readonly shows?: boolean;
  /** The decisions that a step needs, each as a text: they stand before the question. */
  readonly decisionsOf?: (step: Act) => readonly string[];
}

/** Does something with the tools while a person can be asked: unless `yes`, before each step. At ^C the question that waits
 *  is answered no. */
export const whileAsking = async <T>(
  { options, contexts, yes, shows, decisionsOf }: AskingFirst,
  io: Io,
  act: (bench: Workbench) => Promise<T>,
): Promise<T> => {
  const answers = answersOf(io);
  let isInterrupted = false;
  const told = new Set<string>();
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
      options,
      contexts,
      now: io.now,
      pause: ms => setTimeout(ms),
      say: line => io.stderr.write(`${line}\n`),
      confirm: async (number, step) => {
        if (isInterrupted) return false;
        if (shows) io.stderr.write(stepInWords(step, options));
        for (const decision of decisionsOf?.(step) ?? []) {
          // Without a question between the steps it is told once.
          if (yes !== true || !told.has(decision)) io.stderr.write(`decide: ${visible(decision)}\n`);
          told.add(decision);
        }
        return yes === true || ask(`Run step ${number} (${operationOf(step)})? [y/N] `);
      },
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

/** The change of a step and its commands, as lines. */
export const stepInWords = (step: Act, options: CommandOptions): string =>
  [
    ...changeDifference(step).map(line => `  ${visible(line)}`),
    ...posixCommands([step], options).map(command => `  $ ${visibleLines(command)}`),
    '',
  ].join('\n');

/** The tool, and what it does with what: `kubectl annotate -- serviceaccount/cart`. */
const operationOf = (step: Act): string => {
  const [{ tool, args } = { tool: 'aws', args: [] }] = commandsOf(step);
  const words = args.join('\n').replace(/^(?:--namespace(?:\n|=)[^\n]*\n)+/, '');
  return `${tool} ${words.split('\n').slice(0, 4).join(' ')}`;
};
