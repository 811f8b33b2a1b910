import type { WebhookEntry } from '../model/kubernetes.ts';

/** The entry of a webhook configuration that injects: by its name on EKS and self-hosted, else the first (docs/facts.md
 *  §D.5). Undefined where there is none. */
export const injectingEntry = (webhooks: readonly WebhookEntry[]): WebhookEntry | undefined =>
  webhooks.find(({ name }) => name === 'iam-for-pods.amazonaws.com' || name === 'pod-identity-webhook.amazonaws.com') ??
  webhooks[0];
