import { inParallel } from '../kit/in-parallel.ts';
import type { Unread } from '../model.ts';
import type { AccountParts } from '../report/bounded-parts.ts';
import type { RunParts } from '../report/report-of-run.ts';
import { given } from '../text.ts';
import { documentKeys } from './document-keys.ts';
import {
  type ApiCalls,
  type EvaluationDocument,
  findDocument,
  getDocument,
  isEvaluationDocument,
  isNotifyResult,
  isStatusDocument,
} from './documents.ts';
import type { CompletedRun, NotifyResult, RunState } from './events.ts';
import type { DocumentStore } from './ports.ts';

const readsAtOnce = 16;

/** Everything of one run, for reports. Whoever ran it (this process, the workflow): it is read from the documents. */
export interface RunResult extends RunParts {
  readonly apiCalls: ApiCalls;
  readonly completed: CompletedRun;
  readonly notification: NotifyResult;
}

/** Reads a completed run back. Throws `DocumentMissing` for one that did not complete. */
export const runResultOf = async (documents: DocumentStore, state: RunState): Promise<RunResult> => {
  const keys = documentKeys(state.runId);
  const { record, completed } = await getDocument(documents, keys.status, isStatusDocument);
  const notification = await findDocument(documents, keys.notification, isNotifyResult);
  const parts = await inParallel(state.accounts, readsAtOnce, id => accountPartOf(documents, state.runId, id));
  return {
    runId: state.runId,
    startedAt: state.startedAt,
    endedAt: record.endedAt,
    accounts: parts.map(({ about }) => about),
    evaluations: parts.flatMap(({ evaluation }) => evaluation ?? []),
    transitions: parts.flatMap(({ transitions }) => transitions),
    factChanges: parts.flatMap(({ factChanges }) => factChanges),
    firstSeen: Object.assign({}, ...parts.map(({ firstSeen }) => firstSeen)),
    gaps: parts.flatMap(({ gaps }) => gaps),
    apiCalls: record.apiCalls,
    completed,
    notification: notification ?? { sent: false, transitions: 0, failed: [], held: [], givenUp: 0 },
  };
};

/** One account's part of a run, and what the report says of the account itself. */
export const accountPartOf = async (
  documents: DocumentStore,
  runId: string,
  accountId: string,
): Promise<AccountParts & { readonly about: RunParts['accounts'][number] }> => {
  const found = await findDocument(documents, documentKeys(runId).evaluation(accountId), isEvaluationDocument);
  const nothing: EvaluationDocument = {
    regions: [],
    transitions: [],
    factChanges: [],
    gaps: [gapOfNoEvaluation(accountId)],
  };
  const { alias, regions, evaluation, transitions, factChanges, gaps, firstSeen = {} } = found ?? nothing;
  return {
    about: { accountId, ...given({ alias }), regions },
    evaluation,
    transitions,
    factChanges,
    firstSeen,
    gaps: [...gaps, ...(evaluation?.gaps ?? [])],
  };
};

/** An account whose evaluation ended without a document. */
export const gapOfNoEvaluation = (accountId: string): Unread => ({
  accountId,
  section: 'account',
  reason: {
    kind: 'timed-out',
    operation: 'evaluate-account',
    message: 'ended without a result: it ran out of time or memory, or failed after its repeats; see its log',
  },
});
