import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Notifier } from '../audit/ports.ts';
import type { Digest } from '../history/transition.ts';
import { asService } from '../kit/classify-error.ts';
import { ThrottledError, TransientError } from '../kit/errors.ts';
import { type DigestDocument, digestThatFits } from '../report/digest/digest-json.ts';
import { digestText } from '../report/digest/digest-text.ts';
import { queueableJson } from '../text.ts';
import { attributesOf } from './digest-attributes.ts';

/** SNS takes 256 KiB for message and attributes together (SNS quotas). A margin is left for what SNS counts beside. */
export const maxSnsMessage = 256 * 1024 - 4 * 1024;

/** The published forms: text for people, JSON for machines, attributes for filter policies. */
export interface SnsMessage {
  readonly Subject: string;
  readonly Message: string;
  readonly MessageStructure: 'json';
  readonly MessageAttributes: Readonly<Record<string, { readonly DataType: string; readonly StringValue: string }>>;
}

/** The message of a digest. Machines (SQS, Lambda, HTTPS) get the document, all others the text. */
export const snsMessage = (digest: Digest): SnsMessage => {
  const { subject, body } = digestText(digest);
  const attributes = Object.entries({ ...attributesOf(digest) }).map(
    ([name, values]) => [name, { DataType: 'String.Array', StringValue: JSON.stringify(values) }] as const,
  );
  const digestId = { DataType: 'String', StringValue: digest.id };
  const messageAttributes = { ...Object.fromEntries(attributes), digestId };
  const left = maxSnsMessage - Buffer.byteLength(JSON.stringify(messageAttributes)) - Buffer.byteLength(subject);
  const document = digestThatFits(digest, each => Buffer.byteLength(structureOf(body, each)) <= left);
  return {
    Subject: subject,
    Message: structureOf(body, document),
    MessageStructure: 'json',
    MessageAttributes: messageAttributes,
  };
};

/** One form for each protocol. `default` is what all others get: people read it. */
const structureOf = (body: string, document: DigestDocument): string => {
  const json = queueableJson(document);
  return JSON.stringify({ default: body, email: body, sqs: json, lambda: json, https: json });
};

/** The client and the topic; `isRead` says whether somebody reads the topic, and is absent where that is known. */
interface SnsNotifierOptions {
  readonly client: SNSClient;
  readonly topicArn: string;
  readonly isRead?: () => Promise<boolean>;
}

/**
 * Publishes digests to a topic. Holds them while nobody reads it: SNS accepts such a message, and it reaches nobody. Where
 * the subscriptions may not be read, the digest is published. Throws `ThrottledError` and `TransientError`, else the SDK's
 * own error.
 */
export const snsNotifier = ({ client, topicArn, isRead }: SnsNotifierOptions): Notifier => ({
  name: 'sns',
  send: async digest => {
    if (isRead !== undefined && !(await orTrueIfRefused(isRead))) return 'held';
    const { MessageAttributes, ...message } = snsMessage(digest);
    const command = new PublishCommand({ TopicArn: topicArn, ...message, MessageAttributes: { ...MessageAttributes } });
    await asService('publish the digest', () => client.send(command));
    return 'sent';
  },
});

/** True where SNS refuses the question. A question that a repeat may answer is thrown: the digest waits for it. */
const orTrueIfRefused = async (ask: () => Promise<boolean>): Promise<boolean> => {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ThrottledError || error instanceof TransientError) throw error;
    return true;
  }
};
