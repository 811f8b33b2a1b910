/**
 * The statements of README.md and docs/queries.md on two implementations of PartiQL, of which the project wrote one: the sandbox's executor
 * and moto. moto does not know `"table"."index"`: there the table is asked, whose items with the keys of the index are those of the index.
 */
import { readFileSync } from 'node:fs';
import { BatchWriteItemCommand, type DynamoDBClient, ExecuteStatementCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { dynamodbClient } from '../../../lib/store/clients.ts';
import { dynamodbFindingStore } from '../../../lib/store/dynamodb-finding-store.ts';
import { createTable } from '../../../sandbox/create-table.ts';
import { partiqlAnswer } from '../../../sandbox/door/partiql.ts';
import { aFinding, anEvaluation, aRoleFinding, rolePrefix } from '../../support/drift-builders.ts';
import { aRecord, write } from '../../support/finding-store-laws.ts';
import { type LocalTable, startLocalTable } from '../../support/local-table.ts';
import { type Moto, startMoto } from '../../support/moto.ts';

const table = 'irsa-auditor-findings';
const statementsOf = (path: string): readonly string[] =>
  [...readFileSync(path, 'utf8').matchAll(/```sql\n([\s\S]+?)\n```/g)].map(([, block = '']) => block);
const documented = [...new Set([...statementsOf('README.md'), ...statementsOf('docs/queries.md')])].map(text =>
  text.replace(/finding#[0-9a-f]{32}/, `finding#${aFinding().id}`).replace('store-orders', 'checkout-cart'),
);

let moto: Moto;
let theirs: DynamoDBClient;
let local: LocalTable;

const fill = async (client: DynamoDBClient): Promise<void> => {
  await createTable(client, table);
  const store = dynamodbFindingStore({ client, tableName: table, retention: { resolvedDays: 90, historyDays: 400 } });
  const named = { namespace: 'orders', serviceAccount: 'orders' };
  const findings = [aFinding(named), aRoleFinding('other', { clusterName: 'bank', severity: 'low' })];
  await write(store, anEvaluation({ findings }), 1);
  await store.recordRun(aRecord(1));
  await write(
    store,
    anEvaluation({ findings: [aFinding(named)], subjects: [aFinding().subject, `${rolePrefix}other`] }),
    2,
  );
};

beforeAll(async () => {
  moto = await startMoto();
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  theirs = dynamodbClient({ region: 'eu-west-1', endpoint: moto.url, credentials });
  local = await startLocalTable();
  for (const client of [theirs, local.client]) await fill(client);
}, 60_000);
afterAll(async () => {
  theirs.destroy();
  await Promise.all([moto.stop(), local.stop()]);
});

const asked = async (statement: string) => {
  const endpoint = local.endpoint;
  const call = {
    service: 'dynamodb',
    operation: 'ExecuteStatement',
    region: 'eu-west-1',
    input: { Statement: statement },
  };
  const answer = await partiqlAnswer({ call }, endpoint);
  if (answer === undefined) throw new Error('the executor takes no statement');
  const document = JSON.parse(answer.body.toString());
  return { status: answer.status, items: document.Items, code: document.__type };
};
const plain = (items: readonly Parameters<typeof unmarshall>[0][]) =>
  items.map(item => JSON.stringify(Object.entries(unmarshall(item)).sort())).sort();

test('README.md has five statements, which are of docs/queries.md', () => {
  expect(statementsOf('README.md')).toHaveLength(5);
  expect(statementsOf('docs/queries.md')).toEqual(expect.arrayContaining([...statementsOf('README.md')]));
  expect(documented.length).toBeGreaterThan(9);
});

describe.each(documented)('%s', statement => {
  test('answers something, and the same on both', async () => {
    const own = await asked(statement);
    expect(own.status).toBe(200);
    const { Items = [] } = await theirs.send(
      new ExecuteStatementCommand({ Statement: statement.replace(/(FROM "[^"]+")\."\w+"/, '$1') }),
    );
    expect(own.items.length).toBeGreaterThan(0);
    // moto takes begins_with and answers items of every beginning.
    const isOfBoth = statement.includes('begins_with')
      ? expect.arrayContaining([...plain(own.items)])
      : plain(own.items);
    expect(plain(Items)).toEqual(isOfBoth);
    const columns = /SELECT (.+?) FROM/.exec(statement)?.[1]?.split(', ') ?? [];
    // A finding about a role has no service account.
    for (const column of columns.filter(name => !['*', 'namespace', 'serviceAccount'].includes(name)))
      expect(own.items[0]).toHaveProperty(column);
  });
});

describe('the executor', () => {
  test.each([
    ['a reserved word without quotes', `SELECT status FROM "${table}"`, 'ValidationException'],
    ['a reserved word in a condition', `SELECT pk FROM "${table}" WHERE status = 'open'`, 'ValidationException'],
    ['a table that there is not', 'SELECT pk FROM "none"', 'ResourceNotFoundException'],
    ['an index that there is not', `SELECT pk FROM "${table}"."none" WHERE pk = 'a'`, 'ValidationException'],
    ['an operator that it does not know', `SELECT pk FROM "${table}" WHERE pk > 'a'`, 'ValidationException'],
    ['a table without quotes', 'SELECT pk FROM irsa WHERE a = b', 'ValidationException'],
    ['another verb', `DELETE FROM "${table}" WHERE pk = 'a'`, 'ValidationException'],
  ])('refuses %s', async (_title, statement, code) => {
    expect(await asked(statement)).toEqual({ status: 400, items: undefined, code });
  });

  test('answers all columns, both conditions, and more items than one page of the table has', async () => {
    const text = 'x'.repeat(40_000);
    for (let start = 0; start < 60; start += 20)
      await local.client.send(
        new BatchWriteItemCommand({
          RequestItems: {
            [table]: Array.from({ length: 20 }, (_, at) => ({
              PutRequest: { Item: { pk: { S: 'many' }, sk: { S: `row#${start + at}` }, text: { S: text } } },
            })),
          },
        }),
      );
    expect((await asked(`SELECT sk FROM "${table}" WHERE pk = 'many'`)).items).toHaveLength(60);
    expect(
      (await asked(`SELECT sk FROM "${table}" WHERE pk = 'many' AND begins_with("sk", 'row#1')`)).items,
    ).toHaveLength(11);
    expect((await asked(`SELECT * FROM "${table}" WHERE pk = 'many' AND sk = 'row#7'`)).items).toEqual([
      { pk: { S: 'many' }, sk: { S: 'row#7' }, text: { S: text } },
    ]);
  });
});
