import { takeTurns } from '../../history/take-turns.ts';
import type { Digest, KnownFinding } from '../../history/transition.ts';
import { atLeast, type Severity, severities } from '../../model.ts';
import { endsSoonDays } from '../../report/digest/weekly-summary.ts';
import { given } from '../../text.ts';
import { deliverAll, handOver } from '../deliver.ts';
import type { NotifyEvent, NotifyResult } from '../events.ts';
import { newerNote } from '../newer-note.ts';
import { findInFlight } from '../outbox.ts';
import type { AuditChoices, AuditPorts, FindingQueries, RunRecord } from '../ports.ts';
import { whileSending } from '../while-sending.ts';
import { skippedNote } from './skipped-notes.ts';
import { runNotes, subscriptionNotes } from './summary-notes.ts';

type Ports = Pick<AuditPorts, 'deadLetters' | 'documents' | 'notifiers' | 'now' | 'subscriptions'> & {
  readonly findings: Pick<
    AuditPorts['findings'],
    'claimSending' | 'releaseSending' | 'openBySeverity' | 'runs' | 'skippedRuns'
  > &
    Pick<FindingQueries, 'list'>;
};
type Choices = Pick<AuditChoices, 'minSeverity' | 'links'>;

/** A summary is made from the worst of them; the rest is counted. */
export const maxInSummary = 500;
/** Open findings that are read for it: more than it tells, so that every account has its part. */
const maxRead = 10 * maxInSummary;
/** Milliseconds. */
const day = 24 * 3_600_000;
/** Runs that are read to find that of a week ago: one every five minutes and more. */
const runsAtOnce = 100;
const maxPages = 25;

/**
 * Sends what is still open through every notifier, as a digest without transitions. Its id is made from the scheduled
 * time: the scheduler delivers at least once, and a repeat has the same one. Throws `StateConflict` while a run is handing over.
 */
export const sendSummary = async (ports: Ports, choices: Choices, event: NotifyEvent): Promise<NotifyResult> => {
  const { runId } = event;
  const id = await whileSending(ports, { runId }, async () => {
    const digest = await summaryDigest(ports, choices, event);
    const { sending } = await findInFlight(ports.documents);
    await handOver(ports, { digest, ...given({ sending }) });
    return digest.id;
  });
  const { sentTo, failed, held, givenUp } = await deliverAll(ports, { runId, digestIds: [id] });
  return { sent: sentTo.length > 0, digestIds: [id], transitions: 0, failed, held, givenUp };
};

const summaryDigest = async (
  ports: Ports,
  { minSeverity, links }: Choices,
  { runId, startedAt }: NotifyEvent,
): Promise<Digest> => {
  const findings: KnownFinding[] = [];
  let newer = 0;
  let cursor: string | undefined;
  do {
    const limit = maxRead - findings.length;
    const page = await ports.findings.list({ status: 'open', minSeverity }, { limit, ...given({ cursor }) });
    findings.push(...page.items);
    newer += page.newer ?? 0;
    cursor = page.cursor;
  } while (cursor !== undefined && findings.length < maxRead);
  const openBySeverity = await ports.findings.openBySeverity();
  const before = new Date(Date.parse(startedAt) - 7 * day).toISOString();
  const { items: runs, newer: newerRuns } = await ports.findings.runs({ limit: 1 });
  const told = takeTurns(
    findings,
    ({ finding }) => finding.severity,
    ({ finding }) => finding.accountId,
  ).slice(0, maxInSummary);
  const open = cursor === undefined && newer === 0 ? findings.length : countFrom(openBySeverity, minSeverity);
  return {
    id: `weekly-${startedAt.replace(/[^0-9TZ]/g, '')}`,
    runId,
    at: startedAt,
    transitions: [],
    factChanges: [],
    openBySeverity,
    gaps: runs[0]?.gapCount ?? 0,
    notes: [
      ...(newerRuns === undefined ? runNotes(runs[0], startedAt) : []),
      ...skippedNote(await ports.findings.skippedRuns(before), before),
      ...(newer + (newerRuns ?? 0) === 0 ? [] : [newerNote(newer + (newerRuns ?? 0))]),
      ...(await subscriptionNotes(ports.subscriptions)),
    ],
    links,
    stillOpen: {
      findings: told,
      beyond: Math.max(0, open - told.length),
      waived: await endingSoon(ports, startedAt),
      trend: { now: openBySeverity, ...(await weekAgo(ports, startedAt)) },
    },
  };
};

/** Waived findings whose waiver ends within thirty days, as far as they are read. */
const endingSoon = async ({ findings }: Ports, at: string): Promise<readonly KnownFinding[]> => {
  const { items } = await findings.list({ status: 'waived' }, { limit: maxRead });
  const last = new Date(Date.parse(at) + endsSoonDays * day).toISOString().slice(0, 10);
  return items
    .filter(({ finding: { waiver } }) => waiver !== undefined && waiver.expires <= last)
    .slice(0, maxInSummary);
};

/** The last run that began a week ago or earlier. */
const weekAgo = async (
  { findings }: Ports,
  at: string,
): Promise<{ readonly before?: Pick<RunRecord, 'startedAt' | 'openBySeverity'> }> => {
  let cursor: string | undefined;
  for (let pages = 0; pages < maxPages; pages += 1) {
    const page = await findings.runs({ limit: runsAtOnce, ...given({ cursor }) });
    const before = page.items.find(({ startedAt }) => Date.parse(startedAt) <= Date.parse(at) - 7 * day);
    if (before !== undefined) return { before: { startedAt: before.startedAt, openBySeverity: before.openBySeverity } };
    cursor = page.cursor;
    if (cursor === undefined) return {};
  }
  return {};
};

const countFrom = (open: Readonly<Record<Severity, number>>, least: Severity): number =>
  severities.filter(severity => atLeast(severity, least)).reduce((sum, severity) => sum + open[severity], 0);
