import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { FindingQueries, FindingStore, RunRecord } from '../audit/ports.ts';
import type { SkippedRecord } from '../audit/skipped-run.ts';
import { applyChange } from './apply-change.ts';
import { auditedAccounts, noteAbsence } from './audited-accounts.ts';
import { expiresAt, type Retention } from './expiry.ts';
import {
  countOpenFindings,
  findingHistory,
  knownNames,
  listFindings,
  listRuns,
  listSkipped,
  runsKey,
  showFinding,
  skippedKey,
} from './finding-reads.ts';
import { stampOf } from './item-version.ts';
import { rightsOf, tableLeases } from './lease.ts';
import { loadState } from './load-state.ts';
import { putAll, type Table, tableOf } from './table.ts';
import { markSent, pendingOf } from './unsent.ts';
import { updateIf } from './update.ts';

/** Where the findings are, and how long they are kept. */
interface DynamodbFindingStoreOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly retention: Retention;
}

/**
 * Findings in one DynamoDB table (`tableDefinition`). Writes are idempotent for a run and conditional on the item's
 * version; no transaction is needed. Throws `StateConflict`, `ThrottledError` and `TransientError`, which the workflow
 * tries again, and the SDK's own errors for the rest.
 */
export const dynamodbFindingStore = (options: DynamodbFindingStoreOptions): FindingStore & FindingQueries => {
  const { retention } = options;
  const table = tableOf(options.client, options.tableName);
  return {
    load: accountId => loadState(table, accountId),
    apply: (change, now) => applyChange(table, retention, change, now),
    ...rightsOf(tableLeases(table)),
    pending: (also = []) => pendingOf(table, also),
    markSent: (digestId, keys, at) => markSent(table, retention, digestId, keys, at),
    accounts: () => auditedAccounts(table),
    noteAbsence: account => noteAbsence(table, account),
    recordRun: run => recordRun(table, retention, run),
    openBySeverity: () => countOpenFindings(table),
    list: (filter, page) => listFindings(table, filter, page),
    names: () => knownNames(table),
    show: id => showFinding(table, id),
    history: (id, page) => findingHistory(table, id, page),
    runs: page => listRuns(table, page),
    recordSkipped: run => recordSkipped(table, retention, run),
    skippedRuns: after => listSkipped(table, after),
  };
};

/** One item. A repeat of the run's first step writes it again. */
const recordSkipped = async (table: Table, retention: Retention, run: SkippedRecord): Promise<void> => {
  const { runId, startedAt } = run;
  const expires = expiresAt(startedAt, retention.historyDays);
  const key = { pk: skippedKey, sk: `${startedAt}#${runId}` };
  await updateIf(table, { kind: 'skipped-run', key, set: { ...run, expiresAt: expires }, remove: [], values: {} });
};

/** One item a run: what a person filters on at the top, the whole record beside it. */
const recordRun = (table: Table, retention: Retention, run: RunRecord): Promise<void> =>
  putAll(table, [
    {
      pk: runsKey,
      sk: `${run.startedAt}#${run.runId}`,
      ...stampOf('run'),
      runId: run.runId,
      startedAt: run.startedAt,
      endedAt: run.endedAt,
      accounts: run.accounts,
      failedAccounts: run.failedAccounts,
      gapCount: run.gapCount,
      openFindings: run.openBySeverity,
      transitions: run.transitions,
      sent: run.sent,
      record: run,
      expiresAt: expiresAt(run.startedAt, retention.historyDays),
    },
  ]);
