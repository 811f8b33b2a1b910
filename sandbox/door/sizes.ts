/**
 * The largest and the forms of what services take, beside permissions. Sources: S3 User Guide, "Naming Amazon S3 objects";
 * DynamoDB Developer Guide, "Quotas" and `BatchWriteItem`, `BatchGetItem`; SNS API Reference, `Publish`; STS API Reference, `AssumeRole`; SQS Developer Guide,
 * "Message quotas"; EventBridge API Reference, `PutEvents`; Security Hub API Reference, `BatchImportFindings`.
 */
import { type Answer, errorAnswer } from './answers.ts';
import type { Asked } from './asked.ts';
import { hasNoWholeEvent } from './entries.ts';
import { type Json, record } from './stack.ts';

const kib = 1024;
/** Bytes of all entries of a call together: 1 MB since January 2026 where EventBridge takes it; 256 KB in its documented rule, which
 *  holds everywhere. */
const eventBytes = 256 * kib;
/** Bytes of a batch of findings (Security Hub partner guide, "Guidelines for using the BatchImportFindings API"). */
const hubBytes = 6_000_000;
type Check = (asked: Asked) => string | undefined | readonly [code: string, message: string];

const list = (value: unknown): readonly Json[] =>
  Array.isArray(value) ? value.map(each => record(each, 'an entry')) : [];

/** A request of DynamoDB: items and their number. */
const itemsOf = ({ input, operation }: Pick<Asked, 'input' | 'operation'>): readonly Json[] =>
  Object.values(record(input.RequestItems ?? {}, operation)).flatMap(list);

const itemFault = (item: unknown): string | undefined => {
  const size = Buffer.byteLength(JSON.stringify(item ?? {}));
  return size > 400 * kib ? `Item size has exceeded the maximum allowed size: ${size}` : undefined;
};

/** Bytes of a message of SNS: its text with names, types and values of its attributes. */
const snsSize = (input: Json): number =>
  Object.entries(input)
    .filter(([name]) => name === 'Message' || name.startsWith('MessageAttributes.'))
    .reduce((sum, [, value]) => sum + Buffer.byteLength(String(value)), 0);

/** A message by protocol is a JSON object of texts, with one for all others (SNS API Reference, `Publish`). */
const structureFault = (message: string): readonly [code: string, message: string] | undefined => {
  try {
    const { default: text } = record(JSON.parse(message), 'Message');
    if (typeof text === 'string') return undefined;
  } catch {
    return ['InvalidParameter', 'Invalid parameter: Message Structure - JSON message body failed to parse'];
  }
  return ['InvalidParameter', 'Invalid parameter: Message Structure - No default entry in JSON message body'];
};

const checks: Readonly<Record<string, Check>> = {
  's3:PutObject': ({ input }) =>
    Buffer.byteLength(String(input.Key)) > 1024 ? ['KeyTooLongError', 'Your key is too long'] : undefined,
  's3:GetObject': ({ input }) =>
    Buffer.byteLength(String(input.Key)) > 1024 ? ['KeyTooLongError', 'Your key is too long'] : undefined,
  'dynamodb:PutItem': ({ input }) => itemFault(input.Item),
  'dynamodb:UpdateItem': ({ input }) => itemFault(input.ExpressionAttributeValues),
  'dynamodb:BatchWriteItem': asked => {
    const items = itemsOf(asked);
    if (items.length === 0 || items.length > 25) return `Too many items requested: ${items.length}, at most 25`;
    return items
      .map(({ PutRequest = {} }) => itemFault(record(PutRequest, 'PutRequest').Item))
      .find(fault => fault !== undefined);
  },
  'dynamodb:BatchGetItem': ({ input, operation }) => {
    const keys = Object.values(record(input.RequestItems, operation)).flatMap(each => list(record(each, 'keys').Keys));
    return keys.length > 100 ? `Too many items requested: ${keys.length}, at most 100` : undefined;
  },
  'sns:Publish': ({ input }) => {
    const { Subject } = input;
    if (snsSize(input) > 256 * kib) return ['InvalidParameter', 'Invalid parameter: Message too long'];
    if (typeof Subject === 'string' && !/^[\x21-\x7e][\x20-\x7e]{0,98}$/.test(Subject))
      return ['InvalidParameter', 'Invalid parameter: Subject'];
    return input.MessageStructure === 'json' ? structureFault(String(input.Message)) : undefined;
  },
  'sts:AssumeRole': ({ input }) =>
    /^[\w+=,.@-]{2,64}$/.test(String(input.RoleSessionName))
      ? undefined
      : ['ValidationError', `Value '${input.RoleSessionName}' at 'roleSessionName' failed to satisfy constraint`],
  'sqs:SendMessage': ({ input }) => {
    const size =
      Buffer.byteLength(String(input.MessageBody)) + Buffer.byteLength(JSON.stringify(input.MessageAttributes ?? ''));
    return size > 1024 * kib
      ? ['InvalidParameterValue', 'One or more parameters are invalid. Message too long']
      : undefined;
  },
  'events:PutEvents': ({ input }) => {
    const entries = list(input.Entries);
    if (entries.length === 0 || entries.length > 10) return `got ${entries.length} entries, want 1 to 10`;
    if (hasNoWholeEvent(entries)) return 'no entry has Source, DetailType and Detail';
    const size = entries.reduce((sum, entry) => sum + eventSize(entry), 0);
    return size >= eventBytes ? `Total size of the entries in the request is over the limit: ${size}` : undefined;
  },
  'securityhub:BatchImportFindings': ({ input, body }) => {
    const findings = list(input.Findings);
    if (findings.length === 0 || findings.length > 100)
      return ['InvalidInputException', `got ${findings.length} findings, want 1 to 100`];
    return body.length > hubBytes ? ['InvalidInputException', `got ${body.length} bytes, at most 6 MB`] : undefined;
  },
};

