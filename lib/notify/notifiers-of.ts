import type { Notifier } from '../audit/ports.ts';
import { type Destination, type DestinationOf, hasNotifier, type KindBy } from '../config/destinations.ts';
import type { SdkClientOptions } from '../outbound/sdk-client-options.ts';
import { chatbotNotifier } from './chatbot-message.ts';
import { eventBridgeClient, securityHubClient } from './clients.ts';
import { eventBridgeNotifier } from './eventbridge-notifier.ts';
import { routedNotifier } from './routed-notifier.ts';
import type { HubPlace } from './security-finding.ts';
import { securityHubNotifier } from './security-hub-notifier.ts';
import {
  type SenderWorld,
  signedWebhookNotifier,
  slackWebhookNotifier,
  teamsWebhookNotifier,
} from './webhook-notifiers.ts';

/** The ports of the notifiers. */
export interface NotifierWorld extends SenderWorld {
  /** How SDK clients are made. */
  readonly clients: SdkClientOptions;
  /** Where the auditor is deployed: Security Hub takes findings of that place only. */
  readonly place?: HubPlace;
  /** The state machine, which events name. */
  readonly auditorArn?: string;
  /** Puts one message on the topic that chat channels read; absent where the stack has none. */
  readonly publishToChat?: (message: string) => Promise<void>;
}

type NotifierKind = KindBy<'notifier'>;
type Maker<K extends NotifierKind> = (destination: DestinationOf<K>, name: string, world: NotifierWorld) => Notifier;

/** One maker for each kind of the table of destinations that has a notifier of its own. */
const makers: { readonly [K in NotifierKind]: Maker<K> } = {
  slack: ({ secretName }, name, world) => slackWebhookNotifier({ name, secretName }, world),
  teams: ({ secretName }, name, world) => teamsWebhookNotifier({ name, secretName }, world),
  webhook: ({ secretName }, name, world) => signedWebhookNotifier({ name, secretName }, world),
  eventbridge: (_, name, world) => eventBridgeNotifier(name, eventBridgeClient(world.clients), world.auditorArn),
  'security-hub': (_, name, world) => securityHubNotifier(name, securityHubClient(world.clients), world.place),
};
const make = <K extends NotifierKind>(to: K, ...args: Parameters<Maker<K>>): Notifier => makers[to](...args);

/** Every notifier of a configuration but the topic's own, each with its routing. Names are unique and stay the same as
 *  long as the kind and the secret do: the outbox of a destination is kept by name. */
export const notifiersOf = (destinations: readonly Destination[], world: NotifierWorld): readonly Notifier[] => {
  const now = () => new Date(world.now()).toISOString();
  const named = new Map<string, Notifier>();
  for (const destination of destinations) {
    if (!hasNotifier(destination)) continue;
    const name = uniqueName(named, nameOf(destination));
    named.set(name, routedNotifier(make(destination.to, destination, name, world), destination, now));
  }
  const channels = destinations.filter(({ to }) => to === 'chatbot-slack');
  if (world.publishToChat !== undefined && channels.length > 0) {
    const chatbot = chatbotNotifier('chatbot', world.publishToChat);
    named.set(chatbot.name, routedNotifier(chatbot, { when: onlyFilter(channels) }, now));
  }
  return [...named.values()];
};

const nameOf = (destination: DestinationOf<NotifierKind>): string =>
  'secretName' in destination ? `${destination.to}-${destination.secretName}` : destination.to;

const uniqueName = (taken: ReadonlyMap<string, Notifier>, name: string): string => {
  const plain = name.replace(/[^A-Za-z0-9_-]/g, '-');
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? plain : `${plain}-${number}`;
    if (!taken.has(candidate)) return candidate;
  }
};

/** All chat channels read one topic: it is filtered only where there is one channel, else each would miss something. */
const onlyFilter = (channels: readonly Destination[]): Destination['when'] =>
  channels.length === 1 ? channels[0]?.when : undefined;
