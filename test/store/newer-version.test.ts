import { expect, test } from '@jest/globals';
import { dynamodbFindingStore } from '../../lib/store/dynamodb-finding-store.ts';
import { accountKey, watchedPrefix } from '../../lib/store/keys.ts';
import { memoryTable } from '../faults/table/memory-table.ts';

const accountId = '111122223333';
const at = '2026-11-01T06:00:00.000Z';
const change = {
  accountId,
  runId: 'run-1',
  at,
  transitions: [],
  factChanges: [],
  coverage: [],
  readScopes: [],
  unreadFacts: [],
};
const known = { kind: 'cluster-issuer' as const, subject: 'a-cluster', accountId, value: 'https://issuer.example' };

test('a watched fact of a kind that a newer version wrote is kept and passed over, whether it is told or not', async () => {
  const table = memoryTable(async (_operation, perform) => perform(), 100);
  const store = dynamodbFindingStore({
    client: table.client,
    tableName: 't',
    retention: { resolvedDays: 90, historyDays: 400 },
  });
  await store.apply({ ...change, watched: [known] }, at);
  const key = `${accountKey(accountId)}\u0000${watchedPrefix}of-tomorrow`;
  const item = {
    ...{ pk: accountKey(accountId), sk: `${watchedPrefix}of-tomorrow`, type: 'watched', kind: 'of-tomorrow' },
    ...{ watchedSubject: 'a', accountId, value: 'v', changedAt: at, runId: 'run-0' },
    ...{ unsent: 'yes', worstFirst: `watched#${at}`, unsentSteps: [{ step: 'run-0', at, runId: 'run-0', after: 'v' }] },
  };
  table.put(key, item, 'PutItem');
  expect((await store.load(accountId)).watched).toEqual([known]);
  expect(await store.pending()).toEqual([]);
  expect(table.items.get(key)).toMatchObject({ kind: 'of-tomorrow', unsent: 'yes' });
});
