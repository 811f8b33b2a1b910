import type { CoverageGap } from '../core/evaluate/evaluation.ts';
import type { RunParts } from '../core/report/report-of-run.ts';
import {
  type ApiCalls,
  documentKeys,
  findDocument,
  getDocument,
  isEvaluationDocument,
  isNotifyResult,
  isStatusDocument,
} from './documents.ts';
import type { CompletedRun, NotifyResult, RunState } from './events.ts';
import { inParallel } from './in-parallel.ts';
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
  const parts = await inParallel(state.accounts, readsAtOnce, async accountId => ({
    accountId,
    document: await findDocument(documents, keys.evaluation(accountId), isEvaluationDocument),
  }));
  return {
    runId: state.runId,
    startedAt: state.startedAt,
    endedAt: record.endedAt,
    accounts: parts.map(({ accountId, document }) => ({
      accountId,
      ...(document?.alias === undefined ? {} : { alias: document.alias }),
      regions: document?.regions ?? [],
    })),
    evaluations: parts.flatMap(({ document }) => document?.evaluation ?? []),
    transitions: parts.flatMap(({ document }) => document?.transitions ?? []),
    factChanges: parts.flatMap(({ document }) => document?.factChanges ?? []),
    gaps: parts.flatMap(({ accountId, document }) =>
      document === undefined
        ? [gapOfNoEvaluation(accountId)]
        : [...document.gaps, ...(document.evaluation?.gaps ?? [])],
    ),
    apiCalls: record.apiCalls,
    completed,
    notification: notification ?? { sent: false, transitions: 0, failed: [], held: [], givenUp: 0 },
  };
};

/** An account whose evaluation ended without a document. */
export const gapOfNoEvaluation = (accountId: string): CoverageGap => ({
  accountId,
  what: 'account',
  reason: {
    kind: 'timed-out',
    operation: 'evaluate-account',
    message: 'ended without a result after its repeats, see its log',
  },
});
