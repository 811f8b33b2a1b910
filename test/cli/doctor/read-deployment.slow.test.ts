/** Everything that the doctor reads of a deployment: each request, each part of the answer, and what one refusal leaves. */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { tableDefinition } from '../../../lib/audit/contract.ts';
import type { RunRecord } from '../../../lib/audit/ports.ts';
import { watchersOf } from '../../../lib/audit/watchers.ts';
import { readDeployment } from '../../../lib/cli/doctor/read-deployment.ts';
import { parseConfiguration } from '../../../lib/config/configuration.ts';
import type { Deployment } from '../../../lib/doctor/deployment.ts';
import { dynamodbFindingStore } from '../../../lib/store/dynamodb-finding-store.ts';
import { bodyOf } from '../../../sandbox/aws/request.ts';
import { type LocalTable, startLocalTable } from '../../support/local-table.ts';

const now = '2026-11-02T06:00:00.000Z';
const arn = (rest: string): string => `arn:aws:sns:eu-west-1:111122223333:${rest}`;
const [findings, operations] = [arn('findings'), arn('operations')];
const configuration = parseConfiguration(
  JSON.stringify({
    name: 'acme',
    schedule: { expression: 'rate(12 hours)' },
    notifications: [{ to: 'email', addresses: ['shop@example.com'] }],
    operations: { to: 'email', addresses: ['ops@example.com'] },
    weeklySummary: { enabled: true },
  }),
  'test',
);
const run: RunRecord = {
  ...{ runId: 'run-1', startedAt: '2026-11-01T06:00:00.000Z', endedAt: '2026-11-01T06:05:00.000Z' },
  ...{ accounts: 3, failedAccounts: ['444455556666'], gapCount: 7, transitions: 0, sent: true, apiCalls: {} },
  gaps: [
    {
      accountId: '444455556666',
      section: 'roles',
      reason: { kind: 'denied', operation: 'iam:ListRoles', message: 'no' },
    },
  ],
  openBySeverity: { critical: 0, high: 0, medium: 0, low: 0, info: 0 },
  failure: { status: 'TIMED_OUT', error: '', message: 'collect: ran out of time' },
};

interface Asked {
  readonly question: string;
  readonly form: URLSearchParams;
  readonly json: Readonly<Record<string, string>>;
}
type Answer = object | string;

const xml = (action: string, content: string): string =>
  `<${action}Response><${action}Result>${content}</${action}Result></${action}Response>`;
const member = (values: Readonly<Record<string, string>>): string =>
  `<member>${Object.entries(values)
    .map(([key, value]) => `<${key}>${value}</${key}>`)
    .join('')}</member>`;
const entry = (key: string, value: string): string => `<entry><key>${key}</key><value>${value}</value></entry>`;
const alarm = (name: string, more: object = {}) => ({
  ...{ AlarmName: name, StateValue: 'OK', ActionsEnabled: true, AlarmActions: [operations] },
  ...more,
});

