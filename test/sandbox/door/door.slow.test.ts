/** The door itself: who may pass, in which words it refuses, and what it takes for a fault of its own. */
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { worldClock } from '../../../sandbox/door/clock/world-clock.ts';
import { identities, type SessionCredentials } from '../../../sandbox/door/identities.ts';
import type { Law } from '../../../sandbox/door/judge.ts';
import { type Door, startDoor } from '../../../sandbox/door/start-door.ts';

const account = '802233445566';
const roleArn = `arn:aws:iam::${account}:role/plum`;
const bucket = 'quarry-bucket';
const topic = `arn:aws:sns:sa-east-1:${account}:osier`;
const allow = (Action: string, Resource: string, more = {}) => ({ Effect: 'Allow', Action, Resource, ...more });
const law: Law = {
  home: { accountId: account },
  policies: {
    identity: new Map([
      [
        roleArn,
        [
          {
            name: 'own',
            policy: {
              Version: '2012-10-17',
              Statement: [
                allow('s3:GetObject', `arn:aws:s3:::${bucket}/a/*.gz`),
                allow('s3:PutObject', `arn:aws:s3:::${bucket}/*`),
                allow('dynamodb:Query', `arn:aws:dynamodb:sa-east-1:${account}:table/vetch/index/*`),
                allow('dynamodb:*Item', `arn:aws:dynamodb:sa-east-1:${account}:table/vetch`),
                allow('sns:Publish', topic),
                allow('sts:AssumeRole', roleArn),
              ],
            },
          },
        ],
      ],
    ]),
    resource: new Map([
      [
        roleArn,
        {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { AWS: roleArn }, Action: 'sts:AssumeRole' }],
        },
      ],
      [
        `arn:aws:s3:::${bucket}`,
        {
          Version: '2012-10-17',
          Statement: [
            { ...{ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: `arn:aws:s3:::${bucket}/secret/*` } },
          ],
        },
      ],
    ]),
  },
};

let now = Date.parse('2031-05-06T07:08:09Z');
const keys = identities('aws', () => now);
/** Answers everything with 404: nothing is there. */
const empty = createServer((request, response) => {
  request.resume();
  response.writeHead(404, { 'content-type': 'application/xml' }).end('<Error><Code>NoSuchKey</Code></Error>');
});
let door: Door;
let session: SessionCredentials;

beforeAll(async () => {
  await new Promise<void>(resolve => empty.listen(0, '127.0.0.1', resolve));
  const address = empty.address();
  const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  door = await startDoor({
    ...{ law, clock: worldClock(), identities: keys, partition: 'aws', indexKeys: { '': ['pk'], by: ['state'] } },
    backends: Object.fromEntries(['s3', 'dynamodb', 'sns', 'iam', 'sts'].map(service => [service, { url }])),
    facts: { policyArn: id => id, organization: { id: 'o-1', managementAccountId: account }, keyOf: () => undefined },
  });
  session = keys.issue(roleArn, 'run', 900);
});
afterAll(async () => {
  await door.stop();
  empty.close();
  empty.closeAllConnections();
});

