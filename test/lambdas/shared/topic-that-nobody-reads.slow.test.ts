import { beforeAll, expect, test } from '@jest/globals';
import { notifiers, subscriptions } from '../../../lambdas/shared/compose-notifiers.ts';
import { environmentNames } from '../../../lib/audit/contract.ts';
import { aDigest } from '../../notify/sample-digest.ts';
import { useDeployedFunction } from '../../support/deployed-function.ts';

const topics = {
  findings: 'arn:aws:sns:eu-west-1:111122223333:findings',
  operations: 'arn:aws:sns:eu-west-1:111122223333:operations',
};
beforeAll(() => {
  process.env[environmentNames.operationsTopic] = topics.operations;
});

/** The reader of alarms has confirmed that of both topics, the reader of findings has not. */
const subscribed = (topicArn: string, address: string, arn: string): string =>
  `<member><TopicArn>${topicArn}</TopicArn><Protocol>email</Protocol><Endpoint>${address}</Endpoint><SubscriptionArn>${arn}</SubscriptionArn></member>`;
const listed = (topicArn: string): string =>
  `<ListSubscriptionsByTopicResponse><ListSubscriptionsByTopicResult><Subscriptions>${subscribed(topicArn, 'ops@example.com', `${topicArn}:1`)}${subscribed(topicArn, 'platform@example.com', 'PendingConfirmation')}</Subscriptions></ListSubscriptionsByTopicResult></ListSubscriptionsByTopicResponse>`;
const bodies = useDeployedFunction(
  {
    notifications: [{ to: 'email', addresses: ['platform@example.com'], when: { minSeverity: 'high' } }],
    operations: { to: 'email', addresses: ['ops@example.com'] },
  },
  body => listed(new URLSearchParams(body).get('TopicArn') ?? ''),
);

test('a digest is held while nobody of those who are to read findings has confirmed', async () => {
  const [topic, ...others] = notifiers();
  expect([topic?.name, others]).toEqual(['sns', []]);
  expect(await topic?.send(aDigest())).toBe('held');
  expect(bodies.map(body => Object.fromEntries(new URLSearchParams(body)))).toEqual([
    { Action: 'ListSubscriptionsByTopic', TopicArn: topics.findings, Version: '2010-03-31' },
  ]);
});

test('the weekly summary asks for the readers of both topics', async () => {
  const states = await subscriptions().subscriptions?.read();
  expect(states?.map(({ topicArn, address, state }) => ({ topicArn, address, state }))).toEqual([
    { topicArn: topics.findings, address: 'platform@example.com', state: 'pending' },
    { topicArn: topics.operations, address: 'ops@example.com', state: 'confirmed' },
  ]);
});
