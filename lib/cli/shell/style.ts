import type { Command } from 'commander';
import type { TextStyle } from '../../report/text-layout.ts';
import type { Marks } from '../../why/render-why.ts';
import type { Io } from './io.ts';

/** How much of a run is to be shown. */
export interface FormOptions {
  readonly details?: boolean | undefined;
  readonly wide?: boolean | undefined;
}

/** The options of a command that prints a run. */
export const withFormOptions = (command: Command): Command =>
  command
    .option('--details', 'as text: evidence and fix of each finding')
    .option('--wide', 'as text: ARNs, whole ids and messages, one line each');

/** How text is to look on this stdout: colour only on a terminal, never with NO_COLOR or --no-color. */
export const styleOf = (io: Io, color = true, { details, wide }: FormOptions = {}): TextStyle => {
  const columns = 'columns' in io.stdout ? Number(io.stdout.columns) : Number.NaN;
  return {
    colour: io.stdoutIsTerminal && color && !io.env.NO_COLOR,
    width: Number.isInteger(columns) && columns >= 40 ? Math.min(columns, 160) : 100,
    ...(details ? { form: 'details' as const } : wide ? { form: 'wide' as const } : {}),
  };
};

/** The characters of a checked list: plain ASCII on a terminal whose locale is another than UTF-8. */
export const marksOf = ({ env, stdoutIsTerminal }: Io): Marks => {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || 'UTF-8';
  return stdoutIsTerminal && !/utf-?8/i.test(locale)
    ? { ok: '+', failed: 'x', unread: '?' }
    : { ok: '✔', failed: '✖', unread: '?' };
};
