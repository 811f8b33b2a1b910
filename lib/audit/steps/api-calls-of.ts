import { sumCalls } from '../call-counts.ts';
import { type ApiCalls, documentKeys, findDocument } from '../documents.ts';
import type { RunState } from '../events.ts';
import { inParallel } from '../in-parallel.ts';
import type { DocumentStore } from '../ports.ts';

const readsAtOnce = 32;

interface Counted {
  readonly apiCalls: ApiCalls;
}
const isCounted = (value: object): value is Counted => 'apiCalls' in value && typeof value.apiCalls === 'object';

/** The calls that the collecting steps of a run made, by operation. */
export const apiCallsOf = async (documents: DocumentStore, state: RunState): Promise<ApiCalls> => {
  const keys = documentKeys(state.runId);
  const clusters = await documents.list(keys.clusters);
  const from = [keys.targets, ...state.accounts.map(keys.account), ...clusters, keys.issuerSummary];
  const counts = await inParallel(from, readsAtOnce, async key => findDocument(documents, key, isCounted));
  return sumCalls(counts.map(found => found?.apiCalls ?? {}));
};
