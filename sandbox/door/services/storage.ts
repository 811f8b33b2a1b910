/**
 * S3 and DynamoDB. Sources: Service Authorization Reference, "Actions, resources, and condition keys" of both; S3 API Reference,
 * `GetObject`, "Permissions"; DynamoDB Developer Guide, "IAM policies to use PartiQL".
 */
import { record } from '../stack.ts';
import { type Call, type Needed, type Operations, regionalArn, text, throughKey } from './needed.ts';

const object =
  (action: string, ...ofKey: readonly string[]) =>
  (call: Call): readonly Needed[] => {
    const resource = `arn:${call.partition}:s3:::${text(call.input, 'Bucket')}/${text(call.input, 'Key')}`;
    return [{ action, resource }, ...throughKey(call, resource, 's3', ofKey)];
  };
const bucket = (call: Call, context?: Needed['context']): Needed => ({
  action: 's3:ListBucket',
  resource: `arn:${call.partition}:s3:::${text(call.input, 'Bucket')}`,
  ...(context === undefined ? {} : { context }),
});

/** Whoever may not list the bucket learns from a missing key only that it is refused. */
export const listingOf = (call: Call): Needed => bucket(call);

/** S3. */
export const s3: Operations = {
  GetObject: object('s3:GetObject', 'kms:Decrypt'),
  HeadObject: object('s3:GetObject', 'kms:Decrypt'),
  PutObject: object('s3:PutObject', 'kms:GenerateDataKey'),
  DeleteObject: object('s3:DeleteObject'),
  HeadBucket: call => [bucket(call)],
  ListObjectsV2: call => {
    const { prefix } = call.input;
    return [bucket(call, typeof prefix === 'string' ? { 's3:prefix': prefix } : undefined)];
  },
};

const tableArn = (call: Call, name: string, index?: unknown): string =>
  name.startsWith('arn:')
    ? name
    : regionalArn(call, 'dynamodb', `table/${name}${index === undefined ? '' : `/index/${String(index)}`}`);

/** The use of a table's items: of its key, the permissions that the guide names as the least. */
const onItems = (call: Call, action: string, resource: string): readonly Needed[] => [
  { action, resource },
  ...throughKey(call, resource, 'dynamodb', [
    ...['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncryptFrom', 'kms:ReEncryptTo', 'kms:GenerateDataKey'],
    ...['kms:CreateGrant', 'kms:DescribeKey'],
  ]),
];
const named = (call: Call): string => tableArn(call, text(call.input, 'TableName'), call.input.IndexName);
const onTable =
  (action: string) =>
  (call: Call): readonly Needed[] =>
    onItems(call, `dynamodb:${action}`, named(call));
const onEach =
  (action: string) =>
  (call: Call): readonly Needed[] =>
    Object.keys(record(call.input.RequestItems, 'RequestItems')).flatMap(name =>
      onItems(call, `dynamodb:${action}`, tableArn(call, name)),
    );

const statements: Readonly<Record<string, string>> = {
  SELECT: 'dynamodb:PartiQLSelect',
  INSERT: 'dynamodb:PartiQLInsert',
  UPDATE: 'dynamodb:PartiQLUpdate',
  DELETE: 'dynamodb:PartiQLDelete',
};

/** DynamoDB. */
export const dynamodb: Operations = {
  ...Object.fromEntries(
    ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query', 'Scan'].map(action => [action, onTable(action)]),
  ),
  ...Object.fromEntries(
    ['DescribeTable', 'DescribeTimeToLive'].map(name => [
      name,
      (call: Call) => [{ action: `dynamodb:${name}`, resource: named(call) }],
    ]),
  ),
  BatchGetItem: onEach('BatchGetItem'),
  BatchWriteItem: onEach('BatchWriteItem'),
  ListTables: () => [{ action: 'dynamodb:ListTables', resource: '*' }],
  ExecuteStatement: call => {
    const statement = text(call.input, 'Statement');
    const [, verb = ''] = /^\s*(\w+)/.exec(statement) ?? [];
    const [, table = '', index] = /(?:FROM|INTO|UPDATE)\s+"([^"]+)"(?:\."([^"]+)")?/i.exec(statement) ?? [];
    const action = statements[verb.toUpperCase()];
    if (action === undefined || table === '') throw new Error(`a statement of PartiQL that is not known: ${statement}`);
    return onItems(call, action, tableArn(call, table, index));
  },
};

/** The sort keys of the items that a request writes. */
export const writtenItems = ({ operation, input }: Pick<Call, 'operation' | 'input'>): readonly string[] => {
  if (operation === 'UpdateItem') return [sortKeyOf(input.Key)];
  if (operation !== 'BatchWriteItem') return [];
  return Object.values(record(input.RequestItems, operation))
    .flat()
    .flatMap(each => {
      const { PutRequest } = record(each, 'a write');
      return PutRequest === undefined ? [] : [sortKeyOf(record(PutRequest, 'a put').Item)];
    });
};

const sortKeyOf = (item: unknown): string => String(record(record(item ?? {}, 'an item').sk ?? {}, 'its sort key').S);
