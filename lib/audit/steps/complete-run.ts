import { documentKeys, findDocument, isNotifyResult, type StatusDocument } from '../documents.ts';
import type { CompletedRun, RunState } from '../events.ts';
import { unreadFrom } from '../failure.ts';
import type { AuditChoices, AuditPorts, RunRecord } from '../ports.ts';
import { apiCallsOf } from './api-calls-of.ts';
import { summariesOf } from './summaries-of.ts';
import { writeReport } from './write-report.ts';

/** A run's record keeps this many gaps and names of failed accounts; it counts all. */
const kept = 100;

/** The last step: records the run, whatever became of it. */
export const completeRun = async (
  ports: Pick<AuditPorts, 'documents' | 'findings' | 'now' | 'pages'>,
  choices: Pick<AuditChoices, 'settings'>,
  state: RunState,
): Promise<CompletedRun> => {
  const keys = documentKeys(state.runId);
  const summaries = await summariesOf(ports.documents, state);
  const notification = await findDocument(ports.documents, keys.notification, isNotifyResult);
  const failed = summaries.filter(([, summary]) => summary.status === 'failed').map(([accountId]) => accountId);
  const gapCount = summaries.reduce((sum, [, summary]) => sum + summary.gapCount, 0);
  const transitions = summaries.reduce((sum, [, summary]) => sum + summary.transitions, 0);
  const sent = notification?.sent ?? false;
  const record: RunRecord = {
    runId: state.runId,
    startedAt: state.startedAt,
    endedAt: ports.now(),
    accounts: state.accounts.length,
    failedAccounts: failed.slice(0, kept),
    gaps: summaries.flatMap(([, summary]) => summary.gaps).slice(0, kept),
    gapCount,
    openBySeverity: await ports.findings.openBySeverity(),
    transitions,
    sent,
    apiCalls: await apiCallsOf(ports.documents, state),
  };
  await ports.findings.recordRun(record);
  const completed: CompletedRun = {
    runId: state.runId,
    accounts: state.accounts.length,
    failedAccounts: failed.length,
    gaps: gapCount,
    transitions,
    sent,
    complete: failed.length === 0 && gapCount === 0,
  };
  await ports.documents.put(keys.status, { record, completed } satisfies StatusDocument);
  if (ports.pages === undefined) return completed;
  const page = await pageOf({ ...ports, pages: ports.pages }, choices, state, record);
  await ports.documents.put(keys.status, { record, completed: { ...completed, ...page } } satisfies StatusDocument);
  return { ...completed, ...page };
};

/** Writes the page. It is for people only: a run is recorded without it, and says why. */
const pageOf = async (
  ports: Parameters<typeof writeReport>[0],
  choices: Pick<AuditChoices, 'settings'>,
  state: RunState,
  record: RunRecord,
): Promise<Pick<CompletedRun, 'report' | 'reportFailure'>> => {
  try {
    return { report: await writeReport(ports, choices, state, record) };
  } catch (error) {
    return { reportFailure: unreadFrom(error, 'write the page').message };
  }
};
