/** Reads for people. Each picks the index that answers it; what the index does not know is filtered, so a page may hold
 *  fewer items than were asked for, and still have a next one. */

import * as z from 'zod';
import type { tableDefinition } from '../audit/contract.ts';
import type { KnownNames } from '../audit/known-names.ts';
import type { FindingFilter, Page, Paged, RunRecord } from '../audit/ports.ts';
import { maxSkipped, type SkippedRecord } from '../audit/skipped-run.ts';
import { type FindingStatus, findingStatuses, type KnownFinding, type Transition } from '../history/transition.ts';
import { DocumentInvalid } from '../kit/errors.ts';
import { atLeast, roleNameOf, type Severity, severities } from '../model.ts';
import { compareText, given } from '../text.ts';
import { decodeCursor, encodeCursor, pageOf } from './cursor.ts';
import { findingFromItem } from './finding-item.ts';
import { historyChain, historyFromItem } from './history-item.ts';
import { isOfNewerVersion } from './item-version.ts';
import { accountKey, findingKey, findingPrefix, watchedPrefix } from './keys.ts';
import { knownNamesOf } from './known-names.ts';
import { getAll, type Item, queryAll, queryPage, type Table, type TableQuery } from './table.ts';
import { passes, passesByFolded, statusAndSeverity, worstFirstKey } from './worst-first.ts';

/** Pages of the table that are read for one page of an answer, at most: a filter that lets little through must not
 *  read the whole table in one call. */
const pagesPerAnswer = 25;
/** Steps of one finding's history that are read, at most. */
const maxHistory = 2000;

type IndexName = (typeof tableDefinition)['indexes'][number]['name'];

const onIndex = (index: IndexName, attribute: string, value: string): TableQuery => ({
  IndexName: index,
  KeyConditionExpression: '#key = :key',
  ExpressionAttributeNames: { '#key': attribute },
  ExpressionAttributeValues: { ':key': value },
});

/** A query, and which of its findings are of the answer. */
interface Segment {
  readonly query: TableQuery;
  readonly accept: (filter: FindingFilter, item: KnownFinding) => boolean;
}

/** The queries that answer a filter, in the order of their results. An index knows the names of a finding itself: what is
 *  folded under others is looked for among those that may fold something. */
const segmentsOf = (filter: FindingFilter): readonly Segment[] => {
  const indexed = indexOf(filter);
  const all = byStatus(filter);
  if (indexed === undefined) return all.map(({ query }) => ({ query, accept: passes }));
  const folding = all.filter(({ status }) => status === 'open' || status === 'waived');
  return [
    { query: indexed, accept: (wanted, item) => passes(wanted, item) && !passesByFolded(wanted, item) },
    ...folding.map(({ query }) => ({
      query,
      accept: (wanted: FindingFilter, item: KnownFinding) => passes(wanted, item) && passesByFolded(wanted, item),
    })),
  ];
};

/** The index that has the names of a filter; undefined where it has none. */
const indexOf = (filter: FindingFilter): TableQuery | undefined => {
  if (filter.subject !== undefined) return onIndex('bySubject', 'subject', filter.subject);
  if (filter.clusterName !== undefined) return onIndex('byCluster', 'clusterName', filter.clusterName);
  if (filter.role !== undefined) return onIndex('byRole', 'roleName', roleNameOf(filter.role));
  if (filter.serviceAccount !== undefined)
    return onIndex('byServiceAccount', 'serviceAccountName', filter.serviceAccount);
  return undefined;
};

const byStatus = ({
  status,
  minSeverity = 'info',
}: FindingFilter): readonly { readonly status: FindingStatus; readonly query: TableQuery }[] =>
  findingStatuses
    .filter(each => status === undefined || each === status)
    .flatMap(each =>
      severities.filter(severity => atLeast(severity, minSeverity)).map(severity => [each, severity] as const),
    )
    .map(([each, severity]) => ({
      status: each,
      query: onIndex('byStatusAndSeverity', 'statusAndSeverity', `${each}#${severity}`),
    }));

