/** The keys under which the steps of a run wait until they are sent. */
import type { StateChange } from '../audit/ports.ts';
import { isToSend } from '../history/reconcile.ts';
import type { FactChange, Transition } from '../history/transition.ts';
import { accountKey, findingKey, historyKey, unsentKey, watchedKey } from './keys.ts';

/** The key of a step of a finding. */
export const keyOfStep = ({ after: { finding, version, runId } }: Transition): string =>
  unsentKey(accountKey(finding.accountId), findingKey(finding.id), historyKey(version, runId));

/** The key of a changed fact. */
export const keyOfFact = (change: FactChange): string =>
  unsentKey(accountKey(change.accountId), watchedKey(change), change.runId);

/** The keys of all that a run wants sent of an account, with what an earlier attempt of it has written: an index of the
 *  table may show both late. */
export const keysToSend = ({ writtenBefore, ...change }: StateChange): readonly string[] =>
  [writtenBefore, change].flatMap(each => [
    ...(each?.transitions.filter(isToSend).map(keyOfStep) ?? []),
    ...(each?.factChanges.map(keyOfFact) ?? []),
  ]);
