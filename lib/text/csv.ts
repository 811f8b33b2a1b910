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
