import { nothingRead } from '../contract.ts';
import { documentKeys } from '../document-keys.ts';
import { findDocument, isIndexDocument, type StatusDocument } from '../documents.ts';
import type { CompletedRun, CompleteEvent, RunState } from '../events.ts';
import { unreadFrom } from '../failure.ts';
import type { AuditChoices, AuditPorts, DocumentStore, RunRecord } from '../ports.ts';
import { readingOnce } from '../reading-once.ts';
import { runFailure } from '../run-failure.ts';
import { closeDeparted } from './close-departed.ts';
import { runRecordOf } from './record-of.ts';
import { writeReport } from './write-report.ts';

/** The last step: records the run, whatever became of it. */
export const completeRun = async (
  world: Pick<AuditPorts, 'documents' | 'findings' | 'now' | 'pages'>,
  choices: Pick<AuditChoices, 'settings'>,
  state: CompleteEvent,
): Promise<CompletedRun> => {
  const keys = documentKeys(state.runId);
  const ports = {
    ...world,
    documents: readingOnce(world.documents, [keys.index, keys.issuerSummary]),
    findings: accountsOnce(world.findings),
  };
  // First: the record counts what is open after the run.
  const closed = await closeDeparted(ports, state);
  const { record: whole, failedAccounts } = await runRecordOf(ports, state);
  const readNothing = state.accounts.length > 0 && failedAccounts === state.accounts.length;
  const transitions = whole.transitions + closed;
  const record: RunRecord = { ...whole, transitions, ...failureOf(state, readNothing) };
  await ports.findings.recordRun(record);
  const completed: CompletedRun = {
    runId: state.runId,
    accounts: record.accounts,
    failedAccounts,
    gaps: record.gapCount,
    transitions: record.transitions,
    openBySeverity: record.openBySeverity,
    sent: record.sent,
    complete: failedAccounts === 0 && record.gapCount === 0,
    readNothing,
    orphanRulesSuspended: await orphanRulesSuspended(ports.documents, keys.index),
  };
  await ports.documents.put(keys.status, { record, completed } satisfies StatusDocument);
  const page = ports.pages === undefined ? {} : await pageOf({ ...ports, pages: ports.pages }, choices, state, record);
  if (ports.pages !== undefined)
    await ports.documents.put(keys.status, { record, completed: { ...completed, ...page } } satisfies StatusDocument);
  await ports.findings.releaseRun(state.runId);
  return { ...completed, ...page };
};

/** The accounts of the table, asked for once, and again after the step has noted something of one. */
const accountsOnce = (findings: AuditPorts['findings']): AuditPorts['findings'] => {
  let known: ReturnType<typeof findings.accounts> | undefined;
  return {
    ...findings,
    accounts: () => {
      known ??= findings.accounts();
      return known;
    },
    noteAbsence: async account => {
      await findings.noteAbsence(account);
      known = undefined;
    },
  };
};

/** The reasons to fail a run that is recorded all the same: a notification that could not be sent, or nothing that was
 *  read. */
const failureOf = ({ notifyDrift }: CompleteEvent, readNothing: boolean): Pick<RunRecord, 'failure'> => {
  if (notifyDrift?.Error !== undefined) {
    const { Error: error, Cause: cause = '' } = notifyDrift;
    return { failure: runFailure('FAILED', { step: 'notify-drift', error, cause }) };
  }
  return readNothing ? { failure: runFailure('FAILED', nothingRead) } : {};
};

const orphanRulesSuspended = async (documents: DocumentStore, key: string): Promise<boolean> => {
  const index = await findDocument(documents, key, isIndexDocument);
  return index === undefined || index.gaps.length > 0;
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
