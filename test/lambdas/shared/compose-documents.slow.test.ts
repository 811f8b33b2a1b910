import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { findings } from '../../../lambdas/shared/compose-documents.ts';
import { environmentNames } from '../../../lib/audit/contract.ts';

const before = { ...process.env };
const folder = mkdtempSync(join(tmpdir(), 'irsa-auditor-documents-'));
const bodies: string[] = [];
const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  bodies.push(body);
  response.setHeader('content-type', 'application/x-amz-json-1.0').end('{}');
});

beforeAll(async () => {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  writeFileSync(join(folder, 'configuration.json'), JSON.stringify({ retention: { historyDays: 11 } }));
  Object.assign(process.env, {
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    LAMBDA_TASK_ROOT: folder,
    [environmentNames.table]: 'findings',
    [environmentNames.bucket]: 'documents',
    [environmentNames.configuration]: 'configuration.json',
  });
});
afterAll(() => {
  process.env = { ...before };
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

test('the table of the stack keeps as long as the configuration says', async () => {
  const startedAt = '2026-11-01T06:00:00.000Z';
  await findings().recordSkipped({ runId: 'run-1', startedAt, skippedFor: 'run-0' });
  expect(bodies.at(-1)).toContain(`{"N":"${Date.parse(startedAt) / 1000 + 11 * 86_400}"}`);
});
