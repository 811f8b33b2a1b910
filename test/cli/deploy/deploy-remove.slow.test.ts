/** `irsa-auditor deploy remove` against moto: stack, files, table and bucket go, or are told with their commands. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient, CreateStackCommand, ListStacksCommand } from '@aws-sdk/client-cloudformation';
import { CreateTableCommand, DeleteTableCommand, DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { runCommand } from '../../support/captured-io.ts';
import { type Moto, startMoto } from '../../support/moto.ts';
import { programs } from '../../support/programs.ts';
import { startStackServer } from '../../support/stack-server.ts';

const directory = mkdtempSync(join(tmpdir(), 'irsa-auditor-deploy-remove-'));
const region = 'us-east-1';
const before = { ...process.env };
let moto: Moto;
let clients: { readonly s3: S3Client; readonly tables: DynamoDBClient; readonly stacks: CloudFormationClient };

beforeAll(async () => {
  moto = await startMoto();
  writeFileSync(join(directory, 'irsa-auditor.config.json'), '{"operations":"none"}');
  take(moto.url);
  const where = { endpoint: moto.url, region };
  clients = {
    s3: new S3Client({ ...where, forcePathStyle: true }),
    tables: new DynamoDBClient(where),
    stacks: new CloudFormationClient(where),
  };
}, 120_000);
afterAll(async () => {
  process.env = before;
  for (const client of Object.values(clients)) client.destroy();
  rmSync(directory, { recursive: true, force: true });
  await moto.stop();
});

const take = (url: string) =>
  Object.assign(process.env, {
    ...{ AWS_ENDPOINT_URL: url, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: region },
    AWS_DEFAULT_REGION: region,
  });
const remove = async (...args: readonly string[]) => {
  const env = { AWS_ENDPOINT_URL: process.env.AWS_ENDPOINT_URL ?? '' };
  return runCommand(['deploy', 'remove', ...args], { cwd: directory, env });
};

/** The outputs of a stack. The table and the bucket stand beside it: moto deletes what has the policy Retain, too. */
const template = {
  Resources: { Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'irsa-auditor-findings' } } },
  // Of the two auditors of this stack, the other stands first.
  Outputs: Object.fromEntries(
    [
      ['other', 'TableName', 'other-findings'],
      ['irsa-auditor', 'TableName', 'irsa-auditor-findings'],
      ['irsa-auditor', 'BucketName', 'documents-of-runs'],
    ].map(([of, id, Value]) => [`${of === 'other' ? 'A' : 'B'}${id}`, { Value, Description: `It [${of} ${id}]` }]),
  ),
};

beforeEach(async () => {
  take(moto.url);
  await moto.reset();
  const { s3, tables, stacks } = clients;
  for (const Bucket of ['code', 'documents-of-runs']) {
    await s3.send(new CreateBucketCommand({ Bucket }));
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  }
  for (const Key of [
    'irsa-auditor/irsa-auditor/a.zip',
    'irsa-auditor/irsa-auditor/a.zip',
    'irsa-auditor/other/a.zip',
    'mine',
  ])
    await s3.send(new PutObjectCommand({ Bucket: 'code', Key, Body: 'x' }));
  await s3.send(new PutObjectCommand({ Bucket: 'documents-of-runs', Key: 'runs/1', Body: 'x' }));
  await tables.send(
    new CreateTableCommand({
      TableName: 'irsa-auditor-findings',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    }),
  );
  await stacks.send(new CreateStackCommand({ StackName: 'irsa-auditor', TemplateBody: JSON.stringify(template) }));
});

/** Stacks, tables, buckets, and the objects of the bucket with the code. */
const left = async () => {
  const { s3, tables, stacks } = clients;
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: 'code' }));
  return {
    stacks: ((await stacks.send(new ListStacksCommand({}))).StackSummaries ?? [])
      .filter(({ StackStatus }) => StackStatus !== 'DELETE_COMPLETE')
      .map(({ StackName }) => StackName),
    tables: (await tables.send(new ListTablesCommand({}))).TableNames,
    buckets: ((await s3.send(new ListBucketsCommand({}))).Buckets ?? []).map(({ Name }) => Name),
    code: Contents.map(({ Key }) => Key),
  };
};

test('the stack and its files go; the data stays and is told with the commands that delete it, which do', async () => {
  const { stdout, stderr, code } = await remove('--bucket', 'code');
  expect([code, stderr]).toEqual([0, '']);
  expect(await left()).toEqual({
    ...{ stacks: [], tables: ['irsa-auditor-findings'], buckets: ['code', 'documents-of-runs'] },
    code: ['irsa-auditor/other/a.zip', 'mine'],
  });
  expect(stdout).toContain('the stack irsa-auditor is gone\n2 objects of code/irsa-auditor/irsa-auditor/ deleted\n');
  const commands = [...stdout.matchAll(/: (aws .*)/g)].map(([, command = '']) => command);
  expect(commands).toHaveLength(2);
  const { path } = await programs();
  // The bucket of documents has no versions in a deployment: `aws s3 rb` deletes no former ones.
  const [table = ''] = commands;
  execFileSync('sh', ['-c', table], { env: { ...process.env, PATH: path }, stdio: 'pipe' });
  expect((await left()).tables).toEqual([]);
}, 120_000);