/** The answers of a whole deployment, by the service and the question. */
const there = (): Record<string, (asked: Asked) => Answer> => ({
  'cloudformation DescribeStacks': () =>
    xml(
      'DescribeStacks',
      `<Stacks><member><StackName>prod</StackName><StackStatus>UPDATE_COMPLETE</StackStatus><Outputs>${Object.entries({
        TableName: tableName,
        BucketName: 'documents',
        TopicArn: findings,
        OperationsTopicArn: operations,
        Version: '1.2.3',
      })
        .map(([OutputKey, OutputValue]) => member({ OutputKey, OutputValue }))
        .join('')}</Outputs></member></Stacks>`,
    ),
  'scheduler /schedules/acme': () => ({ State: 'ENABLED', ScheduleExpression: 'rate(6 hours)' }),
  'scheduler /schedules/acme-weekly-summary': () => ({ State: 'DISABLED', ScheduleExpression: 'cron(0 6 ? * MON *)' }),
  'dynamodb DescribeTimeToLive': () => ({
    TimeToLiveDescription: { TimeToLiveStatus: 'ENABLED', AttributeName: 'expiresAt' },
  }),
  'monitoring DescribeAlarms': ({ json }) =>
    json.NextToken === undefined
      ? { MetricAlarms: [alarm('acme-run-failed'), alarm('acme-no-run', { StateValue: 'ALARM' })], NextToken: '2' }
      : { MetricAlarms: [alarm('acme-not-started', { ActionsEnabled: false, AlarmActions: undefined })] },
  'sns GetTopicAttributes': () =>
    xml(
      'GetTopicAttributes',
      `<Attributes>${entry('Policy', '{"topic":1}')}${entry('KmsMasterKeyId', 'abcd-1234')}</Attributes>`,
    ),
  'kms GetKeyPolicy': () => ({ Policy: '{"key":1}' }),
  'sns ListSubscriptionsByTopic': ({ form }) =>
    xml(
      'ListSubscriptionsByTopic',
      `<Subscriptions>${
        form.get('TopicArn') === findings
          ? member({ SubscriptionArn: 'PendingConfirmation', Protocol: 'email', Endpoint: 'shop@example.com' })
          : member({ SubscriptionArn: `${operations}:1`, Protocol: 'email', Endpoint: 'ops@example.com' })
      }</Subscriptions>`,
    ),
  'sqs GetQueueUrl': ({ json }) => ({ QueueUrl: `${url}/111122223333/${json.QueueName}` }),
  'sqs GetQueueAttributes': ({ json }) => ({
    Attributes: { ApproximateNumberOfMessages: String(json.QueueUrl).endsWith('undelivered') ? '4' : '0' },
  }),
  'servicequotas GetServiceQuota': () => ({ Quota: { Value: 1000 } }),
  'servicequotas GetAWSDefaultServiceQuota': () => ({ Quota: { Value: 77 } }),
});

let [url, tableName, behind] = ['', '', ''];
let table: LocalTable;
let answers = there();
/** A question that is answered by an error of this name. */
let refused: { readonly question: string; readonly name: string; readonly message: string } | undefined;
let asked: string[] = [];

const askedOf = (message: IncomingMessage, body: string): Asked => {
  const [, service = ''] = /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(message.headers.authorization ?? '') ?? [];
  const isJson = body.startsWith('{');
  const form = new URLSearchParams(isJson ? '' : body);
  const target = String(message.headers['x-amz-target'] ?? '').replace(/.*\./, '');
  const action = form.get('Action') ?? (target || String(message.url).replace(/\?.*/, ''));
  return { question: `${service} ${action}`, form, json: isJson ? JSON.parse(body) : {} };
};
const detailOf = ({ question, form, json }: Asked): string => {
  const words = [...form].filter(([key]) => !['Action', 'Version'].includes(key)).map(([, value]) => value);
  return [question, ...words, ...(question.startsWith('dynamodb') ? [] : Object.values(json).flat())].join(' ');
};

const server = createServer(async (message, response) => {
  const body = await bodyOf(message);
  const question = askedOf(message, body);
  asked.push(detailOf(question));
  if (question.question === refused?.question) {
    const { name, message: text } = refused;
    response.writeHead(400, { 'x-amzn-errortype': name, 'content-type': 'application/x-amz-json-1.0' });
    response.end(
      ['cloudformation', 'sns'].some(service => question.question.startsWith(service))
        ? `<ErrorResponse><Error><Code>${name}</Code><Message>${text}</Message></Error></ErrorResponse>`
        : JSON.stringify({ __type: name, message: text, Message: text }),
    );
    return;
  }
  const answer = answers[question.question]?.(question);
  if (answer !== undefined) {
    response.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
    return;
  }
  const { host: _host, 'content-length': _length, ...headers } = message.headers;
  const own = { method: 'POST', headers: headers as Record<string, string>, body };
  const forwarded = await fetch(new URL('/', behind), own);
  response.writeHead(forwarded.status, { 'content-type': 'application/x-amz-json-1.0' });
  response.end(Buffer.from(await forwarded.arrayBuffer()));
});

