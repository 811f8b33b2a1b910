import { unreadAccount } from '../../history/coverage-area.ts';
import { inParallel } from '../../kit/in-parallel.ts';
import {
  documentKeys,
  findDocument,
  isEvaluationDocument,
  isSummaryDocument,
  type SummaryDocument,
} from '../documents.ts';
import type { RunState } from '../events.ts';
import { isTransient } from '../failure.ts';
import type { AuditPorts, DocumentStore, FindingStore } from '../ports.ts';
import { gapOfNoEvaluation } from '../run-result.ts';

/** Summaries that are read, and held, at once. */
const readsAtOnce = 32;

/** An account without a summary: its evaluation ended without a result. */
const missing = (accountId: string): SummaryDocument => ({
  status: 'failed',
  unread: true,
  areas: [unreadAccount(accountId, gapOfNoEvaluation(accountId).reason)],
  gaps: [gapOfNoEvaluation(accountId)],
  gapCount: 1,
  transitions: 0,
  factChanges: 0,
  unsentKeys: [],
  apiCalls: {},
});

/** The summary of an evaluation that ended after its last write: the account was read, and what it planned is written. */
const ofPlan = async (documents: DocumentStore, runId: string, accountId: string): Promise<SummaryDocument> => {
  const plan = await findDocument(documents, documentKeys(runId).plan(accountId), isEvaluationDocument);
  return {
    ...{ status: 'ok', unread: false, gaps: [], gapCount: 0, unsentKeys: [], apiCalls: {} },
    transitions: plan?.transitions.length ?? 0,
    factChanges: plan?.factChanges.length ?? 0,
  };
};

/** Hands over the summary of each account of a run, in the order of the run's accounts, and holds only a few of them. Where
 *  one is missing, the table says whether the run has written the account whole. */
export const eachSummary = async (
  { documents, findings }: Pick<AuditPorts, 'documents'> & { readonly findings: Pick<FindingStore, 'load'> },
  { runId, startedAt, accounts }: Pick<RunState, 'runId' | 'startedAt' | 'accounts'>,
  take: (accountId: string, summary: SummaryDocument) => void,
): Promise<void> => {
  const summaryOf = async (accountId: string): Promise<SummaryDocument> => {
    const found = await findDocument(documents, documentKeys(runId).summary(accountId), isSummaryDocument);
    if (found !== undefined) return found;
    const confirmedAt = await findings.load(accountId).then(
      known => known.confirmedAt,
      (error: unknown) => {
        if (isTransient(error)) throw error;
        return undefined;
      },
    );
    return confirmedAt === startedAt ? ofPlan(documents, runId, accountId) : missing(accountId);
  };
  for (let start = 0; start < accounts.length; start += readsAtOnce) {
    const some = accounts.slice(start, start + readsAtOnce);
    const summaries = await inParallel(some, readsAtOnce, summaryOf);
    for (const [index, accountId] of some.entries()) take(accountId, summaries[index] ?? missing(accountId));
  }
};
