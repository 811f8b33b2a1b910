import type { Severity } from '../model.ts';
import { displayWidth, visibleLines } from '../text.ts';

/** How text is to look. `width` is the terminal's columns; lines that are to be pasted are never broken. */
export interface TextStyle {
  readonly colour: boolean;
  readonly width: number;
  /** Of a run: one line a finding (absent), the same unbroken with ARNs and ids, or each with evidence and fix. */
  readonly form?: 'wide' | 'details';
  /** The headings of the one-line findings of a run: severities (absent), or clusters, the worst first. */
  readonly group?: 'cluster';
}

/** Colours of a terminal by meaning; each severity also has its word, so nothing hangs on colour alone. */
const codes = {
  critical: '1;97;41',
  high: '1;31',
  medium: '1;33',
  low: '36',
  info: '2',
  ok: '1;32',
  warn: '1;33',
  bold: '1',
  dim: '2',
  command: '32',
} as const;
export type Paint = keyof typeof codes;

/** The text in a colour, if colours are wanted. */
export const paint = (style: TextStyle, how: Paint, text: string): string =>
  style.colour && text !== '' ? `\u001b[${codes[how]}m${text}\u001b[0m` : text;

/** A severity as a badge of fixed width. */
export const severityBadge = (style: TextStyle, severity: Severity): string =>
  paint(style, severity, ` ${severity.toUpperCase().padEnd(8)} `);

/** Words packed into lines of at most `width` columns; a word longer than that stands alone, unbroken (ARNs are copied). */
export const wrap = (text: string, width: number): readonly string[] => {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && displayWidth(line) + 1 + displayWidth(word) > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
};

/** Lines with a label before the first and white space of the same width before the others. */
export const labelled = (label: string, lines: readonly string[], indent: number): readonly string[] =>
  lines.map((line, index) => (index === 0 ? label.padEnd(indent) : ' '.repeat(indent)) + line);

/** Sections with a blank line between them; empty ones are left out. */
export const sectionsText = (sections: readonly (readonly string[])[]): string =>
  `${sections.flatMap(lines => (lines.length > 0 ? [lines.join('\n')] : [])).join('\n\n')}\n`;

/** A command behind its prompt. Further lines of it stand at the margin, so that they can be pasted. */
export const commandLines = (command: string, prompt: string, style: TextStyle): readonly string[] =>
  visibleLines(command)
    .split('\n')
    .map((line, index) => `${index === 0 ? prompt : ''}${paint(style, 'command', line)}`);
