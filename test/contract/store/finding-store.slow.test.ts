/** The store on moto, someone else's DynamoDB: the same laws as on dynalite. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamodbClient } from '../../../lib/store/clients.ts';
import { dynamodbFindingStore } from '../../../lib/store/dynamodb-finding-store.ts';
import { createTable } from '../../../sandbox/create-table.ts';
import { findingStoreLaws, type Store } from '../../support/finding-store-laws.ts';
import { type Moto, startMoto } from '../../support/moto.ts';

let moto: Moto;
let client: DynamoDBClient;
let tables = 0;

const start = async (): Promise<void> => {
  moto = await startMoto();
  client = dynamodbClient({
    region: 'eu-west-1',
    endpoint: moto.url,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
};
const stop = async (): Promise<void> => {
  client.destroy();
  await moto.stop();
};
const storeIn = async (tableName: string): Promise<Store> => {
  await createTable(client, tableName);
  return dynamodbFindingStore({ client, tableName, retention: { resolvedDays: 90, historyDays: 400 } });
};

findingStoreLaws({
  name: 'a table on moto',
  start,
  empty: () => {
    tables += 1;
    return storeIn(`findings-${tables}`);
  },
  stop,
});
