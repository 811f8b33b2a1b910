import { documentKeys, findDocument, isNotifyResult } from '../documents.ts';
import type { RunState } from '../events.ts';
import type { AuditPorts, RunRecord } from '../ports.ts';
import { apiCallsOf } from './api-calls-of.ts';
import { summariesOf } from './summaries-of.ts';

/** A run's record keeps this many gaps and names of failed accounts; it counts all. */
const kept = 100;

/** The record of a run, out of what its steps have left, and of how many accounts nothing was read. */
export const recordOf = async (
  ports: Pick<AuditPorts, 'documents' | 'findings' | 'now'>,
  state: RunState,
): Promise<{ readonly record: RunRecord; readonly failedAccounts: number }> => {
  const summaries = await summariesOf(ports.documents, state);
  const notification = await findDocument(ports.documents, documentKeys(state.runId).notification, isNotifyResult);
  const failed = summaries.filter(([, { status, unread }]) => status === 'failed' || unread).map(([id]) => id);
  const record: RunRecord = {
    runId: state.runId,
    startedAt: state.startedAt,
    endedAt: ports.now(),
    accounts: state.accounts.length,
    failedAccounts: failed.slice(0, kept),
    gaps: summaries.flatMap(([, summary]) => summary.gaps).slice(0, kept),
    gapCount: summaries.reduce((sum, [, summary]) => sum + summary.gapCount, 0),
    openBySeverity: await ports.findings.openBySeverity(),
    transitions: summaries.reduce((sum, [, summary]) => sum + summary.transitions, 0),
    sent: notification?.sent ?? false,
    apiCalls: await apiCallsOf(ports.documents, state),
  };
  return { record, failedAccounts: failed.length };
};
