import { shellQuote } from '../text.ts';
import { parseArn } from './arn.ts';

/** An address that the configuration subscribes to a topic. */
export interface EmailSubscription {
  readonly topicArn: string;
  readonly address: string;
  /** The filter policy over message attributes, as JSON; absent where the address gets every message. */
  readonly filterPolicy?: string;
}

/** An address that the configuration subscribes, as SNS has it. */
export interface SubscriptionState extends EmailSubscription {
  /** `absent`: the address never was subscribed, it waited longer than 48 hours, or somebody unsubscribed it. */
  readonly state: 'confirmed' | 'pending' | 'absent';
}

/** The command that subscribes a lost address again. A deployment of the same template subscribes nothing: for
 *  CloudFormation the subscription is still there. */
export const subscribeCommand = ({ topicArn, address, filterPolicy }: EmailSubscription): string => {
  const region = parseArn(topicArn)?.region;
  const attributes =
    filterPolicy && JSON.stringify({ FilterPolicyScope: 'MessageAttributes', FilterPolicy: filterPolicy });
  return [
    `aws sns subscribe --topic-arn ${shellQuote(topicArn)} --protocol email`,
    `--notification-endpoint ${shellQuote(address)}`,
    ...(attributes ? [`--attributes ${shellQuote(attributes)}`] : []),
    ...(region ? [`--region ${shellQuote(region)}`] : []),
  ].join(' ');
};
