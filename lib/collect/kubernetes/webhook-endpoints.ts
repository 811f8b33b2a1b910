import * as z from 'zod';
import { type Collected, complete, unavailable, withGaps } from '../../model/collected.ts';
import type { WebhookConfiguration, WebhookEntry } from '../../model/kubernetes.ts';
import { worldName } from '../world-text.ts';
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
  if (listed.items.length === 0 && listed.gaps.length === 0) return readyWithoutSlices(api, namespace, name);
  return withGaps(
    listed.items.reduce((sum, ready) => sum + ready, 0),
    listed.gaps,
  );
};

const serviceBody = z.object({
  kind: z.literal('Service'),
  spec: z.object({ type: worldName.optional(), externalName: worldName.optional() }),
});

/** A service without any slice does not exist, or has no selector. One that only names another host has none either: the
 *  API server may call it there, and whether anyone answers is not known. */
const readyWithoutSlices = async (api: KubernetesApi, namespace: string, name: string): Promise<Collected<number>> => {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/services/${encodeURIComponent(name)}`;
  const answer = await api.send({ verb: 'get', resource: 'services', path, name });
  if (!answer.ok) return answer.reason.kind === 'not-found' ? complete(0) : unavailable(answer.reason);
  const parsed = serviceBody.safeParse(answer.body);
  const invalid = { kind: 'invalid', operation: 'get services' } as const;
  if (!parsed.success) return unavailable({ ...invalid, message: 'the answer is not a service' });
  const { type, externalName } = parsed.data.spec;
  return type === 'ExternalName'
    ? unavailable({ ...invalid, message: `it is the host ${externalName ?? ''}, which is not asked` })
    : complete(0);
};
