import * as z from 'zod';
import { type Collected, complete, notAskedFor, unavailable } from '../../model/collected.ts';
import {
  type CaCertificate,
  type LabelSelector,
  type WebhookConfiguration,
  type WebhookEntry,
  webhookName,
} from '../../model/kubernetes.ts';
import { certificatesOfBundle } from '../certificates.ts';
import { boundedText, worldName, worldText } from '../world-text.ts';

/** Entries of one list: a configuration with more is a hostile one, and not read. */
const maxList = 200;

const list = z
  .array(worldName)
  .max(maxList)
  .nullish()
  .transform(values => values ?? []);

const selector = z
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
        .object({
          namespace: worldName,
          name: worldName,
          path: worldText.optional(),
          port: z.number().optional(),
        })
        .optional(),
      caBundle: z.string().optional(),
    })
    .default({}),
  failurePolicy: worldName.optional(),
  admissionReviewVersions: list,
  rules: z
    .array(
      z.object({
        operations: list,
        apiGroups: list,
        apiVersions: list,
        resources: list,
        scope: worldName.optional(),
      }),
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

const configuration = z.object({
  kind: z.literal('MutatingWebhookConfiguration').optional(),
  metadata: z.object({ name: z.literal(webhookName) }),
  webhooks: z.array(entry).max(maxList).nullish(),
});

/** A MutatingWebhookConfiguration as the rules read it, its CA bundle decoded; undefined if it is none. */
export const parseWebhook = (body: unknown): WebhookConfiguration | undefined => {
  const parsed = configuration.safeParse(body);
  if (!parsed.success) return undefined;
  return { name: parsed.data.metadata.name, webhooks: (parsed.data.webhooks ?? []).map(entryOf) };
};

const entryOf = (item: z.output<typeof entry>): WebhookEntry => {
  const { url, service, caBundle } = item.clientConfig;
  return {
    name: item.name,
    ...(url === undefined ? {} : { url }),
    ...(service === undefined
      ? {}
      : {
          service: {
            namespace: service.namespace,
            name: service.name,
            ...(service.path === undefined ? {} : { path: service.path }),
            ...(service.port === undefined ? {} : { port: service.port }),
            ready: notAskedFor('list endpointslices'),
          },
        }),
    ...(caBundle === undefined ? {} : { caBundle: boundedText(caBundle) }),
    caCertificates: decode(caBundle, `clientConfig.caBundle of ${item.name}`),
    ...(item.failurePolicy === undefined ? {} : { failurePolicy: item.failurePolicy }),
    admissionReviewVersions: item.admissionReviewVersions,
    rules: (item.rules ?? []).map(({ scope, ...rule }) => ({ ...rule, ...(scope === undefined ? {} : { scope }) })),
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

const selectorOf = (item: z.output<typeof selector>): LabelSelector => ({
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
