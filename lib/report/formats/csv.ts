import { type Finding, nameOfUnread, placeNamesOf } from '../../model.ts';
import { commandsInLine, fixInWords } from '../../plan/chosen-fix.ts';
import { csvOf, visible } from '../../text.ts';
import type { RunReport } from '../run-report.ts';
import { gapReason } from '../summary.ts';

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
  'owner',
  'firstSeen',
  'waivedUntil',
  'waivedBy',
  'waiverReason',
] as const;
type Row = Partial<Record<(typeof csvColumns)[number], string | undefined>>;

/** The report as RFC 4180 CSV with a header, CRLF line ends. A text that a spreadsheet would run as a formula is led by
 *  an apostrophe (OWASP, "CSV injection"): at the start of a cell, and after a semicolon, which is where a cell starts
 *  for a spreadsheet of a country that writes numbers with a comma. */
export const renderCsv = (report: RunReport): string => toCsv(csvColumns, rowsOf(report));

const rowsOf = (report: RunReport): readonly Row[] => [
  ...report.findings.map(finding => findingRow(finding, report.firstSeen?.[finding.id])),
  ...report.gaps.map(
    (gap): Row => ({
      kind: 'not-read',
      accountId: gap.accountId,
      region: gap.region,
      clusterName: gap.clusterName,
      subject: nameOfUnread(gap),
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

const findingRow = (finding: Finding, firstSeen: string | undefined): Row => ({
  kind: finding.waiver === undefined ? 'finding' : 'waived',
  severity: finding.severity,
  impact: finding.impact,
  ruleId: finding.ruleId,
  accountId: finding.accountId,
  ...placeNamesOf(finding),
  subject: finding.subject,
  message: finding.message,
  fix: fixInWords(finding.fix),
  commands: commandsInLine(finding).join(' ; '),
  id: finding.id,
  ...historyCells(finding, firstSeen),
});

/** The cells that an auditor asks for, of any list of findings. `firstSeen` is ISO 8601, and empty where no earlier run is known. */
export const historyCells = (
  { owner, waiver }: Pick<Finding, 'owner' | 'waiver'>,
  firstSeen: string | undefined,
): Readonly<Record<'owner' | 'firstSeen' | 'waivedUntil' | 'waivedBy' | 'waiverReason', string | undefined>> => ({
  owner,
  firstSeen,
  waivedUntil: waiver?.expires,
  waivedBy: waiver?.owner,
  waiverReason: waiver?.reason,
});

/** Rows as CSV text with the given columns; missing cells are empty. */
export const toCsv = (
  columns: readonly string[],
  rows: readonly Readonly<Record<string, string | undefined>>[],
): string => csvOf(columns, rows.map(visibleCells));

const visibleCells = (row: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(row).flatMap(([name, text]) => (text === undefined ? [] : [[name, visible(text)]])),
  );
