/** Decisions of the door about policies that the product's own templates do not have: boundaries, keys of AWS and of a customer. */
import { describe, expect, test } from '@jest/globals';
import { decide, judge, type Law, type Principal } from '../../../sandbox/door/judge.ts';
import { keyOf, managedKeys } from '../../../sandbox/door/keys.ts';
import { policiesOf } from '../../../sandbox/door/policies.ts';
import { batchesOf } from '../../../sandbox/door/queue-batches.ts';
import { dynamodb, s3 } from '../../../sandbox/door/services/storage.ts';
import { deployedStack } from '../../../sandbox/door/stack.ts';

const place = { partition: 'aws', region: 'sa-east-1', accountId: '802233445566' };
const roleArn = `arn:aws:iam::${place.accountId}:role/plum`;
const session: Principal = { kind: 'session', roleArn, session: 'run' };
const allow = (Action: string | readonly string[], Resource = '*') => ({ Effect: 'Allow', Action, Resource });
const documentOf = (...Statement: readonly object[]) => ({ Version: '2012-10-17', Statement });
const roleWith = (more: object) => ({
  Plum: {
    Type: 'AWS::IAM::Role',
    Properties: {
      ...{ RoleName: 'plum', AssumeRolePolicyDocument: documentOf({ ...allow('sts:AssumeRole'), Principal: '*' }) },
      Policies: [{ PolicyName: 'own', PolicyDocument: documentOf(allow(['eks:*', 's3:GetObject'])) }],
      ...more,
    },
  },
});
const boundary = {
  Edge: { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: documentOf(allow('s3:*')) } },
};
const lawOf = (resources: object): Law => ({
  home: place,
  policies: policiesOf(deployedStack({ Resources: resources }, 'tarn', place)),
});
const ask = (law: Law, action: string, resource: string, region = 'sa-east-1') =>
  decide(law, { principal: session, action, resource, region });

describe('a permissions boundary', () => {
  const law = lawOf({ ...boundary, ...roleWith({ PermissionsBoundary: { Ref: 'Edge' } }) });

  test('refuses what it does not allow, in the words of IAM, and gives nothing by itself', async () => {
    expect(await ask(law, 'eks:ListClusters', '*')).toEqual({
      verdict: 'ImplicitlyDenied',
      because: 'because no permissions boundary allows the eks:ListClusters action',
    });
    expect(await ask(law, 's3:GetObject', 'arn:aws:s3:::quarry/a')).toEqual({ verdict: 'Allowed' });
    expect(await ask(law, 's3:PutObject', 'arn:aws:s3:::quarry/a')).toEqual({
      verdict: 'ImplicitlyDenied',
      because: 'because no identity-based policy allows the s3:PutObject action',
    });
  });

  test('that denies is named', async () => {
    const denying = { ...allow('s3:GetObject'), Effect: 'Deny' };
    const Edge = { ...boundary.Edge, Properties: { PolicyDocument: documentOf(allow('*'), denying) } };
    const decision = await ask(
      lawOf({ Edge, ...roleWith({ PermissionsBoundary: { Ref: 'Edge' } }) }),
      's3:GetObject',
      'arn:aws:s3:::quarry/a',
    );
    expect(decision).toEqual({
      verdict: 'ExplicitlyDenied',
      because: 'with an explicit deny in a permissions boundary',
    });
  });

  test.each(['PermissionsBoundary', 'ManagedPolicyArns'])('%s that nobody deployed is a fault of the door', name => {
    const resources = roleWith({ [name]: `arn:aws:iam::${place.accountId}:policy/unseen` });
    expect(() => lawOf(resources)).toThrow('no managed policy');
    const known = { [`arn:aws:iam::${place.accountId}:policy/unseen`]: policyOfAll };
    const stack = deployedStack({ Resources: resources }, 'tarn', place);
    expect(policiesOf(stack, known).identity.get(roleArn)).toHaveLength(name === 'ManagedPolicyArns' ? 2 : 1);
  });
});
const policyOfAll = { Version: '2012-10-17', Statement: [allow('*')] } as const;

test('a policy may ask for the region that was called', async () => {
  const statement = {
    ...allow('eks:ListClusters'),
    Condition: { StringEquals: { 'aws:RequestedRegion': 'sa-east-1' } },
  };
  const law = lawOf(roleWith({ Policies: [{ PolicyName: 'own', PolicyDocument: documentOf(statement) }] }));
  expect((await ask(law, 'eks:ListClusters', '*')).verdict).toBe('Allowed');
  expect((await ask(law, 'eks:ListClusters', '*', 'eu-west-1')).verdict).toBe('ImplicitlyDenied');
});

