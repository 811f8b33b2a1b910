import { dynamodbFindingStore } from '../../lib/store/dynamodb-finding-store.ts';
import { memoryFindingStore } from '../../lib/store/memory-finding-store.ts';
import { findingStoreLaws } from '../support/finding-store-laws.ts';
import { type LocalTable, startLocalTable } from '../support/local-table.ts';

findingStoreLaws({
  name: 'memory',
  start: async () => undefined,
  empty: async () => memoryFindingStore(),
  stop: async () => undefined,
});

let table: LocalTable;
findingStoreLaws({
  name: 'a table on dynalite',
  start: async () => {
    table = await startLocalTable();
  },
  empty: async () =>
    dynamodbFindingStore({
      client: table.client,
      tableName: await table.another(),
      retention: { resolvedDays: 90, historyDays: 400 },
    }),
  stop: () => table.stop(),
});
