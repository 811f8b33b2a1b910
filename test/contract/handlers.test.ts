import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { environmentNames } from '../../lib/audit/contract.ts';
import { parseConfiguration } from '../../lib/config/configuration.ts';
import { bundleSteps, writeConfiguration } from '../../lib/infra/bundle.ts';
import { dynamodbClient, s3Client } from '../../lib/store/clients.ts';
import { dynamodbFindingStore } from '../../lib/store/dynamodb-finding-store.ts';
import { createTable } from '../../sandbox/create-table.ts';
import { type Moto, startMoto } from '../support/moto.ts';

/** The deployed code itself, every byte of it, in the order of the synthesized definition, against moto. */
const directory = mkdtempSync(join(tmpdir(), 'irsa-auditor-handlers-'));
const region = 'us-east-1';
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const names = { table: 'findings', bucket: 'documents' };
let moto: Moto;
let topicArn = '';

beforeAll(async () => {
  const bundles = await bundleSteps(directory);
  writeConfiguration(bundles, parseConfiguration('{}', 'test'));
  moto = await startMoto();
  const at = { region, credentials, endpoint: moto.url };
  await createTable(dynamodbClient(at), names.table);
  await s3Client(at).send(new CreateBucketCommand({ Bucket: names.bucket }));
  topicArn = (await new SNSClient(at).send(new CreateTopicCommand({ Name: 'findings' }))).TopicArn ?? '';
  await new IAMClient(at).send(
    new CreateRoleCommand({
      RoleName: 'app',
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Federated: 'arn:aws:iam::123456789012:oidc-provider/oidc.eks.us-east-1.amazonaws.com/id/AB' },
            Action: 'sts:AssumeRoleWithWebIdentity',
          },
        ],
      }),
    }),
  );
}, 300_000);
afterAll(async () => {
  await moto.stop();
  rmSync(directory, { recursive: true, force: true });
});

/** One execution in a process of its own; answers its last line. */
const execute = (runId: string): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['test/support/run-handlers.ts', directory, runId], {
      env: {
        PATH: process.env.PATH,
        AWS_REGION: region,
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
        AWS_ENDPOINT_URL: moto.url,
        AWS_ENDPOINT_URL_S3: moto.url.replace('127.0.0.1', 'localhost'),
        LAMBDA_TASK_ROOT: join(directory, 'list-targets'),
        POWERTOOLS_TRACE_ENABLED: 'false',
        [environmentNames.table]: names.table,
        [environmentNames.bucket]: names.bucket,
        [environmentNames.topic]: topicArn,
        [environmentNames.configuration]: 'configuration.json',
      },
    });
    const out: string[] = [];
    const error: string[] = [];
    child.stdout.on('data', chunk => out.push(String(chunk)));
    child.stderr.on('data', chunk => error.push(String(chunk)));
    child.on('error', reject);
    child.on('close', code => {
      const last = out.join('').trim().split('\n').at(-1) ?? '';
      if (code === 0) resolve(JSON.parse(last));
      else reject(new Error(`${error.join('')}${out.join('')}`.slice(-3000)));
    });
  });

test('the bundled handlers find, remember and tell; a second run tells nothing', async () => {
  const first = await execute('run-1');
  expect(first).toMatchObject({
    status: 'succeeded',
    output: { runId: 'run-1', accounts: 1, failedAccounts: 0, sent: true },
  });
  const store = dynamodbFindingStore({
    client: dynamodbClient({ region, credentials, endpoint: moto.url }),
    tableName: names.table,
    retention: { resolvedDays: 1, historyDays: 1 },
  });
  const { items } = await store.list({ status: 'open' }, { limit: 100 });
  expect(items.map(({ finding }) => finding.ruleId)).toContain('trust-provider-missing');
  expect(await execute('run-2')).toMatchObject({
    status: 'succeeded',
    output: { runId: 'run-2', transitions: 0, sent: false },
  });
}, 120_000);
