/**
 * S3 and DynamoDB. Sources: Service Authorization Reference, "Actions, resources, and condition keys" of both; S3 API Reference,
 * `GetObject`, "Permissions"; DynamoDB Developer Guide, "IAM policies to use PartiQL".
 */
import { record } from '../stack.ts';
import { type Call, type Needed, type Operations, regionalArn, text } from './needed.ts';

const object =
  (action: string) =>
  ({ partition, input }: Call): readonly Needed[] => [
    { action, resource: `arn:${partition}:s3:::${text(input, 'Bucket')}/${text(input, 'Key')}` },
  ];
const bucket = (call: Call, context?: Needed['context']): Needed => ({
  action: 's3:ListBucket',
  resource: `arn:${call.partition}:s3:::${text(call.input, 'Bucket')}`,
  ...(context === undefined ? {} : { context }),
});

/** Whoever may not list the bucket learns from a missing key only that it is refused. */
export const listingOf = (call: Call): Needed => bucket(call);

/** S3. */
export const s3: Operations = {
  GetObject: object('s3:GetObject'),
  HeadObject: object('s3:GetObject'),
  PutObject: object('s3:PutObject'),
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

const onTable =
  (action: string) =>
  (call: Call): readonly Needed[] => [
    { action: `dynamodb:${action}`, resource: tableArn(call, text(call.input, 'TableName'), call.input.IndexName) },
  ];
const onEach =
  (action: string) =>
  (call: Call): readonly Needed[] =>
    Object.keys(record(call.input.RequestItems, 'RequestItems')).map(name => ({
      action: `dynamodb:${action}`,
      resource: tableArn(call, name),
    }));

const statements: Readonly<Record<string, string>> = {
  SELECT: 'dynamodb:PartiQLSelect',
  INSERT: 'dynamodb:PartiQLInsert',
  UPDATE: 'dynamodb:PartiQLUpdate',
  DELETE: 'dynamodb:PartiQLDelete',
};

/** DynamoDB. */
export const dynamodb: Operations = {
  ...Object.fromEntries(
    ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query', 'Scan', 'DescribeTable', 'DescribeTimeToLive'].map(
      action => [action, onTable(action)],
    ),
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
    return [{ action, resource: tableArn(call, table, index) }];
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
