import { PublishCommand } from '@aws-sdk/client-sns';
import type { AuditPorts, Notifier } from '../../lib/audit/ports.ts';
import { destinationsOf } from '../../lib/config/configuration.ts';
import { parseArn } from '../../lib/model.ts';
import { secretsManagerReader, sqsClient } from '../../lib/notify/clients.ts';
import { type NotifierWorld, notifiersOf } from '../../lib/notify/notifiers-of.ts';
import { snsClient } from '../../lib/notify/sns-clients.ts';
import { snsNotifier } from '../../lib/notify/sns-notifier.ts';
import { reachesAnAddress, snsSubscriptions, wantedSubscriptions } from '../../lib/notify/sns-subscriptions.ts';
import { sqsDeadLetters } from '../../lib/notify/sqs-dead-letters.ts';
import { given } from '../../lib/text.ts';
import { configuration, env } from './compose-configuration.ts';
import { once } from './once.ts';

/** The topic, and every other destination of the configuration. Secrets are read when something is sent. */
export const notifiers = /* @__PURE__ */ once((): readonly Notifier[] => {
  const { chatTopicArn, region, stateMachineArn, topicArn } = env();
  const topic = topicArn === undefined ? [] : [topicNotifier(topicArn, region)];
  const own = topicArn === undefined ? undefined : parseArn(topicArn);
  const world: NotifierWorld = {
    readSecret: secretsManagerReader({ region }),
    now: Date.now,
    clients: { region },
    ...given({ auditorArn: stateMachineArn }),
    ...(own === undefined ? {} : { place: { ...own, region } }),
    ...(chatTopicArn === undefined ? {} : { publishToChat: publishTo(chatTopicArn, region) }),
  };
  return [...topic, ...notifiersOf(destinationsOf(configuration()), world)];
});

const topicNotifier = (topicArn: string, region: string): Notifier => {
  const client = snsClient({ region });
  const wanted = wantedSubscriptions({ notifications: configuration().notifications }, { findings: topicArn });
  const addresses = wanted.map(({ address }) => address);
  return snsNotifier({ client, topicArn, isRead: () => reachesAnAddress(client, topicArn, addresses) });
};

/** The queue for what no destination takes. */
export const deadLetters = /* @__PURE__ */ once((): Pick<AuditPorts, 'deadLetters'> => {
  const { deadLettersUrl: queueUrl, region } = env();
  return queueUrl === undefined ? {} : { deadLetters: sqsDeadLetters({ client: sqsClient({ region }), queueUrl }) };
});

/** Whether the people of the configuration have confirmed that they read the topics. */
export const subscriptions = /* @__PURE__ */ once((): Pick<AuditPorts, 'subscriptions'> => {
  const { operationsTopicArn, region, topicArn } = env();
  const wanted = wantedSubscriptions(configuration(), { findings: topicArn, operations: operationsTopicArn });
  return { subscriptions: snsSubscriptions(snsClient({ region }), wanted) };
});

const publishTo = (topicArn: string, region: string) => {
  const client = snsClient({ region });
  return async (message: string): Promise<void> => {
    await client.send(new PublishCommand({ TopicArn: topicArn, Message: message }));
  };
};
