import type { RunRecord } from '../../audit/ports.ts';
import type { SkippedRecord } from '../../audit/skipped-run.ts';
import type { KnownFinding, Transition } from '../../history/transition.ts';
import { severities } from '../../model.ts';
import { historyCells, toCsv } from '../../report/formats/csv.ts';
import { clusterNames, shortIds } from '../../report/names.ts';
import { causeLine } from '../../report/overview/cause-line.ts';
import { paint, type TextStyle } from '../../report/text-layout.ts';
import { safeJson, visible } from '../../text.ts';

/** How `findings` prints. */
export const listFormats = ['table', 'json', 'csv'] as const;
export type ListFormat = (typeof listFormats)[number];

const columns = [
  'severity',
  'status',
  'ruleId',
  'accountId',
  'region',
  'clusterName',
  'namespace',
  'serviceAccount',
  'roleArn',
  'subject',
  'message',
  'changedAt',
  'id',
  'owner',
  'firstSeen',
  'waivedUntil',
  'waivedBy',
  'waiverReason',
];

/** Known findings in the wanted format; the table has one line for each, as the overview of a run. */
export const renderKnown = (known: readonly KnownFinding[], format: ListFormat, style: TextStyle): string => {
  if (format === 'json') return `${safeJson(known, 2)}\n`;
  if (format === 'csv')
    return toCsv(
      columns,
      known.map(({ finding, status, changedAt, firstSeenAt }) => ({
        severity: finding.severity,
        status,
        ruleId: finding.ruleId,
        accountId: finding.accountId,
        region: finding.region,
        clusterName: finding.clusterName,
        namespace: finding.namespace,
        serviceAccount: finding.serviceAccount,
        roleArn: finding.roleArn,
        subject: finding.subject,
        message: finding.message,
        changedAt,
        id: finding.id,
        ...historyCells(finding, firstSeenAt),
      })),
    );
  const findings = known.map(({ finding }) => finding);
  const short = shortIds(findings.map(({ id }) => id));
  const names = clusterNames({ findings });
  return known
    .flatMap(item => {
      const { id, accountId, clusterArn = '', clusterName = accountId } = item.finding;
      const place = { id: short(id), cluster: names.get(clusterArn) ?? clusterName };
      return [...causeLine(item.finding, place, style), ...stateLines(item, style)];
    })
    .map(line => `${line}\n`)
    .join('');
};

/** An open finding that the last run saw needs no word. */
const stateLines = ({ status, changedAt, unconfirmedSince }: KnownFinding, style: TextStyle): readonly string[] => {
  const state =
    unconfirmedSince !== undefined
      ? `${status}, not confirmed since ${day(unconfirmedSince)}`
      : `${status} ${day(changedAt)}`;
  return status === 'open' && unconfirmedSince === undefined ? [] : [paint(style, 'dim', `${' '.repeat(10)}${state}`)];
};

const day = (instant: string): string => instant.slice(0, 10);

/** Transitions, one line each. */
export const renderTransitions = (transitions: readonly Transition[], format: ListFormat, style: TextStyle): string => {
  if (format === 'json') return `${safeJson(transitions, 2)}\n`;
  const rows = transitions.map(({ at, kind, runId, summary, after }) => ({
    at,
    transition: kind,
    severity: after.finding.severity,
    ruleId: after.finding.ruleId,
    summary,
    runId,
  }));
  if (format === 'csv') return toCsv(['at', 'transition', 'severity', 'ruleId', 'summary', 'runId'], rows);
  return rows
    .map(
      row =>
        `${row.at}  ${row.transition.padEnd(11)} ${paint(style, row.severity, row.severity.padEnd(8))} ${visible(row.summary)}\n`,
    )
    .join('');
};

/** Runs and skipped ones, newest first. */
export const renderRuns = (
  runs: readonly (RunRecord | SkippedRecord)[],
  format: ListFormat,
  style: TextStyle,
): string => {
  if (format === 'json') return `${safeJson(runs, 2)}\n`;
  if (format === 'csv')
    return toCsv(
      ['startedAt', 'seconds', 'accounts', 'notRead', 'open', 'changed', 'sent', 'calls', 'runId', 'failure'],
      runs.map(run => ('skippedFor' in run ? { ...run, failure: skippedWords(run) } : runRow(run))),
    );
  return runs.map(run => `${'skippedFor' in run ? skippedLine(run, style) : runLine(run, style)}\n`).join('');
};

const skippedWords = ({ skippedFor }: SkippedRecord): string => `skipped: run ${skippedFor} was going on`;

const skippedLine = (run: SkippedRecord, style: TextStyle): string =>
  `${run.startedAt}  ${paint(style, 'warn', visible(skippedWords(run)))}`;

const runRow = (run: RunRecord) => ({
  startedAt: run.startedAt,
  seconds: ((Date.parse(run.endedAt) - Date.parse(run.startedAt)) / 1000).toFixed(1),
  accounts: String(run.accounts),
  notRead: String(run.gapCount),
  open: severities.map(severity => `${run.openBySeverity[severity]} ${severity}`).join(', '),
  changed: String(run.transitions),
  sent: [
    run.sent ? 'yes' : 'no',
    ...(run.held === undefined ? [] : [`held for ${run.held.map(visible).join(', ')}`]),
  ].join(', '),
  calls: String(Object.values(run.apiCalls).reduce((sum, count) => sum + count, 0)),
  runId: run.runId,
  failure: run.failure?.message,
});

const runLine = (run: RunRecord, style: TextStyle): string => {
  const row = runRow(run);
  const failure = row.failure === undefined ? '' : paint(style, 'warn', `  FAILED: ${visible(row.failure)}`);
  const notRead = paint(style, row.notRead === '0' ? 'ok' : 'warn', `${row.notRead} not read`);
  return `${row.startedAt}  ${row.seconds.padStart(7)} s  ${row.accounts} accounts  ${notRead}  open: ${row.open}  ${row.changed} changed, sent: ${row.sent}, ${row.calls} calls${failure}`;
};
