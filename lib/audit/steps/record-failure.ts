import { cut } from '../../text.ts';
import { documentKeys } from '../document-keys.ts';
import { findDocument, isStatusDocument } from '../documents.ts';
import type { FailedRun } from '../events.ts';
import { isTransient, unreadFrom } from '../failure.ts';
import type { AuditPorts, RunRecord } from '../ports.ts';
import { maxFailureMessage } from '../run-failure.ts';
import { closedBy } from './close-departed.ts';
import { runRecordOf } from './record-of.ts';
import { accountsOfRun } from './target-of.ts';

/**
 * Records a run that failed, timed out or was stopped: with what is known of it, and why it did not succeed. The next run
 * may begin, whatever becomes of the record. Where the run has a record already, only the reason is added to it; doing it
 * twice changes nothing more. Where its documents cannot be read, because of which it may have failed, the record says so.
 */
export const recordFailure = async (
  ports: Pick<AuditPorts, 'documents' | 'findings' | 'now'>,
  { runId, startedAt, failure }: FailedRun,
): Promise<RunRecord> => {
  await ports.findings.releaseRun(runId);
  const record = await knownRecord(ports, { runId, startedAt }).catch(async (error: unknown): Promise<RunRecord> => {
    if (isTransient(error)) throw error;
    const { message } = unreadFrom(error, 'complete-run');
    return {
      ...{ runId, startedAt, endedAt: ports.now(), accounts: 0, failedAccounts: [], gaps: [], gapCount: 0 },
      ...{ openBySeverity: await ports.findings.openBySeverity(), transitions: 0, sent: false, apiCalls: {} },
      failure: {
        ...failure,
        message: cut(`${failure.message}; what it did is not known: ${message}`, maxFailureMessage),
      },
    };
  });
  const failed: RunRecord = { ...record, failure: record.failure ?? failure };
  await ports.findings.recordRun(failed);
  return failed;
};

/** The record of the run, or what its documents make of one. */
const knownRecord = async (
  ports: Pick<AuditPorts, 'documents' | 'findings' | 'now'>,
  run: Pick<FailedRun, 'runId' | 'startedAt'>,
): Promise<RunRecord> => {
  const known = await findDocument(ports.documents, documentKeys(run.runId).status, isStatusDocument);
  if (known !== undefined) return known.record;
  const state = { ...run, accounts: [...(await accountsOfRun(ports.documents, run.runId))] };
  const { record } = await runRecordOf(ports, state);
  return { ...record, transitions: record.transitions + (await closedBy(ports, state)) };
};
