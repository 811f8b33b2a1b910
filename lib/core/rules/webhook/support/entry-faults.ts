/** What keeps a webhook entry from injecting, by meaning: what the API server would do with it (docs/facts.md §D.5). */

import { isOptOut, requirementText, unmetRequirement } from '../../../facts/label-selector.ts';
import { podsOfServiceAccount } from '../../../facts/pods-of-service-account.ts';
import type { WebhookSubject } from '../../../facts/subjects.ts';
import { readFailuresOf, valueOr } from '../../../model/collected.ts';
import type { Evidence } from '../../../model/finding.ts';
import type { LabelSelector, Pod, WebhookEntry, WebhookRule } from '../../../model/kubernetes.ts';
import { annotatedAccounts, webhookEvidence } from './webhook-view.ts';

/** One fault. `pods` are those that it keeps from injection; all of the cluster if absent. */
export interface EntryFault {
  readonly key: string;
  readonly message: string;
  readonly evidence: Evidence;
  readonly pods?: readonly Pod[];
}

/** All faults of an entry, worst first. `now` is the run's instant. */
export const entryFaults = (entry: WebhookEntry, subject: WebhookSubject, now: string): readonly EntryFault[] => [
  ...endpointFaults(entry, subject),
  ...ruleFaults(entry),
  ...reviewFaults(entry),
  ...bundleFaults(entry, now),
  ...namespaceFaults(entry, subject),
  ...objectFaults(entry, subject),
];

const managedUrl = 'https://127.0.0.1:23443/mutate';

const endpointFaults = (entry: WebhookEntry, subject: WebhookSubject): readonly EntryFault[] => {
  const fault = (got: string, wanted: string, message: string): readonly EntryFault[] => [
    { key: 'endpoint', message, evidence: webhookEvidence('clientConfig', got, wanted) },
  ];
  const { url, service } = entry;
  if (url !== undefined) return isGoodUrl(url) ? [] : fault(url, managedUrl, `its url ${url} is not the webhook’s`);
  if (service === undefined) return fault('neither url nor service', managedUrl, 'it names nobody to ask');
  const path = service.path ?? '/';
  if (path === '/')
    return fault(`path ${path}`, 'path /mutate', 'its service has no path, and the webhook answers at /mutate');
  const { namespaces } = subject.kubernetes;
  return namespaces.status !== 'complete' || namespaces.value.some(({ name }) => name === service.namespace)
    ? []
    : fault(
        `${service.namespace}/${service.name}`,
        'an existing service',
        `its service lies in the namespace ${service.namespace}, which does not exist`,
      );
};

/** True for the API server's own host, where the webhook of managed EKS listens. */
export const isOnLoopback = (url = ''): boolean => /^https:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/]/.test(url);