/** Bytes of an entry (EventBridge User Guide, "Calculating PutEvents event entry size"). */
const eventSize = ({ Time, Source, DetailType, Detail, Resources }: Json): number =>
  (Time === undefined ? 0 : 14) +
  [Source, DetailType, Detail, ...[Resources ?? []].flat()].reduce<number>(
    (sum, part) => sum + Buffer.byteLength(String(part ?? '')),
    0,
  );

/** Keys of a table and of its indexes, by the index; the table's own under ''. */
export type KeysOfIndexes = Readonly<Record<string, readonly string[]>>;

/** An item that gives a key of the table or of an index an empty text, which DynamoDB refuses (DynamoDB API Reference, `PutItem`). */
const emptyKeyFault = ({ input, operation, service }: Asked, indexes: KeysOfIndexes): string | undefined => {
  if (service !== 'dynamodb') return undefined;
  const items = [
    ...(operation === 'PutItem' ? [record(input.Item, operation)] : []),
    ...(operation === 'BatchWriteItem'
      ? itemsOf({ input, operation }).flatMap(({ PutRequest }) =>
          PutRequest === undefined ? [] : [record(record(PutRequest, operation).Item, operation)],
        )
      : []),
    ...(operation === 'UpdateItem' ? [updatedBy(input)] : []),
  ];
  const empty = Object.entries(indexes).flatMap(([index, keys]) =>
    keys.filter(key => items.some(item => record(item[key] ?? {}, key).S === '')).map(key => ({ index, key })),
  )[0];
  if (empty === undefined) return undefined;
  const about = empty.index === '' ? `Key: ${empty.key}` : `IndexName: ${empty.index}, IndexKey: ${empty.key}`;
  return `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. ${about}`;
};

/** The attributes that an update sets to a value of its own. */
const updatedBy = ({ UpdateExpression, ExpressionAttributeNames, ExpressionAttributeValues }: Json): Json => {
  const names = record(ExpressionAttributeNames ?? {}, 'names');
  const values = record(ExpressionAttributeValues ?? {}, 'values');
  const sets = [...String(UpdateExpression ?? '').matchAll(/([#\w]+)\s*=\s*(:\w+)/g)];
  return Object.fromEntries(sets.map(([, name = '', value = '']) => [String(names[name] ?? name), values[value]]));
};

/** The refusal of a request that is too large, or has not the form; undefined for one that the service takes. */
export const sizeFault = (asked: Asked, indexes: KeysOfIndexes = {}): Answer | undefined => {
  const fault = checks[`${asked.service}:${asked.operation}`]?.(asked) ?? emptyKeyFault(asked, indexes);
  if (fault === undefined) return undefined;
  const [code, message] = typeof fault === 'string' ? ['ValidationException', fault] : fault;
  return errorAnswer(asked, code, message, 400);
};
