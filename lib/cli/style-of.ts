import type { TextStyle } from '../core/report/text-layout.ts';
import type { Io } from './io.ts';

/** How text is to look on this stdout: colour only on a terminal, never with NO_COLOR or --no-color. */
export const styleOf = (io: Io, color = true): TextStyle => {
  const columns = 'columns' in io.stdout ? Number(io.stdout.columns) : Number.NaN;
  return {
    colour: io.stdoutIsTerminal && color && !io.env.NO_COLOR,
    width: Number.isInteger(columns) && columns >= 40 ? Math.min(columns, 160) : 100,
  };
};
