import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { environmentNames } from '../../lib/audit/contract.ts';
import { parseConfiguration } from '../../lib/config/configuration.ts';
import { writeConfiguration } from '../../lib/infra/write-configuration.ts';
import { dynamodbClient, s3Client } from '../../lib/store/clients.ts';
import { dynamodbFindingStore } from '../../lib/store/dynamodb-finding-store.ts';
import { createTable } from '../../sandbox/create-table.ts';
import { makeAuthority } from '../../sandbox/kubernetes/authority.ts';
import { bundledIn } from '../support/bundled.ts';
import { type Moto, startMoto } from '../support/moto.ts';

/** The deployed code itself, every byte of it, in the order of the synthesized definition, against moto. */
const directory = mkdtempSync(join(tmpdir(), 'irsa-auditor-handlers-'));
const region = 'us-east-1';
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const names = { table: 'findings', bucket: 'documents' };
let moto: Moto;
let topicArn = '';

/** The daemon of X-Ray that a traced function sends its segments to. */
const daemon = createSocket('udp4');
const segments: string[] = [];
daemon.on('message', message => segments.push(String(message)));

/** The server of the destination, with an address that nobody else may know. */
const secretPath = '/services/T000/B000/XsecretX';
const posted: string[] = [];
let channel: ReturnType<typeof createServer>;

const startChannel = async (at: { readonly endpoint: string }): Promise<void> => {
  const authority = await makeAuthority();
  channel = createServer({ key: authority.serverKeyPem, cert: authority.serverCertPem }, (request, response) => {
    posted.push(JSON.stringify([request.url, request.headers]));
    request.resume();
    response.end('ok');
  }).listen(0, '127.0.0.1');
  daemon.bind(0, '127.0.0.1');
  await Promise.all([once(channel, 'listening'), once(daemon, 'listening')]);
  writeFileSync(join(directory, 'ca.pem'), authority.caPem);
  const { port } = channel.address() as AddressInfo;
  await new SecretsManagerClient({ region, credentials, ...at }).send(
    new CreateSecretCommand({ Name: 'slack', SecretString: `https://127.0.0.1:${port}${secretPath}` }),
  );
};

beforeAll(async () => {
  const bundles = await bundledIn(directory);
  const notifications = [{ to: 'slack', secretName: 'slack' }];
  writeConfiguration(bundles, parseConfiguration(JSON.stringify({ notifications }), 'test'));
  moto = await startMoto();
  const at = { region, credentials, endpoint: moto.url };
  await startChannel(at);
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
});
afterAll(async () => {
  await moto.stop();
  channel.closeAllConnections();
  channel.close();
  daemon.close();
  rmSync(directory, { recursive: true, force: true });
});

/** One execution in a process of its own; answers its last line. */
const execute = async (runId: string): Promise<unknown> => JSON.parse((await printedBy(runId)).at(-1) ?? '');

/** The lines of a process that runs handlers: an execution, or one step with its event. */
const printedBy = (...words: readonly string[]): Promise<readonly string[]> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['test/support/run-handlers.ts', directory, ...words], {
      env: {
        PATH: process.env.PATH,
        AWS_REGION: region,
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
        AWS_ENDPOINT_URL: moto.url,
        AWS_ENDPOINT_URL_S3: moto.url.replace('127.0.0.1', 'localhost'),
        LAMBDA_TASK_ROOT: join(directory, 'list-targets'),
        // As Lambda sets them for a function whose invocation is traced.
        _X_AMZN_TRACE_ID: 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1',
        AWS_XRAY_DAEMON_ADDRESS: `127.0.0.1:${daemon.address().port}`,
        AWS_LAMBDA_FUNCTION_NAME: 'function',
        LAMBDA_RUNTIME_DIR: '/var/runtime',
        NODE_EXTRA_CA_CERTS: join(directory, 'ca.pem'),
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
      if (code === 0) resolve(out.join('').trim().split('\n'));
      else reject(new Error(`${error.join('')}${out.join('')}`.slice(-3000)));
    });
  });

const storeOf = () =>
  dynamodbFindingStore({
    client: dynamodbClient({ region, credentials, endpoint: moto.url }),
    tableName: names.table,
    retention: { resolvedDays: 1, historyDays: 1 },
  });

test('the bundled handlers find, remember and tell; a second run tells nothing', async () => {
  const first = await execute('run-1');
  expect(first).toMatchObject({
    status: 'succeeded',
    output: { runId: 'run-1', accounts: 1, failedAccounts: 0, sent: true },
  });
  expect(posted).toHaveLength(1);
  expect(posted[0]).toContain(secretPath);
  // A message to a third party has nothing of the trace, and a segment for X-Ray has nothing of the address.
  expect(posted.join()).not.toMatch(/trace|5759e988/i);
  expect(segments.join()).not.toMatch(/XsecretX|services\/T000/);
  const store = storeOf();
  const { items } = await store.list({ status: 'open' }, { limit: 100 });
  expect(items.map(({ finding }) => finding.ruleId)).toContain('trust-provider-missing');
  expect(await execute('run-2')).toMatchObject({
    status: 'succeeded',
    output: { runId: 'run-2', transitions: 0, sent: false },
  });
});

test('an execution that failed is recorded by the event bus, and counted for the alarm', async () => {
  const detail = {
    executionArn: `arn:aws:states:${region}:123456789012:execution:irsa-auditor:run-3`,
    ...{ name: 'run-3', status: 'FAILED', error: 'States.Runtime', cause: 'no', input: '{}' },
    ...{ startDate: Date.now(), stopDate: Date.now() },
  };
  const event = { version: '0', source: 'aws.states', 'detail-type': 'Step Functions Execution Status Change', detail };
  const printed = await printedBy('run-3', 'complete-run', JSON.stringify(event));
  const { items } = await storeOf().runs({ limit: 1 });
  expect(items).toMatchObject([{ runId: 'run-3', failure: { status: 'FAILED', error: 'States.Runtime' } }]);
  const metrics = printed.flatMap(line => (line.includes('_aws') ? [JSON.parse(line)] : []));
  expect(metrics.map(({ FailedRuns }) => FailedRuns)).toEqual([1]);
});
