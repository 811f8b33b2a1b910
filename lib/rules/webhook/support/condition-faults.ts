/** Which pods with a role the matchConditions of a webhook entry leave out (docs/facts.md §D.6). */
import type { WebhookSubject } from '../../../facts.ts';
import {
  type ConditionVerdict,
  type Pod,
  readFailuresOf,
  type Undecided,
  valueOr,
  type WebhookEntry,
} from '../../../model.ts';
import { phrase } from '../../../text.ts';
import { unknownKindOf } from '../../prelude.ts';
import type { EntryFault } from './entry-fault.ts';
import { annotatedServiceAccounts, podsOfAnnotated, webhookEvidence } from './webhook-view.ts';

/** The faults of the conditions: they leave out namespaces, or pods in others, or end in an error that refuses pods. */
export const conditionFaults = (entry: WebhookEntry, subject: WebhookSubject): readonly EntryFault[] => {
  if (entry.matchConditions.length === 0) return [];
  const namespaces = wantedNamespaces(subject).filter(({ conditions }) => leavesOut(conditions, entry));
  const names = namespaces.map(({ name }) => name);
  const elsewhere = podsOfAnnotated(subject).filter(pod => !names.includes(pod.namespace));
  const left = elsewhere.filter(pod => leavesOut(pod.conditions, entry) && !pod.conditions?.byOwnMark);
  const refused = elsewhere.filter(pod => pod.conditions?.kind === 'error' && entry.failurePolicy !== 'Ignore');
  return [
    ...faultOf('conditionNamespaces', namespaces[0]?.conditions, entry, {
      namespaces: names,
      pods: valueOr(subject.kubernetes.pods, []).filter(pod => names.includes(pod.namespace)),
    }),
    ...faultOf('conditionPods', left[0]?.conditions, entry, { pods: left }),
    ...faultOf('conditionRefuses', refused[0]?.conditions, entry, { pods: refused }),
  ];
};

/** An error counts as `failurePolicy` says: `Ignore` leaves the pod out, `Fail` (the default) refuses it. */
const leavesOut = (verdict: ConditionVerdict | undefined, { failurePolicy }: WebhookEntry): boolean =>
  verdict?.kind === 'unmet' || (verdict?.kind === 'error' && failurePolicy === 'Ignore');

const faultOf = (
  id: EntryFault['id'],
  verdict: ConditionVerdict | undefined,
  entry: WebhookEntry,
  { namespaces = [], pods }: { readonly namespaces?: readonly string[]; readonly pods: readonly Pod[] },
): readonly EntryFault[] =>
  verdict
    ? [
        {
          id,
          data: { condition: verdict.condition, ...(namespaces.length > 0 ? { namespaces } : {}) },
          evidence: webhookEvidence(
            `matchConditions ${verdict.condition}`,
            expressionOf(entry, verdict),
            phrase('a condition that is true for pods with a role'),
          ),
          pods,
        },
      ]
    : [];

const expressionOf = ({ matchConditions }: WebhookEntry, { condition }: ConditionVerdict): string =>
  matchConditions.find(({ name }) => name === condition)?.expression ?? '';

const wantedNamespaces = (subject: WebhookSubject) => {
  const wanted = new Set(annotatedServiceAccounts(subject).map(account => account.namespace));
  return valueOr(subject.kubernetes.namespaces, []).filter(({ name }) => wanted.has(name));
};

/** The reason why it is open which pods the conditions leave out; undefined where there are none, or they are decided.
 *  A namespace without pods is judged as a whole; where there are pods, by these. */
export const conditionsUndecided = (entry: WebhookEntry, subject: WebhookSubject): Undecided | undefined => {
  if (entry.matchConditions.length === 0) return undefined;
  const { kubernetes, cluster } = subject;
  const pods = podsOfAnnotated(subject);
  const open = wantedNamespaces(subject).filter(({ conditions }) => conditions !== undefined);
  const sections = [kubernetes.serviceAccounts, kubernetes.namespaces, ...(open.length > 0 ? [kubernetes.pods] : [])];
  const [gap] = sections.flatMap(section => readFailuresOf(section));
  if (gap)
    return {
      kind: unknownKindOf(gap),
      missing: `which pods the matchConditions of the webhook of cluster ${cluster.name} leave out: ${gap.operation}: ${gap.message}`,
    };
  const undecided = [
    ...pods.map(({ namespace, conditions }) => ({ namespace, conditions })),
    ...open
      .filter(({ name }) => !pods.some(({ namespace }) => namespace === name))
      .map(({ name, conditions }) => ({ namespace: name, conditions })),
  ].find(({ conditions }) => conditions?.kind === 'undecided');
  return (
    undecided?.conditions && {
      kind: 'request-dependent',
      missing: `whether the webhook of cluster ${cluster.name} is called for pods of namespace ${undecided.namespace}: its matchCondition ${undecided.conditions.condition} is not decided here: ${expressionOf(entry, undecided.conditions)}`,
    }
  );
};
