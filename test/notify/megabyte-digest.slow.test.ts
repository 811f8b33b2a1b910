/** A megabyte in every text that a digest is made of: each message fits, and says that it was cut. */
import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { SecurityHubClient } from '@aws-sdk/client-securityhub';
import { describe, expect, test } from '@jest/globals';
import { deliver } from '../../lib/audit/deliver.ts';
import { documentKeys } from '../../lib/audit/document-keys.ts';
import { maxAttempts } from '../../lib/audit/drain.ts';
import type { DeadLetter } from '../../lib/audit/ports.ts';
import type { Digest } from '../../lib/history/transition.ts';
import { chatbotMessage } from '../../lib/notify/chatbot-message.ts';
import { eventBridgeNotifier } from '../../lib/notify/eventbridge-notifier.ts';
import { securityHubNotifier } from '../../lib/notify/security-hub-notifier.ts';
import { slackMessage } from '../../lib/notify/slack-message.ts';
import { snsMessages } from '../../lib/notify/sns-notifier.ts';
import { teamsMessage } from '../../lib/notify/teams-message.ts';
import { memoryDocumentStore } from '../../lib/store/memory-document-store.ts';
import { aDigest, aFactChange, openedOf } from '../support/digest-builders.ts';
import { aRoleFinding } from '../support/drift-builders.ts';
import { inflated } from '../support/inflated-objects.ts';

const megabyte = 1024 * 1024;
/** The limit of AWS for one message of SNS or one entry of EventBridge. */
const mostBytes = 256 * 1024;
/** Texts that are one of a closed set, or that we make ourselves, stay. */
const ours = new Set([
  'id',
  'ruleId',
  'kind',
  'severity',
  'impact',
  'messageId',
  'at',
  'runId',
  'accountId',
  'expires',
]);
const inflatedTexts = <T>(value: T, name = ''): T => {
  if (typeof value === 'string') return (ours.has(name) ? value : inflated(value, megabyte)) as T;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(item => inflatedTexts(item, name)) as T;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inflatedTexts(item, key)])) as T;
};
const finding = aRoleFinding('cart', {
  ...{ severity: 'critical', podError: 'AccessDenied', owner: 'team', clusterName: 'shop', namespace: 'checkout' },
  fix: { summary: 'Do it.', choice: 'Which?', commands: ['aws iam do-it'] },
});
/** Findings as the evaluation hands them over, and facts as they are watched. */
const digestOf = (make: <T>(value: T) => T): Digest =>
  aDigest(openedOf([make(finding)]), [make(aFactChange({ before: 'a', after: 'b' }))]);
const usual = digestOf(value => value);
const large = digestOf(value => inflatedTexts(value));

/** Milliseconds of the quickest of some repeats. */
const quickest = (work: () => unknown): number =>
  Math.min(
    ...Array.from({ length: 5 }, () => {
      const began = process.cpuUsage();
      work();
      const { user, system } = process.cpuUsage(began);
      return (user + system) / 1000;
    }),
  );

const sent = async (digest: Digest) => {
  const inputs: unknown[] = [];
  const clientOf = <C>(answer: object): C =>
    ({
      send: async ({ input }: { readonly input: unknown }) => {
        inputs.push(input);
        return answer;
      },
    }) as C;
  const place = { partition: 'aws', accountId: '111122223333', region: 'eu-west-1' };
  await eventBridgeNotifier('bus', clientOf<EventBridgeClient>({ Entries: [{ EventId: 'e' }, { EventId: 'f' }] })).send(
    digest,
  );
  await securityHubNotifier('hub', clientOf<SecurityHubClient>({ FailedCount: 0 }), place).send(digest);
  return inputs;
};

describe('a digest with a megabyte in every text', () => {
  test.each<readonly [string, (digest: Digest) => unknown, number]>([
    ['email', digest => snsMessages(digest).text, mostBytes],
    ['a queue', digest => snsMessages(digest).document, mostBytes],
    ['Slack', slackMessage, 50_000],
    ['Teams', teamsMessage, 28 * 1024],
    ['chat', chatbotMessage, mostBytes],
  ])('is a message for %s that fits, says that it was cut, and takes about the usual time', (_name, write, most) => {
    const text = JSON.stringify(write(large));
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(most);
    expect(text).toMatch(/…|omitted/);
    // A step that sends takes seconds; facts of a megabyte are looked through, and cut where they are collected.
    expect(quickest(() => write(large))).toBeLessThan(2 * quickest(() => write(usual)) + 500);
  });

  test('is events and findings that fit', async () => {
    const [usually, now] = [await sent(usual), await sent(large)];
    expect(now.length).toBe(usually.length);
    for (const input of now) expect(Buffer.byteLength(JSON.stringify(input))).toBeLessThan(mostBytes);
  });
});

test('a destination that refuses with a megabyte is told of in one line, in its outbox and in the dead letters', async () => {
  const letters: DeadLetter[] = [];
  const send = async (): Promise<never> => {
    throw Object.assign(new Error(`no\n${'x'.repeat(megabyte)}`), { name: 'InvalidParameterException' });
  };
  const documents = memoryDocumentStore();
  const put = async (letter: DeadLetter): Promise<void> => {
    letters.push(letter);
  };
  const ports = { documents, deadLetters: { put }, notifiers: [{ name: 'a', send }], now: () => usual.at };
  await deliver(ports, usual);
  expect(JSON.stringify(await documents.get(documentKeys('').outbox('a'))).length).toBeLessThan(10_000);
  for (let run = 1; run < maxAttempts; run += 1) await deliver(ports, undefined);
  expect(letters.map(({ because }) => [because.length, because.endsWith('…')])).toEqual([[300, true]]);
});
