/** Event source mappings: queues whose messages Lambda hands to a function, with the function's role. Source: Lambda Developer Guide,
 *  "Using Lambda with Amazon SQS". */

import type { Question } from './judge.ts';
import { keyOf } from './keys.ts';
import type { LocalBackends } from './local-backends.ts';
import { ofType, type Stack } from './stack.ts';

/** The parts that a mapping needs. */
interface Mapping {
  readonly ask: (question: Question, operation: string) => Promise<boolean>;
  readonly invoke: (functionArn: string, payload: string) => Promise<string>;
  readonly local: LocalBackends;
  readonly roleOf: (functionArn: string) => string;
}

/** The largest payload of a call, in bytes: a batch ends before it. */
const mostPayload = 6 * 1024 * 1024;

/** Hands over all that lies in the queues, in batches of as many messages as their mappings take. */
export const poll = async (stack: Stack, { ask, invoke, local, roleOf }: Mapping): Promise<void> => {
  for (const { properties } of ofType(stack, 'AWS::Lambda::EventSourceMapping')) {
    const arn = String(properties.EventSourceArn);
    const called = ofType(stack, 'AWS::Lambda::Function').find(
      each => each.properties.FunctionName === properties.FunctionName || each.arn === properties.FunctionName,
    );
    const queue = local.messages.inspectQueue(arn.replace(/^.*:/, ''));
    if (called === undefined || queue === undefined) throw new Error(`no queue or function of ${arn}`);
    const principal = { kind: 'session', roleArn: roleOf(called.arn), session: 'mapping' } as const;
    const may = async (action: string, resource: string, context: Question['context'] = {}): Promise<void> => {
      if (!(await ask({ principal, action, resource, context }, 'lambda:EventSourceMapping')))
        throw new Error(`${called.arn} may not ${action} of ${resource}`);
    };
    for (const action of ['sqs:ReceiveMessage', 'sqs:GetQueueAttributes', 'sqs:DeleteMessage']) await may(action, arn);
    const key = keyOf(stack, {}, arn);
    if (key !== undefined)
      await may('kms:Decrypt', key, { 'kms:ViaService': `sqs.${stack.place.region}.amazonaws.com` });
    const records = queue.messages.ready.map(({ messageId, body }) => ({
      ...{ messageId, body, receiptHandle: messageId, eventSource: 'aws:sqs', eventSourceARN: arn },
      ...{ attributes: {}, messageAttributes: {}, md5OfBody: '', awsRegion: stack.place.region },
    }));
    if (records.length === 0) continue;
    purge(local, arn);
    for (const Records of batchesOf(records, Number(properties.BatchSize ?? 10)))
      await invoke(called.arn, JSON.stringify({ Records }));
  }
};

/** Records in their order, in batches of at most `most` and of less than the largest payload. */
export const batchesOf = <T>(records: readonly T[], most: number): readonly (readonly T[])[] => {
  const batches: T[][] = [];
  let room = 0;
  for (const record of records) {
    const size = Buffer.byteLength(JSON.stringify(record)) + 1;
    const last = batches.at(-1);
    room -= size;
    if (last !== undefined && last.length < most && room > 0) last.push(record);
    else {
      batches.push([record]);
      room = mostPayload - size - '{"Records":[]}'.length;
    }
  }
  return batches;
};

/** Takes every message of a queue away. */
const purge = ({ messages }: LocalBackends, arn: string): void => {
  const [name = '', , region = ''] = arn.split(':').reverse();
  messages.deleteQueue(name, { region });
  messages.createQueue(name, { region });
};
