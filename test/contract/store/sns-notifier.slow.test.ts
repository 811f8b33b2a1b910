/** The notifier on moto: the text that addresses get, by filter policies over the attributes, and the document for machines. */
import { CreateTopicCommand, type SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { digestAttributes } from '../../../lib/audit/contract.ts';
import { snsClient } from '../../../lib/notify/sns-clients.ts';
import { snsNotifier } from '../../../lib/notify/sns-notifier.ts';
import { aDigest, aFactChange, openedOf } from '../../support/digest-builders.ts';
import { aRoleFinding } from '../../support/drift-builders.ts';
import { type Moto, startMoto } from '../../support/moto.ts';

let moto: Moto;
let client: SNSClient;
let topicArn: string;

/** One queue for each filter policy. */
const filters: Readonly<Record<string, unknown>> = {
  all: undefined,
  high: { [digestAttributes.severity]: ['critical', 'high', '*'] },
  low: { [digestAttributes.severity]: ['low', '*'] },
  bank: { [digestAttributes.cluster]: ['bank', '*'], [digestAttributes.transition]: ['opened', '*'] },
  elsewhere: { [digestAttributes.account]: ['999999999999', '*'] },
  machines: { source: ['irsa-auditor'] },
};

beforeAll(async () => {
  moto = await startMoto();
  client = snsClient({
    region: 'us-east-1',
    endpoint: moto.url,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  topicArn = (await client.send(new CreateTopicCommand({ Name: 'findings' }))).TopicArn ?? '';
  for (const [name, policy] of Object.entries(filters)) {
    await sqs('CreateQueue', { QueueName: name });
    await client.send(
      new SubscribeCommand({
        TopicArn: topicArn,
        Protocol: 'sqs',
        Endpoint: `arn:aws:sqs:us-east-1:123456789012:${name}`,
        Attributes: {
          ...(policy === undefined ? {} : { FilterPolicy: JSON.stringify(policy) }),
          ...(name === 'machines' ? { FilterPolicyScope: 'MessageBody' } : {}),
        },
      }),
    );
  }
});
afterAll(async () => {
  client.destroy();
  await moto.stop();
});

/** SQS over its JSON protocol: one call does not need a further SDK client. */
const sqs = async (operation: string, body: unknown): Promise<Record<string, unknown>> => {
  const answer = await fetch(moto.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `AmazonSQS.${operation}`,
      authorization:
        'AWS4-HMAC-SHA256 Credential=test/20261125/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=x',
    },
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(200);
  return JSON.parse((await answer.text()) || '{}');
};

const received = async (queue: string): Promise<readonly { readonly Subject: string; readonly Message: string }[]> => {
  const answer = await sqs('ReceiveMessage', {
    QueueUrl: `${moto.url}/123456789012/${queue}`,
    MaxNumberOfMessages: 10,
    VisibilityTimeout: 0,
  });
  const messages = Array.isArray(answer.Messages) ? answer.Messages : [];
  return messages.map(({ Body }) => JSON.parse(Body));
};

describe('a digest on moto', () => {
  test('comes to the subscriptions whose filter it passes as text, machines get the document', async () => {
    const digest = aDigest(openedOf([aRoleFinding('a', { severity: 'low', clusterName: 'bank' })]));
    await snsNotifier({ client, topicArn }).send(digest);
    const counts = await Promise.all(Object.keys(filters).map(async name => [name, (await received(name)).length]));
    expect(Object.fromEntries(counts)).toEqual({ all: 2, high: 0, low: 1, bank: 1, elsewhere: 0, machines: 1 });
    const [[text], [document]] = [await received('low'), await received('machines')];
    expect(text?.Subject).toBe('[low] irsa-auditor: bank: role a: trust-any-subject (1 new)');
    expect(text?.Message).toContain('trust-any-subject');
    expect(JSON.parse(document?.Message ?? '{}')).toMatchObject({ digestId: digest.id, source: 'irsa-auditor' });
  });

  test('of facts alone passes every filter but that of the account', async () => {
    await snsNotifier({ client, topicArn }).send(aDigest([], [aFactChange()]));
    const counts = await Promise.all(Object.keys(filters).map(async name => [name, (await received(name)).length]));
    expect(Object.fromEntries(counts)).toEqual({ all: 4, high: 1, low: 2, bank: 2, elsewhere: 0, machines: 2 });
  });
});
