/** The operations of DynamoDB that the store uses, on plain values. */
import type {
  BatchGetCommandInput,
  BatchWriteCommandInput,
  DeleteCommandInput,
  GetCommandInput,
  QueryCommandInput,
  UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { tableDefinition } from '../../../lib/audit/contract.ts';
import { conditionOf, type Placeholders, updated } from './expression.ts';
import { invalid, keyOf, type PlainItem, TableError } from './item.ts';
import type { Storage } from './memory-table.ts';

/** The common fields of every expression's operation. */
interface Conditional {
  readonly ConditionExpression?: string | undefined;
  readonly UpdateExpression?: string | undefined;
  readonly ExpressionAttributeNames?: Record<string, string> | undefined;
  readonly ExpressionAttributeValues?: Record<string, unknown> | undefined;
}

const placeholdersOf = (input: Conditional): Placeholders => {
  const names = input.ExpressionAttributeNames ?? {};
  const values = Object.fromEntries(
    Object.entries(input.ExpressionAttributeValues ?? {}).filter(([, value]) => value !== undefined),
  );
  return { names, values };
};

const placeholdersIn = new Map<string, ReadonlySet<string>>();

/** DynamoDB refuses names and values that no expression uses. */
const refuseUnused = (input: Conditional): void => {
  const text = `${input.UpdateExpression} ${input.ConditionExpression}`;
  const used = placeholdersIn.get(text) ?? new Set(text.match(/[#:]\w+/g));
  placeholdersIn.set(text, used);
  for (const names of [input.ExpressionAttributeNames, input.ExpressionAttributeValues])
    for (const name in names) if (!used.has(name)) invalid(`${name} is unused`);
};

const check = (input: Conditional, item: PlainItem | undefined): void => {
  if (input.ConditionExpression === undefined) return;
  if (!conditionOf(input.ConditionExpression, placeholdersOf(input))(item))
    throw new TableError('ConditionalCheckFailedException', 'The conditional request failed');
};

const get = ({ items }: Storage, { Key }: GetCommandInput) => ({ Item: items.get(keyOf(Key ?? {})) });

const update = ({ items, put }: Storage, input: UpdateCommandInput) => {
  refuseUnused(input);
  const key = keyOf(input.Key ?? {});
  const item = items.get(key);
  check(input, item);
  put(key, updated(input.UpdateExpression ?? '', placeholdersOf(input), item ?? input.Key ?? {}), 'UpdateItem');
  return {};
};

const remove = ({ items, put }: Storage, input: DeleteCommandInput) => {
  refuseUnused(input);
  const key = keyOf(input.Key ?? {});
  check(input, items.get(key));
  if (items.has(key)) put(key, undefined, 'DeleteItem');
  return {};
};

const refuseTwins = (keys: readonly string[], most: number): void => {
  if (keys.length > most) invalid('Too many items');
  if (new Set(keys).size < keys.length) invalid('Provided list of item keys contains duplicates');
};

const batchWrite = ({ put, weather }: Storage, { RequestItems }: BatchWriteCommandInput) => {
  const [[table, requests] = invalid('no table')] = Object.entries(RequestItems ?? {});
  const puts = requests.map(request => request.PutRequest?.Item ?? invalid('only puts are known'));
  refuseTwins(puts.map(keyOf), 25);
  const left = puts.filter(item => {
    if (weather.undone()) return true;
    put(keyOf(item), item, 'Put');
    return false;
  });
  return { UnprocessedItems: left.length === 0 ? {} : { [table]: left.map(Item => ({ PutRequest: { Item } })) } };
};

const batchGet = ({ items, weather }: Storage, { RequestItems }: BatchGetCommandInput) => {
  const [[table, { Keys = [] }] = invalid('no table')] = Object.entries(RequestItems ?? {});
  refuseTwins(Keys.map(keyOf), 100);
  const found: PlainItem[] = [];
  const left = Keys.filter(key => {
    if (weather.undone()) return true;
    const item = items.get(keyOf(key));
    if (item !== undefined) found.push(item);
    return false;
  });
  const UnprocessedKeys = left.length === 0 ? {} : { [table]: { Keys: left, ConsistentRead: true } };
  return { Responses: { [table]: found }, UnprocessedKeys };
};

interface Row {
  readonly key: string;
  readonly item: PlainItem;
  readonly sort: string;
}

const isBefore = (a: Pick<Row, 'key' | 'sort'>, b: Pick<Row, 'key' | 'sort'>): boolean =>
  a.sort < b.sort || (a.sort === b.sort && a.key < b.key);

const indexOf = (name: string | undefined) =>
  name === undefined
    ? undefined
    : (tableDefinition.indexes.find(index => index.name === name) ?? invalid(`no index ${name}`));

/** The rows that a key condition selects, in their order. */
const rowsOf = (storage: Storage, input: QueryCommandInput): readonly Row[] => {
  const index = indexOf(input.IndexName);
  if (index !== undefined && input.ConsistentRead)
    invalid('Consistent reads are not supported on global secondary indexes');
  const [partition, sort] = index === undefined ? ['pk', 'sk'] : [index.partitionKey, index.sortKey];
  const isSelected = conditionOf(input.KeyConditionExpression ?? '', placeholdersOf(input));
  const rows: Row[] = [];
  for (const [key, item] of index === undefined ? storage.items : storage.indexed)
    if (item[partition] !== undefined && item[sort] !== undefined && isSelected(item))
      rows.push({ key, item, sort: String(item[sort]) });
  rows.sort((a, b) => (isBefore(a, b) ? -1 : 1));
  return input.ScanIndexForward === false ? rows.reverse() : rows;
};

/** The rows after a start key, which may be gone by now. */
const after = (rows: readonly Row[], input: QueryCommandInput): readonly Row[] => {
  const start = input.ExclusiveStartKey;
  if (start === undefined) return rows;
  const from = { key: keyOf(start), sort: String(start[indexOf(input.IndexName)?.sortKey ?? 'sk']) };
  const at = rows.findIndex(({ key }) => key === from.key);
  if (at >= 0) return rows.slice(at + 1);
  return rows.filter(row => (input.ScanIndexForward === false ? isBefore(row, from) : isBefore(from, row)));
};

const query = (storage: Storage, input: QueryCommandInput) => {
  const index = indexOf(input.IndexName);
  const rows = after(rowsOf(storage, input), input);
  const page = rows.slice(0, Math.min(input.Limit ?? Number.POSITIVE_INFINITY, storage.weather.pageSize));
  const hasMore = rows.length > page.length || (page.length > 0 && page.length === input.Limit);
  const names = ['pk', 'sk', ...(index === undefined ? [] : [index.partitionKey, index.sortKey])];
  const part = (item: PlainItem) => Object.fromEntries(names.map(name => [name, item[name]]));
  const last = page.at(-1)?.item;
  const shown = (item: PlainItem) => (index === undefined || index.projection === 'ALL' ? item : part(item));
  return {
    Count: page.length,
    ScannedCount: page.length,
    ...(input.Select === 'COUNT' ? {} : { Items: page.map(({ item }) => shown(item)) }),
    ...(hasMore && last !== undefined ? { LastEvaluatedKey: part(last) } : {}),
  };
};

/** The operations over a storage, by DynamoDB's names. */
export const operationsOf = (storage: Storage): Readonly<Record<string, (input: never) => object>> => ({
  GetItem: (input: GetCommandInput) => get(storage, input),
  UpdateItem: (input: UpdateCommandInput) => update(storage, input),
  DeleteItem: (input: DeleteCommandInput) => remove(storage, input),
  BatchWriteItem: (input: BatchWriteCommandInput) => batchWrite(storage, input),
  BatchGetItem: (input: BatchGetCommandInput) => batchGet(storage, input),
  Query: (input: QueryCommandInput) => query(storage, input),
});
