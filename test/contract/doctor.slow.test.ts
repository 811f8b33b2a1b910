import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient, CreateStackCommand } from '@aws-sdk/client-cloudformation';
import { PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import { CreateScheduleCommand } from '@aws-sdk/client-scheduler';
import { GetQueueUrlCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { watchersOf } from '../../lib/audit/watchers.ts';
import { cloudWatchClient, schedulerClient } from '../../lib/cli/doctor/clients.ts';
import { parseConfiguration } from '../../lib/config/configuration.ts';
import type { CheckLine } from '../../lib/doctor/verdict.ts';
import { sqsClient } from '../../lib/notify/clients.ts';
import { dynamodbClient } from '../../lib/store/clients.ts';
import { dynamodbFindingStore } from '../../lib/store/dynamodb-finding-store.ts';
import { createTable } from '../../sandbox/create-table.ts';
import { runCommand } from '../support/captured-io.ts';
import { type Moto, startMoto } from '../support/moto.ts';

const region = 'eu-west-1';
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const directory = mkdtempSync(join(tmpdir(), 'irsa-auditor-doctor-'));
const before = { ...process.env };
let moto: Moto;
const at = () => ({ region, endpoint: moto.url, credentials });

/** The parts of the stack that the doctor looks at, as moto makes them. */
const template = {
  Resources: {
    Findings: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'irsa-auditor-findings' } },
    Operations: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'irsa-auditor-operations' } },
    Undelivered: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'irsa-auditor-undelivered' } },
    Letters: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'irsa-auditor-schedule-dead-letters' } },
  },
  Outputs: {
    TableName: { Value: 'irsa-auditor-findings' },
    TopicArn: { Value: { Ref: 'Findings' } },
    OperationsTopicArn: { Value: { Ref: 'Operations' } },
    Version: { Value: '0.0.1' },
  },
};

beforeAll(async () => {
  moto = await startMoto();
  Object.assign(process.env, { AWS_ENDPOINT_URL: moto.url, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' });
  const reader = { to: 'email', addresses: ['platform@example.com'] };
  writeFileSync(join(directory, 'c.json'), JSON.stringify({ notifications: [], operations: reader }));
});
afterAll(async () => {
  process.env = before;
  await moto.stop();
  rmSync(directory, { recursive: true, force: true });
});

const doctor = async (...more: readonly string[]) => {
  const args = ['doctor', '--config', 'c.json', '--region', region, '--json', ...more];
  const done = await runCommand(args, { cwd: directory, env: { AWS_ENDPOINT_URL: moto.url } });
  if (done.stdout === '') throw new Error(done.stderr);
  const { lines } = JSON.parse(done.stdout) as { readonly lines: readonly CheckLine[] };
  return { code: done.code, lines, of: (check: string) => lines.filter(line => line.check === check) };
};

test('where nothing is deployed nothing is ticked, and it says so', async () => {
  const { code, lines, of } = await doctor();
  expect(code).toBe(1);
  expect(of('stack')).toMatchObject([{ result: 'failed', text: 'there is no stack irsa-auditor' }]);
  expect(of('schedule')).toMatchObject([{ result: 'failed' }]);
  expect(lines.filter(({ check, result }) => result === 'ok' && check !== 'quota')).toEqual([]);
});

test('another stack is looked for by its name', async () => {
  const { of } = await doctor('--stack', 'audits-of-prod');
  expect(of('stack')).toMatchObject([{ result: 'failed', text: 'there is no stack audits-of-prod' }]);
});

test('a deployment is read through the real APIs: what is there, what is off, what rings, what lies about', async () => {
  await new CloudFormationClient(at()).send(
    new CreateStackCommand({ StackName: 'irsa-auditor', TemplateBody: JSON.stringify(template) }),
  );
  const client = dynamodbClient(at());
  await createTable(client, 'irsa-auditor-findings');
  const retention = { resolvedDays: 1, historyDays: 1 };
  await dynamodbFindingStore({ client, tableName: 'irsa-auditor-findings', retention }).recordRun({
    runId: 'run-1',
    startedAt: new Date(Date.now() - 3_600_000).toISOString(),
    endedAt: new Date().toISOString(),
    accounts: 1,
    failedAccounts: [],
    gaps: [],
    gapCount: 0,
    openBySeverity: { critical: 0, high: 0, medium: 0, low: 0, info: 0 },
    transitions: 0,
    sent: false,
    apiCalls: {},
  });
  const { QueueUrl } = await sqsClient(at()).send(new GetQueueUrlCommand({ QueueName: 'irsa-auditor-undelivered' }));
  await sqsClient(at()).send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
  const { alarms } = watchersOf(parseConfiguration('{}', 'test'));
  for (const name of alarms)
    await cloudWatchClient(at()).send(
      new PutMetricAlarmCommand({
        AlarmName: name,
        ActionsEnabled: true,
        AlarmActions: [`arn:aws:sns:${region}:123456789012:irsa-auditor-operations`],
        MetricName: 'M',
        Namespace: 'N',
        Statistic: 'Sum',
        Period: 300,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      }),
    );
  await schedulerClient(at()).send(
    new CreateScheduleCommand({
      Name: 'irsa-auditor',
      ScheduleExpression: 'rate(6 hours)',
      State: 'DISABLED',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: 'arn:aws:states:eu-west-1:123456789012:stateMachine:x',
        RoleArn: 'arn:aws:iam::123456789012:role/x',
      },
    }),
  );
  const { code, of } = await doctor();
  expect(code).toBe(1);
  expect(of('stack')).toMatchObject([{ result: 'ok' }]);
  expect(of('version')).toMatchObject([{ result: 'failed', text: expect.stringContaining('0.0.1') }]);
  expect(of('last run')).toMatchObject([{ result: 'ok' }]);
  expect(of('coverage')).toMatchObject([{ result: 'ok' }]);
  expect(of('dead letters')).toMatchObject([{ result: 'failed', text: '1 letter in irsa-auditor-undelivered' }]);
  expect(of('subscriptions')).toMatchObject([
    { result: 'failed', text: 'platform@example.com is not subscribed to irsa-auditor-operations' },
  ]);
  expect(of('alarms')).toMatchObject([{ result: 'ok', text: `${alarms.length} alarms in state OK` }]);
  expect(of('schedule')).toMatchObject([{ result: 'failed', text: expect.stringContaining('off') }]);
});
