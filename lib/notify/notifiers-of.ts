import type { Notifier } from '../audit/ports.ts';
import type { QuietHours, RoutingWish } from '../core/drift/routing.ts';
import { type Route, routedNotifier } from './routed-notifier.ts';
import {
  type SecretDestination,
  type SenderWorld,
  signedWebhookNotifier,
  slackWebhookNotifier,
  teamsWebhookNotifier,
} from './webhook-notifiers.ts';

/** A destination as the configuration has it. `email` is a subscription of the topic and needs no notifier. */
export type DestinationWish = { readonly when?: RoutingWish | undefined } & (
  | { readonly to: 'email' | 'chatbot-slack' }
  | {
      readonly to: 'slack' | 'teams' | 'webhook';
      readonly secretName: string;
      readonly quietHours?: QuietHours | undefined;
    }
);

/** What is sent beside the destinations, where it is wanted. */
export interface OtherNotifiers {
  /** For the topic that chat channels read. */
  readonly chatbot?: Notifier;
  readonly eventBridge?: Notifier;
  readonly securityHub?: Notifier;
}

const makers = { slack: slackWebhookNotifier, teams: teamsWebhookNotifier, webhook: signedWebhookNotifier } as const;

/** Every notifier of a configuration but the topic's own, each with its routing. Names are unique and stay the same as
 *  long as the kind and the secret do: the outbox of a destination is kept by name. */
export const notifiersOf = (
  destinations: readonly DestinationWish[],
  world: SenderWorld,
  others: OtherNotifiers = {},
): readonly Notifier[] => {
  const now = () => new Date(world.now()).toISOString();
  const named = new Map<string, Notifier>();
  for (const destination of destinations) {
    if (!('secretName' in destination)) continue;
    const { to, secretName, when, quietHours } = destination;
    const target: SecretDestination = { name: uniqueName(named, `${to}-${secretName}`), secretName };
    const route: Route = { when, quietHours };
    named.set(target.name, routedNotifier(makers[to](target, world), route, now));
  }
  const wantsChat = destinations.filter(({ to }) => to === 'chatbot-slack');
  if (others.chatbot !== undefined && wantsChat.length > 0)
    named.set(others.chatbot.name, routedNotifier(others.chatbot, { when: onlyWish(wantsChat) }, now));
  for (const other of [others.eventBridge, others.securityHub]) if (other !== undefined) named.set(other.name, other);
  return [...named.values()];
};

const uniqueName = (taken: ReadonlyMap<string, Notifier>, name: string): string => {
  const plain = name.replace(/[^A-Za-z0-9_-]/g, '-');
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? plain : `${plain}-${number}`;
    if (!taken.has(candidate)) return candidate;
  }
};

/** All chat channels read one topic: it is filtered only where there is one channel, else each would miss something. */
const onlyWish = (destinations: readonly DestinationWish[]): RoutingWish | undefined =>
  destinations.length === 1 ? destinations[0]?.when : undefined;
