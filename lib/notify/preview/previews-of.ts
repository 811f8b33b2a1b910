/** Messages of the destinations of a configuration, as text: nothing is sent. */
import type { Destination, DestinationKind, DestinationOf } from '../../config/destinations.ts';
import { routeDigest } from '../../history/routing.ts';
import type { Digest } from '../../history/transition.ts';
import { digestText } from '../../report/digest/digest-text.ts';
import { counted } from '../../text.ts';
import { chatbotMessage } from '../chatbot-message.ts';
import { transitionEvent, webhookBody } from '../events.ts';
import { securityFinding } from '../security-finding.ts';
import { slackMessage } from '../slack-message.ts';
import { adaptiveCard } from '../teams-message.ts';
import { cardText, chatbotText, slackText } from './message-text.ts';

/** The message of one destination. */
export interface Preview {
  /** Who gets it: `slack: irsa-auditor/slack`. */
  readonly title: string;
  readonly text: string;
}

interface Looks<K extends DestinationKind> {
  /** The part of the destination that tells it from others of its kind. */
  readonly who: (destination: DestinationOf<K>) => string;
  readonly text: (digest: Digest) => string;
  /** People read the weekly summary there. */
  readonly forPeople: boolean;
}

const bySecret = { who: ({ secretName }: { readonly secretName: string }) => secretName };

/** How each kind of the table of destinations looks. */
const looks: { readonly [K in DestinationKind]: Looks<K> } = {
  email: { who: ({ addresses }) => addresses.join(', '), text: digest => emailText(digest), forPeople: true },
  'chatbot-slack': {
    who: ({ channelId }) => channelId,
    text: digest => chatbotText(chatbotMessage(digest)),
    forPeople: true,
  },
  slack: { ...bySecret, text: digest => slackText(slackMessage(digest)), forPeople: true },
  teams: { ...bySecret, text: digest => cardText(adaptiveCard(digest)), forPeople: true },
  webhook: { ...bySecret, text: digest => withFirst(digest, one => json(webhookBody(one))), forPeople: false },
  eventbridge: {
    who: () => 'the default bus',
    text: digest => firstOf(digest, transition => transitionEvent(digest, transition)),
    forPeople: false,
  },
  'security-hub': {
    who: () => 'this account',
    text: digest => firstOf(digest, transition => securityFinding(transition, hubPlace)),
    forPeople: false,
  },
};

/** Where a hub might be: an audit from a terminal has none. */
const hubPlace = { partition: 'aws', accountId: '111122223333', region: 'eu-west-1' };

/** The message of each destination. A filter applies; quiet hours do not. Of the weekly summary only people are told. */
export const previewsOf = (destinations: readonly Destination[], digest: Digest): readonly Preview[] =>
  destinations.flatMap(destination => previewOf(destination.to, destination, digest));

const previewOf = <K extends DestinationKind>(to: K, destination: Destination, digest: Digest): readonly Preview[] => {
  const { who, text, forPeople } = looks[to];
  if (digest.stillOpen !== undefined && !forPeople) return [];
  const wanted = routeDigest(digest, destination.when);
  const title = `${to}: ${who(destination as DestinationOf<K>)}`;
  return [
    { title, text: wanted === undefined ? 'No message: its filter (when) wants nothing of this.' : text(wanted) },
  ];
};

/** The subject and the body of an email. */
const emailText = (digest: Digest): string => {
  const { subject, body } = digestText(digest);
  return `Subject: ${subject}\n\n${body.trimEnd()}`;
};

const json = (value: object): string => JSON.stringify(value, undefined, 2);

const firstOf = (digest: Digest, made: (transition: Digest['transitions'][number]) => object): string =>
  withFirst(digest, ({ transitions: [first] }) =>
    first === undefined ? 'No message: it takes findings alone.' : json(made(first)),
  );

/** The message of the first finding alone: a machine gets all of them, and a person reads one. */
const withFirst = (digest: Digest, text: (digest: Digest) => string): string => {
  const { transitions } = digest;
  const left = transitions.length - 1;
  const more = left > 0 ? `\n(with the first of ${counted(transitions.length, 'finding')})` : '';
  return `${text({ ...digest, transitions: transitions.slice(0, 1) })}${more}`;
};
