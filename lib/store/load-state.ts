import * as z from 'zod';
import type { KnownState, NewerItems } from '../history/known-state.ts';
import { DocumentInvalid } from '../kit/errors.ts';
import { type WatchedFact, watchedKinds } from '../rules/evaluate/evaluation.ts';
import { compareText } from '../text.ts';
import { findingFromItem } from './finding-item.ts';
import { isOfNewerVersion } from './item-version.ts';
import { accountKey, findingPrefix, watchedPrefix, watermarkKey } from './keys.ts';
import { type Item, queryAll, type Table } from './table.ts';
import { unsentKeysOf } from './unsent.ts';
import { readItem } from './update.ts';

const watermark = z.object({
  confirmedAt: z.string(),
  readScopes: z.array(z.string()),
  unreadFacts: z.array(z.string()),
  hasLeft: z.exactOptional(z.boolean()),
});

const watched = z.object({
  kind: z.enum(watchedKinds),
  watchedSubject: z.string(),
  accountId: z.string(),
  value: z.string().optional(),
});

/**
 * All that is known of an account. The watermark is read first: a query is no snapshot, its pages may show findings of
 * before a write and the watermark of after it, and a change made from that would pass for one made from the state of
 * now (DynamoDB developer guide, "Amazon DynamoDB Transactions: isolation levels"). Throws `DocumentInvalid` for an
 * item that was tampered with: it is not left out, for then its finding would be opened again. Items of a newer version
 * are named apart.
 */
export const loadState = async (table: Table, accountId: string): Promise<KnownState> => {
  const mark = await readItem(table, { pk: accountKey(accountId), sk: watermarkKey });
  const items = await queryAll(table, {
    KeyConditionExpression: '#pk = :pk',
    ExpressionAttributeNames: { '#pk': 'pk' },
    ExpressionAttributeValues: { ':pk': accountKey(accountId) },
    ConsistentRead: true,
  });
  const under = (prefix: string) => items.filter(item => !isOfNewerVersion(item) && beginsWith(item, prefix));
  const newer = items.filter(isOfNewerVersion);
  const unsentKeys = items.flatMap(item => (isOfNewerVersion(item) ? [] : unsentKeysOf(item)));
  // One that the first run has taken and not yet confirmed says nothing.
  const isUnread = mark?.confirmedAt === undefined || isOfNewerVersion(mark);
  return {
    findings: under(findingPrefix).map(findingFromItem),
    watched: under(watchedPrefix).flatMap(factFromItem),
    ...(isUnread ? noBaseline : { hasBaseline: true, ...parsed(watermark, mark) }),
    ...readAtOf(isUnread ? items : [...items, { changedAt: mark.confirmedAt }]),
    ...(newer.length === 0 ? {} : { newer: newerItems(newer) }),
    ...(unsentKeys.length === 0 ? {} : { unsentKeys }),
  };
};

/** The newest `changedAt` of items: each carries the start of the run that wrote it. */
const readAtOf = (items: readonly Item[]): Pick<KnownState, 'readAt'> => {
  const readAt = items
    .map(({ changedAt }) => textOf(changedAt))
    .sort(compareText)
    .at(-1);
  return readAt === undefined || readAt === '' ? {} : { readAt };
};

const beginsWith = ({ sk }: Item, prefix: string): boolean => String(sk).startsWith(prefix);

/** Keys mean the same in every version; of the rest nothing is certain. */
const newerItems = (items: readonly Item[]): NewerItems => {
  const namesAfter = (prefix: string) =>
    items.filter(item => beginsWith(item, prefix)).map(item => [String(item.sk).slice(prefix.length), item] as const);
  return {
    count: items.length,
    findings: namesAfter(findingPrefix).map(([id, { ruleId, subject, discriminator }]) => ({
      ...{ id, ruleId: textOf(ruleId), subject: textOf(subject), discriminator: textOf(discriminator) },
    })),
    facts: namesAfter(watchedPrefix).map(([key]) => key),
    isWhole: items.some(({ sk }) => sk === watermarkKey),
  };
};

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const noBaseline = { hasBaseline: false, readScopes: [], unreadFacts: [] };

/** None for a fact that is gone and only kept until that is sent. */
const factFromItem = (item: Item): readonly WatchedFact[] => {
  const { kind, watchedSubject: subject, accountId, value } = parsed(watched, item);
  return value === undefined ? [] : [{ kind, subject, accountId, value }];
};

const parsed = <T>(schema: z.ZodType<T>, item: Item): T => {
  const result = schema.safeParse(item);
  if (result.success) return result.data;
  throw new DocumentInvalid(`item ${item.pk} ${item.sk}: ${result.error.issues[0]?.message}`);
};
