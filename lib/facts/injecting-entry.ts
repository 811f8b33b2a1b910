import type { WebhookEntry, WebhookRule } from '../model.ts';

/** The entry of a webhook configuration that injects: by its name on EKS and self-hosted, else the first (docs/facts.md
 *  §D.5). Undefined where there is none. */
export const injectingEntry = (webhooks: readonly WebhookEntry[]): WebhookEntry | undefined =>
  webhooks.find(({ name }) => name === 'iam-for-pods.amazonaws.com' || name === 'pod-identity-webhook.amazonaws.com') ??
  webhooks[0];

const holds = (list: readonly string[], wanted: string): boolean => list.includes(wanted) || list.includes('*');

/** True for a rule by which the API server calls a webhook for new pods. `pods/*` covers pods too (docs/facts.md §D.7). */
export const coversNewPods = (rule: WebhookRule): boolean =>
  holds(rule.operations, 'CREATE') &&
  holds(rule.apiGroups, '') &&
  holds(rule.apiVersions, 'v1') &&
  (holds(rule.resources, 'pods') || rule.resources.some(one => one === '*/*' || one === 'pods/*')) &&
  rule.scope !== 'Cluster';