const before = { ...process.env };
beforeAll(async () => {
  table = await startLocalTable();
  tableName = table.tableName;
  const endpoint = await table.client.config.endpoint?.();
  behind = `http://${endpoint?.hostname}:${endpoint?.port}`;
  const retention = { resolvedDays: 1, historyDays: 1 };
  await dynamodbFindingStore({ client: table.client, tableName, retention }).recordRun(run);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const keys = { AWS_ACCESS_KEY_ID: 'AKIA111122223333SBOX', AWS_SECRET_ACCESS_KEY: 'x', AWS_MAX_ATTEMPTS: '1' };
  Object.assign(process.env, { ...keys, AWS_ENDPOINT_URL: url });
});
afterAll(async () => {
  process.env = before;
  server.closeAllConnections();
  server.close();
  await table.stop();
});
beforeEach(() => {
  answers = there();
  refused = undefined;
  asked = [];
});

const read = (over: Partial<typeof configuration> = {}): Promise<Deployment> =>
  readDeployment({
    ...{
      configuration: { ...configuration, ...over },
      stack: 'prod',
      region: 'eu-west-1',
      endpoint: url,
      now,
      toolVersion: '1.2.3',
    },
  });
const complete = <T>(value: T) => ({ status: 'complete', value });

/** The whole of it. */
const whole = () => ({
  ...{
    now,
    toolVersion: '1.2.3',
    name: 'acme',
    stackName: 'prod',
    nobodyReadsAlarms: false,
    operationsTopicArn: operations,
  },
  stack: complete({
    status: 'UPDATE_COMPLETE',
    outputs: {
      TableName: tableName,
      BucketName: 'documents',
      TopicArn: findings,
      OperationsTopicArn: operations,
      Version: '1.2.3',
    },
  }),
  wantedSchedule: configuration.schedule,
  wantedAlarms: watchersOf(configuration).alarms,
  schedule: complete({ enabled: true, expression: 'rate(6 hours)' }),
  otherSchedules: [['acme-weekly-summary', complete({ enabled: false, expression: 'cron(0 6 ? * MON *)' })]],
  lastRun: complete({
    ...{ startedAt: run.startedAt, accounts: 3, failedAccounts: ['444455556666'], gaps: run.gaps, gapCount: 7 },
    failure: 'collect: ran out of time',
  }),
  table: complete({
    indexes: expect.arrayContaining([{ name: 'byFindingId', active: true, keys: ['findingId', 'pk'] }]),
    timeToLive: 'expiresAt',
  }),
  wantedTable: tableDefinition,
  alarms: complete([
    { name: 'acme-run-failed', state: 'OK', actionsEnabled: true, actions: [operations] },
    { name: 'acme-no-run', state: 'ALARM', actionsEnabled: true, actions: [operations] },
    { name: 'acme-not-started', state: 'OK', actionsEnabled: false, actions: [] },
  ]),
  topicPolicy: complete({ arn: operations, policy: '{"topic":1}' }),
  keyPolicy: complete({ arn: 'arn:aws:kms:eu-west-1:111122223333:key/abcd-1234', policy: '{"key":1}' }),
  readers: complete([
    { topicArn: findings, address: 'shop@example.com', state: 'pending' },
    { topicArn: operations, address: 'ops@example.com', state: 'confirmed' },
  ]),
  refusing: [],
  silentAccounts: {
    status: 'unavailable',
    reason: { kind: 'not-asked-for', operation: 's3:ListBucket', message: 'there is no fast lane' },
  },
  deadLetters: complete([
    { queue: 'acme-schedule-dead-letters', letters: 0 },
    { queue: 'acme-undelivered', letters: 4 },
  ]),
  concurrency: complete(1000),
});

test('outputs that an app of its own has renamed are found by the name of the deployment', async () => {
  const plain = there()['cloudformation DescribeStacks'];
  const renamed = (asked: Asked) =>
    String(plain?.(asked)).replace(
      /<OutputKey>(\w+)<\/OutputKey>/g,
      '<OutputKey>Audit$15BD7A1B2</OutputKey><Description>Words [acme $1]</Description>',
    );
  answers = { ...there(), 'cloudformation DescribeStacks': renamed };
  expect(await read()).toEqual(whole());
  answers = {
    ...there(),
    'cloudformation DescribeStacks': asked => String(renamed(asked)).replaceAll('[acme ', '[other '),
  };
  expect(await read()).toMatchObject({ stack: { value: { outputs: {} } } });
});

