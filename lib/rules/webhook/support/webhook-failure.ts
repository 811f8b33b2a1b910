import type { WebhookSubject } from '../../../facts/subjects.ts';
import type { Failure } from '../../failure.ts';
import type { EntryFault } from './entry-fault.ts';
import { restoreFix } from './restore-fix.ts';
import { explainsPods, nodeRoleError } from './webhook-view.ts';

/** Faults that other pods of the cluster are free of: less than critical. */
const isOfSomePods: ReadonlySet<EntryFault['id']> = new Set([
  'objectSelectorSome',
  'conditionPods',
  'conditionRefuses',
]);

/** One failure for all faults: one fix corrects them together. */
export const failureOf = (subject: WebhookSubject, first: EntryFault, others: readonly EntryFault[]): Failure => {
  const faults = [first, ...others];
  const left = faults.map(({ pods }) => pods);
  const isPartial = isOfSomePods.has(first.id);
  return {
    ...(isPartial ? { severity: 'high' } : {}),
    messageId: first.id,
    data: { cluster: subject.cluster.name, ...first.data },
    evidence: faults.map(fault => fault.evidence),
    podError: nodeRoleError,
    fix: restoreFix(subject, true),
    explains: [
      ...explainsPods(subject, left.every(pods => pods !== undefined) ? left.flat() : undefined),
      { ruleId: 'webhook-ca-mismatch', subject: subject.id },
    ],
  };
};
