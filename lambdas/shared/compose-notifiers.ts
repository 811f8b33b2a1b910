import { PublishCommand } from '@aws-sdk/client-sns';
import type { AuditPorts, Notifier } from '../../lib/audit/ports.ts';
import { parseArn } from '../../lib/core/model/arn.ts';
import { chatbotNotifier } from '../../lib/notify/chatbot-notifier.ts';
import { eventBridgeClient, secretsManagerReader, securityHubClient, sqsClient } from '../../lib/notify/clients.ts';
import { eventBridgeNotifier } from '../../lib/notify/eventbridge-notifier.ts';
import { notifiersOf, type OtherNotifiers } from '../../lib/notify/notifiers-of.ts';
import { securityHubNotifier } from '../../lib/notify/security-hub-notifier.ts';
import { snsClient } from '../../lib/notify/sns-clients.ts';
import { snsNotifier } from '../../lib/notify/sns-notifier.ts';
import { sqsDeadLetters } from '../../lib/notify/sqs-dead-letters.ts';
import { configuration, env } from './compose-configuration.ts';
import { once } from './once.ts';

/** The topic, and every other destination of the configuration. Secrets are read when something is sent. */
export const notifiers = /* @__PURE__ */ once((): readonly Notifier[] => {
  const { region, topicArn } = env();
  const topic = topicArn === undefined ? [] : [snsNotifier({ client: snsClient({ region }), topicArn })];
  const world = { readSecret: secretsManagerReader({ region }), now: Date.now };
  return [...topic, ...notifiersOf(configuration().notifications, world, others())];
});

/** The queue for what no destination takes. */
export const deadLetters = /* @__PURE__ */ once((): Pick<AuditPorts, 'deadLetters'> => {
  const { deadLettersUrl: queueUrl, region } = env();
  return queueUrl === undefined ? {} : { deadLetters: sqsDeadLetters({ client: sqsClient({ region }), queueUrl }) };
});

const others = (): OtherNotifiers => {
  const { chatTopicArn, region, topicArn } = env();
  const { eventBridge, securityHub } = configuration();
  const own = topicArn === undefined ? undefined : parseArn(topicArn);
  return {
    ...(chatTopicArn === undefined ? {} : { chatbot: chatbotNotifier('chatbot', publishTo(chatTopicArn, region)) }),
    ...(eventBridge.enabled ? { eventBridge: eventBridgeNotifier(eventBridgeClient({ region })) } : {}),
    ...(securityHub.enabled && own !== undefined
      ? { securityHub: securityHubNotifier(securityHubClient({ region }), { ...own, region }) }
      : {}),
  };
};

const publishTo = (topicArn: string, region: string) => {
  const client = snsClient({ region });
  return async (message: string): Promise<void> => {
    await client.send(new PublishCommand({ TopicArn: topicArn, Message: message }));
  };
};
