/** Each client of the command line has the region, the endpoint and the credentials that it is given. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { cloudFormationClient } from '../../../lib/cli/clients.ts';
import { cloudWatchClient, kmsClient, schedulerClient } from '../../../lib/cli/doctor/clients.ts';
import { sqsClient } from '../../../lib/notify/clients.ts';
import { snsClient } from '../../../lib/notify/sns-clients.ts';
import { dynamodbClient, s3Client } from '../../../lib/store/clients.ts';

const folder = mkdtempSync(join(tmpdir(), 'irsa-clients-'));
const before = { ...process.env };
beforeAll(() => {
  const file = join(folder, 'credentials');
  writeFileSync(
    file,
    ['default', 'p'].map(name => `[${name}]\naws_access_key_id = AKIA-${name}\naws_secret_access_key = x\n`).join(''),
  );
  Object.assign(process.env, {
    ...{ AWS_CONFIG_FILE: file, AWS_SHARED_CREDENTIALS_FILE: file, AWS_EC2_METADATA_DISABLED: 'true' },
  });
});
afterAll(() => {
  process.env = before;
  rmSync(folder, { recursive: true });
});

const options = { region: 'eu-north-1', profile: 'p', endpoint: 'http://127.0.0.1:1' };
test.each([
  ['CloudFormation', cloudFormationClient],
  ['CloudWatch', cloudWatchClient],
  ['DynamoDB', dynamodbClient],
  ['KMS', kmsClient],
  ['S3', s3Client],
  ['Scheduler', schedulerClient],
  ['SNS', snsClient],
  ['SQS', sqsClient],
])('%s', async (_, make) => {
  const { config, destroy } = await make(options);
  const endpoint = await config.endpoint?.();
  const { accessKeyId } = await config.credentials();
  expect([
    await config.region(),
    `${endpoint?.protocol}//${endpoint?.hostname}:${endpoint?.port}`,
    accessKeyId,
  ]).toEqual([...[options.region, options.endpoint, 'AKIA-p']]);
  expect(destroy).toBeInstanceOf(Function);
});
