import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamodbClient } from '../../lib/store/clients.ts';
import { createTable } from '../../sandbox/create-table.ts';

/** dynalite ships no types: it is an http.Server. */
const dynalite: (options: { readonly createTableMs: number }) => Server = createRequire(import.meta.url)('dynalite');

/** Milliseconds an idle connection stays open: longer than any test is idle, so that no request meets a connection that the
 *  server is closing (ECONNRESET; these clients try once). */
const keepAlive = 120_000;

/** A table on dynalite, on a free port of the loopback. */
export interface LocalTable {
  readonly client: DynamoDBClient;
  readonly endpoint: string;
  readonly tableName: string;
  /** A further, empty table. */
  readonly another: () => Promise<string>;
  readonly stop: () => Promise<void>;
}

/** Starts dynalite with one empty table as `tableDefinition` has it. */
export const startLocalTable = async (): Promise<LocalTable> => {
  const server = dynalite({ createTableMs: 0 });
  server.keepAliveTimeout = keepAlive;
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const endpoint = `http://127.0.0.1:${port}`;
  const client = dynamodbClient({
    region: 'eu-west-1',
    endpoint,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  let count = 0;
  const another = async () => {
    count += 1;
    await createTable(client, `findings-${count}`);
    return `findings-${count}`;
  };
  return {
    ...{ client, endpoint },
    tableName: await another(),
    another,
    stop: async () => {
      client.destroy();
      await new Promise<void>(resolve => server.close(() => resolve()));
    },
  };
};
