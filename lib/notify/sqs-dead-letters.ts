import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { DeadLetter, DeadLetters } from '../audit/ports.ts';
import { asService } from '../kit/classify-error.ts';
import { type DigestDocument, digestThatFits } from '../report/digest/digest-json.ts';
import { queueableJson } from '../text.ts';

/** Bytes of one letter. SQS takes 1 MiB, and took 256 KiB for long (SQS Developer Guide, message quotas): queues and
 *  their readers that know the old limit take it, too. */
export const maxLetter = 250 * 1024;

/** A message of the queue: the destination, the digest that it did not take, and the reason. The digest is the document
 *  that web hooks get. */
interface LetterDocument {
  readonly schemaVersion: 1;
  readonly destination: string;
  readonly attempts: number;
  readonly because: string;
  readonly digest: DigestDocument;
}

const letterOf = ({ destination, attempts, because }: DeadLetter, digest: DigestDocument): LetterDocument => ({
  schemaVersion: 1,
  destination,
  attempts,
  because,
  digest,
});

/** The body of a letter: the worst of the digest that fits, with a count of the rest. */
export const letterBody = (letter: DeadLetter): string =>
  queueableJson(
    letterOf(
      letter,
      digestThatFits(letter.digest, digest => Buffer.byteLength(queueableJson(letterOf(letter, digest))) <= maxLetter),
    ),
  );

/** Keeps dead letters in a queue. Throws `ThrottledError` and `TransientError`, else the SDK's own error. */
export const sqsDeadLetters = (options: { readonly client: SQSClient; readonly queueUrl: string }): DeadLetters => ({
  put: async letter => {
    const command = new SendMessageCommand({ QueueUrl: options.queueUrl, MessageBody: letterBody(letter) });
    await asService('keep a dead letter', () => options.client.send(command));
  },
});
