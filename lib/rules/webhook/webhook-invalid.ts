import { injectingEntry } from '../../facts/injecting-entry.ts';
import type { WebhookSubject } from '../../facts/subjects.ts';
import { valueOr } from '../../model/collected.ts';
import { type WebhookEntry, type WebhookRule, webhookName } from '../../model/kubernetes.ts';
import { phrase } from '../../text/message.ts';
import { defineRule, notApplicable, pass, type UnknownReason, unknownFor } from '../define-rule.ts';
import type { EvidenceDraft, Failure } from '../failure.ts';
import { conditionFaults, conditionsUndecided } from './support/condition-faults.ts';
import { endpointFaults, serviceUnread } from './support/endpoint-faults.ts';
import { type EntryFault, faultSays } from './support/entry-fault.ts';
import { restoreFix } from './support/restore-fix.ts';
import { selectionUnread, selectorFaults } from './support/selector-faults.ts';
import { explainsPods, isUnused, nodeRoleError, useUnread, webhookEvidence } from './support/webhook-view.ts';

/** A configuration that is there and does nothing is worse than none: it looks right. */
export const webhookInvalid = defineRule({
  id: 'webhook-invalid',
  kind: 'webhook',
  group: 'webhook',
  impact: 'breaks',
  severity: 'critical',
  articleStep: 'webhook-configuration',
  title: 'The pod identity webhook’s configuration works',
  says: faultSays,
  needs: ['webhook'],
  docs: {
    why: 'The API server ignores a webhook that it cannot reach: with a wrong address, a selector that leaves a namespace out or an expired certificate authority, pods start without credentials.',
    fix: 'Restore the configuration as EKS creates it, with the cluster’s own certificate authority.',
    references: [
      'https://repost.aws/knowledge-center/eks-troubleshoot-irsa-errors',
      'https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/',
      'docs/facts.md §D.5, §D.6',
    ],
  },
  check: (subject, { now }) => {
    const configuration = valueOr(subject.kubernetes.webhook, undefined);
    if (!configuration || isUnused(subject)) return notApplicable;
    const entry = injectingEntry(configuration.webhooks);
    const faults = entry ? entryFaults(entry, subject, now) : [noEntry];
    const [first, ...others] = faults;
    if (first === undefined) {
      const open =
        entry && (selectionUnread(entry, subject) ?? conditionsUndecided(entry, subject) ?? doubtOf(entry, subject));
      return open === undefined ? pass : unknownFor(open);
    }
    const open = useUnread(subject);
    return open === undefined ? failureOf(subject, first, others) : unknownFor(open);
  },
});

/** The reason why it is open whether an entry without faults injects. */
const doubtOf = (entry: WebhookEntry, subject: WebhookSubject): UnknownReason | undefined => {
  if (!entry.admissionReviewVersions.includes('v1beta1'))
    return {
      kind: 'undocumented',
      missing: 'whether the webhook takes AdmissionReview v1: EKS configures v1beta1',
    };
  return serviceUnread(entry, subject);
};

const noEntry: EntryFault = {
  id: 'noEntry',
  data: { name: webhookName },
  evidence: webhookEvidence('webhooks', phrase('none'), phrase('one entry')),
};

/** All faults of an entry, worst first. `now` is the run's instant. */
const entryFaults = (entry: WebhookEntry, subject: WebhookSubject, now: string): readonly EntryFault[] => [
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

/** Faults that other pods of the cluster are free of: less than critical. */
const isOfSomePods: ReadonlySet<EntryFault['id']> = new Set([
  'objectSelectorSome',
  'conditionPods',
  'conditionRefuses',
]);

/** One failure for all faults: one fix corrects them together. */
const failureOf = (subject: WebhookSubject, first: EntryFault, others: readonly EntryFault[]): Failure => {
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
