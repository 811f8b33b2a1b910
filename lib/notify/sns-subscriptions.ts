import { paginateListSubscriptionsByTopic, type SNSClient } from '@aws-sdk/client-sns';
import { emailFilter } from '../audit/contract.ts';
import type { SubscriptionReader } from '../audit/ports.ts';
import type { Destination, Operations } from '../config/destinations.ts';
import { asService } from '../kit/classify-error.ts';
import type { EmailSubscription, SubscriptionState } from '../model.ts';
import { given } from '../text.ts';

/** A subscription of a topic as SNS lists it (SNS API reference, `Subscription`). */
interface Subscribed {
  readonly protocol: string | undefined;
  readonly endpoint: string;
  /** The word `PendingConfirmation` until the endpoint has confirmed. */
  readonly arn: string;
}

/** The addresses that the configuration subscribes, each once a topic in whichever letter case, with the filter of the first
 *  destination that names it. A topic without an ARN is not there. */
export const wantedSubscriptions = (
  {
    notifications,
    operations,
  }: { readonly notifications: readonly Destination[]; readonly operations?: Operations | undefined },
  topics: { readonly findings?: string | undefined; readonly operations?: string | undefined },
): readonly EmailSubscription[] => {
  const wanted = [
    ...notifications.flatMap(destination => subscriptionsTo(topics.findings, destination)),
    ...subscriptionsTo(topics.operations, operations),
  ];
  const first = new Map<string, EmailSubscription>();
  for (const each of wanted) {
    const key = JSON.stringify([each.topicArn, each.address.toLowerCase()]);
    if (!first.has(key)) first.set(key, each);
  }
  return [...first.values()];
};

const subscriptionsTo = (
  topicArn: string | undefined,
  destination: Destination | Operations | undefined,
): readonly EmailSubscription[] => {
  if (topicArn === undefined || typeof destination !== 'object' || destination.to !== 'email') return [];
  const filter = 'when' in destination ? emailFilter(destination.when) : undefined;
  const filterPolicy = filter && JSON.stringify(filter);
  return destination.addresses.map(address => ({ topicArn, address, ...given({ filterPolicy }) }));
};

/** The word in place of an ARN until the address has confirmed (SNS API reference, `Subscribe`). */
const pendingArn = 'PendingConfirmation';

/**
 * Whether the addresses of the configuration are subscribed and confirmed. SNS takes an unconfirmed subscription away
 * after 48 hours, so that one that is not there is as bad as one that waits. Throws `ThrottledError` and
 * `TransientError`, else the SDK's own error.
 */
export const snsSubscriptions = (client: SNSClient, wanted: readonly EmailSubscription[]): SubscriptionReader => ({
  read: async () => {
    const states: SubscriptionState[] = [];
    for (const [topicArn, own] of Map.groupBy(wanted, each => each.topicArn)) {
      const all = await subscriptionsOf(client, topicArn);
      for (const each of own) states.push({ ...each, state: stateOf(all, each.address) });
    }
    return states;
  },
});

/**
 * Whether a message reaches an address of the configuration. SNS accepts a message for a topic that nobody reads, and it
 * is gone then. So the answer is false while an address has yet to confirm and no address has confirmed, and while the
 * topic has no confirmed subscription at all. True where the configuration subscribes no address. Throws as
 * `snsSubscriptions` does.
 */
export const reachesAnAddress = async (
  client: SNSClient,
  topicArn: string,
  addresses: readonly string[],
): Promise<boolean> => {
  if (addresses.length === 0) return true;
  const all = await subscriptionsOf(client, topicArn);
  const states = addresses.map(address => stateOf(all, address));
  if (states.includes('confirmed')) return true;
  return !states.includes('pending') && all.some(({ arn }) => arn !== pendingArn);
};

const stateOf = (all: readonly Subscribed[], address: string): SubscriptionState['state'] => {
  const own = all.filter(
    ({ protocol, endpoint }) => protocol === 'email' && endpoint.toLowerCase() === address.toLowerCase(),
  );
  if (own.some(({ arn }) => arn !== pendingArn)) return 'confirmed';
  return own.length === 0 ? 'absent' : 'pending';
};

const subscriptionsOf = (client: SNSClient, topicArn: string): Promise<readonly Subscribed[]> =>
  asService('list the subscriptions of a topic', async () => {
    const all: Subscribed[] = [];
    const pages = paginateListSubscriptionsByTopic({ client, stopOnSameToken: true }, { TopicArn: topicArn });
    for await (const { Subscriptions = [] } of pages)
      for (const { Protocol: protocol, Endpoint: endpoint, SubscriptionArn: arn } of Subscriptions)
        if (endpoint !== undefined && arn !== undefined) all.push({ protocol, endpoint, arn });
    return all;
  });
