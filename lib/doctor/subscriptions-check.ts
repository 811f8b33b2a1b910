import { type SubscriptionState, subscribeCommand } from '../model.ts';
import { counted } from '../text.ts';
import { type Check, type CheckVerdict, checkWhereRead, failedCheck, ok } from './verdict.ts';

/** Whether the addresses of the configuration have confirmed that they read the topics. */
export const subscriptions: Check = {
  id: 'subscriptions',
  of: ({ readers, nobodyReadsAlarms, operationsTopicArn }) =>
    checkWhereRead(readers, all => {
      const lines = all
        .filter(({ state }) => state !== 'confirmed')
        .map(each => subscriptionLine(each, each.topicArn === operationsTopicArn ? 'alarms reach nobody there' : held));
      const none = nobodyReadsAlarms
        ? [
            failedCheck(
              'operations is "none": nobody is told when the auditor itself fails',
              'Name a reader in operations.',
            ),
          ]
        : [];
      if (lines.length + none.length > 0) return [...lines, ...none];
      return ok(
        all.length === 0 ? 'no e-mail address is configured' : `${counted(all.length, 'subscription')} confirmed`,
      );
    }),
};

const held = 'digests are held until an address confirms';

const subscriptionLine = (subscription: SubscriptionState, so: string): CheckVerdict => {
  const { address, topicArn, state } = subscription;
  const topic = topicArn.split(':').at(-1) ?? topicArn;
  return state === 'pending'
    ? failedCheck(`${address} has not confirmed ${topic}: ${so}`, 'Follow the link in the mail from AWS.')
    : failedCheck(
        `${address} is not subscribed to ${topic}`,
        `${subscribeCommand(subscription)}, then confirm within 48 hours.`,
      );
};
