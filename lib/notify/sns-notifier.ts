import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Notifier } from '../audit/ports.ts';
import type { Digest } from '../history/transition.ts';
import { asService } from '../kit/classify-error.ts';
import { ThrottledError, TransientError } from '../kit/errors.ts';
import { digestThatFits } from '../report/digest/digest-json.ts';
import { digestText } from '../report/digest/digest-text.ts';
import { queueableJson } from '../text.ts';
import { attributesOf } from './digest-attributes.ts';

/** SNS takes 256 KiB for message and attributes together (SNS quotas). A margin is left for what SNS counts beside. */
export const maxSnsMessage = 256 * 1024 - 4 * 1024;

/** A message of a topic. The filter policies of addresses go by the attributes. */
interface SnsMessage {
  readonly Subject?: string;
  readonly Message: string;
  readonly MessageAttributes?: Readonly<Record<string, { readonly DataType: string; readonly StringValue: string }>>;
}

/**
 * The messages of a digest: the document for machines, and the text for people with its attributes. They are two because SNS
 * sends attributes only with a message of one form for all protocols (SNS Developer Guide, "Amazon SNS message attributes"). A
 * policy over attributes drops the document, which has none (the same guide, "Key matching").
 */
export const snsMessages = (digest: Digest): { readonly document: SnsMessage; readonly text: SnsMessage } => {
  const { subject, body } = digestText(digest);
  const attributes = Object.entries({ ...attributesOf(digest) }).map(
    ([name, values]) => [name, { DataType: 'String.Array', StringValue: JSON.stringify(values) }] as const,
  );
  const digestId = { DataType: 'String', StringValue: digest.id };
  const document = digestThatFits(digest, each => Buffer.byteLength(queueableJson(each)) <= maxSnsMessage);
  return {
    document: { Message: queueableJson(document) },
    text: { Subject: subject, Message: body, MessageAttributes: { ...Object.fromEntries(attributes), digestId } },
  };
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
    const { document, text } = snsMessages(digest);
    // Where the second fails both are repeated: machines drop a repeat by its id, people cannot.
    for (const { MessageAttributes, ...message } of [document, text]) {
      const command = new PublishCommand({
        TopicArn: topicArn,
        ...message,
        MessageAttributes: { ...MessageAttributes },
      });
      await asService('publish the digest', () => client.send(command));
    }
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
