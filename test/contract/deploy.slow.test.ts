import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { stepNames, tableDefinition } from '../../lib/audit/contract.ts';
import { dynamodbClient } from '../../lib/store/clients.ts';
import { type CdkOnMoto, cdkOnMoto, credentials, skippedByMoto } from '../support/cdk-on-moto.ts';

/**
 * The real app through the real CDK command line against moto: bootstrap, deploy, update, destroy. A smoke test: template
 * assertions, cfn-lint and cdk-nag (test/infra) cover the resources that moto takes without making them.
 */
let cdk: CdkOnMoto;
beforeAll(async () => {
  cdk = await cdkOnMoto();
});
afterAll(() => cdk.stop());

const describeTable = () =>
  dynamodbClient({ region: 'us-east-1', endpoint: cdk.moto.url, credentials, maxAttempts: 1 }).send(
    new DescribeTableCommand({ TableName: 'irsa-auditor-findings' }),
  );

test('cdk against moto bootstraps, deploys, updates and destroys the app', async () => {
  await cdk.bootstrap();

  const reader = { to: 'email', addresses: ['platform@example.com'] };
  const first = await cdk.deploy({ notifications: [reader], operations: reader });
  expect(first).toMatch(/irsa-auditor\.TopicArn = arn:aws:sns:us-east-1:123456789012:irsa-auditor-findings/);
  expect(first).toContain('irsa-auditor.RunNow = aws stepfunctions start-execution');
  const made = (await describeTable()).Table;
  expect(made?.GlobalSecondaryIndexes?.map(({ IndexName }) => IndexName).sort()).toEqual(
    tableDefinition.indexes.map(({ name }) => name).sort(),
  );
  const plain = stepNames.filter(step => step !== 'collect-cluster').map(step => `irsa-auditor-${step}`);
  expect(await cdk.functions()).toEqual(plain.sort());
  expect((await cdk.skipped()).filter(type => !skippedByMoto.includes(type))).toEqual([]);

  const second = {
    inCluster: { enabled: true },
    schedule: { expression: 'rate(1 hour)' },
    weeklySummary: { enabled: true },
    operations: 'none',
  };
  await cdk.deploy(second);
  expect(await cdk.functions()).toEqual(stepNames.map(step => `irsa-auditor-${step}`).sort());

  await cdk.destroy();
  await expect(describeTable()).rejects.toThrow(expect.objectContaining({ name: 'ResourceNotFoundException' }));
  expect(await cdk.functions()).toEqual([]);
});
