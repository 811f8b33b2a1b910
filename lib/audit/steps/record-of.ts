import type { Severity, Unread } from '../../model.ts';
import type { ClusterCounts } from '../../report/run-report.ts';
import { sumCalls } from '../call-counts.ts';
import { documentKeys } from '../document-keys.ts';
import { type ApiCalls, findDocument, isNotifyResult } from '../documents.ts';
import type { RunState } from '../events.ts';
import type { AuditPorts, DocumentStore, RunRecord } from '../ports.ts';
import { openInFleet, openSum } from './open-in-fleet.ts';
import { eachSummary } from './summaries-of.ts';

type Ports = Pick<AuditPorts, 'documents' | 'findings' | 'now'>;

/** A run's record keeps this many gaps and names of failed accounts; it counts all. */
const kept = 100;
/** And the counts of this many clusters, the worst. */
const keptClusters = 50;

/** The record of a run, out of what its steps have left, and of how many accounts nothing was read. */
export const runRecordOf = async (
  ports: Ports,
  state: RunState,
): Promise<{ readonly record: RunRecord; readonly failedAccounts: number }> => {
  const { failed, changed, gaps, open, openByCluster, ...sums } = await sumsOf(ports, state);
  const notification = await findDocument(ports.documents, documentKeys(state.runId).notification, isNotifyResult);
  const openBySeverity = await openInFleet(ports.findings, state.accounts, open);
  const record: RunRecord = {
    runId: state.runId,
    startedAt: state.startedAt,
    endedAt: ports.now(),
    accounts: state.accounts.length,
    failedAccounts: failed.slice(0, kept),
    gaps,
    gapCount: sums.gapCount,
    openBySeverity,
    // Findings that were counted in the table are more than those of these accounts.
    ...(openBySeverity === open && openByCluster !== undefined ? clustersOf(openByCluster) : {}),
    transitions: sums.transitions,
    ...(changed.length === 0 ? {} : { changedWithoutEvent: changed.slice(0, kept) }),
    sent: notification?.sent ?? false,
    ...(notification === undefined || notification.held.length === 0 ? {} : { held: notification.held }),
    apiCalls: await withFleetCalls(ports.documents, state.runId, sums.apiCalls),
  };
  return { record, failedAccounts: failed.length };
};

const clustersOf = (all: readonly ClusterCounts[]): Pick<RunRecord, 'openByCluster' | 'clustersLeftOut'> => ({
  openByCluster: all.slice(0, keptClusters),
  ...(all.length > keptClusters ? { clustersLeftOut: all.length - keptClusters } : {}),
});

/** The sum of a run's summaries. */
interface Sums {
  readonly failed: readonly string[];
  readonly changed: readonly string[];
  readonly gaps: readonly Unread[];
  readonly gapCount: number;
  readonly transitions: number;
  readonly apiCalls: ApiCalls;
  /** Undefined where some account did not tell. */
  readonly open: Readonly<Record<Severity, number>> | undefined;
  readonly openByCluster: readonly ClusterCounts[] | undefined;
}

const sumsOf = async (ports: Ports, state: RunState): Promise<Sums> => {
  const failed: string[] = [];
  const changed: string[] = [];
  const gaps: Unread[] = [];
  const open = openSum();
  let [gapCount, transitions] = [0, 0];
  let apiCalls: ApiCalls = {};
  await eachSummary(ports, state, (accountId, summary) => {
    if (summary.status === 'failed' || summary.unread) failed.push(accountId);
    gaps.push(...summary.gaps.slice(0, kept - gaps.length));
    gapCount += summary.gapCount;
    transitions += summary.transitions;
    if (summary.changedWithoutEvent) changed.push(accountId);
    apiCalls = sumCalls([apiCalls, summary.apiCalls]);
    open.add(summary);
  });
  return { failed, changed, gaps, gapCount, transitions, apiCalls, open: open.sum(), openByCluster: open.byCluster() };
};

interface Counted {
  readonly apiCalls: ApiCalls;
}
const isCounted = (value: object): value is Counted => 'apiCalls' in value && typeof value.apiCalls === 'object';

/** With the calls of the steps that run once. */
const withFleetCalls = async (documents: DocumentStore, runId: string, ofAccounts: ApiCalls): Promise<ApiCalls> => {
  const keys = documentKeys(runId);
  const once = await Promise.all(
    [keys.targets, keys.issuerSummary].map(key => findDocument(documents, key, isCounted)),
  );
  return sumCalls([ofAccounts, ...once.map(found => found?.apiCalls ?? {})]);
};
