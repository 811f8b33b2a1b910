import { dynamodbFindingStore } from '../../lib/store/dynamodb-finding-store.ts';
import { findingStoreLaws } from '../support/finding-store-laws.ts';
import { memoryTable } from './table/memory-table.ts';

// The table of the schedules keeps the laws that the store keeps on other people's tables.
findingStoreLaws({
  name: 'the table of the schedules',
  start: async () => undefined,
  empty: async () => {
    const { client } = memoryTable(async (_operation, perform) => perform(), 3);
    return dynamodbFindingStore({ client, tableName: 't', retention: { resolvedDays: 90, historyDays: 400 } });
  },
  stop: async () => undefined,
});
