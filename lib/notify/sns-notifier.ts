import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Notifier } from '../audit/ports.ts';
import type { Digest } from '../history/transition.ts';
import { asService } from '../kit/classify-error.ts';
import { type DigestDocument, digestThatFits } from '../report/digest/digest-json.ts';
import { digestText } from '../report/digest/digest-text.ts';
import { queueableJson } from '../text/visible-text.ts';
import { attributesOf } from './digest-attributes.ts';

/** SNS takes 256 KiB for message and attributes together (SNS quotas). A margin is left for what SNS counts beside. */
export const maxMessage = 256 * 1024 - 4 * 1024;

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
  const left = maxMessage - Buffer.byteLength(JSON.stringify(messageAttributes)) - Buffer.byteLength(subject);
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

/** Publishes digests to a topic. Throws `ThrottledError` and `TransientError`, else the SDK's own error. */
export const snsNotifier = (options: { readonly client: SNSClient; readonly topicArn: string }): Notifier => ({
  name: 'sns',
  send: async digest => {
    const { MessageAttributes, ...message } = snsMessage(digest);
    const command = new PublishCommand({
      TopicArn: options.topicArn,
      ...message,
      MessageAttributes: { ...MessageAttributes },
    });
    await asService('publish the digest', () => options.client.send(command));
    return 'sent';
  },
});