test('with --with-data nothing is left but what was there before', async () => {
  const { stdout, code } = await remove('--bucket', 'code', '--with-data');
  expect([code, stdout]).toEqual([0, expect.not.stringContaining('stay')]);
  expect(await left()).toEqual({
    ...{ stacks: [], tables: [], buckets: ['code'] },
    code: ['irsa-auditor/other/a.zip', 'mine'],
  });
}, 120_000);

test('with --with-data a table and a bucket that are gone already are no fault', async () => {
  const { s3, tables } = clients;
  await tables.send(new DeleteTableCommand({ TableName: 'irsa-auditor-findings' }));
  const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: 'documents-of-runs' }));
  for (const { Key, VersionId } of Versions)
    await s3.send(new DeleteObjectCommand({ Bucket: 'documents-of-runs', Key, VersionId }));
  await s3.send(new DeleteBucketCommand({ Bucket: 'documents-of-runs' }));
  const { stdout, code } = await remove('--with-data');
  expect([code, stdout]).toEqual([0, expect.stringContaining('(bucket documents-of-runs) are gone\n')]);
  expect((await left()).stacks).toEqual([]);
}, 120_000);

/** As S3 answers for one of two objects (S3 API Reference, DeleteObjects, `Errors`). */
test.each([
  ['a file of the code', ['--bucket', 'code'], '1 object of code deleted. The same command again goes on'],
  [
    'a document',
    ['--with-data'],
    '0 objects of documents-of-runs deleted. aws s3 rb --force s3://documents-of-runs goes on',
  ],
])(
  '%s that S3 does not delete is named, with how many are gone and the command that goes on',
  async (_, args, words) => {
    const answer =
      '<DeleteResult><Error><Key>kept</Key><Code>AccessDenied</Code><Message>no</Message></Error></DeleteResult>';
    const server = await startStackServer(
      moto.url,
      () => undefined,
      ({ method, url }) => (method === 'POST' && url.includes('?delete') ? answer : undefined),
    );
    take(server.url);
    try {
      const { stderr, code } = await remove(...args);
      expect([code, stderr]).toEqual([
        2,
        `irsa-auditor: s3:DeleteObjectVersion of kept ended with AccessDenied: ${words}\n`,
      ]);
    } finally {
      server.stop();
      take(moto.url);
    }
  },
  120_000,
);

test('a second time it says that there is no stack, and deletes nothing', async () => {
  await remove();
  const before = await left();
  const { stdout, code } = await remove('--with-data');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^there is no stack irsa-auditor in us-east-1\n/);
  expect(stdout).toContain('aws dynamodb delete-table --region us-east-1 --table-name irsa-auditor-findings');
  expect(await left()).toEqual(before);
}, 120_000);

/** The answers of a deletion that fails (CloudFormation API Reference, DescribeStacks, ListStackResources). */
test('a part that cannot be deleted is named with its reason and the command that goes on, and data and files stay', async () => {
  const member = (fields: Readonly<Record<string, string>>): string =>
    `<member>${Object.entries(fields)
      .map(([name, value]) => `<${name}>${value}</${name}>`)
      .join('')}</member>`;
  const time = '2026-12-01T00:00:00Z';
  const resource = { ResourceType: 'AWS::S3::Bucket', LastUpdatedTimestamp: time };
  const server = await startStackServer(moto.url, action => {
    if (action === 'DeleteStack') return '';
    if (action === 'DescribeStacks')
      return `<Stacks>${member({ StackName: 'irsa-auditor', CreationTime: time, StackStatus: 'DELETE_FAILED' })}</Stacks>`;
    if (action === 'ListStackResources')
      return `<StackResourceSummaries>${[
        member({ ...resource, LogicalResourceId: 'Logs', ResourceStatus: 'DELETE_COMPLETE' }),
        member({
          ...resource,
          ...{ LogicalResourceId: 'Docs', ResourceStatus: 'DELETE_FAILED' },
          ResourceStatusReason: 'The bucket you tried to delete is not empty',
        }),
      ].join('')}</StackResourceSummaries>`;
    return undefined;
  });
  take(server.url);
  try {
    const { stdout, code } = await remove('--bucket', 'code', '--with-data');
    expect(code).toBe(1);
    expect(stdout.split('\n')[0]).toBe('1 resource of the stack irsa-auditor could not be deleted:');
    expect(stdout.split('\n')[1]).toBe('Docs (AWS::S3::Bucket): The bucket you tried to delete is not empty');
    expect(stdout).toContain('--stack-name irsa-auditor --deletion-mode FORCE_DELETE_STACK');
  } finally {
    server.stop();
    take(moto.url);
  }
  expect(await left()).toMatchObject({ tables: ['irsa-auditor-findings'], buckets: ['code', 'documents-of-runs'] });
}, 120_000);