describe('the key of a resource', () => {
  const customer = `arn:aws:kms:sa-east-1:${place.accountId}:key/vetch`;
  const ofAws = (service: string) => `arn:aws:kms:sa-east-1:${place.accountId}:key/aws-${service}`;
  const bucketWith = (SSEAlgorithm: string, more: object = {}) => ({
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm, ...more } }],
    },
  });
  const table = 'arn:aws:dynamodb:sa-east-1:802233445566:table/It';
  const rows: readonly (readonly [string, string, object, string, string | undefined])[] = [
    ['a topic under the alias of AWS', 'SNS::Topic', { KmsMasterKeyId: 'alias/aws/sns' }, ':sns:', ofAws('sns')],
    ['a queue under a key of the stack', 'SQS::Queue', { KmsMasterKeyId: { Ref: 'Vetch' } }, ':sqs:', customer],
    ['a queue with keys of SQS', 'SQS::Queue', { SqsManagedSseEnabled: true }, ':sqs:', undefined],
    [
      'a table under the key of AWS',
      'DynamoDB::Table',
      { SSESpecification: { SSEEnabled: true } },
      table,
      ofAws('dynamodb'),
    ],
    [
      ...(['an index of a table', 'DynamoDB::Table'] as const),
      { SSESpecification: { SSEEnabled: true, KMSMasterKeyId: { 'Fn::GetAtt': ['Vetch', 'Arn'] } } },
      ...([`${table}/index/by`, customer] as const),
    ],
    ['a table with keys of DynamoDB', 'DynamoDB::Table', {}, table, undefined],
    ['an object', 'S3::Bucket', bucketWith('aws:kms', { KMSMasterKeyID: customer }), ':s3:::', customer],
    ['an object under the key of AWS', 'S3::Bucket', bucketWith('aws:kms'), ':s3:::', ofAws('s3')],
    ['an object with keys of S3', 'S3::Bucket', bucketWith('AES256'), ':s3:::', undefined],
  ];
  test.each(rows)('of %s', (_title, type, Properties, arn, wanted) => {
    const Resources = {
      It: { Type: `AWS::${type}`, Properties },
      Vetch: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: policyOfAll } },
    };
    const stack = deployedStack({ Resources }, 'tarn', place);
    const own = stack.resources.find(({ id }) => id === 'It')?.arn ?? '';
    const asked = arn === ':s3:::' ? `${own}/runs/a.gz` : arn.startsWith('arn:') ? arn : own;
    expect(keyOf(stack, {}, asked)).toBe(wanted);
  });

  test('is asked for with the call: what S3 and DynamoDB need of it', () => {
    const call = {
      ...{ partition: 'aws', accountId: place.accountId, service: 's3', operation: 'PutObject', region: 'sa-east-1' },
      ...{ accessKeyId: '', method: 'PUT', path: '/', headers: {}, body: Buffer.from('') },
      ...{ policyArn: (id: string) => id, organization: { id: 'o', managementAccountId: '' }, keyOf: () => customer },
    };
    const actions = (needed: ReturnType<NonNullable<(typeof s3)[string]>> = []) => needed.map(({ action }) => action);
    const object = { ...call, input: { Bucket: 'quarry', Key: 'a' } };
    expect(actions(s3.PutObject?.(object))).toEqual(['s3:PutObject', 'kms:GenerateDataKey']);
    expect(actions(s3.GetObject?.(object))).toEqual(['s3:GetObject', 'kms:Decrypt']);
    const query = dynamodb.Query?.({ ...call, service: 'dynamodb', input: { TableName: 'vetch' } });
    expect(query?.at(1)).toEqual({
      ...{ action: 'kms:Encrypt', resource: customer },
      context: { 'kms:ViaService': 'dynamodb.sa-east-1.amazonaws.com' },
    });
    expect(actions(query)).toHaveLength(8);
  });

  test('that AWS manages is for the principals of its account, through its service, and for no service itself', async () => {
    const law = { home: place, policies: { identity: new Map(), resource: new Map(managedKeys(place)) } };
    const question = { action: 'kms:Decrypt', resource: ofAws('sns') };
    const via = (service: string) => ({ 'kms:ViaService': `${service}.sa-east-1.amazonaws.com` });
    const service = { kind: 'service', service: 'cloudwatch.amazonaws.com' } as const;
    const stranger: Principal = { kind: 'session', roleArn: 'arn:aws:iam::111122223333:role/plum', session: 'run' };
    expect(await judge(law, { ...question, principal: session, context: via('sns') })).toBe('Allowed');
    expect(await judge(law, { ...question, principal: session, context: via('sqs') })).toBe('ImplicitlyDenied');
    expect(await judge(law, { ...question, principal: stranger, context: via('sns') })).toBe('ImplicitlyDenied');
    expect(await judge(law, { ...question, principal: service, context: via('sns') })).toBe('ImplicitlyDenied');
  });
});

test('a queue is handed over in batches of as many messages as its mapping takes, and of less than 6 MB', () => {
  const messages = Array.from({ length: 25 }, (_, messageId) => ({ messageId }));
  expect(batchesOf(messages, 10).map(each => each.length)).toEqual([10, 10, 5]);
  expect(batchesOf(messages, 10).flat()).toEqual(messages);
  const large = Array.from({ length: 7 }, () => ({ body: 'x'.repeat(1024 * 1024 - 100) }));
  expect(batchesOf(large, 10).map(each => each.length)).toEqual([6, 1]);
});
