import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SNSClient } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { deliver } from '../../lib/audit/deliver.ts';
import { snsClient } from '../../lib/notify/sns-clients.ts';
import { snsNotifier } from '../../lib/notify/sns-notifier.ts';
import { reachesAnAddress, snsSubscriptions, wantedSubscriptions } from '../../lib/notify/sns-subscriptions.ts';
import { memoryDocumentStore } from '../../lib/store/memory-document-store.ts';
import { aDigest, openedOf } from '../support/digest-builders.ts';
import { aFinding } from '../support/drift-builders.ts';

/** A topic that answers in pages of one subscription, in SNS's query protocol (SNS API reference). */
const topicArn = 'arn:aws:sns:us-east-1:111122223333:irsa-auditor-findings';
type Subscription = readonly [protocol: string, endpoint: string, isConfirmed: boolean];
let subscriptions: readonly Subscription[] = [];
let refusal: { readonly status: number; readonly code: string } | undefined;
let published = 0;
/** Requests for a page; while `endless` each names the second one as the next, twenty times at the most. */
let listings = 0;
let endless = false;
let server: Server;
let client: SNSClient;

const listed = (next: number): string => {
  const [protocol, endpoint, isConfirmed] = subscriptions[next] ?? [];
  const member =
    protocol === undefined
      ? ''
      : `<member><TopicArn>${topicArn}</TopicArn><Protocol>${protocol}</Protocol><Endpoint>${endpoint}</Endpoint><SubscriptionArn>${isConfirmed ? `${topicArn}:${next}` : 'PendingConfirmation'}</SubscriptionArn></member>`;
  listings += 1;
  const isMore = endless ? listings < 20 : next + 1 < subscriptions.length;
  const more = isMore ? `<NextToken>${endless ? 1 : next + 1}</NextToken>` : '';
  return `<ListSubscriptionsByTopicResponse><ListSubscriptionsByTopicResult><Subscriptions>${member}</Subscriptions>${more}</ListSubscriptionsByTopicResult></ListSubscriptionsByTopicResponse>`;
};

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', chunk => {
      body += String(chunk);
    });
    request.on('end', () => {
      const asked = new URLSearchParams(body);
      if (asked.get('Action') === 'Publish') {
        published += 1;
        response.end('<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>');
      } else if (refusal !== undefined) {
        response.statusCode = refusal.status;
        response.end(`<ErrorResponse><Error><Code>${refusal.code}</Code><Message>no</Message></Error></ErrorResponse>`);
      } else response.end(listed(Number(asked.get('NextToken') ?? 0)));
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  client = snsClient({
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
});
afterAll(() => {
  client.destroy();
  server.close();
});
beforeEach(() => {
  refusal = undefined;
  published = 0;
  listings = 0;
  endless = false;
});

const addresses = ['a@example.com', 'b@example.com'];

describe('a message reaches an address', () => {
  test.each<readonly [string, readonly Subscription[], boolean]>([
    ['nobody has confirmed', [['email', 'a@example.com', false]], false],
    [
      'nobody has confirmed, and a queue reads the topic',
      [
        ['email', 'a@example.com', false],
        ['sqs', 'arn:aws:sqs:us-east-1:111122223333:q', true],
      ],
      false,
    ],
    ['all subscriptions are gone after 48 hours', [], false],
    [
      'both addresses unsubscribed, and a queue reads the topic',
      [['sqs', 'arn:aws:sqs:us-east-1:111122223333:q', true]],
      true,
    ],
    [
      'an address waits, and another form of mail to it has confirmed',
      [
        ['email', 'a@example.com', false],
        ['email-json', 'b@example.com', true],
      ],
      false,
    ],
    ['an address of somebody else waits', [['email', 'c@example.com', false]], false],
    [
      'one of two has confirmed, on a later page and in other letter case',
      [
        ['email', 'a@example.com', false],
        ['email', 'B@Example.com', true],
      ],
      true,
    ],
  ])('%s', async (_title, all, expected) => {
    subscriptions = all;
    expect(await reachesAnAddress(client, topicArn, addresses)).toBe(expected);
  });

  test('where the configuration names no address, nobody is waited for', async () => {
    subscriptions = [];
    expect(await reachesAnAddress(client, topicArn, [])).toBe(true);
  });

  test('a list whose pages name themselves as the next one ends', async () => {
    subscriptions = [
      ['email', 'a@example.com', true],
      ['email', 'b@example.com', true],
    ];
    endless = true;
    expect(await reachesAnAddress(client, topicArn, addresses)).toBe(true);
    expect(listings).toBe(2);
  });
});

describe('the first digest', () => {
  const notifier = () => snsNotifier({ client, topicArn, isRead: () => reachesAnAddress(client, topicArn, addresses) });
  const digest = aDigest(openedOf([aFinding()]));

  test('is held while nobody has confirmed, is said to be, and goes out once somebody has', async () => {
    const ports = { documents: memoryDocumentStore(), notifiers: [notifier()], now: () => '2026-11-23T08:00:00.000Z' };
    subscriptions = [['email', 'a@example.com', false]];
    expect(await deliver(ports, digest)).toMatchObject({ sentTo: [], held: ['sns'], failed: [] });
    expect(published).toBe(0);
    subscriptions = [['email', 'a@example.com', true]];
    expect(await deliver(ports, undefined)).toMatchObject({ sentTo: ['sns'], held: [] });
    // The document, then the text.
    expect(published).toBe(2);
    await deliver(ports, undefined);
    // The document, then the text.
    expect(published).toBe(2);
  });

  test('is published where the subscriptions may not be read', async () => {
    refusal = { status: 403, code: 'AuthorizationError' };
    expect(await notifier().send(digest)).toBe('sent');
    // The document, then the text.
    expect(published).toBe(2);
  });

  test('waits for the next run where SNS is throttled', async () => {
    refusal = { status: 400, code: 'Throttling' };
    await expect(notifier().send(digest)).rejects.toMatchObject({ name: 'ThrottledError' });
    expect(published).toBe(0);
  });
});

test('each address is looked up once a topic, with the filter that it was deployed with', async () => {
  subscriptions = [['email', 'a@example.com', true]];
  const wanted = wantedSubscriptions(
    {
      notifications: [
        { to: 'email', addresses: ['a@example.com'], when: { minSeverity: 'critical' } },
        { to: 'email', addresses },
      ],
      operations: { to: 'email', addresses: ['a@example.com'] },
    },
    { findings: topicArn },
  );
  expect(await snsSubscriptions(client, wanted).read()).toEqual([
    { topicArn, address: 'a@example.com', filterPolicy: '{"severity":["critical","*"]}', state: 'confirmed' },
    { topicArn, address: 'b@example.com', state: 'absent' },
  ]);
});

test('an address is wanted once a topic, in whichever letter case it is written', () => {
  const notifications = ['a@example.com', 'A@Example.com'].map(each => ({ to: 'email' as const, addresses: [each] }));
  expect(wantedSubscriptions({ notifications }, { findings: topicArn })).toEqual([
    { topicArn, address: 'a@example.com' },
  ]);
});
