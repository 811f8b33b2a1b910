import { unreadAccount } from '../../core/gaps/coverage-area.ts';
import { documentKeys, findDocument, isSummaryDocument, type SummaryDocument } from '../documents.ts';
import type { RunState } from '../events.ts';
import { inParallel } from '../in-parallel.ts';
import type { DocumentStore } from '../ports.ts';
import { gapOfNoEvaluation } from '../run-result.ts';

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
});

/** The summaries of all accounts of a run, in the order of the run's accounts. */
export const summariesOf = async (
  documents: DocumentStore,
  state: RunState,
): Promise<readonly (readonly [accountId: string, summary: SummaryDocument])[]> =>
  inParallel(state.accounts, readsAtOnce, async accountId => [
    accountId,
    (await findDocument(documents, documentKeys(state.runId).summary(accountId), isSummaryDocument)) ??
      missing(accountId),
  ]);
