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
  if (body.includes('Action=Publish'))
    return response.end('<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>');
  return response.end(JSON.stringify({ FailedCount: 0, SuccessCount: 1, FailedFindings: [] }));
});

const channel = { to: 'chatbot-slack', workspaceId: 'T0123456789', channelId: 'C0123456789' };
const configuration = { securityHub: { enabled: true }, notifications: [channel] };

beforeAll(async () => {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  writeFileSync(join(folder, 'configuration.json'), JSON.stringify(configuration));
  Object.assign(process.env, {
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    LAMBDA_TASK_ROOT: folder,
    [environmentNames.table]: 'findings',
    [environmentNames.bucket]: 'documents',
    [environmentNames.topic]: 'arn:aws:sns:eu-west-1:111122223333:findings',
    [environmentNames.chatTopic]: 'arn:aws:sns:eu-west-1:111122223333:chat',
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
  expect(JSON.parse(bodies.at(-1) ?? '{}').Findings[0].ProductArn).toBe(
    'arn:aws:securityhub:eu-west-1:111122223333:product/111122223333/default',
  );
});

test('a channel gets its message by the topic of channels', async () => {
  const chat = notifiers().find(({ name }) => name !== 'sns' && name !== 'security-hub');
  expect(await chat?.send(aDigest())).toBe('sent');
  const sent = new URLSearchParams(bodies.at(-1));
  expect([sent.get('Action'), sent.get('TopicArn')]).toEqual(['Publish', 'arn:aws:sns:eu-west-1:111122223333:chat']);
  expect(JSON.parse(sent.get('Message') ?? '{}')).toMatchObject({ source: 'custom' });
});
