/**
 * The keys that encrypt what is deployed: the customer's, and those that AWS manages. Sources: KMS Developer Guide, "AWS managed keys"
 * (its policy lets the principals of the account use it through one service; no service uses it on its own behalf); SNS Developer
 * Guide, "Key management"; S3 User Guide, "Using server-side encryption with AWS KMS keys"; DynamoDB Developer Guide, "DynamoDB
 * encryption at rest"; Secrets Manager User Guide, "Secret encryption and decryption".
 */
import type { Document } from './policies.ts';
import { type Json, ofType, type Place, record, type Stack } from './stack.ts';

/** The customer's keys of secrets that have one, by the names of the secrets. */
export type SecretKeys = Readonly<Record<string, { readonly arn: string; readonly policy: Document }>>;

const managedServices = ['sns', 'sqs', 's3', 'dynamodb', 'secretsmanager'] as const;

const managedKeyArn = ({ partition, region, accountId }: Place, service: string): string =>
  `arn:${partition}:kms:${region}:${accountId}:key/aws-${service}`;

/** The policies of the keys that AWS manages in an account, by their ARNs. */
export const managedKeys = (place: Place): readonly (readonly [arn: string, policy: Document])[] =>
  managedServices.map(service => {
    const Action = ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:CreateGrant'];
    const StringEquals = {
      'kms:ViaService': `${service}.${place.region}.amazonaws.com`,
      'kms:CallerAccount': place.accountId,
    };
    const allowed = { Effect: 'Allow', Principal: { AWS: '*' }, Resource: '*', Condition: { StringEquals } };
    const policy: Document = {
      Version: '2012-10-17',
      Statement: [{ ...allowed, Action: [...Action, 'kms:DescribeKey'] }],
    };
    return [managedKeyArn(place, service), policy];
  });

/** The key that a resource names, `alias/aws/SERVICE` for one that AWS manages; undefined where S3 or SQS has keys of its own. */
const namedKey = (type: string, properties: Json): unknown => {
  if (type === 'AWS::DynamoDB::Table') {
    const { SSEEnabled, KMSMasterKeyId = 'alias/aws/dynamodb' } = record(properties.SSESpecification ?? {}, 'SSE');
    return SSEEnabled === true ? KMSMasterKeyId : undefined;
  }
  if (type !== 'AWS::S3::Bucket') return properties.KmsMasterKeyId;
  const { ServerSideEncryptionConfiguration = [] } = record(properties.BucketEncryption ?? {}, 'encryption');
  const [rule = {}] = [ServerSideEncryptionConfiguration].flat();
  const byDefault = record(record(rule, 'a rule').ServerSideEncryptionByDefault ?? {}, 'its default');
  const { SSEAlgorithm, KMSMasterKeyID = 'alias/aws/s3' } = byDefault;
  return String(SSEAlgorithm).startsWith('aws:kms') ? KMSMasterKeyID : undefined;
};

/** The key of a topic, a queue, a bucket, a table or a secret, by its ARN. Secrets Manager appends six characters to a secret's name. */
export const keyOf = (stack: Stack, secretKeys: SecretKeys = {}, arn = ''): string | undefined => {
  const secret = /:secret:(.+)-\w{6}$/.exec(arn)?.[1];
  if (secret !== undefined) return secretKeys[secret]?.arn ?? managedKeyArn(stack.place, 'secretsmanager');
  const owner = arn.includes(':s3:::') ? arn.replace(/\/.*/, '') : arn.replace(/\/index\/.*/, '');
  const resource = stack.resources.find(each => each.arn === owner);
  const key = resource === undefined ? undefined : namedKey(resource.type, resource.properties);
  if (typeof key !== 'string') return undefined;
  const [, service] = /alias\/aws\/(\w+)$/.exec(key) ?? [];
  if (service !== undefined) return managedKeyArn(stack.place, service);
  return ofType(stack, 'AWS::KMS::Key').find(each => each.arn === key || each.arn.endsWith(`/${key}`))?.arn ?? key;
};
