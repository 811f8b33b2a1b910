/** Farther away than this is not looked for the ends of a line: a file may be one line of megabytes. */
const reach = 2000;
const maxShown = 120;

/** The line of a text at an offset, trimmed and cut to what a person reads; `(empty)` for a blank one. */
export const lineAt = (text: string, offset: number): string => {
  const before = text.slice(Math.max(0, offset - reach), offset);
  const after = text.slice(offset, offset + reach);
  const line = `${before.slice(before.lastIndexOf('\n') + 1)}${after.split('\n', 1).join('')}`.trim();
  return line.length > maxShown ? `${line.slice(0, maxShown)}…` : line || '(empty)';
};
