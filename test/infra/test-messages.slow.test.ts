/** The messages that docs/alerts.md has people publish to test email and chat: they pass the filters of the stack, as SNS applies
 *  them (fauxqs), whatever a destination asks for. */
import { readFileSync } from 'node:fs';
import { CreateTopicCommand, PublishCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect, test } from '@jest/globals';
import { startFauxqs } from 'fauxqs';
import * as z from 'zod';
import { auditorStack, templateOf } from '../support/synthesized.ts';

const [, words = ''] = readFileSync('docs/alerts.md', 'utf8').split('## Before the first alert');
const commands = /```sh\n([\s\S]*?)```/.exec(words)?.[1]?.replaceAll('\\\n', ' ').trim().split('\n') ?? [];
const option = (command: string, name: string): string => new RegExp(`--${name} '([^']*)'`).exec(command)?.[1] ?? '';

const destinations = [
  { to: 'email', addresses: ['all@example.com'] },
  {
    to: 'email',
    addresses: ['a@example.com'],
    when: { minSeverity: 'high', accounts: ['111122223333'], rules: ['x'] },
  },
  {
    to: 'email',
    addresses: ['b@example.com'],
    when: { clusters: ['prod'], namespaces: ['n'], owners: ['o'], transitions: ['opened'] },
  },
];

test('the mail for a test reaches each address, and one without attributes none', async () => {
  const server = await startFauxqs({ port: 0, host: '127.0.0.1', logger: false });
  const options = {
    ...{ region: 'us-east-1', endpoint: `http://127.0.0.1:${server.port}` },
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  const [sns, sqs] = [new SNSClient(options), new SQSClient(options)];
  try {
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'findings' }));
    const template = templateOf(auditorStack({ notifications: destinations }));
    const filters = Object.values(template.Resources).flatMap(({ Type, Properties }) =>
      Type === 'AWS::SNS::Subscription' ? [Properties.FilterPolicy] : [],
    );
    expect(filters).toHaveLength(3);
    const queues: string[] = [];
    for (const [at, filter] of filters.entries()) {
      const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: `q${at}` }));
      queues.push(QueueUrl);
      await sns.send(
        new SubscribeCommand({
          ...{ TopicArn, Protocol: 'sqs', Endpoint: `arn:aws:sqs:us-east-1:000000000000:q${at}` },
          Attributes: { FilterPolicy: JSON.stringify(filter), FilterPolicyScope: 'MessageAttributes' },
        }),
      );
    }
    const received = async (): Promise<readonly number[]> =>
      Promise.all(
        queues.map(async QueueUrl => {
          const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
          return Messages.length;
        }),
      );
    await sns.send(new PublishCommand({ TopicArn, Message: 'without attributes' }));
    expect(await received()).toEqual([0, 0, 0]);
    const [mail = ''] = commands;
    const attribute = z.strictObject({ DataType: z.literal('String'), StringValue: z.string() });
    await sns.send(
      new PublishCommand({
        ...{ TopicArn, Message: option(mail, 'message'), Subject: option(mail, 'subject') },
        MessageAttributes: z.record(z.string(), attribute).parse(JSON.parse(option(mail, 'message-attributes'))),
      }),
    );
    expect(await received()).toEqual([1, 1, 1]);
  } finally {
    sns.destroy();
    sqs.destroy();
    await server.stop();
  }
});

test('the message for a channel is one of the custom schema', () => {
  const [, chat = ''] = commands;
  expect(chat).toContain('CHAT-TOPIC-ARN');
  expect(JSON.parse(option(chat, 'message'))).toEqual({
    ...{ version: '1.0', source: 'custom' },
    content: { textType: 'client-markdown', title: expect.any(String), description: expect.any(String) },
  });
});
