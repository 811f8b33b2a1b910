import { type Command, Option } from 'commander';
import type { TextStyle } from '../../report/text-layout.ts';
import type { Marks } from '../../why/render-why.ts';
import type { Io } from './io.ts';

/** How much of a run is to be shown. */
export interface FormOptions {
  readonly details?: boolean | undefined;
  readonly wide?: boolean | undefined;
  readonly group?: 'severity' | 'cluster' | undefined;
}

/** The options of a command that prints a run. */
export const withFormOptions = (command: Command): Command =>
  command
    .option('--details', 'as text: evidence and fix of each finding')
    .option('--wide', 'as text: ARNs, whole ids and messages, one line each')
    .addOption(
      new Option('--group <by>', 'as text: headings of the findings')
        .choices(['severity', 'cluster'])
        .default('severity'),
    );

/** How text is to look on this stdout. Colour is for terminals: never with `NO_COLOR`, `--no-color` or `TERM=dumb`, and
 *  elsewhere too with `FORCE_COLOR` (force-color.org). `COLUMNS` is wider or narrower than the terminal says. */
export const styleOf = (io: Io, color = true, { details, wide, group }: FormOptions = {}): TextStyle => {
  const { env } = io;
  const columns = Number(env.COLUMNS || ('columns' in io.stdout ? io.stdout.columns : undefined));
  const isForced = Boolean(env.FORCE_COLOR) && env.FORCE_COLOR !== '0';
  return {
    colour: color && !env.NO_COLOR && (isForced || (io.stdoutIsTerminal && env.TERM !== 'dumb')),
    width: Number.isInteger(columns) && columns >= 40 ? Math.min(columns, 160) : 100,
    ...(details ? { form: 'details' as const } : wide ? { form: 'wide' as const } : {}),
    ...(group === 'cluster' ? { group } : {}),
  };
};

/** The signs of a checked list. */
export const marks: Marks = { ok: '✔', failed: '✖', unread: '?' };