describe('of a fast lane the accounts are told that changed and send no events', () => {
  const [silent, heard] = ['444455556666', '777788889999'];
  const fastLane = { enabled: true };
  /** After a full run, with the readings of fast runs in the bucket. */
  const after = async (last: Partial<RunRecord>, readings: readonly string[]) => {
    const own = await startLocalTable();
    const shared = tableName;
    tableName = own.tableName;
    const { failure: _failure, ...good } = run;
    const retention = { resolvedDays: 1, historyDays: 1 };
    await dynamodbFindingStore({ client: own.client, tableName, retention }).recordRun({ ...good, ...last });
    const { hostname, port } = (await own.client.config.endpoint?.()) ?? {};
    const sharedBehind = behind;
    behind = `http://${hostname}:${port}`;
    answers = {
      ...there(),
      's3 /documents/': () =>
        `<ListBucketResult>${readings.map(key => `<Contents><Key>fast-lane/started/${key}.json.gz</Key></Contents>`).join('')}</ListBucketResult>`,
    };
    try {
      return (await read({ fastLane })).silentAccounts;
    } finally {
      [tableName, behind] = [shared, sharedBehind];
      await own.stop();
    }
  };
  const reading = (startedAt: string, account: string) => `${startedAt.slice(0, 10)}/${startedAt}/fast-1/${account}`;
  const changed = { changedWithoutEvent: [silent, heard] };

  test.each<readonly [string, Partial<RunRecord>, readonly string[], unknown]>([
    ['a run of another account is no event of this one', changed, [reading(now, heard)], complete([silent])],
    [
      'a run before that full run tells nothing of it',
      changed,
      [reading('2026-11-01T04:59:00.000Z', heard)],
      complete([silent, heard]),
    ],
    ['each has sent one since', changed, [reading(now, heard), reading(now, silent)], complete([])],
    ['nothing changed that no event told', {}, [], complete([])],
    [
      'the last run failed and found none',
      { failure: { status: 'FAILED', error: '', message: 'x' } },
      [],
      complete(undefined),
    ],
  ])('%s', async (_name, last, readings, wanted) => {
    expect(await after(last, readings)).toEqual(wanted);
    expect(asked.some(one => one.startsWith('s3'))).toBe('changedWithoutEvent' in last);
  });
});

test('a deployment is read whole, and nothing else is asked', async () => {
  expect(await read()).toEqual(whole());
  expect(asked.sort()).toEqual(
    [
      'cloudformation DescribeStacks prod',
      ...['', '-weekly-summary'].map(end => `scheduler /schedules/acme${end}`),
      ...['DescribeTable', 'DescribeTimeToLive', 'Query'].map(action => `dynamodb ${action}`),
      ...['acme-', 'acme- 2'].map(words => `monitoring DescribeAlarms ${words}`),
      `sns GetTopicAttributes ${operations}`,
      ...[findings, operations].map(topic => `sns ListSubscriptionsByTopic ${topic}`),
      'kms GetKeyPolicy abcd-1234 default',
      ...['schedule-dead-letters', 'undelivered'].flatMap(queue => [
        `sqs GetQueueUrl acme-${queue}`,
        `sqs GetQueueAttributes ${url}/111122223333/acme-${queue} ApproximateNumberOfMessages`,
      ]),
      'servicequotas GetServiceQuota lambda L-B99A9384',
    ].sort(),
  );
});

