import { safeJson } from './visible-text.ts';

/** Quotes a word for a POSIX shell, whatever stands in it: names of clusters, issuers and audiences are hostile. */
export const shellQuote = (word: string): string =>
  /^[\w@%+:,./-][\w@%+=:,./-]*$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;

/** An option with its value, joined by `=` where the value begins with a dash and would be taken for an option. */
export const optionWord = (option: string, value: string): string =>
  `${option}${value.startsWith('-') ? '=' : ' '}${shellQuote(value)}`;

/** A string of HCL: quotes, invisible and direction characters escaped, interpolation switched off. */
export const hcl = (text: string): string => notInterpolated(safeJson(text).replace(pair, wide));

/** HCL has no pairs of surrogates, and eight digits for such a character (HCL, "Quoted Literals"). */
const pair = /\\ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}/g;
const wide = (escapes: string): string =>
  `\\U${(JSON.parse(`"${escapes}"`) as string).codePointAt(0)?.toString(16).padStart(8, '0')}`;

/** An expression of HCL in whose strings nothing is interpolated. A function gives the replacement: in a text `$$` is one `$`. */
export const notInterpolated = (code: string): string => code.replaceAll('${', () => '$${').replaceAll('%{', '%%{');

/** Rows as RFC 4180 CSV with CRLF line ends; missing cells are empty. A cell that a spreadsheet would run as a formula is
 *  led by an apostrophe (OWASP, "CSV injection"). The text must be visible already: it is put in as it is. */
export const csvOf = (
  columns: readonly string[],
  rows: readonly Readonly<Record<string, string | undefined>>[],
): string =>
  [columns, ...rows.map(row => columns.map(column => row[column] ?? ''))]
    .map(cells => `${cells.map(csvCell).join(',')}\r\n`)
    .join('');

/** Signs of a formula, their full-width forms too, after what a spreadsheet passes over at the start of a cell. */
const formula = /(^|;)([\s"']*)(?=[=+\-@|%＝＋－＠｜％])/g;

const csvCell = (text: string): string => {
  const harmless = text.replace(formula, "$1'$2");
  return /[",;]|^\s|\s$/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
};
