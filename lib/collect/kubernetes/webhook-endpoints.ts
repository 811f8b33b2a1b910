import * as z from 'zod';
import { type Collected, unavailable, withGaps } from '../../core/model/collected.ts';
import type { WebhookConfiguration, WebhookEntry } from '../../core/model/kubernetes.ts';
import type { KubernetesApi } from './kubernetes-api.ts';
import { listPages, type Take } from './list-pages.ts';

/** Entries whose services are looked at: a configuration has one. */
const maxServices = 3;

/** The configuration with the ready addresses of the services that it names. The webhook of EKS has none: then nothing is
 *  asked. */
export const withEndpoints = async (
  api: KubernetesApi,
  configuration: WebhookConfiguration,
): Promise<WebhookConfiguration> => {
  const behind = configuration.webhooks.filter(({ service }) => service !== undefined).slice(0, maxServices);
  const webhooks = await Promise.all(
    configuration.webhooks.map(async (entry): Promise<WebhookEntry> => {
      const { service } = entry;
      if (service === undefined || !behind.includes(entry)) return entry;
      return { ...entry, service: { ...service, ready: await readyOf(api, service) } };
    }),
  );
  return { ...configuration, webhooks };
};

const slice = z.object({
  endpoints: z
    .array(
      z.object({
        addresses: z.array(z.unknown()).nullish(),
        conditions: z.object({ ready: z.boolean().nullish() }).nullish(),
      }),
    )
    .nullish(),
});

/** Ready addresses of one slice. An unknown readiness is to be taken as ready (Kubernetes API, EndpointConditions). */
const takeReady: Take<number> = item => {
  const parsed = slice.safeParse(item);
  if (!parsed.success) return { bad: 'an item is not an endpoint slice' };
  const ready = (parsed.data.endpoints ?? []).filter(({ conditions }) => conditions?.ready !== false);
  return { keep: ready.reduce((sum, { addresses }) => sum + (addresses?.length ?? 0), 0) };
};

const readyOf = async (
  api: KubernetesApi,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): Promise<Collected<number>> => {
  const listed = await listPages(
    api,
    {
      kind: 'EndpointSlice',
      apiVersion: 'discovery.k8s.io/v1',
      apiGroup: 'discovery.k8s.io',
      resource: 'endpointslices',
      path: `/apis/discovery.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/endpointslices`,
      query: { labelSelector: `kubernetes.io/service-name=${name}` },
    },
    takeReady,
  );
  if (!listed.ok) return unavailable(listed.reason);
  return withGaps(
    listed.items.reduce((sum, ready) => sum + ready, 0),
    listed.gaps,
  );
};
