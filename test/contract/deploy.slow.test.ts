import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { stepNames, tableDefinition } from '../../lib/audit/contract.ts';
import { dynamodbClient } from '../../lib/store/clients.ts';
import { type Moto, startMoto } from '../support/moto.ts';

/**
 * The real app through the real CDK command line against moto: bootstrap, deploy, update, destroy. A smoke test: moto
 * takes the resources below without making them, so that a broken one would not be noticed here. Template assertions,
 * cfn-lint and cdk-nag (test/infra) cover those. The stack keeps its data: keep-data=false adds a custom resource that
 * empties the bucket, and moto waits forever for its function, which needs Docker. (moto deletes all the same.)
 */
const skippedByMoto = [
  'AWS::CloudWatch::Alarm',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::Subscription',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
  'AWS::Scheduler::Schedule',
];

const directory = mkdtempSync(join(tmpdir(), 'irsa-auditor-deploy-'));
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
let moto: Moto;
beforeAll(async () => {
  moto = await startMoto();
});
afterAll(async () => {
  await moto.stop();
  rmSync(directory, { recursive: true, force: true });
});

/** Runs the CDK command line against moto. Rejects with its output if it fails. */
const cdk = (...args: readonly string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = spawn(
      'node_modules/.bin/cdk',
      [...args, '--output', join(directory, 'out'), '--no-color', '--no-notices'],
      {
        env: {
          PATH: `${join(process.cwd(), 'node_modules', '.bin')}:${process.env.PATH}`,
          HOME: directory,
          AWS_ENDPOINT_URL: moto.url,
          AWS_ENDPOINT_URL_S3_FOR_CLOUDFORMATION: moto.url.replace('127.0.0.1', 'localhost'),
          AWS_ACCESS_KEY_ID: credentials.accessKeyId,
          AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
          AWS_REGION: 'us-east-1',
        },
      },
    );
    const output: string[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => output.push(String(chunk)));
    child.on('error', reject);
    child.on('close', code =>
      code === 0 ? resolve(output.join('')) : reject(new Error(output.join('').slice(-3000))),
    );
  });

const context = (name: string, configuration: object): readonly string[] => {
  const file = join(directory, `${name}.json`);
  writeFileSync(file, JSON.stringify(configuration));
  return ['-c', `config=${file}`, '-c', 'bootstrap-version-rule=false'];
};
const deploy = (name: string, configuration: object) =>
  cdk('deploy', '--require-approval', 'never', '--method', 'direct', ...context(name, configuration));

describe('cdk against moto', () => {
  const table = { TableName: 'irsa-auditor-findings' };
  const describeTable = () =>
    dynamodbClient({ region: 'us-east-1', endpoint: moto.url, credentials, maxAttempts: 1 }).send(
      new DescribeTableCommand(table),
    );
  const functions = async (): Promise<readonly string[]> => {
    const response = await fetch(`${moto.url}/2015-03-31/functions/`, {
      headers: { authorization: 'AWS4-HMAC-SHA256 Credential=test/20261101/us-east-1/lambda/aws4_request' },
    });
    const { Functions } = z
      .object({ Functions: z.array(z.object({ FunctionName: z.string() })) })
      .parse(await response.json());
    return Functions.map(({ FunctionName }) => FunctionName).sort();
  };

  /** Types in the template that moto made nothing of. */
  const skipped = async (): Promise<readonly string[]> => {
    const response = await fetch(moto.url, {
      method: 'POST',
      headers: {
        authorization: 'AWS4-HMAC-SHA256 Credential=test/20261101/us-east-1/cloudformation/aws4_request',
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: 'Action=ListStackResources&Version=2010-05-15&StackName=irsa-auditor',
    });
    const made = new Set([...(await response.text()).matchAll(/<ResourceType>([^<]+)</g)].map(([, type]) => type));
    expect(made.size).toBeGreaterThan(5);
    const template = z
      .object({ Resources: z.record(z.string(), z.object({ Type: z.string() })) })
      .parse(JSON.parse(readFileSync(join(directory, 'out', 'irsa-auditor.template.json'), 'utf8')));
    const types = new Set(Object.values(template.Resources).map(({ Type }) => Type));
    return [...types].filter(type => !made.has(type)).sort();
  };

  test('bootstraps, deploys, updates and destroys the app', async () => {
    await cdk('bootstrap', 'aws://123456789012/us-east-1', ...context('bootstrap', { operations: 'none' }));

    const reader = { to: 'email', addresses: ['platform@example.com'] };
    const first = await deploy('first', { notifications: [reader], operations: reader });
    expect(first).toMatch(/irsa-auditor\.TopicArn = arn:aws:sns:us-east-1:123456789012:irsa-auditor-findings/);
    expect(first).toContain('irsa-auditor.RunNow = aws stepfunctions start-execution');
    const made = (await describeTable()).Table;
    expect(made?.GlobalSecondaryIndexes?.map(({ IndexName }) => IndexName).sort()).toEqual(
      tableDefinition.indexes.map(({ name }) => name).sort(),
    );
    const plain = stepNames.filter(step => step !== 'collect-cluster').map(step => `irsa-auditor-${step}`);
    expect(await functions()).toEqual(plain.sort());
    expect((await skipped()).filter(type => !skippedByMoto.includes(type))).toEqual([]);

    await deploy('second', {
      inCluster: { enabled: true },
      schedule: { expression: 'rate(1 hour)' },
      weeklySummary: { enabled: true },
      operations: 'none',
    });
    expect(await functions()).toEqual(stepNames.map(step => `irsa-auditor-${step}`).sort());

    await cdk('destroy', '--force', ...context('second', { inCluster: { enabled: true }, operations: 'none' }));
    await expect(describeTable()).rejects.toThrow(expect.objectContaining({ name: 'ResourceNotFoundException' }));
    expect(await functions()).toEqual([]);
  });
});
