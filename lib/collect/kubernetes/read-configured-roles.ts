import * as z from 'zod';
import { injectingEntry } from '../../facts.ts';
import {
  type Collected,
  type ConfiguredRole,
  complete,
  unavailable,
  type WebhookConfiguration,
  webhookName,
} from '../../model.ts';
import { jsonOf } from '../../text.ts';
import { requiredText, worldName, worldText } from '../world-text.ts';
import type { KubernetesApi } from './kubernetes-api.ts';

/** Entries that are read; a ConfigMap has at most one megabyte. */
const maxRoles = 10_000;

const configMap = z.object({ kind: z.literal('ConfigMap'), data: z.record(z.string(), z.string()).nullish() });

/** Go's JSON takes the names of fields in any case. */
const entry = z.preprocess(
  value =>
    typeof value === 'object' && value !== null
      ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key.toLowerCase(), inner]))
      : value,
  z.object({ rolearn: worldText.nullish(), audience: worldName.nullish() }),
);

/**
 * The roles of the ConfigMap that a self-hosted webhook watches: in the namespace of the service that its configuration
 * names. Whether it watches at all is an option that the cluster does not show. One request; undefined without any, where
 * the webhook is that of EKS.
 */
export const readConfiguredRoles = async (
  api: KubernetesApi,
  configuration: WebhookConfiguration | undefined,
): Promise<Collected<readonly ConfiguredRole[]> | undefined> => {
  const namespace = injectingEntry(configuration?.webhooks ?? [])?.service?.namespace;
  if (namespace === undefined) return undefined;
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/configmaps/${webhookName}`;
  const answer = await api.send({ verb: 'get', resource: 'configmaps', path, name: webhookName });
  if (!answer.ok) return answer.reason.kind === 'not-found' ? complete([]) : unavailable(answer.reason);
  const parsed = configMap.safeParse(answer.body);
  const roles = parsed.success ? rolesIn(parsed.data.data?.config ?? '{}', `${namespace}/${webhookName}`) : undefined;
  if (roles !== undefined) return complete(roles);
  const message = `the ConfigMap ${namespace}/${webhookName} has not the form that the webhook reads`;
  return unavailable({ kind: 'invalid', operation: 'get configmaps', message });
};

const rolesIn = (text: string, source: string): readonly ConfiguredRole[] | undefined => {
  const parsed = z.record(requiredText, entry).safeParse(jsonOf(text));
  if (!parsed.success) return undefined;
  const entries = Object.entries(parsed.data);
  if (entries.length > maxRoles || entries.some(([key]) => !key.includes('/'))) return undefined;
  return entries.map(([key, { rolearn, audience }]) => {
    const [namespace = '', name = ''] = key.split('/');
    return { namespace, name, roleArn: rolearn ?? '', audience: audience ?? '', configMap: source };
  });
};
