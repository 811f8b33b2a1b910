import * as z from 'zod';
import { coversNewPods } from '../../facts.ts';
import {
  type CaCertificate,
  type Collected,
  complete,
  type Gap,
  type LabelSelector,
  notAskedFor,
  unavailable,
  type WebhookConfiguration,
  type WebhookEntry,
  webhookName,
  withGaps,
} from '../../model.ts';
import { given } from '../../text.ts';
import { certificatesOfBundle } from '../certificates.ts';
import { boundedText, objectName, worldName, worldText } from '../world-text.ts';
import type { KubernetesApi } from './kubernetes-api.ts';
import { listPages, type Take } from './list-pages.ts';
import { managerFields, managerIn } from './object-manager.ts';

/** Entries of one list: a configuration with more is a hostile one, and not read. */
const maxList = 200;

const list = z
  .array(worldName)
  .max(maxList)
  .nullish()
  .transform(values => values ?? []);

/** A label selector as the API server has it. */
export const selector = z
  .object({
    matchLabels: z.record(worldName, worldName).nullish(),
    matchExpressions: z
      .array(z.object({ key: worldName, operator: worldName, values: list }))
      .max(maxList)
      .nullish(),
  })
  .nullish();

const entry = z.object({
  name: worldName,
  clientConfig: z
    .object({
      url: worldText.optional(),
      service: z
        .object({ namespace: worldName, name: worldName, path: worldText.optional(), port: z.number().optional() })
        .optional(),
      caBundle: z.string().optional(),
    })
    .default({}),
  failurePolicy: worldName.optional(),
  admissionReviewVersions: list,
  rules: z
    .array(
      z.object({ operations: list, apiGroups: list, apiVersions: list, resources: list, scope: worldName.optional() }),
    )
    .max(maxList)
    .nullish(),
  namespaceSelector: selector,
  objectSelector: selector,
  matchConditions: z
    .array(z.object({ name: worldName.default(''), expression: worldText.default('') }))
    .max(maxList)
    .nullish(),
});

const configurationShape = z.object({
  kind: z.literal('MutatingWebhookConfiguration').optional(),
  metadata: z.object({ name: objectName, resourceVersion: worldName.optional().catch(undefined), ...managerFields }),
  webhooks: z.array(entry).max(maxList).nullish(),
});

/** A MutatingWebhookConfiguration as the rules read it, its CA bundle decoded; undefined for anything else. */
export const parseWebhook = (body: unknown): WebhookConfiguration | undefined => {
  const parsed = configurationShape.safeParse(body).data;
  return parsed?.metadata.name === webhookName ? configurationOf(parsed) : undefined;
};

const configurationOf = ({ metadata, webhooks }: z.output<typeof configurationShape>): WebhookConfiguration => ({
  name: metadata.name,
  ...given({ resourceVersion: metadata.resourceVersion, managedBy: managerIn(metadata) }),
  webhooks: (webhooks ?? []).map(entryOf),
});

/** A configuration of another name: of a pod identity webhook, or of another one that is called for new pods. */
export interface OtherWebhook {
  readonly configuration: WebhookConfiguration;
  readonly isPodIdentity: boolean;
}

/** Keeps of a list the configurations that are called for new pods, and those of a pod identity webhook under another name: its entry,
 *  its service or it itself is named after it, as charts and manifests do. One without the form of a configuration is a gap. */
export const takeOtherWebhook: Take<OtherWebhook> = item => {
  const parsed = configurationShape.safeParse(item).data;
  if (parsed === undefined) return { bad: 'it has not the form of a webhook configuration' };
  const names = (parsed.webhooks ?? []).flatMap(({ name, clientConfig }) => [name, clientConfig.service?.name ?? '']);
  const isPodIdentity = [parsed.metadata.name, ...names].some(
    name => name.includes('pod-identity-webhook') || name === 'iam-for-pods.amazonaws.com',
  );
  const configuration = configurationOf(parsed);
  const isCalled = configuration.webhooks.some(({ rules }) => rules.some(coversNewPods));
  return isPodIdentity || isCalled ? { keep: { configuration, isPodIdentity } } : { skip: true };
};

const entryOf = (item: z.output<typeof entry>): WebhookEntry => {
  const { url, service, caBundle } = item.clientConfig;
  return {
    name: item.name,
    ...given({ url }),
    ...(service === undefined
      ? {}
      : {
          service: {
            namespace: service.namespace,
            name: service.name,
            ...given({ path: service.path, port: service.port }),
            ready: notAskedFor('list endpointslices'),
          },
        }),
    ...(caBundle === undefined ? {} : { caBundle: boundedText(caBundle) }),
    caCertificates: decode(caBundle, `clientConfig.caBundle of ${item.name}`),
    ...given({ failurePolicy: item.failurePolicy }),
    admissionReviewVersions: item.admissionReviewVersions,
    rules: (item.rules ?? []).map(({ scope, ...rule }) => ({ ...rule, ...given({ scope }) })),
    namespaceSelector: selectorOf(item.namespaceSelector),
    objectSelector: selectorOf(item.objectSelector),
    matchConditions: item.matchConditions ?? [],
  };
};

/** An empty or undecodable bundle is `invalid`, with the reason: a fact about the configuration, not a failed read. */
const decode = (caBundle: string | undefined, operation: string): Collected<readonly CaCertificate[]> => {
  const certificates = certificatesOfBundle(caBundle ?? '');
  if (certificates) return complete(certificates);
  const message = caBundle ? 'it is not base64 of PEM certificates' : 'it is empty';
  return unavailable({ kind: 'invalid', operation, message });
};

/** A selector with both of its parts. */
export const selectorOf = (item: z.output<typeof selector>): LabelSelector => ({
  matchLabels: item?.matchLabels ?? {},
  matchExpressions: item?.matchExpressions ?? [],
});

/** The label keys that a configuration's selectors mention: the only labels worth keeping of namespaces and pods. */
export const selectorKeys = (
  webhook: WebhookConfiguration | undefined,
  which: 'namespaceSelector' | 'objectSelector',
): ReadonlySet<string> =>
  new Set(
    (webhook?.webhooks ?? []).flatMap(one => [
      ...Object.keys(one[which].matchLabels),
      ...one[which].matchExpressions.map(({ key }) => key),
    ]),
  );

/** Entries whose services are looked at: a configuration has one. */
const maxServices = 3;

/** The configuration with the ready addresses of the services that it names, and a gap for each service that could not be
 *  asked for. The webhook of EKS has no service: then nothing is asked. */
export const withEndpoints = async (
  api: KubernetesApi,
  configuration: WebhookConfiguration,
): Promise<Collected<WebhookConfiguration>> => {
  const behind = configuration.webhooks.filter(({ service }) => service !== undefined).slice(0, maxServices);
  const webhooks = await Promise.all(
    configuration.webhooks.map(async (entry): Promise<WebhookEntry> => {
      const { service } = entry;
      if (service === undefined || !behind.includes(entry)) return entry;
      return { ...entry, service: { ...service, ready: await readyOf(api, service) } };
    }),
  );
  return withGaps({ ...configuration, webhooks }, webhooks.flatMap(gapOf));
};

/** A service that could not be read. One that only names another host was read, and whether it answers stays unknown. */
const gapOf = ({ name, service }: WebhookEntry): readonly Gap[] =>
  service?.ready.status !== 'unavailable' || ['invalid', 'not-asked-for'].includes(service.ready.reason.kind)
    ? []
    : [{ what: `the endpoints of webhook ${name}`, reason: service.ready.reason }];

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
