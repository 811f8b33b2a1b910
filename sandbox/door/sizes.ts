/**
 * The largest and the forms of what services take, beside permissions. Sources: S3 User Guide, "Naming Amazon S3 objects";
 * DynamoDB Developer Guide, "Quotas" and `BatchWriteItem`, `BatchGetItem`; SNS API Reference, `Publish`; SQS Developer Guide,
 * "Message quotas"; EventBridge API Reference, `PutEvents`; Security Hub API Reference, `BatchImportFindings`.
 */
import { type Answer, errorAnswer } from './answers.ts';
import type { Asked } from './asked.ts';
import { type Json, record } from './stack.ts';

const kib = 1024;
type Check = (asked: Asked) => string | undefined | readonly [code: string, message: string];

const list = (value: unknown): readonly Json[] =>
  Array.isArray(value) ? value.map(each => record(each, 'an entry')) : [];

/** A request of DynamoDB: items and their number. */
const itemsOf = ({ input, operation }: Asked): readonly Json[] =>
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
    return items.map(({ PutRequest }) => itemFault(PutRequest)).find(fault => fault !== undefined);
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
    return undefined;
  },
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
    const size = entries.reduce((sum, entry) => sum + eventSize(entry), 0);
    if (size > 1024 * kib)
      return ['ValidationException', `Total size of the entries in the request is over the limit: ${size}`];
    return entries.some(({ Source }) => String(Source).startsWith('aws.'))
      ? ['NotAuthorizedForSourceException', 'Not authorized for the source.']
      : undefined;
  },
  'securityhub:BatchImportFindings': ({ input }) => {
    const findings = list(input.Findings);
    if (findings.length === 0 || findings.length > 100) return `got ${findings.length} findings, want 1 to 100`;
    return findings.map(findingFault).find(fault => fault !== undefined);
  },
};

/** Bytes of an entry (EventBridge User Guide, "Calculating PutEvents event entry size"). */
const eventSize = ({ Time, Source, DetailType, Detail, Resources }: Json): number =>
  (Time === undefined ? 0 : 14) +
  [Source, DetailType, Detail, ...[Resources ?? []].flat()].reduce<number>(
    (sum, part) => sum + Buffer.byteLength(String(part ?? '')),
    0,
  );

/** Fields that every finding must have (Security Hub User Guide, "Required ASFF attributes"), and its largest form. */
const required = [
  ...['AwsAccountId', 'CreatedAt', 'Description', 'GeneratorId', 'Id', 'ProductArn', 'Resources', 'SchemaVersion'],
  ...['Severity', 'Title', 'UpdatedAt'],
] as const;

const findingFault = (finding: Json): string | undefined => {
  const missing = required.find(name => finding[name] === undefined);
  if (missing !== undefined) return `Finding does not adhere to Amazon Finding Format. ${missing} is missing.`;
  if (String(finding.Title).length > 256) return 'Title is longer than 256 characters.';
  if (String(finding.Description).length > 1024) return 'Description is longer than 1024 characters.';
  if (String(finding.Id).length > 512) return 'Id is longer than 512 characters.';
  if (list(finding.Resources).length > 32) return 'a finding has more than 32 resources.';
  const size = Buffer.byteLength(JSON.stringify(finding));
  return size > 240 * kib ? `a finding has ${size} bytes, at most 240 KB.` : undefined;
};

/** The refusal of a request that is too large, or has not the form; undefined for one that the service takes. */
export const sizeFault = (asked: Asked): Answer | undefined => {
  const fault = checks[`${asked.service}:${asked.operation}`]?.(asked);
  if (fault === undefined) return undefined;
  const [code, message] = typeof fault === 'string' ? ['ValidationException', fault] : fault;
  return errorAnswer(asked, code, message, 400);
};