const sections: readonly (readonly [question: string, operation: string, sections: readonly (keyof Deployment)[]])[] = [
  ['scheduler /schedules/acme', 'scheduler:GetSchedule', ['schedule']],
  ['dynamodb Query', 'dynamodb:Query', ['lastRun']],
  ['dynamodb DescribeTable', 'dynamodb:DescribeTable', ['table']],
  ['dynamodb DescribeTimeToLive', 'dynamodb:DescribeTimeToLive', ['table']],
  ['monitoring DescribeAlarms', 'cloudwatch:DescribeAlarms', ['alarms']],
  ['sns GetTopicAttributes', 'sns:GetTopicAttributes', ['topicPolicy', 'keyPolicy']],
  ['kms GetKeyPolicy', 'kms:GetKeyPolicy', ['keyPolicy']],
  ['sns ListSubscriptionsByTopic', 'sns:ListSubscriptionsByTopic', ['readers']],
  ['sqs GetQueueUrl', 'sqs:GetQueueAttributes', ['deadLetters']],
  ['sqs GetQueueAttributes', 'sqs:GetQueueAttributes', ['deadLetters']],
  ['servicequotas GetServiceQuota', 'servicequotas:GetServiceQuota', ['concurrency']],
];

describe('what is refused is a reason, and all else is read', () => {
  test.each(sections)('%s', async (question, operation, unread) => {
    refused = { question, name: 'AccessDeniedException', message: 'no right' };
    const reason = { kind: 'denied', operation, permission: operation, message: 'AccessDeniedException: no right' };
    const left = Object.fromEntries(unread.map(section => [section, { status: 'unavailable', reason }]));
    expect(await read()).toEqual({ ...whole(), ...left });
  });

  test('a quota that is not applied to the account has its default', async () => {
    refused = { question: 'servicequotas GetServiceQuota', name: 'NoSuchResourceException', message: 'none' };
    expect(await read()).toEqual({ ...whole(), concurrency: { status: 'complete', value: 77 } });
  });

  test('without the stack nothing that its outputs name is known', async () => {
    refused = { question: 'cloudformation DescribeStacks', name: 'AccessDenied', message: 'no right' };
    const noOutput = (name: string) => ({
      status: 'unavailable',
      reason: {
        ...{ kind: 'not-found', operation: 'cloudformation:DescribeStacks' },
        message: `the stack has no output ${name}`,
      },
    });
    const [tableGone, topicGone] = [noOutput('TableName'), noOutput('OperationsTopicArn')];
    const { operationsTopicArn: _topic, ...others } = whole();
    expect(await read()).toEqual({
      ...others,
      stack: { status: 'unavailable', reason: expect.objectContaining({ kind: 'denied' }) },
      ...{ lastRun: tableGone, table: tableGone, topicPolicy: topicGone, keyPolicy: topicGone },
      readers: noOutput('TopicArn'),
    });
  });

  test.each(['ExpiredToken', 'ExpiredTokenException'])('credentials that have expired (%s) end it', async name => {
    for (const question of ['cloudformation DescribeStacks', 'kms GetKeyPolicy', 'scheduler /schedules/acme']) {
      refused = { question, name, message: 'The token has expired' };
      await expect(read()).rejects.toMatchObject({ name: 'CredentialsInvalid' });
    }
  });
});

describe('what is not there is told as absent, and not as unread', () => {
  test.each<readonly [string, string, string, Partial<Record<keyof Deployment, unknown>>]>([
    ['scheduler /schedules/acme', 'ResourceNotFoundException', 'none', { schedule: complete(undefined) }],
    [
      'scheduler /schedules/acme-weekly-summary',
      'ResourceNotFoundException',
      'none',
      { otherSchedules: [['acme-weekly-summary', complete(undefined)]] },
    ],
    [
      'sqs GetQueueUrl',
      'com.amazonaws.sqs#QueueDoesNotExist',
      'none',
      {
        deadLetters: complete(
          ['schedule-dead-letters', 'undelivered'].map(queue => ({ queue: `acme-${queue}`, letters: undefined })),
        ),
      },
    ],
  ])('%s: %s', async (question, name, message, absent) => {
    refused = { question, name, message };
    expect(await read()).toEqual({ ...whole(), ...absent });
  });

  test('a stack', async () => {
    const question = 'cloudformation DescribeStacks';
    refused = { question, name: 'ValidationError', message: 'Stack with id prod does not exist' };
    expect((await read()).stack).toEqual(complete(undefined));
    refused = { question, name: 'ValidationError', message: 'StackName is not valid' };
    expect((await read()).stack).toMatchObject({ status: 'unavailable', reason: { kind: 'invalid' } });
  });

  test.each([undefined, ''])('a key of the topic: %p', async key => {
    answers['sns GetTopicAttributes'] = () =>
      xml(
        'GetTopicAttributes',
        `<Attributes>${entry('Policy', '{"topic":1}')}${key === undefined ? '' : entry('KmsMasterKeyId', key)}</Attributes>`,
      );
    expect(await read()).toEqual({ ...whole(), keyPolicy: complete(undefined) });
    expect(asked.filter(one => one.startsWith('kms'))).toEqual([]);
  });

  test('a run', async () => {
    answers['dynamodb Query'] = () => ({ Items: [], Count: 0 });
    expect((await read()).lastRun).toEqual(complete(undefined));
  });
});