/** Findings that pass a filter: open before explained before resolved before waived, worst first. Throws `CursorInvalid`. */
export const listFindings = async (table: Table, filter: FindingFilter, page: Page): Promise<Paged<KnownFinding>> =>
  filter.accountId !== undefined && filter.subject === undefined
    ? listAccount(table, filter.accountId, filter, page)
    : listSegments(table, segmentsOf(filter), filter, page);

/** An account's findings lie in one collection, in no useful order: they are read whole and sorted. */
const listAccount = async (
  table: Table,
  accountId: string,
  filter: FindingFilter,
  page: Page,
): Promise<Paged<KnownFinding>> => {
  const items = await queryAll(table, {
    KeyConditionExpression: '#pk = :pk AND begins_with(#sk, :finding)',
    ExpressionAttributeNames: { '#pk': 'pk', '#sk': 'sk' },
    ExpressionAttributeValues: { ':pk': accountKey(accountId), ':finding': findingPrefix },
  });
  const { readable, newer } = byVersion(items);
  const findings = readable
    .map(findingFromItem)
    .filter(item => passes(filter, item))
    .sort((a, b) => compareText(worstFirstKey(a), worstFirstKey(b)));
  return { ...pageOf(findings, page), ...newer };
};

/** Items that this version reads, and how many there are that it does not. */
const byVersion = (
  items: readonly Item[],
): { readonly readable: readonly Item[]; readonly newer: Pick<Paged<unknown>, 'newer'> } => {
  const readable = items.filter(item => !isOfNewerVersion(item));
  const count = items.length - readable.length;
  return { readable, newer: count === 0 ? {} : { newer: count } };
};

const listSegments = async (
  table: Table,
  segments: readonly Segment[],
  filter: FindingFilter,
  page: Page,
): Promise<Paged<KnownFinding>> => {
  const from = page.cursor === undefined ? undefined : decodeCursor(page.cursor);
  const items: KnownFinding[] = [];
  let newer = 0;
  let segment = from?.segment ?? 0;
  let after: Item | undefined = from?.after;
  for (let read = 0; segment < segments.length && items.length < page.limit && read < pagesPerAnswer; read += 1) {
    const { query, accept } = segments[segment] ?? { accept: passes };
    const answer = await queryPage(table, {
      ...query,
      Limit: page.limit - items.length,
      ...given({ ExclusiveStartKey: after }),
    });
    const answered = byVersion(answer.items);
    newer += answered.newer.newer ?? 0;
    items.push(...answered.readable.map(findingFromItem).filter(item => accept(filter, item)));
    after = answer.next;
    if (after === undefined) segment += 1;
  }
  const read = { items, ...(newer === 0 ? {} : { newer }) };
  if (segment >= segments.length) return read;
  return { ...read, cursor: encodeCursor({ segment, ...(after === undefined ? {} : { after: keyText(after) }) }) };
};

/** All keys of the table and its indexes are strings. */
const keyText = (key: Item): Record<string, string> =>
  Object.fromEntries(Object.entries(key).map(([name, value]) => [name, String(value)]));

/** One finding by its id, whatever account it is in. Throws `DocumentInvalid` for one that a newer version wrote. */
export const showFinding = async (table: Table, id: string): Promise<KnownFinding | undefined> => {
  const { items } = await queryPage(table, { ...onIndex('byFindingId', 'findingId', id), Limit: 1 });
  const keys = items.map(item => ({ pk: String(item.pk), sk: String(item.sk) }));
  const [item] = await getAll(table, keys);
  if (item !== undefined && isOfNewerVersion(item))
    throw new DocumentInvalid(`finding ${id} was written by a newer version of irsa-auditor: only that one reads it`);
  return item === undefined ? undefined : findingFromItem(item);
};

/** How one finding came and went, oldest first. */
export const findingHistory = async (table: Table, id: string, page: Page): Promise<Paged<Transition>> => {
  const items = await queryAll(
    table,
    {
      KeyConditionExpression: '#pk = :pk',
      ExpressionAttributeNames: { '#pk': 'pk' },
      ExpressionAttributeValues: { ':pk': findingKey(id) },
      ConsistentRead: true,
      ScanIndexForward: false,
    },
    maxHistory,
  );
  const { readable, newer } = byVersion(items);
  return { ...pageOf(historyChain(readable.map(historyFromItem), await showFinding(table, id)), page), ...newer };
};

