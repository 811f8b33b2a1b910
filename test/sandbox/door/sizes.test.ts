/**
 * The largest that services take, at the limit and one beyond. Sources: S3 User Guide, "Naming Amazon S3 objects" (1,024 bytes); DynamoDB
 * Developer Guide, "Quotas" (items of 400 KB), `BatchWriteItem` (25), `BatchGetItem` (100); SNS API Reference, `Publish` (256 KB with
 * attributes); SQS Developer Guide, "Message quotas" (1 MiB); EventBridge API Reference, `PutEvents` (10 entries, less than 256 KB);
 * Security Hub API Reference, `BatchImportFindings` (100 findings).
 */
import { expect, test } from '@jest/globals';
import { sizeFault } from '../../../sandbox/door/sizes.ts';

const refusalOf = (call: string, input: object, bytes = 0): string | undefined => {
  const [service = '', operation = ''] = call.split(':');
  const answer = sizeFault({
    ...{ service, operation, input: { ...input }, body: Buffer.alloc(bytes) },
    ...{ region: 'sa-east-1', accessKeyId: 'ASIA', method: 'POST', path: '/', headers: {} },
  });
  if (answer === undefined) return undefined;
  expect(answer.status).toBe(400);
  return /<Code>(\w+)/.exec(String(answer.body))?.[1] ?? JSON.parse(String(answer.body)).__type;
};
const many = <T>(count: number, one: T): readonly T[] => Array.from({ length: count }, () => one);
/** A value of an item, which has so many bytes as JSON. */
const itemOf = (bytes: number) => ({ t: { S: 'x'.repeat(bytes - '{"t":{"S":""}}'.length) } });
const event = (Detail: string) => ({ Source: 's', DetailType: 't', Detail });

const [tooMuch, invalid] = ['ValidationException', 'InvalidParameter'] as const;
test.each<readonly [call: string, of: (size: number) => object, most: number, code: string]>([
  ['s3:PutObject', size => ({ Key: 'k'.repeat(size) }), 1024, 'KeyTooLongError'],
  ['s3:PutObject', size => ({ Key: `${'ü'.repeat(500)}${'k'.repeat(size - 1000)}` }), 1024, 'KeyTooLongError'],
  ['s3:GetObject', size => ({ Key: 'k'.repeat(size) }), 1024, 'KeyTooLongError'],
  ['dynamodb:PutItem', size => ({ Item: itemOf(size) }), 409_600, tooMuch],
  ['dynamodb:UpdateItem', size => ({ ExpressionAttributeValues: itemOf(size) }), 409_600, tooMuch],
  [
    'dynamodb:BatchWriteItem',
    size => ({ RequestItems: { a: many(size - 5, { PutRequest: { Item: {} } }), b: many(5, { DeleteRequest: {} }) } }),
    ...([25, tooMuch] as const),
  ],
  [
    'dynamodb:BatchWriteItem',
    size => ({ RequestItems: { a: [{ DeleteRequest: {} }, { PutRequest: { Item: itemOf(size) } }] } }),
    ...([409_600, tooMuch] as const),
  ],
  ['dynamodb:BatchGetItem', size => ({ RequestItems: { a: { Keys: many(size, {}) } } }), 100, tooMuch],
  ['sns:Publish', size => ({ Message: 'm'.repeat(size) }), 262_144, invalid],
  [
    'sns:Publish',
    size => ({ Message: 'm'.repeat(size - 3), 'MessageAttributes.entry.1.Value.StringValue': 'abc' }),
    ...([262_144, invalid] as const),
  ],
  ['sns:Publish', size => ({ Message: 'm', Subject: 's'.repeat(size) }), 99, invalid],
  ['sqs:SendMessage', size => ({ MessageBody: 'm'.repeat(size - 2) }), 1_048_576, 'InvalidParameterValue'],
  ['events:PutEvents', size => ({ Entries: many(size, event('{}')) }), 10, tooMuch],
  [
    'events:PutEvents',
    size => ({ Entries: many(2, event('x'.repeat(size / 2 - 2))) }),
    ...([262_143, tooMuch] as const),
  ],
  ['securityhub:BatchImportFindings', size => ({ Findings: many(size, {}) }), 100, 'InvalidInputException'],
])('%s %#: the most is taken, and one more is refused', (call, of, most, code) => {
  expect([refusalOf(call, of(most)), refusalOf(call, of(most + 1))]).toEqual([undefined, code]);
});

test.each([
  ['dynamodb:BatchWriteItem', { RequestItems: {} }, tooMuch],
  ['events:PutEvents', { Entries: [] }, tooMuch],
  ['events:PutEvents', { Entries: [{ Source: 's' }] }, tooMuch],
  ['securityhub:BatchImportFindings', { Findings: [] }, 'InvalidInputException'],
  ...['', ' a', 'a\nb', 'é'].map(Subject => ['sns:Publish', { Message: 'm', Subject }, invalid] as const),
] as const)('%s of %j is refused', (call, input, code) => {
  expect(refusalOf(call, input)).toBe(code);
});

test('a batch of findings has at most 6 MB', () => {
  const input = { Findings: [{}] };
  const call = 'securityhub:BatchImportFindings';
  expect([refusalOf(call, input, 6_000_000), refusalOf(call, input, 6_000_001)]).toEqual([
    undefined,
    'InvalidInputException',
  ]);
});
