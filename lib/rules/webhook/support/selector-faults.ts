/** Which pods with a role the selectors of a webhook entry leave out. */
import { isOptOut, requirementText, unmetRequirement, type WebhookSubject } from '../../../facts.ts';
import { type LabelSelector, readFailuresOf, type Undecided, valueOr, type WebhookEntry } from '../../../model.ts';
import { phrase } from '../../../text.ts';
import { unknownKindOf } from '../../prelude.ts';
import type { EntryFault } from './entry-fault.ts';
import { annotatedServiceAccounts, podsOfAnnotated, webhookEvidence } from './webhook-view.ts';

/** The faults of both selectors. */
export const selectorFaults = (entry: WebhookEntry, subject: WebhookSubject): readonly EntryFault[] => [
  ...namespaceFaults(entry, subject),
  ...objectFaults(entry, subject),
];

const namespaceFaults = (entry: WebhookEntry, subject: WebhookSubject): readonly EntryFault[] => {
  const wanted = new Set(annotatedServiceAccounts(subject).map(account => account.namespace));
  const excluded = valueOr(subject.kubernetes.namespaces, []).flatMap(({ name, labels }) => {
    const unmet = wanted.has(name)
      ? unmetRequirement(entry.namespaceSelector, { 'kubernetes.io/metadata.name': name, ...labels })
      : undefined;
    return unmet ? [{ name, unmet: requirementText(unmet) }] : [];
  });
  const [first] = excluded;
  if (!first) return [];
  const namespaces = excluded.map(({ name }) => name);
  return [
    {
      id: 'namespaceSelector',
      data: { namespaces },
      evidence: webhookEvidence(
        'namespaceSelector',
        first.unmet,
        phrase('a selector that {namespaces} satisfies', { namespaces }),
      ),
      pods: valueOr(subject.kubernetes.pods, []).filter(pod => namespaces.includes(pod.namespace)),
    },
  ];
};

/** A selector that asks for a label which pods with a role do not have. A pod's own opt-out is its own choice. */
const objectFaults = (entry: WebhookEntry, subject: WebhookSubject): readonly EntryFault[] => {
  const pods = podsOfAnnotated(subject);
  const left = pods.flatMap(pod => {
    const unmet = unmetRequirement(entry.objectSelector, pod.labels);
    return unmet && !isOptOut(unmet) ? [{ pod, unmet: requirementText(unmet) }] : [];
  });
  const [first] = left;
  if (!first) return [];
  const { serviceAccounts, pods: read } = subject.kubernetes;
  const isAll = left.length === pods.length;
  // Whether it is all or some is not known yet: `selectionUnread` says so.
  if (isAll && (serviceAccounts.status !== 'complete' || read.status !== 'complete')) return [];
  return [
    {
      id: isAll ? 'objectSelector' : 'objectSelectorSome',
      data: { requirement: first.unmet },
      evidence: webhookEvidence('objectSelector', first.unmet, phrase('a selector that the pods satisfy')),
      pods: left.map(({ pod }) => pod),
    },
  ];
};

/** The reason why it is open which pods the selectors of an entry leave out; undefined where they can leave out none,
 *  or everything that they look at was read. */
export const selectionUnread = (
  { namespaceSelector, objectSelector }: WebhookEntry,
  { kubernetes, cluster }: WebhookSubject,
): Undecided | undefined => {
  const { serviceAccounts, namespaces, pods } = kubernetes;
  const selects = ({ matchLabels, matchExpressions }: LabelSelector): boolean =>
    Object.keys(matchLabels).length > 0 || matchExpressions.some(expression => !isOptOut(expression));
  const selectsNamespaces = selects(namespaceSelector) || namespaceSelector.matchExpressions.length > 0;
  const [gap] = [
    ...(selectsNamespaces ? [serviceAccounts, namespaces] : []),
    ...(selects(objectSelector) ? [serviceAccounts, pods] : []),
  ].flatMap(section => readFailuresOf(section));
  return (
    gap && {
      kind: unknownKindOf(gap),
      missing: `which pods the selectors of the webhook of cluster ${cluster.name} leave out: ${gap.operation}: ${gap.message}`,
    }
  );
};