/** Counts open findings by severity. Reads the index, which may be a moment behind. */
export const countOpenFindings = async (table: Table): Promise<Readonly<Record<Severity, number>>> => {
  const counts = { critical: 0, high: 0, medium: 0, low: 0, info: 0 } satisfies Record<Severity, number>;
  await Promise.all(
    severities.map(async severity => {
      const query = onIndex('byStatusAndSeverity', 'statusAndSeverity', statusAndSeverity('open', severity));
      let after: Item | undefined;
      do {
        const from = after === undefined ? {} : { ExclusiveStartKey: after };
        const page = await queryPage(table, { ...query, Select: 'COUNT', ...from });
        counts[severity] += page.count;
        after = page.next;
      } while (after !== undefined);
    }),
  );
  return counts;
};

/** The names in the table. Reads all findings and the watched facts of their accounts: for a question that got no answer. */
export const knownNames = async (table: Table): Promise<KnownNames> => {
  const items = await Promise.all(segmentsOf({}).map(({ query }) => queryAll(table, query)));
  const { readable } = byVersion(items.flat());
  const findings = readable.map(item => findingFromItem(item).finding);
  const accounts = [...new Set(findings.map(({ accountId }) => accountId))];
  const watched = await Promise.all(
    accounts.map(async accountId => {
      const facts = await queryAll(table, {
        KeyConditionExpression: '#pk = :pk AND begins_with(#sk, :watched)',
        ExpressionAttributeNames: { '#pk': 'pk', '#sk': 'sk' },
        ExpressionAttributeValues: { ':pk': accountKey(accountId), ':watched': watchedPrefix },
      });
      return byVersion(facts).readable.map(fact => ({ accountId, subject: String(fact.watchedSubject) }));
    }),
  );
  return knownNamesOf(findings, watched.flat());
};

/** The partition of all runs. */
export const runsKey = 'runs';

const isRun = z.looseObject({ runId: z.string(), startedAt: z.string(), endedAt: z.string(), accounts: z.int() });
const runSchema = z.object({ record: z.custom<RunRecord>(value => isRun.safeParse(value).success) });

/** Runs, newest first. */
export const listRuns = async (table: Table, page: Page): Promise<Paged<RunRecord>> => {
  const after = page.cursor === undefined ? undefined : decodeCursor(page.cursor).after;
  const answer = await queryPage(table, {
    KeyConditionExpression: '#pk = :pk',
    ExpressionAttributeNames: { '#pk': 'pk' },
    ExpressionAttributeValues: { ':pk': runsKey },
    ScanIndexForward: false,
    Limit: page.limit,
    ...given({ ExclusiveStartKey: after }),
  });
  const { readable, newer } = byVersion(answer.items);
  const items = readable.map(item => {
    const parsed = runSchema.safeParse(item);
    if (!parsed.success) throw new DocumentInvalid(`item ${item.pk} ${item.sk} is not a record of a run`);
    return parsed.data.record;
  });
  const cursor = answer.next === undefined ? {} : { cursor: encodeCursor({ after: keyText(answer.next) }) };
  return { items, ...newer, ...cursor };
};

/** The partition of all skipped runs. */
export const skippedKey = 'skipped-runs';

const skippedSchema = z.object({ runId: z.string(), startedAt: z.string(), skippedFor: z.string() });

/** Skipped runs that began after an instant, newest first. Throws `DocumentInvalid`. */
export const listSkipped = async (table: Table, after: string): Promise<readonly SkippedRecord[]> => {
  const items = await queryAll(
    table,
    {
      // A key is never empty; `0` sorts before each year.
      KeyConditionExpression: '#pk = :pk AND #sk > :after',
      ExpressionAttributeNames: { '#pk': 'pk', '#sk': 'sk' },
      ExpressionAttributeValues: { ':pk': skippedKey, ':after': after === '' ? '0' : after },
      ScanIndexForward: false,
    },
    maxSkipped,
  );
  return byVersion(items)
    .readable.map(item => {
      const parsed = skippedSchema.safeParse(item);
      if (!parsed.success) throw new DocumentInvalid(`item ${item.pk} ${item.sk} is not the record of a skipped run`);
      return parsed.data;
    })
    .filter(({ startedAt }) => startedAt > after);
};