interface Sent {
  readonly service: string;
  readonly method?: string;
  readonly path?: string;
  readonly target?: string;
  readonly body?: string;
  readonly with?: Pick<SessionCredentials, 'accessKeyId' | 'sessionToken'>;
}
const send = async ({ service, method = 'POST', path = '/', target, body, with: used = session }: Sent) => {
  const answer = await fetch(`${door.url}${path}`, {
    method,
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${used.accessKeyId}/20310506/sa-east-1/${service}/aws4_request, Signature=0`,
      'x-amz-security-token': used.sessionToken,
      ...(target === undefined ? {} : { 'x-amz-target': target }),
    },
    ...(body === undefined ? {} : { body }),
  });
  const text = await answer.text();
  const code = /<Code>(\w+)/.exec(text)?.[1] ?? /"__type":"(\w+)"/.exec(text)?.[1];
  return [answer.status, code] as const;
};
const get = (key: string) => send({ service: 's3', method: 'GET', path: `/${bucket}/${key}` });
const query = (table: string, index?: string) =>
  send({
    ...{ service: 'dynamodb', target: 'DynamoDB_20120810.Query' },
    body: JSON.stringify({ TableName: table, ...(index === undefined ? {} : { IndexName: index }) }),
  });
const write = (operation: string, input: object) =>
  send({
    ...{ service: 'dynamodb', target: `DynamoDB_20120810.${operation}` },
    body: JSON.stringify(
      operation === 'BatchWriteItem' ? { RequestItems: { vetch: [input] } } : { TableName: 'vetch', ...input },
    ),
  });
const item = (state: string, pk = 'a') => ({ pk: { S: pk }, state: { S: state } });
const update = (name: string, value: string) =>
  write('UpdateItem', {
    Key: { pk: { S: 'a' } },
    UpdateExpression: 'SET #s = :s REMOVE other',
    ExpressionAttributeNames: { '#s': name },
    ExpressionAttributeValues: { ':s': { S: value } },
  });
const publish = (fields: Readonly<Record<string, string>>) =>
  send({ service: 'sns', body: String(new URLSearchParams({ Action: 'Publish', TopicArn: topic, ...fields })) });

const assume = (RoleSessionName: string) =>
  send({
    service: 'sts',
    body: String(new URLSearchParams({ Action: 'AssumeRole', RoleArn: roleArn, RoleSessionName })),
  });

describe('a session of a role', () => {
  test.each([
    [
      'a key that its policy names, which is not there and may not be listed',
      () => get('a/b.gz'),
      [403, 'AccessDenied'],
    ],
    ['a key with another ending', () => get('a/b.gzx'), [403, 'AccessDenied']],
    ['a key that is encoded in its path', () => get('a/%62.gz'), [403, 'AccessDenied']],
    [
      'a key that the bucket denies',
      () => send({ service: 's3', method: 'PUT', path: `/${bucket}/secret/x` }),
      [403, 'AccessDenied'],
    ],
    ['an index that its policy names', () => query('vetch', 'by'), [404, undefined]],
    ['the table of that index', () => query('vetch'), [400, 'AccessDeniedException']],
    ['another table', () => query('other', 'by'), [400, 'AccessDeniedException']],
    ['another action of IAM', () => send({ service: 'iam', body: 'Action=ListRoles' }), [403, 'AccessDenied']],
    ['a topic of its own', () => publish({ Message: 'm' }), [404, undefined]],
    ['an empty key of an index', () => write('PutItem', { Item: item('') }), [400, 'ValidationException']],
    ['an empty key of the table', () => write('PutItem', { Item: item('open', '') }), [400, 'ValidationException']],
    [
      'an empty key of an index in a batch',
      () => write('BatchWriteItem', { PutRequest: { Item: item('') } }),
      [400, 'ValidationException'],
    ],
    ['an update that empties a key of an index', () => update('state', ''), [400, 'ValidationException']],
    ['an update that empties another attribute', () => update('text', ''), [404, undefined]],
    ['an item with all its keys', () => write('PutItem', { Item: item('open') }), [404, undefined]],
    [
      'a subject of a hundred characters',
      () => publish({ Message: 'm', Subject: 's'.repeat(100) }),
      [400, 'InvalidParameter'],
    ],
    [
      'a message by protocol',
      () => publish({ Message: '{"default":"m"}', MessageStructure: 'json' }),
      [404, undefined],
    ],
    ...['{"email":"m"}', 'm', '{"default":1}'].map(
      Message =>
        [
          `a message by protocol that is ${Message}`,
          () => publish({ Message, MessageStructure: 'json' }),
          [400, 'InvalidParameter'],
        ] as const,
    ),
    ['a session of sixty-four characters', () => assume('s'.repeat(64)), [404, undefined]],
    ...['s', 's'.repeat(65), 'a/b', 'a b'].map(
      name => [`a session named ${name}`, () => assume(name), [400, 'ValidationError']] as const,
    ),
    ['a subject of ninety-nine', () => publish({ Message: 'm', Subject: 's'.repeat(99) }), [404, undefined]],
    ['a message of more than 256 KiB', () => publish({ Message: 'm'.repeat(262_145) }), [400, 'InvalidParameter']],
    [
      'a key of more than 1,024 bytes',
      () => send({ service: 's3', method: 'PUT', path: `/${bucket}/${'k'.repeat(1025)}` }),
      [400, 'KeyTooLongError'],
    ],
  ] as const)('%s', async (_title, ask, wanted) => {
    const [status, code] = await ask();
    expect([status, wanted[1] === undefined ? undefined : code]).toEqual(wanted);
  });

  test('is told who was refused what, and which statement would allow it', async () => {
    await query('other', 'by');
    const [sentence = ''] = door.refused().slice(-1);
    expect(sentence).toContain(`${roleArn} was refused dynamodb:Query`);
    expect(sentence).toContain(
      `{"Effect":"Allow","Action":"dynamodb:Query","Resource":"arn:aws:dynamodb:sa-east-1:${account}:table/other/index/by"}`,
    );
  });

  test('an operation that no table has goes nowhere, and is a fault of the door', async () => {
    const before = door.faults.length;
    expect(await send({ service: 'dynamodb', target: 'DynamoDB_20120810.CreateBackup', body: '{}' })).toEqual([
      501,
      undefined,
    ]);
    expect(await send({ service: 'unheard', target: 'A.B', body: '{}' })).toEqual([501, undefined]);
    expect(door.faults).toHaveLength(before + 2);
  });

  test('keys that expired, of another account, or that nobody gave out are refused', async () => {
    const short = keys.issue(roleArn, 'short', 60);
    const other = { ...session, accessKeyId: 'ASIA111111111111ABCD' };
    now += 61_000;
    expect(await send({ service: 'iam', body: 'Action=ListRoles', with: short })).toEqual([400, 'ExpiredToken']);
    expect(await send({ service: 'iam', body: 'Action=ListRoles', with: other })).toEqual([
      403,
      'InvalidClientTokenId',
    ]);
    const unknown = { accessKeyId: session.accessKeyId, sessionToken: 'bm9ib2R5' };
    expect(await send({ ...{ service: 'dynamodb', target: 'D.Query', body: '{}' }, with: unknown })).toEqual([
      400,
      'UnrecognizedClientException',
    ]);
  });
});

test('of the door, one file alone imports the product', () => {
  const folder = 'sandbox/door';
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.ts'));
  expect(files.length).toBeGreaterThan(15);
  const importing = files.filter(name =>
    /from '(?:\.\.\/)+(?:lib|lambdas)\//.test(readFileSync(join(folder, name), 'utf8')),
  );
  expect(importing).toEqual(['synthesize.ts']);
});
