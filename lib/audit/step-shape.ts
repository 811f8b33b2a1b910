import * as z from 'zod';
import type { Fields } from '../kit/fields.ts';
import {
  type AccessChange,
  type Change,
  type IdentitySet,
  type Step,
  type StepTarget,
  stepTools,
} from '../model/step.ts';

const text = z.string();
const texts = z.array(text);
const optional = z.exactOptional(text);

const identitySet = z.object({
  issuer: text,
  audience: text,
  subjects: texts,
  patterns: texts,
  except: texts,
} satisfies Fields<IdentitySet>);

type ChangeOf<K extends Change['kind']> = Fields<Extract<Change, { readonly kind: K }>>;

const change = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('trust-policy'),
    roleArn: text,
    before: text,
    after: text,
  } satisfies ChangeOf<'trust-policy'>),
  z.object({
    kind: z.literal('thumbprints'),
    providerArn: text,
    before: texts,
    after: texts,
  } satisfies ChangeOf<'thumbprints'>),
  z.object({
    kind: z.enum(['audience-added', 'audience-removed']),
    providerArn: text,
    audience: text,
  } satisfies ChangeOf<'audience-added' | 'audience-removed'>),
  z.object({
    kind: z.literal('provider-created'),
    providerArn: text,
    audiences: texts,
  } satisfies ChangeOf<'provider-created'>),
  z.object({ kind: z.literal('provider-deleted'), providerArn: text } satisfies ChangeOf<'provider-deleted'>),
  z.object({
    kind: z.enum(['annotation', 'label']),
    namespace: text,
    serviceAccount: text,
    key: text,
    before: optional,
    after: optional,
  } satisfies ChangeOf<'annotation' | 'label'>),
  z.object({
    kind: z.literal('service-account-created'),
    namespace: text,
    serviceAccount: text,
    annotations: z.record(text, text),
  } satisfies ChangeOf<'service-account-created'>),
  z.object({
    kind: z.literal('workload-service-account'),
    namespace: text,
    workload: text,
    before: text,
    after: text,
  } satisfies ChangeOf<'workload-service-account'>),
  z.object({ kind: z.literal('pods-restarted'), namespace: text, workload: text } satisfies ChangeOf<'pods-restarted'>),
  z.object({ kind: z.literal('objects'), names: texts } satisfies ChangeOf<'objects'>),
  z.object({ kind: z.literal('addon-created'), clusterArn: text, addon: text } satisfies ChangeOf<'addon-created'>),
  z.object({
    kind: z.literal('addon-role'),
    clusterArn: text,
    addon: text,
    before: text,
    after: text,
  } satisfies ChangeOf<'addon-role'>),
  z.object({
    kind: z.enum(['association-updated', 'association-deleted']),
    clusterArn: text,
    associationId: text,
  } satisfies ChangeOf<'association-updated' | 'association-deleted'>),
  z.object({ kind: z.literal('quota-requested'), code: text, value: z.number() } satisfies ChangeOf<'quota-requested'>),
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
  } satisfies Fields<StepTarget>),
  input: optional,
  onlyIf: z.exactOptional(z.object({ args: texts, prints: text } satisfies Fields<NonNullable<Step['onlyIf']>>)),
  otherwise: z.exactOptional(texts),
  change: z.exactOptional(change),
  access: z.exactOptional(
    z.array(
      z.object({
        roleArn: text,
        gains: z.array(identitySet),
        loses: z.array(identitySet),
        isOpen: z.exactOptional(z.literal(true)),
      } satisfies Fields<AccessChange>),
    ),
  ),
} satisfies Fields<Step>) satisfies z.ZodType<Step>;
