import { injectingEntry } from '../../facts/injecting-entry.ts';
import type { WebhookSubject } from '../../facts/subjects.ts';
import { valueOr } from '../../model/collected.ts';
import { type WebhookEntry, webhookName } from '../../model/kubernetes.ts';
import { phrase } from '../../text/message.ts';
import { defineRule, notApplicable, pass, type UnknownReason, unknownFor } from '../define-rule.ts';
import { conditionsUndecided } from './support/condition-faults.ts';
import { serviceUnread } from './support/endpoint-faults.ts';
import { type EntryFault, faultSays } from './support/entry-fault.ts';
import { entryFaults } from './support/entry-faults.ts';
import { selectionUnread } from './support/selector-faults.ts';
import { failureOf } from './support/webhook-failure.ts';
import { isUnused, useUnread, webhookEvidence } from './support/webhook-view.ts';

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

/** What keeps it open whether an entry without faults injects. */
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
