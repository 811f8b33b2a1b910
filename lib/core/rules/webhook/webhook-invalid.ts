import type { WebhookSubject } from '../../facts/subjects.ts';
import { complete, valueOr } from '../../model/collected.ts';
import { type WebhookEntry, webhookName } from '../../model/kubernetes.ts';
import { defineRule, type Failure, fail, notApplicable, pass, unknown } from '../define-rule.ts';
import { aReadCluster, aWebhook } from '../example-cluster.ts';
import { someFacts } from '../example-world.ts';
import { type EntryFault, entryFaults, selectionUnread, serviceUnread } from './support/entry-faults.ts';
import {
  explainsPods,
  injectingEntry,
  isUnused,
  nodeRoleError,
  restoreFix,
  useUnread,
  webhookEvidence,
} from './support/webhook-view.ts';

/** A configuration that stands there and does nothing is worse than none: it looks right. */
export const webhookInvalid = defineRule({
  id: 'webhook-invalid',
  kind: 'webhook',
  group: 'webhook',
  impact: 'breaks',
  severity: 'critical',
  articleStep: 'webhook-configuration',
  title: 'The pod identity webhook’s configuration works',
  needs: ['webhook'],
  docs: {
    why: 'The API server ignores a webhook that it cannot ask: a wrong address, a selector that leaves a namespace out or a certificate authority that has ended all mean that pods start without credentials.',
    fix: 'Put the configuration back as EKS makes it, with the cluster’s own certificate authority.',
    references: [
      'https://repost.aws/knowledge-center/eks-troubleshoot-irsa-errors',
      'https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/',
      'docs/facts.md §D.5',
    ],
  },
  check: (subject, { now }) => {
    const configuration = valueOr(subject.kubernetes.webhook, undefined);
    if (!configuration || isUnused(subject)) return notApplicable;
    const entry = injectingEntry(configuration.webhooks);
    const faults = entry ? entryFaults(entry, subject, now) : [noEntry];
    const open =
      (faults.length > 0 ? useUnread(subject) : undefined) ?? (entry && selectionUnread(entry, subject, faults));
    if (open !== undefined) return unknown('unread', open);
    if (faults.length > 0) return fail(failureOf(subject, faults));
    const doubt = entry && doubtOf(entry, subject);
    return doubt === undefined ? pass : unknown('unread', doubt);
  },
  examples: {
    pass: { title: 'as EKS makes it', facts: () => someFacts({ clusters: complete([aReadCluster()]) }) },
    fail: { title: 'no rule covers pods', facts: () => configured({ rules: [] }) },
    unknown: { title: 'a condition in CEL', facts: () => configured({ hasMatchConditions: true }) },
  },
});

/** What keeps it open whether an entry without faults injects. */
const doubtOf = (entry: WebhookEntry, subject: WebhookSubject): string | undefined => {
  if (entry.hasMatchConditions)
    return `what the matchConditions of ${webhookName} let through: they are programs (CEL), not read here`;
  if (!entry.admissionReviewVersions.includes('v1beta1'))
    return 'whether the webhook takes AdmissionReview v1: EKS configures v1beta1';
  return serviceUnread(entry, subject);
};

const configured = (over: Parameters<typeof aWebhook>[0]) =>
  someFacts({ clusters: complete([aReadCluster({ webhook: complete(aWebhook(over)) })]) });

const noEntry: EntryFault = {
  key: 'no-entry',
  message: 'it has no webhook in it',
  evidence: webhookEvidence('webhooks', '(none)', 'one entry'),
};

/** One failure for all faults: one fix mends them together. */
const failureOf = (subject: WebhookSubject, faults: readonly EntryFault[]): Failure => {
  const left = faults.map(({ pods }) => pods);
  return {
    message: `the configuration ${webhookName} of cluster ${subject.cluster.name} does not inject: ${faults.map(fault => fault.message).join('; ')}`,
    evidence: faults.map(fault => fault.evidence),
    podError: nodeRoleError,
    fix: restoreFix(subject),
    explains: [
      ...explainsPods(subject, left.every(pods => pods !== undefined) ? left.flat() : undefined),
      { ruleId: 'webhook-ca-mismatch', subject: subject.id },
    ],
  };
};
