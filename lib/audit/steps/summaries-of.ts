import { unreadAccount } from '../../history/coverage-area.ts';
import { inParallel } from '../../kit/in-parallel.ts';
import { documentKeys, findDocument, isSummaryDocument, type SummaryDocument } from '../documents.ts';
import type { RunState } from '../events.ts';
import type { DocumentStore } from '../ports.ts';
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

/** Hands over the summary of each account of a run, in the order of the run's accounts, and holds only a few of them. */
export const eachSummary = async (
  documents: DocumentStore,
  { runId, accounts }: Pick<RunState, 'runId' | 'accounts'>,
  take: (accountId: string, summary: SummaryDocument) => void,
): Promise<void> => {
  for (let start = 0; start < accounts.length; start += readsAtOnce) {
    const some = accounts.slice(start, start + readsAtOnce);
    const found = await inParallel(some, readsAtOnce, accountId =>
      findDocument(documents, documentKeys(runId).summary(accountId), isSummaryDocument),
    );
    for (const [index, accountId] of some.entries()) take(accountId, found[index] ?? missing(accountId));
  }
};