/** On loopback it has to be exactly where EKS's webhook listens; elsewhere only whoever runs it knows. */
const isGoodUrl = (url: string): boolean => {
  const match = /^https:\/\/(\[[^\]]+\]|[^/:]+)(?::(\d+))?(\/[^?#]*)?$/.exec(url);
  if (!match) return false;
  const [, host, port, path] = match;
  return host === '127.0.0.1' || host === 'localhost' ? port === '23443' && path === '/mutate' : true;
};

const holds = (list: readonly string[], wanted: string): boolean => list.includes(wanted) || list.includes('*');

const covers = (rule: WebhookRule): boolean =>
  holds(rule.operations, 'CREATE') &&
  holds(rule.apiGroups, '') &&
  holds(rule.apiVersions, 'v1') &&
  (holds(rule.resources, 'pods') || rule.resources.includes('*/*')) &&
  rule.scope !== 'Cluster';

const ruleFaults = ({ rules }: WebhookEntry): readonly EntryFault[] =>
  rules.some(covers)
    ? []
    : [
        {
          key: 'rules',
          message: 'none of its rules covers the creation of pods',
          evidence: webhookEvidence('rules', JSON.stringify(rules), 'CREATE of pods, API group "", version v1'),
        },
      ];

const reviewFaults = ({ admissionReviewVersions: versions }: WebhookEntry): readonly EntryFault[] =>
  versions.includes('v1') || versions.includes('v1beta1')
    ? []
    : [
        {
          key: 'admission-review-versions',
          message: 'it takes no version of AdmissionReview that the API server sends',
          evidence: webhookEvidence('admissionReviewVersions', versions.join(', ') || '(none)', 'v1beta1'),
        },
      ];

const bundleFaults = ({ caCertificates }: WebhookEntry, now: string): readonly EntryFault[] => {
  const fault = (got: string, message: string): readonly EntryFault[] => [
    {
      key: 'ca-bundle',
      message,
      evidence: webhookEvidence('clientConfig.caBundle', got, 'the cluster’s certificate authority'),
    },
  ];
  if (caCertificates.status === 'unavailable')
    return fault(caCertificates.reason.message, `its caBundle cannot be used: ${caCertificates.reason.message}`);
  const instant = Date.parse(now);
  const valid = caCertificates.value.filter(
    one => Date.parse(one.notBefore) <= instant && instant <= Date.parse(one.notAfter),
  );
  const [first] = caCertificates.value;
  if (valid.length > 0 || !first) return [];
  const when = Date.parse(first.notAfter) < instant ? `ended at ${first.notAfter}` : `begins at ${first.notBefore}`;
  return fault(`${first.subject}, ${when}`, `its certificate authority ${first.subject} ${when}`);
};

/** What keeps it open whom the selectors of an entry without faults leave out; undefined where they can leave out nobody,
 *  or everything that they look at was read. */
export const selectionUnread = (
  { namespaceSelector, objectSelector }: WebhookEntry,
  { kubernetes, cluster }: WebhookSubject,
  faults: readonly EntryFault[],
): string | undefined => {
  if (faults.length > 0) return undefined;
  const { serviceAccounts, namespaces, pods } = kubernetes;
  const selects = ({ matchLabels, matchExpressions }: LabelSelector): boolean =>
    Object.keys(matchLabels).length > 0 || matchExpressions.some(expression => !isOptOut(expression));
  const selectsNamespaces = selects(namespaceSelector) || namespaceSelector.matchExpressions.length > 0;
  const [gap] = [
    ...(selectsNamespaces ? [serviceAccounts, namespaces] : []),
    ...(selects(objectSelector) ? [serviceAccounts, pods] : []),
  ].flatMap(section => readFailuresOf(section));
  return (
    gap && `whom the selectors of the webhook of cluster ${cluster.name} leave out: ${gap.operation}: ${gap.message}`
  );
};

/** What keeps it open whether the service of an entry without url is there; undefined where that is known. */
export const serviceUnread = (
  { url, service }: WebhookEntry,
  { kubernetes: { namespaces } }: WebhookSubject,
): string | undefined => {
  const place = url === undefined ? service?.namespace : undefined;
  const [gap] = readFailuresOf(namespaces);
  if (place === undefined || valueOr(namespaces, []).some(({ name }) => name === place)) return undefined;
  return gap && `whether the namespace ${place} of the webhook’s service exists: ${gap.operation}: ${gap.message}`;
};

const namespaceFaults = (entry: WebhookEntry, subject: WebhookSubject): readonly EntryFault[] => {
  const wanted = new Set(annotatedAccounts(subject).map(account => account.namespace));
  const excluded = valueOr(subject.kubernetes.namespaces, []).flatMap(({ name, labels }) => {
    const unmet = wanted.has(name)
      ? unmetRequirement(entry.namespaceSelector, { 'kubernetes.io/metadata.name': name, ...labels })
      : undefined;
    return unmet ? [{ name, unmet: requirementText(unmet) }] : [];
  });
  const [first] = excluded;
  if (!first) return [];
  const names = excluded.map(({ name }) => name);
  return [
    {
      key: 'namespace-selector',
      message: `its namespaceSelector leaves out ${names.join(', ')}, where service accounts want a role`,
      evidence: webhookEvidence('namespaceSelector', first.unmet, `a selector that ${names.join(', ')} satisfies`),
      pods: valueOr(subject.kubernetes.pods, []).filter(pod => names.includes(pod.namespace)),
    },
  ];
};

/** A selector that asks for a label which no pod of an annotated account has. A pod's own opt-out is not its fault. */
const objectFaults = (entry: WebhookEntry, subject: WebhookSubject): readonly EntryFault[] => {
  const pods = annotatedAccounts(subject).flatMap(({ namespace, name }) =>
    podsOfServiceAccount(subject.kubernetes, namespace, name),
  );
  const { serviceAccounts, pods: read } = subject.kubernetes;
  if (serviceAccounts.status !== 'complete' || read.status !== 'complete') return [];
  const unmet = pods.map(pod => unmetRequirement(entry.objectSelector, pod.labels));
  const [first] = unmet;
  if (pods.length === 0 || !first || !unmet.every(one => one !== undefined && !isOptOut(one))) return [];
  return [
    {
      key: 'object-selector',
      message: `its objectSelector leaves out every pod of an annotated account: none satisfies ${requirementText(first)}`,
      evidence: webhookEvidence('objectSelector', requirementText(first), 'a selector that the pods satisfy'),
      pods,
    },
  ];
};
