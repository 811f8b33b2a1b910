import { PublishCommand } from '@aws-sdk/client-sns';
import type { AuditPorts, Notifier } from '../../lib/audit/ports.ts';
import { destinationsOf } from '../../lib/config/configuration.ts';
import { parseArn } from '../../lib/core/model/arn.ts';
import { secretsManagerReader, sqsClient } from '../../lib/notify/clients.ts';
import { type NotifierWorld, notifiersOf } from '../../lib/notify/notifiers-of.ts';
import { snsClient } from '../../lib/notify/sns-clients.ts';
import { snsNotifier } from '../../lib/notify/sns-notifier.ts';
import { sqsDeadLetters } from '../../lib/notify/sqs-dead-letters.ts';
import { configuration, env } from './compose-configuration.ts';
import { once } from './once.ts';

/** The topic, and every other destination of the configuration. Secrets are read when something is sent. */
export const notifiers = /* @__PURE__ */ once((): readonly Notifier[] => {
  const { chatTopicArn, region, topicArn } = env();
  const topic = topicArn === undefined ? [] : [snsNotifier({ client: snsClient({ region }), topicArn })];
  const own = topicArn === undefined ? undefined : parseArn(topicArn);
  const world: NotifierWorld = {
    readSecret: secretsManagerReader({ region }),
    now: Date.now,
    clients: { region },
    ...(own === undefined ? {} : { place: { ...own, region } }),
    ...(chatTopicArn === undefined ? {} : { publishToChat: publishTo(chatTopicArn, region) }),
  };
  return [...topic, ...notifiersOf(destinationsOf(configuration()), world)];
});

/** The queue for what no destination takes. */
export const deadLetters = /* @__PURE__ */ once((): Pick<AuditPorts, 'deadLetters'> => {
  const { deadLettersUrl: queueUrl, region } = env();
  return queueUrl === undefined ? {} : { deadLetters: sqsDeadLetters({ client: sqsClient({ region }), queueUrl }) };
});

const publishTo = (topicArn: string, region: string) => {
  const client = snsClient({ region });
  return async (message: string): Promise<void> => {
    await client.send(new PublishCommand({ TopicArn: topicArn, Message: message }));
  };
};
