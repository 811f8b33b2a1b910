import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { notifiers } from '../../../lambdas/shared/compose-notifiers.ts';
import { environmentNames } from '../../../lib/audit/contract.ts';
import { aDigest } from '../../notify/sample-digest.ts';

const before = { ...process.env };
const folder = mkdtempSync(join(tmpdir(), 'irsa-auditor-notifiers-'));
const bodies: string[] = [];
const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  bodies.push(body);
  response.end(JSON.stringify({ FailedCount: 0, SuccessCount: 1, FailedFindings: [] }));
});

beforeAll(async () => {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  writeFileSync(join(folder, 'configuration.json'), JSON.stringify({ securityHub: { enabled: true } }));
  Object.assign(process.env, {
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    LAMBDA_TASK_ROOT: folder,
    [environmentNames.table]: 'findings',
    [environmentNames.bucket]: 'documents',
    [environmentNames.topic]: 'arn:aws:sns:eu-west-1:111122223333:findings',
    [environmentNames.configuration]: 'configuration.json',
  });
});
afterAll(() => {
  process.env = { ...before };
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

test('Security Hub gets findings of the account and region that the auditor is deployed in', async () => {
  const hub = notifiers().find(({ name }) => name === 'security-hub');
  expect(await hub?.send(aDigest())).toBe('sent');
  expect(JSON.parse(bodies[0] ?? '{}').Findings[0].ProductArn).toBe(
    'arn:aws:securityhub:eu-west-1:111122223333:product/111122223333/default',
  );
});
