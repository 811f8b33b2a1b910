/** The table as the stores use it: bounded, paged, with failures under the workflow's names. */

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  BatchWriteCommand,
  DynamoDBDocumentClient,
  QueryCommand,
  type QueryCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { asService } from '../kit/classify-error.ts';
import { TransientError } from '../kit/errors.ts';
import { inParallel } from '../kit/in-parallel.ts';
import { withRetries } from '../kit/retry.ts';
import { given } from '../text.ts';

/** An item as it comes back: nothing is known of it yet. */
export type Item = Readonly<Record<string, unknown>>;

/** The two keys of an item. */
export interface ItemKey {
  readonly pk: string;
  readonly sk: string;
}

/** A table and the client to reach it. */
export interface Table {
  readonly name: string;
  readonly client: DynamoDBDocumentClient;
}

/** Items of one request, by DynamoDB's limits. */
const itemsPerWrite = 25;
const itemsPerRead = 100;
const batchesAtOnce = 4;
/** For what a batch left undone: the table is then at its limit (DynamoDB API reference, `BatchWriteItem`). */
const batchRetries = { attempts: 9, firstWaitMs: 50, maxWaitMs: 5_000 };

/** The table over a client that the caller keeps. */
export const tableOf = (client: DynamoDBClient, name: string): Table => ({
  name,
  client: DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } }),
});

/** A query without the table's name. */
export type TableQuery = Omit<QueryCommandInput, 'TableName'>;

/** One page of a query. */
export const queryPage = async (
  { client, name }: Table,
  query: TableQuery,
): Promise<{ readonly items: readonly Item[]; readonly next?: Item; readonly count: number }> => {
  const answer = await asService(`query the table ${name}`, () =>
    client.send(new QueryCommand({ TableName: name, ...query })),
  );
  return { items: answer.Items ?? [], count: answer.Count ?? 0, ...given({ next: answer.LastEvaluatedKey }) };
};

/** All items of a query, up to `limit`. */
export const queryAll = async (
  table: Table,
  query: TableQuery,
  limit = Number.POSITIVE_INFINITY,
): Promise<readonly Item[]> => {
  const items: Item[] = [];
  let from: Item | undefined;
  do {
    const page = await queryPage(table, { ...query, ...given({ ExclusiveStartKey: from }) });
    items.push(...page.items);
    from = page.next;
  } while (from !== undefined && items.length < limit);
  return items.length > limit ? items.slice(0, limit) : items;
};

/** Writes items whole, in any order, over whatever stands under their keys. */
export const putAll = async ({ client, name }: Table, items: readonly Item[]): Promise<void> => {
  await inParallel(chunks(items, itemsPerWrite), batchesAtOnce, chunk =>
    untilDone<Item>(chunk, async left => {
      const requests = left.map(item => ({ PutRequest: { Item: { ...item } } }));
      const answer = await client.send(new BatchWriteCommand({ RequestItems: { [name]: requests } }));
      return (answer.UnprocessedItems?.[name] ?? []).flatMap(request => request.PutRequest?.Item ?? []);
    }),
  );
};

/** Reads items by key, consistently; those that do not exist are left out. */
export const getAll = async ({ client, name }: Table, keys: readonly ItemKey[]): Promise<readonly Item[]> => {
  const distinct = [...new Map(keys.map(({ pk, sk }) => [JSON.stringify([pk, sk]), { pk, sk }])).values()];
  const found = await inParallel(chunks(distinct, itemsPerRead), batchesAtOnce, async chunk => {
    const items: Item[] = [];
    await untilDone<Item>(
      chunk.map(key => ({ ...key })),
      async left => {
        const Keys = left.map(key => ({ ...key }));
        const answer = await client.send(
          new BatchGetCommand({ RequestItems: { [name]: { Keys, ConsistentRead: true } } }),
        );
        items.push(...(answer.Responses?.[name] ?? []));
        return answer.UnprocessedKeys?.[name]?.Keys ?? [];
      },
    );
    return items;
  });
  return found.flat();
};

const untilDone = async <T>(
  all: readonly T[],
  attempt: (left: readonly T[]) => Promise<readonly T[]>,
): Promise<void> => {
  let left = all;
  const work = async (): Promise<number> => {
    left = await asService('a batch on the table', () => attempt(left));
    return left.length;
  };
  const undone = await withRetries(batchRetries, work, count => (count === 0 ? undefined : {}));
  if (undone > 0) throw new TransientError(`the table left ${undone} items of a batch undone`);
};

const chunks = <T>(items: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));
