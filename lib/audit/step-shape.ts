import * as z from 'zod';
import { type Change, type Step, stepTools } from '../model/step.ts';

const text = z.string();
const texts = z.array(text);
const optional = z.exactOptional(text);

const identitySet = z.object({ issuer: text, audience: text, subjects: texts, patterns: texts, except: texts });

const change = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('trust-policy'), roleArn: text, before: text, after: text }),
  z.object({ kind: z.literal('thumbprints'), providerArn: text, before: texts, after: texts }),
  z.object({ kind: z.enum(['audience-added', 'audience-removed']), providerArn: text, audience: text }),
  z.object({ kind: z.literal('provider-created'), providerArn: text, audiences: texts }),
  z.object({ kind: z.literal('provider-deleted'), providerArn: text }),
  z.object({
    kind: z.enum(['annotation', 'label']),
    namespace: text,
    serviceAccount: text,
    key: text,
    before: optional,
    after: optional,
  }),
  z.object({
    kind: z.literal('service-account-created'),
    namespace: text,
    serviceAccount: text,
    annotations: z.record(text, text),
  }),
  z.object({
    kind: z.literal('workload-service-account'),
    namespace: text,
    workload: text,
    before: text,
    after: text,
  }),
  z.object({ kind: z.literal('pods-restarted'), namespace: text, workload: text }),
  z.object({ kind: z.literal('objects'), names: texts }),
  z.object({ kind: z.literal('addon-created'), clusterArn: text, addon: text }),
  z.object({ kind: z.literal('addon-role'), clusterArn: text, addon: text, before: text, after: text }),
  z.object({ kind: z.enum(['association-updated', 'association-deleted']), clusterArn: text, associationId: text }),
  z.object({ kind: z.literal('quota-requested'), code: text, value: z.number() }),
]) satisfies z.ZodType<Change>;

/** A step of a fix as it is written and read again. */
export const stepShape = z.object({
  tool: z.enum(stepTools),
  args: texts,
  target: z.object({
    accountId: optional,
    region: optional,
    clusterName: optional,
    clusterArn: optional,
    context: optional,
  }),
  input: optional,
  onlyIf: z.exactOptional(z.object({ args: texts, prints: text })),
  otherwise: z.exactOptional(texts),
  change: z.exactOptional(change),
  access: z.exactOptional(
    z.array(
      z.object({
        roleArn: text,
        gains: z.array(identitySet),
        loses: z.array(identitySet),
        isOpen: z.exactOptional(z.literal(true)),
      }),
    ),
  ),
}) satisfies z.ZodType<Step>;
