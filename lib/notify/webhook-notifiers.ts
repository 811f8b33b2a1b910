import { createHmac } from 'node:crypto';
import type { Notifier } from '../audit/ports.ts';
import type { Digest } from '../history/transition.ts';
import { webhookBody } from './events.ts';
import { type PostOptions, postJson } from './post-json.ts';
import { type DestinationSecret, parseSecret, type SecretReader } from './secrets.ts';
import { slackMessage } from './slack-message.ts';
import { teamsMessage } from './teams-message.ts';

/** One destination with an address in a secret. */
interface SecretDestination {
  /** Unique among the destinations: the outbox is kept by it. */
  readonly name: string;
  readonly secretName: string;
}

/** The ports of the senders. */
export interface SenderWorld {
  readonly readSecret: SecretReader;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly post?: PostOptions;
}

/** Sends Block Kit messages to an incoming webhook of Slack. */
export const slackWebhookNotifier = (destination: SecretDestination, world: SenderWorld): Notifier =>
  sender(destination, world, digest => ({ body: JSON.stringify(slackMessage(digest)) }));

/** Sends Adaptive Cards to a workflow webhook of Microsoft Teams. */
export const teamsWebhookNotifier = (destination: SecretDestination, world: SenderWorld): Notifier =>
  sender(destination, world, digest => ({ body: JSON.stringify(teamsMessage(digest)) }));

/** Sends the digest as JSON with a signature: `x-irsa-auditor-signature: t=<seconds>,v1=<hex>`, where v1 is HMAC-SHA256
 *  over `<seconds>.<body>` with the secret's signingKey; `x-irsa-auditor-id` is the digest's id, to drop repeats by. */
export const signedWebhookNotifier = (destination: SecretDestination, world: SenderWorld): Notifier =>
  sender(destination, world, (digest, { signingKey }) => {
    const body = JSON.stringify(webhookBody(digest));
    const seconds = Math.floor(world.now() / 1000);
    return {
      body,
      headers: {
        'x-irsa-auditor-id': digest.id,
        ...(signingKey === undefined ? {} : { 'x-irsa-auditor-signature': signatureOf(signingKey, seconds, body) }),
      },
    };
  });

/** The signature header of a body. */
const signatureOf = (signingKey: string, seconds: number, body: string): string =>
  `t=${seconds},v1=${createHmac('sha256', signingKey).update(`${seconds}.${body}`).digest('hex')}`;

interface Message {
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const sender = (
  { name, secretName }: SecretDestination,
  world: SenderWorld,
  messageOf: (digest: Digest, secret: DestinationSecret) => Message,
): Notifier => ({
  name,
  send: async digest => {
    const secret = parseSecret(name, await world.readSecret(secretName));
    const { body, headers } = messageOf(digest, secret);
    await postJson(name, secret.url, body, headers, world.post);
    return 'sent';
  },
});
