/**
 * A known finding as an item of the table and back. The fields that a person filters on stand at the top, with plain
 * names and readable values, so that a PartiQL query typed in the console works.
 */
import * as z from 'zod';
import { findingShape } from '../audit/finding-shape.ts';
import { findingStatuses, type KnownFinding } from '../history/transition.ts';
import { DocumentInvalid } from '../kit/errors.ts';
import { type Finding, type Missed, roleNameOf, sectionIds, severities } from '../model.ts';
import { stampOf } from './item-version.ts';
import { accountKey, findingKey } from './keys.ts';
import type { Item } from './table.ts';
import { statusAndSeverity, worstFirstKey } from './worst-first.ts';

const text = z.string();
const optional = z.exactOptional(text);

/** The id is the item's `findingId`, which an index has as its key. */
const findingPart = findingShape.omit({ id: true });

/** The compiler compares it with the model. */
const missedShape = z.object({
  accountId: text,
  region: optional,
  clusterArn: optional,
  roleArn: optional,
  providerArn: optional,
  issuer: optional,
  section: z.enum(sectionIds),
  part: optional,
  unasked: z.exactOptional(z.literal(true)),
} satisfies { readonly [K in keyof Missed]-?: z.ZodType });

const statePart = z.object({
  findingId: text,
  status: z.enum(findingStatuses),
  version: z.int().min(1),
  firstSeenAt: text,
  changedAt: text,
  resolvedAt: optional,
  explainedBy: optional,
  resolution: optional,
  unconfirmedSince: optional,
  unconfirmedBecause: optional,
  judgedWithout: z.exactOptional(z.array(missedShape)),
  openAs: z.exactOptional(
    z.object({
      severity: z.enum(severities),
      owners: z.array(text),
      elsewhere: z.exactOptional(z.array(z.object({ clusterName: optional, namespace: optional, owner: optional }))),
    }),
  ),
  runId: text,
});

/** The fields of a finding's item, beside keys of indexes and the unsent transitions. A value that is new in it is a
 *  reason to raise `itemVersions`: earlier programs refuse it. */
export const findingItemShape = z.object({ ...findingPart.shape, ...statePart.shape });

/** Every attribute of a finding's item that may be absent: an update removes those that are. */
export const optionalAttributes: readonly string[] = Object.entries(findingItemShape.shape)
  .filter(([, schema]) => schema instanceof z.ZodExactOptional)
  .map(([name]) => name)
  .concat('roleName', 'serviceAccountName');

/** A finding's own attributes, for its item and for the entries of its history. */
export const findingAttributes = ({ finding, ...state }: KnownFinding): Item => {
  const { id, ...rest } = finding;
  return { findingId: id, ...rest, ...state };
};

/** Keys of indexes: never empty and never longer than a name can be, whatever an annotation or a policy says. DynamoDB
 *  refuses an item with an empty or longer key, and with it the account's run. */
const indexNames = ({ roleArn = '', serviceAccount = '' }: Finding) => ({
  roleName: roleNameOf(roleArn).slice(0, 64) || undefined,
  serviceAccountName: serviceAccount.slice(0, 253) || undefined,
});

/** The whole item without what is unsent and without its expiry. */
export const findingItem = (known: KnownFinding): Item => ({
  pk: accountKey(known.finding.accountId),
  sk: findingKey(known.finding.id),
  ...stampOf('finding'),
  ...findingAttributes(known),
  statusAndSeverity: statusAndSeverity(known.status, known.finding.severity),
  worstFirst: worstFirstKey(known),
  ...indexNames(known.finding),
});

/** Reads a finding back. Throws `DocumentInvalid`: an item that was tampered with is not guessed at. */
export const findingFromItem = (item: Item): KnownFinding => {
  const finding = findingPart.safeParse(item);
  const state = statePart.safeParse(item);
  if (!finding.success || !state.success) {
    const issue = finding.error?.issues[0] ?? state.error?.issues[0];
    throw new DocumentInvalid(`item ${item.pk} ${item.sk}: ${issue?.path.join('.')}: ${issue?.message}`);
  }
  const { findingId, ...rest } = state.data;
  return { finding: { id: findingId, ...finding.data }, ...rest };
};
