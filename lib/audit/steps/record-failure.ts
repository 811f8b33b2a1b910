import { documentKeys, findDocument, isStatusDocument } from '../documents.ts';
import type { FailedRun } from '../events.ts';
import type { AuditPorts, RunRecord } from '../ports.ts';
import { recordOf } from './record-of.ts';
import { accountsOf } from './target-of.ts';

/**
 * Records a run that failed, timed out or was stopped: with what is known of it, and why it did not succeed. The next run
 * may begin, whatever becomes of the record. Where the run
 * has a record already, only the reason is added to it; doing it twice changes nothing more.
 */
export const recordFailure = async (
  ports: Pick<AuditPorts, 'documents' | 'findings' | 'now'>,
  { runId, startedAt, failure }: FailedRun,
): Promise<RunRecord> => {
  await ports.findings.releaseRun(runId);
  const known = await findDocument(ports.documents, documentKeys(runId).status, isStatusDocument);
  const accounts = await accountsOf(ports.documents, runId);
  const record = known?.record ?? (await recordOf(ports, { runId, startedAt, accounts: [...accounts] })).record;
  const failed: RunRecord = { ...record, failure: record.failure ?? failure };
  await ports.findings.recordRun(failed);
  return failed;
};
