import { readFileSync } from 'node:fs';
import type { SNSClient } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { type FauxqsServer, startFauxqs } from 'fauxqs';
import { ThrottledError, TransientError } from '../../lib/kit/errors.ts';
import { attributesOf } from '../../lib/notify/digest-attributes.ts';
import { snsClient } from '../../lib/notify/sns-clients.ts';
import { maxSnsMessage, snsMessages, snsNotifier } from '../../lib/notify/sns-notifier.ts';
import { digestText } from '../../lib/report/digest/digest-text.ts';
import { aDigest, aFactChange, openedOf } from '../support/digest-builders.ts';
import { aFinding, aRoleFinding } from '../support/drift-builders.ts';

const ajv = new Ajv2020();
formats.default(ajv);
const isDigest = ajv.compile(JSON.parse(readFileSync('docs/schema/digest.json', 'utf8')));
const many = (count: number) =>
  openedOf(
    Array.from({ length: count }, (_, n) =>
      aRoleFinding(`role-${n}`, { severity: 'low', clusterName: `cluster-${n}` }),
    ),
  );

describe('message attributes', () => {
  test('name everything that is in the digest', () => {
    const other = { severity: 'low', clusterName: 'bank', namespace: 'batch', owner: 'team-b' } as const;
    const findings = [aRoleFinding('a'), aRoleFinding('b', other)];
    expect(attributesOf(aDigest(openedOf(findings)))).toEqual({
      severity: ['high', 'low'],
      account: ['111122223333'],
      cluster: ['bank', 'shop'],
      namespace: ['-', 'batch'],
      owner: ['-', 'team-b'],
      rule: ['trust-any-subject'],
      transition: ['opened'],
    });
  });

  test('let every filter through where something has no value', () => {
    const { clusterName: _none, ...finding } = aFinding();
    expect(attributesOf(aDigest(openedOf([finding])))).toMatchObject({ cluster: ['*'], severity: ['high'] });
    expect(attributesOf(aDigest([], [aFactChange()]))).toEqual({
      severity: ['*'],
      account: ['111122223333'],
      cluster: ['*'],
      namespace: ['-'],
      owner: ['-'],
      rule: ['*'],
      transition: ['*'],
    });
    expect(attributesOf(aDigest(openedOf([aFinding()]), [aFactChange()]))).toMatchObject({ severity: ['high', '*'] });
  });

  test('let every filter through where there is too much', () => {
    expect(attributesOf(aDigest(many(2000))).cluster).toEqual(['*']);
  });

  test('have the owner of before too, and let no owner’s filter through for what nobody owns', () => {
    const [opened] = openedOf([aFinding({ owner: 'team-b' })]);
    if (opened === undefined) throw new Error('no transition');
    const moved = { ...opened, before: { ...opened.after, finding: aFinding({ owner: 'team-a' }) } };
    expect(attributesOf(aDigest([moved])).owner).toEqual(['team-a', 'team-b']);
    expect(attributesOf(aDigest(openedOf([aFinding()]))).owner).toEqual(['-']);
  });
});

describe('the message', () => {
  test('has text for people, a document for machines', () => {
    const digest = aDigest(openedOf([aFinding()]));
    const { text, document } = snsMessages(digest);
    expect(text).toMatchObject({ Subject: digestText(digest).subject, Message: digestText(digest).body });
    expect(text.MessageAttributes?.digestId).toEqual({ DataType: 'String', StringValue: digest.id });
    // A policy over attributes drops what has none.
    expect(Object.keys(document)).toEqual(['Message']);
    expect(isDigest(JSON.parse(document.Message))).toBe(true);
  });

  test('never exceeds what SNS takes, and counts what was cut', () => {
    const findings = many(3000).map(step => ({
      ...step,
      after: { ...step.after, finding: { ...step.after.finding, message: `${'"\\'.repeat(500)} \u{1f600}` } },
    }));
    const { text, document: published } = snsMessages(aDigest(findings));
    for (const { Message, ...beside } of [text, published])
      expect(Buffer.byteLength(Message) + Buffer.byteLength(JSON.stringify(beside))).toBeLessThanOrEqual(maxSnsMessage);
    // SNS refuses more.
    expect(maxSnsMessage).toBeLessThan(256 * 1024);
    const document = JSON.parse(published.Message);
    expect(document.transitions.length).toBeGreaterThan(0);
    expect(document.omitted.transitions).toBe(3000 - document.transitions.length);
  });
});

describe('published to SNS', () => {
  let server: FauxqsServer;
  let client: SNSClient;
  beforeAll(async () => {
    server = await startFauxqs({ port: 0, host: '127.0.0.1', logger: false });
    server.setup({
      queues: [{ name: 'all' }],
      topics: [{ name: 'findings' }],
      subscriptions: [{ topic: 'findings', queue: 'all' }],
    });
    client = snsClient({
      region: 'us-east-1',
      endpoint: `http://127.0.0.1:${server.port}`,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 1,
    });
  });
  afterAll(async () => {
    client.destroy();
    await server.stop();
  });

  const bodies = (queue: string): string[] => {
    const inspected = server.inspectQueue(queue);
    return (inspected?.messages.ready ?? []).map(({ body }) => body);
  };

  test('reaches a queue as a document, then as the text', async () => {
    const topicArn = 'arn:aws:sns:us-east-1:000000000000:findings';
    const digest = aDigest(openedOf([aRoleFinding('a', { severity: 'low' })]));
    await snsNotifier({ client, topicArn }).send(digest);
    const [document, text, ...more] = bodies('all').map(body => JSON.parse(body));
    expect(more).toEqual([]);
    expect(isDigest(JSON.parse(document.Message))).toBe(true);
    expect(text.Subject).toBe('[low] irsa-auditor: shop: role a: trust-any-subject (1 new)');
  });

  test.each([
    ['TransientError', new TransientError('later')],
    ['ThrottledError', new ThrottledError('later')],
  ])('whether anyone reads it is asked again where a repeat may tell: %s', async (name, error) => {
    const isRead = () => Promise.reject(error);
    const topicArn = 'arn:aws:sns:us-east-1:000000000000:none';
    await expect(snsNotifier({ client, topicArn, isRead }).send(aDigest(many(1)))).rejects.toMatchObject({ name });
  });

  test('takes the largest message', async () => {
    const topicArn = 'arn:aws:sns:us-east-1:000000000000:findings';
    await snsNotifier({ client, topicArn }).send(aDigest(many(3000)));
    expect(bodies('all')).toHaveLength(4);
  });

  test('of a topic that does not answer is a matter for a repeat', async () => {
    const dead = snsClient({
      region: 'us-east-1',
      endpoint: 'http://127.0.0.1:1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 1,
    });
    const notifier = snsNotifier({ client: dead, topicArn: 'arn:aws:sns:us-east-1:000000000000:findings' });
    await expect(notifier.send(aDigest(openedOf([aFinding()])))).rejects.toMatchObject({ name: 'TransientError' });
    expect(notifier.name).toBe('sns');
  });
});
