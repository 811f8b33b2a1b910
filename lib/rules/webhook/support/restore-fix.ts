import type { WebhookSubject } from '../../../facts.ts';
import { restoreWebhook } from '../../../fixes/kubernetes-steps.ts';
import { type FixDraft, valueOr, webhookName } from '../../../model.ts';
import { isOfEks } from './webhook-view.ts';

/** Restores the configuration of managed EKS: the webhooks of one that is there, or the whole of one that is missing. */
export const restoreFix = (subject: WebhookSubject, isThere: boolean): FixDraft => {
  const { cluster } = subject;
  const name = valueOr(subject.kubernetes.webhook, undefined)?.name ?? webhookName;
  if (!isOfEks(subject) || name !== webhookName)
    return {
      summary: `Apply the manifest of the webhook of cluster ${cluster.name} again, then restart the pods that were created without it.`,
      choice: 'Where the webhook listens, and with which certificate authority: only its operator knows.',
    };
  const known = cluster.certificateAuthority;
  const summary = `Restore the EKS pod identity webhook on cluster ${cluster.name}, then restart the pods that were created without it.`;
  return known === undefined
    ? { summary, choice: 'Which certificate authority the cluster has: aws eks describe-cluster shows it.' }
    : { summary, steps: [restoreWebhook(cluster, known, { isThere, version: versionOf(subject) })] };
};

const versionOf = ({ kubernetes: { webhook } }: WebhookSubject): string | undefined =>
  valueOr(webhook, undefined)?.resourceVersion;
