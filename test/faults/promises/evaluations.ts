/** The evaluations that a run left in the bucket. */

import { documentKeys } from '../../../lib/audit/document-keys.ts';
import type { EvaluationDocument, SummaryDocument } from '../../../lib/audit/documents.ts';
import type { Run } from '../simulation/run.ts';
import type { Simulation } from '../simulation/simulation.ts';

/** The result of a run for one account; absent where it left no summary. */
export const summaryOf = ({ bucket }: Simulation, { runId }: Run, accountId: string): SummaryDocument | undefined => {
  const text = bucket.texts.get(documentKeys(runId).summary(accountId));
  return text === undefined ? undefined : JSON.parse(text);
};

/** The evaluation of an account by a run; absent where it did not come so far. */
export const evaluationOf = (
  { bucket }: Simulation,
  { runId }: Run,
  accountId: string,
): EvaluationDocument['evaluation'] => {
  const text = bucket.texts.get(documentKeys(runId).evaluation(accountId));
  const document: EvaluationDocument | undefined = text === undefined ? undefined : JSON.parse(text);
  return document?.evaluation;
};
