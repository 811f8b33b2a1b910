import { expect, test } from '@jest/globals';
import { notifiers } from '../../../lambdas/shared/compose-notifiers.ts';
import { aDigest } from '../../notify/sample-digest.ts';
import { useDeployedFunction } from '../../support/deployed-function.ts';

const channel = { to: 'chatbot-slack', workspaceId: 'T0123456789', channelId: 'C0123456789' };
const published = '<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>';
const imported = JSON.stringify({ FailedCount: 0, SuccessCount: 1, FailedFindings: [] });
const bodies = useDeployedFunction({ securityHub: { enabled: true }, notifications: [channel] }, body =>
  body.includes('Action=Publish') ? published : imported,
);

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
