/** What keeps a webhook entry from injecting, by meaning: what the API server would do with it (docs/facts.md §D.5). */
import type { WebhookSubject } from '../../../facts/subjects.ts';
import type { WebhookEntry, WebhookRule } from '../../../model/kubernetes.ts';
import { phrase } from '../../../text/message.ts';
import type { EvidenceDraft } from '../../failure.ts';
import { conditionFaults } from './condition-faults.ts';
import { endpointFaults } from './endpoint-faults.ts';
import type { EntryFault } from './entry-fault.ts';
import { selectorFaults } from './selector-faults.ts';
import { webhookEvidence } from './webhook-view.ts';

/** All faults of an entry, worst first. `now` is the run's instant. */
export const entryFaults = (entry: WebhookEntry, subject: WebhookSubject, now: string): readonly EntryFault[] => [
  ...endpointFaults(entry, subject, now),
  ...ruleFaults(entry),
  ...reviewFaults(entry),
  ...bundleFaults(entry, now),
  ...selectorFaults(entry, subject),
  ...conditionFaults(entry, subject),
];

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
          id: 'rules',
          data: {},
          evidence: webhookEvidence('rules', JSON.stringify(rules), phrase('CREATE of pods, API group "", version v1')),
        },
      ];

const reviewFaults = ({ admissionReviewVersions: versions }: WebhookEntry): readonly EntryFault[] =>
  versions.includes('v1') || versions.includes('v1beta1')
    ? []
    : [
        {
          id: 'reviewVersions',
          data: {},
          evidence: webhookEvidence(
            'admissionReviewVersions',
            versions.length > 0 ? phrase('{versions}', { versions }) : phrase('none'),
            'v1beta1',
          ),
        },
      ];

const bundleFaults = ({ caCertificates }: WebhookEntry, now: string): readonly EntryFault[] => {
  const evidence = (got: EvidenceDraft['got']): EvidenceDraft =>
    webhookEvidence('clientConfig.caBundle', got, phrase('the cluster’s certificate authority'));
  if (caCertificates.status === 'unavailable')
    return [{ id: 'bundle', data: {}, evidence: evidence(caCertificates.reason.message) }];
  const instant = Date.parse(now);
  const valid = caCertificates.value.filter(
    one => Date.parse(one.notBefore) <= instant && instant <= Date.parse(one.notAfter),
  );
  const [first] = caCertificates.value;
  if (valid.length > 0 || !first) return [];
  const { subject: authority, notBefore, notAfter } = first;
  return Date.parse(notAfter) < instant
    ? [
        {
          id: 'caExpired',
          data: { authority, at: notAfter },
          evidence: evidence(phrase('{authority}, expired at {notAfter}', { authority, notAfter })),
        },
      ]
    : [
        {
          id: 'caNotYetValid',
          data: { authority, at: notBefore },
          evidence: evidence(phrase('{authority}, valid from {notBefore}', { authority, notBefore })),
        },
      ];
};
