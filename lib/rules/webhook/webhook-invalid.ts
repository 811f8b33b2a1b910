import {
  coversNewPods,
  injectingEntry,
  injectionStopped,
  missedForCertain,
  nodeRoleError,
  type WebhookSubject,
} from '../../facts.ts';
import { type Undecided, valueOr, type WebhookEntry, webhookName } from '../../model.ts';
import { phrase } from '../../text.ts';
import { defineRule, type EvidenceDraft, type Failure, notApplicable, pass, unknownFor } from '../prelude.ts';
import { conditionFaults, conditionsUndecided } from './support/condition-faults.ts';
import { endpointFaults, isOnLoopback, serviceUnread } from './support/endpoint-faults.ts';
import { type EntryFault, faultSays } from './support/entry-fault.ts';
import { restoreFix } from './support/restore-fix.ts';
import { selectionUnread, selectorFaults } from './support/selector-faults.ts';
import {
  explainsPodsOfCluster,
  explainsStop,
  injectedRecently,
  isUnused,
  useUnread,
  webhookEvidence,
} from './support/webhook-view.ts';

/** A configuration that is there and does nothing is worse than none: it looks right. */
export const webhookInvalid = defineRule({
  id: 'webhook-invalid',
  kind: 'webhook',
  impact: 'breaks',
  severity: 'critical',
  articleStep: 'webhook-configuration',
  title: 'The pod identity webhook’s configuration works',
  fault: 'The pod identity webhook’s configuration does not work',
  says: faultSays,
  needs: ['webhook'],
  why: 'The API server ignores a webhook that it cannot reach: with a wrong address, a selector that leaves a namespace out or an expired certificate authority, pods start without credentials.',
  fix: 'Restore the configuration as EKS creates it, with the cluster’s own certificate authority.',
  references: [
    'https://repost.aws/knowledge-center/eks-troubleshoot-irsa-errors',
    'https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/',
    'docs/facts.md §D.5, §D.6',
  ],
  check: (subject, { now }) => {
    const configuration = valueOr(subject.kubernetes.webhook, undefined);
    if (!configuration || isUnused(subject)) return notApplicable;
    const entry = injectingEntry(configuration.webhooks);
    const faults = entry ? entryFaults(entry, subject, now) : [noEntry];
    const [first, ...others] = faults;
    if (first === undefined) {
      const open =
        entry &&
        (selectionUnread(entry, subject) ?? conditionsUndecided(entry, subject) ?? doubtOf(entry, subject, now));
      return open === undefined ? pass : unknownFor(open);
    }
    const open = useUnread(subject);
    return open === undefined ? failureOf(subject, first, others) : unknownFor(open);
  },
});

/** The reason why it is open whether an entry without faults injects. */
const doubtOf = (entry: WebhookEntry, subject: WebhookSubject, now: string): Undecided | undefined => {
  if (!entry.admissionReviewVersions.includes('v1beta1') && !injectedRecently(subject, now))
    return {
      kind: 'undocumented',
      missing:
        'whether the webhook takes AdmissionReview v1: EKS configures v1beta1, and versions before August 2026 answer in it alone',
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
  ...reviewFaults(entry, subject, now),
  ...bundleFaults(entry, now),
  ...selectorFaults(entry, subject),
  ...conditionFaults(entry, subject),
];

const ruleFaults = ({ rules }: WebhookEntry): readonly EntryFault[] =>
  rules.some(coversNewPods)
    ? []
    : [
        {
          id: 'rules',
          data: {},
          evidence: webhookEvidence('rules', JSON.stringify(rules), phrase('CREATE of pods, API group "", version v1')),
        },
      ];

/** The API server sends the first version of the list that it knows (Kubernetes, "Dynamic Admission Control"). */
const sentVersion = ({ admissionReviewVersions }: WebhookEntry): string | undefined =>
  admissionReviewVersions.find(version => version === 'v1' || version === 'v1beta1');

/** True where the webhook of EKS is sent AdmissionReview v1: versions before August 2026 answer in v1beta1 alone (docs/facts.md §D.7). */
const sendsV1 = (entry: WebhookEntry): boolean => isOnLoopback(entry.url) && sentVersion(entry) === 'v1';

/** A version that EKS does not configure is a fault where pods prove that it does not work
 *  (awsdocs/amazon-eks-user-guide#894). */
const reviewFaults = (entry: WebhookEntry, subject: WebhookSubject, now: string): readonly EntryFault[] => {
  const versions = entry.admissionReviewVersions;
  const isRefused =
    sendsV1(entry) && !injectedRecently(subject, now) && missedForCertain(subject.snapshot) !== undefined;
  if (sentVersion(entry) !== undefined && !isRefused) return [];
  const got = versions.length > 0 ? phrase('{versions}', { versions }) : phrase('none');
  return [
    {
      id: isRefused ? 'reviewAnswer' : 'reviewVersions',
      data: {},
      evidence: webhookEvidence('admissionReviewVersions', got, 'v1beta1'),
    },
  ];
};

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

/** True where the faults keep out all pods, or at least each of those that show that injection has stopped. */
const isWholeStop = ({ snapshot }: WebhookSubject, left: readonly EntryFault['pods'][]): boolean => {
  if (!left.every(pods => pods !== undefined)) return true;
  const kept = new Set(left.flat());
  return injectionStopped(snapshot)?.pods.every(pod => kept.has(pod)) ?? false;
};

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
      ...explainsPodsOfCluster(subject, left.every(pods => pods !== undefined) ? left.flat() : undefined),
      { ruleId: 'webhook-ca-mismatch', subject: subject.id },
      ...(isWholeStop(subject, left) ? [explainsStop(subject)] : []),
    ],
  };
};
