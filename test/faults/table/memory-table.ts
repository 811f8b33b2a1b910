/**
 * DynamoDB in memory, behind the SDK's own client: the operations that the store uses, their limits and conditions.
 * Indexes may lag behind, batches may come back with something undone, pages are short. A hook decides what becomes of
 * each call.
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { invalid, itemOf, type PlainItem, TableError } from './item.ts';
import { operationsOf } from './operations.ts';

/** One write, in the order in which they happened. */
export interface Write {
  readonly operation: string;
  /** Partition and sort key, parted by NUL. */
  readonly key: string;
  readonly after: PlainItem | undefined;
}

/** Makes an error as the SDK throws it. */
export type SdkError = (code: string, status?: number, message?: string) => Error;

/** Decides what becomes of a call: `perform` does it, as often as it is called. */
export type Hook = (operation: string, perform: () => unknown, error: SdkError, input: unknown) => Promise<unknown>;

/** The parts that a schedule may change while the table is in use. */
export interface TableWeather {
  /** Whether the indexes see the next write late. */
  lag: () => boolean;
  /** Whether the next item of a batch is left undone. */
  undone: () => boolean;
  pageSize: number;
}

export interface MemoryTable {
  readonly client: DynamoDBClient;
  readonly items: ReadonlyMap<string, PlainItem>;
  readonly writes: readonly Write[];
  readonly weather: TableWeather;
  /** Writes an item, or takes it away, as time to live does. */
  readonly put: (key: string, item: PlainItem | undefined, operation: string) => void;
  /** Lets the indexes catch up. */
  readonly flush: () => void;
  /** Writes that the indexes do not show yet. */
  readonly lagging: () => number;
}

/** DynamoDB's limit, and how much longer our JSON of an item is. */
const maxItem = 409_600 * 1.15;

/** The items and their indexed image, which may be older. */
export interface Storage {
  readonly items: Map<string, PlainItem>;
  readonly indexed: Map<string, PlainItem>;
  readonly put: MemoryTable['put'];
  readonly weather: TableWeather;
}

/** An empty table. */
export const memoryTable = (hook: Hook, pageSize: number): MemoryTable => {
  const items = new Map<string, PlainItem>();
  const indexed = new Map<string, PlainItem>();
  const writes: Write[] = [];
  const late: { readonly key: string; readonly item: PlainItem | undefined }[] = [];
  const weather: TableWeather = { lag: () => false, undone: () => false, pageSize };
  const index = (key: string, item: PlainItem | undefined): void => {
    if (item === undefined) indexed.delete(key);
    else indexed.set(key, item);
  };
  const put = (key: string, written: PlainItem | undefined, operation: string): void => {
    const text = written === undefined ? undefined : JSON.stringify(written);
    if (text !== undefined && Buffer.byteLength(text) > maxItem)
      throw new TableError('ValidationException', 'Item size has exceeded the maximum allowed size');
    const item = text === undefined ? undefined : itemOf(text);
    if (item === undefined) items.delete(key);
    else items.set(key, item);
    writes.push({ operation, key, after: item });
    if (weather.lag() || late.some(each => each.key === key)) late.push({ key, item });
    else index(key, item);
  };
  return {
    client: clientOf(hook, operationsOf({ items, indexed, put, weather })),
    items,
    writes,
    weather,
    put,
    flush: () => {
      for (const each of late.splice(0)) index(each.key, each.item);
    },
    lagging: () => late.length,
  };
};

const sdkError: SdkError = (code, status = 400, message = code) =>
  Object.assign(new Error(message), {
    name: code,
    $fault: status >= 500 ? 'server' : 'client',
    $metadata: { httpStatusCode: status },
  });

/** The SDK's client, cut off before values get their types: no HTTP, and no repeats of the SDK's own. */
const clientOf = (hook: Hook, operations: ReturnType<typeof operationsOf>): DynamoDBClient => {
  const client = new DynamoDBClient({
    region: 'eu-west-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'y' },
    maxAttempts: 1,
    endpoint: 'http://table.invalid',
  });
  client.middlewareStack.add(
    (_next, context) => async args => {
      const operation = String(context.commandName)
        .replace(/Command$/, '')
        .replace(/^BatchGet$/, 'BatchGetItem');
      const perform = () => {
        try {
          const run = operations[operation] ?? invalid(`no operation ${operation}`);
          return { output: { ...run(args.input as never), $metadata: { httpStatusCode: 200 } }, response: {} };
        } catch (error) {
          throw error instanceof TableError ? sdkError(error.code, error.status, error.message) : error;
        }
      };
      return (await hook(operation, perform, sdkError, args.input)) as never;
    },
    { step: 'serialize', priority: 'high', name: 'memoryTable' },
  );
  return client;
};
