import * as z from 'zod';
import {
  audienceKey,
  isNearMissKey,
  isOwnerKey,
  type Namespace,
  podSecurityLabel,
  regionalEndpointsKey,
  roleArnKey,
  type ServiceAccount,
  skipContainersKey,
  skipWebhookLabel,
  tokenExpirationKey,
} from '../../model.ts';
import { given } from '../../text.ts';
import { boundedEntries, maxKey, namespaceName, objectName, worldName } from '../world-text.ts';
import type { Take } from './list-pages.ts';
import type { ConditionJudge } from './match-conditions.ts';
import { boundedManager } from './object-manager.ts';

const texts = z.record(z.string(), z.string());

const managedFields = z.array(
  z.object({
    manager: z.string().optional(),
    time: worldName.optional(),
    fieldsV1: z
      .object({ 'f:metadata': z.object({ 'f:annotations': z.record(z.string(), z.unknown()).optional() }).optional() })
      .optional(),
  }),
);

const accountItem = z.object({
  metadata: z.object({
    name: objectName,
    namespace: namespaceName,
    creationTimestamp: worldName.optional(),
    annotations: texts.nullish(),
    labels: texts.nullish(),
    managedFields: managedFields.nullish().catch(undefined),
  }),
});

/** The annotation keys of a service account that bear on IRSA; all others are dropped unread. */
const isIrsaKey = (key: string): boolean => key.startsWith('eks.amazonaws.com/') || isNearMissKey(key);

/** Annotations and labels of one object that are kept, beside those that the webhook reads: a person reads a few. */
const maxEntries = 50;
const keysOfWebhook: ReadonlySet<string> = new Set([
  ...[roleArnKey, audienceKey, tokenExpirationKey, regionalEndpointsKey, skipContainersKey, skipWebhookLabel],
]);

/** The entries whose keys are wanted, those that the webhook reads first: nothing that stands beside them pushes them out. */
export const only = (
  map: Readonly<Record<string, string>> | null | undefined,
  wanted: (key: string) => boolean,
): Readonly<Record<string, string>> => {
  const isRead = (key: string): number => (keysOfWebhook.has(key) ? 0 : 1);
  const entries = Object.entries(map ?? {}).filter(([key]) => key.length <= maxKey && wanted(key));
  return boundedEntries(
    entries.sort(([a], [b]) => isRead(a) - isRead(b)),
    maxEntries,
  );
};

/** Keeps of a ServiceAccount, or of its PartialObjectMetadata, what bears on IRSA. Never its secrets. */
export const takeServiceAccount: Take<ServiceAccount> = item => {
  const parsed = accountItem.safeParse(item);
  if (!parsed.success) return { bad: 'an item is not a service account' };
  const { name, namespace, creationTimestamp, annotations, labels, managedFields: fields } = parsed.data.metadata;
  const annotatedAt = writtenBefore(fields ?? []);
  const managedBy = boundedManager({
    annotations: annotations ?? {},
    labels: labels ?? {},
    writers: (fields ?? []).map(({ manager = '' }) => manager),
  });
  return {
    keep: {
      namespace,
      name,
      annotations: only(annotations, isIrsaKey),
      labels: only(labels, key => key === roleArnKey || isNearMissKey(key)),
      ...given({ createdAt: creationTimestamp, annotatedAt, managedBy }),
    },
  };
};

/**
 * The instant at or before which the present value of the role annotation was written: every manager that owns the field
 * agrees with its value, and an entry's time moves on with each change of any field that its manager owns (Kubernetes,
 * "Server-Side Apply", managedFields). So the earliest owner bounds it from above.
 */
const writtenBefore = (entries: z.output<typeof managedFields>): string | undefined =>
  entries
    .flatMap(({ time, fieldsV1 }) =>
      time !== undefined && fieldsV1?.['f:metadata']?.['f:annotations']?.[`f:${roleArnKey}`] !== undefined
        ? [time]
        : [],
    )
    .sort()[0];

const namespaceItem = z.object({
  metadata: z.object({ name: namespaceName, labels: texts.nullish(), deletionTimestamp: z.string().nullish() }),
});

/** Its name as a label, and how far its pods are restricted (Kubernetes, "Pod Security Admission"). */
const keptLabels: ReadonlySet<string> = new Set(['kubernetes.io/metadata.name', podSecurityLabel]);

/** Keeps of a Namespace its name, the labels that the webhook's selector mentions, and its owner's. `judge` tells what the
 *  webhook's conditions make of any pod in it. */
export const takeNamespace =
  (labelKeys: ReadonlySet<string>, judge?: ConditionJudge): Take<Namespace> =>
  item => {
    const parsed = namespaceItem.safeParse(item);
    if (!parsed.success) return { bad: 'an item is not a namespace' };
    const { name, labels, deletionTimestamp } = parsed.data.metadata;
    const conditions = judge?.({ namespace: name });
    return {
      keep: {
        name,
        ...(conditions && { conditions }),
        labels: only(labels, key => labelKeys.has(key) || isOwnerKey(key) || keptLabels.has(key)),
        terminating: typeof deletionTimestamp === 'string',
      },
    };
  };
