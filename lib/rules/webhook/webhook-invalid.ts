import { injectingEntry } from '../../facts/injecting-entry.ts';
import type { WebhookSubject } from '../../facts/subjects.ts';
import { complete, valueOr } from '../../model/collected.ts';
import { type WebhookEntry, webhookName } from '../../model/kubernetes.ts';
import { phrase } from '../../text/message.ts';
import { defineRule, fail, notApplicable, pass, type UnknownReason, unknownFor } from '../define-rule.ts';
import { aPod, aReadCluster, aWebhook } from '../example-cluster.ts';
import { someFacts } from '../example-world.ts';
import { conditionsUndecided } from './support/condition-faults.ts';
import { serviceUnread } from './support/endpoint-faults.ts';
import { type EntryFault, faultMessages } from './support/entry-fault.ts';
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
  brief: {
    noEntry: 'configuration is empty',
    url: 'URL is not the one of EKS',
    otherHost: 'on another host',
    noTarget: 'neither URL nor service',
    noPath: 'service without a path',
    namespaceMissing: 'namespace does not exist',
    noEndpoints: 'service has no endpoint',
    rules: 'no rule for new pods',
    reviewVersions: 'review version not sent',
    bundle: 'caBundle not usable',
    caExpired: 'CA has expired',
    caNotYetValid: 'CA is not valid yet',
    namespaceSelector: 'leaves out a namespace',
    objectSelector: 'leaves out pods',
    objectSelectorSome: 'leaves out some pods',
    conditionNamespaces: 'leaves out a namespace',
    conditionPods: 'leaves out some pods',
    conditionRefuses: 'condition ends in an error',
  },
  messages: faultMessages,
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
    return open === undefined ? fail(failureOf(subject, first, others)) : unknownFor(open);
  },
  examples: {
    pass: { title: 'as EKS creates it', facts: () => someFacts({ clusters: complete([aReadCluster()]) }) },
    fail: { title: 'no rule matches the creation of pods', facts: () => configured({ rules: [] }) },
    unknown: { title: 'a condition that asks who creates the pod', facts: () => askingWho() },
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

const configured = (over: Parameters<typeof aWebhook>[0]) =>
  someFacts({ clusters: complete([aReadCluster({ webhook: complete(aWebhook(over)) })]) });

const askingWho = () => {
  const matchConditions = [{ name: 'no-nodes', expression: '!("system:nodes" in request.userInfo.groups)' }];
  const conditions = { kind: 'undecided', condition: 'no-nodes' } as const;
  return someFacts({
    clusters: complete([
      aReadCluster({ webhook: complete(aWebhook({ matchConditions })), pods: complete([aPod({ conditions })]) }),
    ]),
  });
};

const noEntry: EntryFault = {
  id: 'noEntry',
  data: { name: webhookName },
  evidence: webhookEvidence('webhooks', phrase('none'), phrase('one entry')),
};
