/** The parts that an app gives the construct, as they stand in the template: each resource of a type has it, and those of the app are as they were. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { runApp } from '../support/own-app.ts';
import { ownPartsApp } from '../support/own-parts-app.ts';
import type { CfnResource } from '../support/synthesized.ts';

let folder: string;
let resources: readonly (readonly [id: string, resource: CfnResource])[];
let said: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'irsa-auditor-own-parts-'));
  const { status, stderr, platform } = await runApp(folder, ownPartsApp);
  expect({ status, stderr }).toMatchObject({ status: 0 });
  said = ['manifest.json', 'Platform.metadata.json']
    .map(name => join(folder, 'cdk.out', name))
    .filter(existsSync)
    .map(path => readFileSync(path, 'utf8'))
    .join('');
  const { Resources } = platform().template as { readonly Resources: Readonly<Record<string, CfnResource>> };
  resources = Object.entries(Resources);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A property of each resource of a type, without those that the app made. */
const valuesOf = (type: string, property: string): readonly unknown[] => {
  const found = resources.filter(([id, { Type }]) => Type === type && !/^(Own|OfTheApp)/.test(id));
  expect(found.length).toBeGreaterThan(0);
  return found.map(([, { Properties }]) => Properties[property]);
};
const idOf = (start: string, type: string): string =>
  resources.find(([id, { Type }]) => id.startsWith(start) && Type === type)?.[0] ?? 'missing';
const keyArn = () => ({ 'Fn::GetAtt': [idOf('OwnKey', 'AWS::KMS::Key'), 'Arn'] });

