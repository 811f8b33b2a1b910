import { type Finding, namesOf } from '../model/finding.ts';
import { visible } from '../text/visible-text.ts';
import type { RunReport } from './run-report.ts';
import { gapReason } from './summary.ts';

/** Columns of the CSV format, in order. `kind` is finding, waived, not-read, undecided or not-asked-for: a gap is a row, not silence. */
const csvColumns = [
  'kind',
  'severity',
  'impact',
  'ruleId',
  'accountId',
  'region',
  'clusterName',
  'namespace',
  'serviceAccount',
  'roleArn',
  'providerArn',
  'issuer',
  'subject',
  'message',
  'fix',
  'commands',
  'id',
] as const;
type Row = Partial<Record<(typeof csvColumns)[number], string | undefined>>;

/** The report as RFC 4180 CSV with a header, CRLF line ends. A cell that a spreadsheet would run as a formula is led by
 *  an apostrophe (OWASP, "CSV injection"). */
export const renderCsv = (report: RunReport): string => toCsv(csvColumns, rowsOf(report));

const rowsOf = (report: RunReport): readonly Row[] => [
  ...report.findings.map(findingRow),
  ...report.gaps.map(
    (gap): Row => ({
      kind: 'not-read',
      accountId: gap.accountId,
      region: gap.region,
      clusterName: gap.clusterName,
      subject: gap.what,
      message: gapReason(gap),
    }),
  ),
  ...report.undecided.map(
    ({ ruleId, subject, missing }): Row => ({
      kind: subject === '*' ? 'not-asked-for' : 'undecided',
      ruleId,
      subject,
      message: missing,
    }),
  ),
];

const findingRow = (finding: Finding): Row => ({
  kind: finding.waiver === undefined ? 'finding' : 'waived',
  severity: finding.severity,
  impact: finding.impact,
  ruleId: finding.ruleId,
  accountId: finding.accountId,
  ...namesOf(finding),
  subject: finding.subject,
  message: finding.message,
  fix: finding.fix.summary,
  commands: finding.fix.commands.join(' ; '),
  id: finding.id,
});

/** Rows as CSV text with the given columns; missing cells are empty. */
export const toCsv = (
  columns: readonly string[],
  rows: readonly Readonly<Record<string, string | undefined>>[],
): string =>
  [columns, ...rows.map(row => columns.map(column => row[column] ?? ''))]
    .map(cells => `${cells.map(csvCell).join(',')}\r\n`)
    .join('');

const csvCell = (text: string): string => {
  const shown = visible(text);
  const harmless = /^[=+\-@|%]/.test(shown) ? `'${shown}` : shown;
  return /[",]|^\s|\s$/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
};
