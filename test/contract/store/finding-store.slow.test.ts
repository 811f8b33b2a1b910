/** The store on moto, someone else's DynamoDB: the same laws as on dynalite, and the PartiQL of docs/queries.md. */
import { readFileSync } from 'node:fs';
import { type DynamoDBClient, ExecuteStatementCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { tableDefinition } from '../../../lib/audit/contract.ts';
import { dynamodbClient } from '../../../lib/store/clients.ts';
import { dynamodbFindingStore } from '../../../lib/store/dynamodb-finding-store.ts';
import { createTable } from '../../../sandbox/create-table.ts';
import { aFinding, anEvaluation, aRoleFinding, rolePrefix } from '../../support/drift-builders.ts';
import { aRecord, findingStoreLaws, type Store, write } from '../../support/finding-store-laws.ts';
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

describe('docs/queries.md', () => {
  const documented = readFileSync('docs/queries.md', 'utf8');
  const statements = [...documented.matchAll(/## (.+)\n[^`]*?(?:`[^`]+`[^`]*?)*```sql\n([\s\S]+?)```/g)].map(
    ([, title, statement]) => [title ?? '', (statement ?? '').replaceAll('\n', ' ').trim()] as const,
  );
  beforeAll(async () => {
    await start();
    const store = await storeIn('irsa-auditor-findings');
    const subject = aFinding().subject;
    const named = { namespace: 'checkout', serviceAccount: 'cart' };
    const findings = [aFinding(named), aRoleFinding('other', { clusterName: 'bank', severity: 'low' })];
    await write(store, anEvaluation({ findings }), 1);
    await store.recordRun(aRecord(1));
    await write(store, anEvaluation({ findings: [aFinding(named)], subjects: [subject, `${rolePrefix}other`] }), 2);
  });
  afterAll(stop);

  test('has at least five statements', () => expect(statements.length).toBeGreaterThanOrEqual(5));

  test('the five of the README are among them', () => {
    const readme = /queries:begin -->\n```sql\n([\s\S]+?)```/.exec(readFileSync('README.md', 'utf8'))?.[1] ?? '';
    const five = readme
      .trim()
      .split('\n\n')
      .map(text => text.replace(/^--.*\n/, '').replaceAll('\n', ' '));
    expect(five).toHaveLength(5);
    expect(statements.map(([, statement]) => statement)).toEqual(expect.arrayContaining(five));
  });

  /** moto does not know `FROM "table"."index"`: those run on the table, and their keys are held against the index. */
  test.each(statements)('%s', async (_title, documentedStatement) => {
    const index = /FROM "[^"]+"\."(\w+)" WHERE (\w+) = '/.exec(documentedStatement);
    if (index !== null) {
      const definition = tableDefinition.indexes.find(({ name }) => name === index[1]);
      expect(definition?.partitionKey).toBe(index[2]);
    }
    const statement = documentedStatement
      .replace(/finding#[0-9a-f]{32}/, `finding#${aFinding().id}`)
      .replace(/(FROM "[^"]+")\."\w+"/, '$1');
    const { Items = [] } = await client.send(new ExecuteStatementCommand({ Statement: statement }));
    const items = Items.map(item => unmarshall(item));
    expect(items.length).toBeGreaterThan(0);
    const columns = /SELECT (.+?) FROM/.exec(statement)?.[1]?.split(', ') ?? [];
    for (const column of columns)
      if (!['*', 'namespace', 'serviceAccount'].includes(column)) expect(items[0]).toHaveProperty(column);
  });
});