describe('the parts of an app', () => {
  test('the key encrypts table, bucket, logs and queues, and no other key is made', () => {
    expect(valuesOf('AWS::Logs::LogGroup', 'KmsKeyId').slice(0, -1)).toEqual(
      valuesOf('AWS::Logs::LogGroup', 'RetentionInDays').slice(1).map(keyArn),
    );
    expect(valuesOf('AWS::DynamoDB::Table', 'SSESpecification')).toEqual([
      { KMSMasterKeyId: keyArn(), SSEEnabled: true, SSEType: 'KMS' },
    ]);
    expect(JSON.stringify(valuesOf('AWS::S3::Bucket', 'BucketEncryption'))).toContain(JSON.stringify(keyArn()));
    expect(new Set(valuesOf('AWS::SQS::Queue', 'KmsMasterKeyId').map(key => JSON.stringify(key)))).toEqual(
      new Set([JSON.stringify(keyArn())]),
    );
    expect(resources.filter(([, { Type }]) => Type === 'AWS::KMS::Key')).toHaveLength(1);
  });

  test('the policy of the key keeps the statements of the app and of CDK, and gets those of three services', () => {
    const [policy] = resources.flatMap(([, { Type, Properties }]) =>
      Type === 'AWS::KMS::Key' ? [Properties.KeyPolicy] : [],
    );
    const { Statement } = policy as { readonly Statement: readonly Readonly<Record<string, unknown>>[] };
    const told = Statement.map(({ Sid, Effect, Principal, Action }) => [
      ...[Sid, Effect],
      // A name with a token in it is a join of its parts.
      JSON.stringify(Principal)
        .replace(/":(?=["{[])/g, '"')
        .replace(/[^\w.:]+/g, ' ')
        .trim(),
      [Action].flat().join(' '),
    ]);
    expect(told).toEqual([
      [undefined, 'Allow', 'AWS Fn::Join arn: Ref AWS::Partition :iam:: Ref AWS::AccountId :root', 'kms:*'],
      ['OfTheApp', 'Allow', 'Service backup.amazonaws.com', 'kms:CreateGrant'],
      ['AlarmsPublish', 'Allow', 'Service cloudwatch.amazonaws.com', 'kms:GenerateDataKey* kms:Decrypt'],
      ['EventsSend', 'Allow', 'Service events.amazonaws.com', 'kms:GenerateDataKey kms:Decrypt'],
      [
        ...['Logs', 'Allow', 'Service Fn::Join logs. Ref AWS::Region .amazonaws.com'],
        'kms:Encrypt* kms:Decrypt* kms:ReEncrypt* kms:GenerateDataKey* kms:Describe*',
      ],
    ]);
  });

  test('every role has the boundary and the path but those of the app; the function that empties the bucket has the boundary', () => {
    const boundary = { Ref: idOf('Boundary', 'AWS::IAM::ManagedPolicy') };
    const boundaries = valuesOf('AWS::IAM::Role', 'PermissionsBoundary');
    expect(boundaries).toEqual(boundaries.map(() => boundary));
    const paths = valuesOf('AWS::IAM::Role', 'Path');
    expect(paths.filter(path => path !== '/audit/')).toHaveLength(1);
    const [, own] = resources.find(([id]) => id.startsWith('OfTheApp')) ?? [];
    expect(Object.keys(own?.Properties ?? {})).toEqual(['AssumeRolePolicyDocument', 'Tags']);
  });

  test('every function of the auditor is in the network', () => {
    const inNetwork = valuesOf('AWS::Lambda::Function', 'VpcConfig').filter(each => each !== undefined);
    expect(inNetwork.length).toBeGreaterThanOrEqual(7);
    expect(inNetwork).toEqual(
      inNetwork.map(() => ({ SecurityGroupIds: ['sg-0a1b2c3d'], SubnetIds: ['subnet-0a1b2c3d', 'subnet-1a1b2c3d'] })),
    );
    const outside = resources.filter(
      ([, r]) => r.Type === 'AWS::Lambda::Function' && r.Properties.VpcConfig === undefined,
    );
    expect(outside.map(([id]) => id)).toEqual([expect.stringContaining('AutoDelete')]);
  });

  test('no topic is made beside those of the app, whose policies and tags are theirs', () => {
    const topics = resources.filter(([, { Type }]) => Type === 'AWS::SNS::Topic');
    expect(topics.map(([id]) => id.replace(/[0-9A-F]{8}$/, '')).sort()).toEqual(['OwnFindings', 'OwnOperations']);
    expect(topics.map(([, { Properties }]) => Properties.Tags)).toEqual(
      topics.map(() => [{ Key: 'team', Value: 'platform' }]),
    );
    expect(resources.filter(([, { Type }]) => Type === 'AWS::SNS::TopicPolicy')).toEqual([]);
    const actions = valuesOf('AWS::CloudWatch::Alarm', 'AlarmActions');
    expect(actions).toEqual(actions.map(() => [{ Ref: idOf('OwnOperations', 'AWS::SNS::Topic') }]));
    expect(said).toContain('must let cloudwatch.amazonaws.com publish');
  });

  test('access logs of the bucket go to the log bucket, whose policy allows it', () => {
    const [logging] = valuesOf('AWS::S3::Bucket', 'LoggingConfiguration');
    const log = idOf('OwnLogs', 'AWS::S3::Bucket');
    expect(logging).toEqual({ DestinationBucketName: { Ref: log }, LogFilePrefix: 'irsa-auditor/' });
    const [, policy] =
      resources.find(([id, { Type }]) => Type === 'AWS::S3::BucketPolicy' && id.startsWith('OwnLogs')) ?? [];
    expect(JSON.stringify(policy?.Properties)).toContain('"Service":"logging.s3.amazonaws.com"');
  });
});

test.each(['audit', '/audit', '/a b/'])('the path %s is refused', async path => {
  const own = mkdtempSync(join(folder, 'path-'));
  const { status, stderr } = await runApp(own, ownPartsApp.replace("'/audit/'", JSON.stringify(path)));
  expect(status).toBe(1);
  expect(stderr).toContain(
    `ConfigurationInvalid: Platform/Audit: rolePath: got ${path}, wanted a path such as /audit/`,
  );
});
