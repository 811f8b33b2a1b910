import { unreadAccount } from '../../history/coverage-area.ts';
import { type KnownState, nothingKnown } from '../../history/known-state.ts';
import { inParallel } from '../../kit/in-parallel.ts';
import { documentKeys } from '../document-keys.ts';
import { findDocument, isSummaryDocument, type SummaryDocument } from '../documents.ts';
import type { RunState } from '../events.ts';
import { isTransient } from '../failure.ts';
import type { AuditPorts, FindingStore } from '../ports.ts';
import { gapOfNoEvaluation } from '../run-result.ts';
import { openCounts } from './open-in-fleet.ts';

/** Summaries that are read, and held, at once. */
const readsAtOnce = 32;

/**
 * The summary of an evaluation that ended without one, from the table: what the run wrote of the account. It was read where
 * the run has written it whole. An account that cannot be loaded was not read, and nothing is known of it.
 */
const fromTable = (
  accountId: string,
  run: Pick<RunState, 'runId' | 'startedAt'>,
  known: KnownState,
): SummaryDocument => {
  const counted = { transitions: writtenBy(run, known), unsentKeys: known.unsentKeys ?? [], apiCalls: {} };
  if (known.confirmedAt === run.startedAt) return { ...counted, status: 'ok', unread: false, gaps: [], gapCount: 0 };
  const gap = gapOfNoEvaluation(accountId);
  const areas = [unreadAccount(accountId, gap.reason)];
  return { ...counted, status: 'failed', unread: true, areas, gaps: [gap], gapCount: 1 };
};

/** How many findings a run has written: one step each. */
const writtenBy = ({ runId }: Pick<RunState, 'runId'>, { findings }: KnownState): number =>
  findings.filter(known => known.runId === runId).length;

/** Hands over the summary of each account of a run, in the order of the run's accounts, and holds only a few of them. Where
 *  one is missing, or the evaluation failed, the table says what the run has written of the account. */
export const eachSummary = async (
  { documents, findings }: Pick<AuditPorts, 'documents'> & { readonly findings: Pick<FindingStore, 'load'> },
  run: Pick<RunState, 'runId' | 'startedAt' | 'accounts'>,
  take: (accountId: string, summary: SummaryDocument) => void,
): Promise<void> => {
  const { runId, accounts } = run;
  const summaryOf = async (accountId: string): Promise<SummaryDocument> => {
    const found = await findDocument(documents, documentKeys(runId).summary(accountId), isSummaryDocument);
    if (found !== undefined && found.status !== 'failed') return found;
    const loaded = await findings.load(accountId).catch((error: unknown) => {
      if (isTransient(error)) throw error;
      return undefined;
    });
    const known = loaded ?? nothingKnown;
    const open = loaded === undefined ? {} : openCounts(loaded);
    if (found === undefined) return { ...fromTable(accountId, run, known), ...open };
    return { ...found, transitions: writtenBy(run, known), unsentKeys: known.unsentKeys ?? [], ...open };
  };
  for (let start = 0; start < accounts.length; start += readsAtOnce) {
    const some = accounts.slice(start, start + readsAtOnce);
    const summaries = await inParallel(some, readsAtOnce, summaryOf);
    for (const [index, accountId] of some.entries()) {
      const summary = summaries[index];
      if (summary !== undefined) take(accountId, summary);
    }
  }
};