test('a key that the topic names by its ARN is that one', async () => {
  const key = 'arn:aws:kms:eu-west-1:999900001111:key/own';
  answers['sns GetTopicAttributes'] = () =>
    xml('GetTopicAttributes', `<Attributes>${entry('KmsMasterKeyId', key)}</Attributes>`);
  const { keyPolicy, topicPolicy } = await read();
  expect(keyPolicy).toEqual(complete({ arn: key, policy: '{"key":1}' }));
  expect(topicPolicy).toEqual(complete({ arn: operations, policy: '' }));
});

test('a last run that a newer version wrote is not read, and no older one stands for it', async () => {
  answers['dynamodb Query'] = () => ({
    Items: [{ pk: { S: 'RUN' }, sk: { S: 'x' }, type: { S: 'run' }, schemaVersion: { N: '99' } }],
    Count: 1,
  });
  expect((await read()).lastRun).toEqual({
    status: 'unavailable',
    reason: {
      ...{ kind: 'invalid', operation: 'dynamodb:Query' },
      message: 'DocumentInvalid: A newer version of irsa-auditor wrote 1 item of the table: kept, and not read.',
    },
  });
});

test.each([
  [undefined, true],
  ['none', true],
  [{ to: 'email', addresses: ['ops@example.com'] }, false],
])('whether somebody reads alarms: operations %j', async (own, nobodyReadsAlarms) => {
  const asked = parseConfiguration(
    JSON.stringify({ name: 'acme', ...(own === undefined ? {} : { operations: own }) }),
    'test',
  );
  const target = { configuration: asked, stack: 'prod', region: 'eu-west-1', endpoint: url, now, toolVersion: '1.2.3' };
  expect((await readDeployment(target)).nobodyReadsAlarms).toBe(nobodyReadsAlarms);
});

test.each<readonly [status: string, attribute: string | undefined]>([
  ['ENABLED', 'expiresAt'],
  ['ENABLING', 'expiresAt'],
  ['DISABLING', undefined],
  ['DISABLED', undefined],
])('the expiry of a table is on where its state is %s: %s', async (TimeToLiveStatus, attribute) => {
  answers['dynamodb DescribeTimeToLive'] = () => ({
    TimeToLiveDescription: { TimeToLiveStatus, AttributeName: 'expiresAt' },
  });
  expect((await read()).table).toMatchObject({ status: 'complete', value: { timeToLive: attribute } });
});

test('an index that is being made is not active yet, and the keys of each stand in their order', async () => {
  const index = (IndexName: string, more: object) => ({
    ...{ IndexName, ...more },
    KeySchema: [
      { AttributeName: 'second', KeyType: 'RANGE' },
      { AttributeName: 'first', KeyType: 'HASH' },
    ],
  });
  answers['dynamodb DescribeTable'] = () => ({
    Table: {
      GlobalSecondaryIndexes: [
        index('a', { IndexStatus: 'CREATING' }),
        index('b', {}),
        index('c', { IndexStatus: 'ACTIVE' }),
      ],
    },
  });
  const keys = ['first', 'second'];
  expect((await read()).table).toMatchObject({
    value: {
      indexes: [
        { name: 'a', active: false, keys },
        { name: 'b', active: true, keys },
        { name: 'c', active: true, keys },
      ],
    },
  });
});
