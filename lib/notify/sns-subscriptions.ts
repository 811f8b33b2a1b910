import { ListSubscriptionsByTopicCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { SubscriptionReader, SubscriptionState } from '../audit/ports.ts';
import type { Destination, Operations } from '../config/destinations.ts';
import { asService } from '../kit/classify-error.ts';
import { given } from '../text/given.ts';

/** A topic, and the addresses that the configuration subscribes to it. */
export interface WantedSubscriptions {
  readonly topicArn: string;
  readonly addresses: readonly string[];
}

/** The addresses of the configuration, by the topics that they read. A topic without an ARN is not there. */
export const wantedSubscriptions = (
  {
    notifications,
    operations,
  }: { readonly notifications: readonly Destination[]; readonly operations?: Operations | undefined },
  topics: { readonly findings: string | undefined; readonly operations: string | undefined },
): readonly WantedSubscriptions[] => {
  const wanted = [
    { topicArn: topics.findings, addresses: notifications.flatMap(addressesOf) },
    { topicArn: topics.operations, addresses: addressesOf(operations) },
  ];
  return wanted.flatMap(({ topicArn, addresses }) => (topicArn === undefined ? [] : [{ topicArn, addresses }]));
};

const addressesOf = (destination: Destination | Operations | undefined): readonly string[] =>
  typeof destination === 'object' && destination.to === 'email' ? destination.addresses : [];

/** The word in place of an ARN until the address has confirmed (SNS API reference, `Subscribe`). */
const pendingArn = 'PendingConfirmation';

/**
 * Whether the addresses of the configuration are subscribed and confirmed. SNS takes an unconfirmed subscription away
 * after 48 hours, so that one that is not there is as bad as one that waits. Throws `ThrottledError` and
 * `TransientError`, else the SDK's own error.
 */
export const snsSubscriptions = (client: SNSClient, topics: readonly WantedSubscriptions[]): SubscriptionReader => ({
  read: async () => {
    const states: SubscriptionState[] = [];
    for (const { topicArn, addresses } of topics) {
      if (addresses.length === 0) continue;
      const arns = await arnsOf(client, topicArn);
      for (const address of new Set(addresses))
        states.push({ topicArn, address, state: stateOf(arns.get(address.toLowerCase())) });
    }
    return states;
  },
});

const stateOf = (arn: string | undefined): SubscriptionState['state'] => {
  if (arn === undefined) return 'absent';
  return arn === pendingArn ? 'pending' : 'confirmed';
};

/** The ARN of each e-mail subscription of a topic, by its address. */
const arnsOf = async (client: SNSClient, topicArn: string): Promise<ReadonlyMap<string, string>> => {
  const arns = new Map<string, string>();
  let next: string | undefined;
  do {
    const page = await asService('list the subscriptions of a topic', () =>
      client.send(new ListSubscriptionsByTopicCommand({ TopicArn: topicArn, ...given({ NextToken: next }) })),
    );
    for (const { Protocol, Endpoint, SubscriptionArn } of page.Subscriptions ?? [])
      if (Protocol === 'email' && Endpoint !== undefined && SubscriptionArn !== undefined)
        arns.set(Endpoint.toLowerCase(), SubscriptionArn);
    next = page.NextToken;
  } while (next !== undefined && next !== '');
  return arns;
};
