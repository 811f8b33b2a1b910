import { describe, expect, test } from '@jest/globals';
import { type Destination, destination, destinationKinds } from '../../lib/config/destinations.ts';
import type { Digest } from '../../lib/history/transition.ts';
import { chatbotMessage } from '../../lib/notify/chatbot-message.ts';
import { previewsOf } from '../../lib/notify/preview/previews-of.ts';
import { slackMessage } from '../../lib/notify/slack-message.ts';
import { adaptiveCard } from '../../lib/notify/teams-message.ts';
import { known } from '../report/sample-report.ts';
import { aDigest } from './sample-digest.ts';

const all: readonly Destination[] = Object.values(destinationKinds).map(({ to, example }) => {
  const { when: _, quietHours: __, ...rest } = example as Record<string, unknown>;
  return destination.parse({ to, ...rest });
});
const weekly: Digest = {
  ...aDigest(),
  transitions: [],
  factChanges: [],
  stillOpen: { findings: aDigest().transitions.map(({ after }) => known(after.finding)), beyond: 0 },
};
const textOf = (to: string, digest: Digest): string =>
  previewsOf(
    all.filter(one => one.to === to),
    digest,
  )[0]?.text ?? '';

/** All texts that a person sees of a message: the values of these keys. */
const seen = (value: unknown): readonly string[] => {
  if (Array.isArray(value)) return value.flatMap(seen);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    typeof inner === 'string' && ['text', 'title', 'description'].includes(key)
      ? [inner]
      : key === 'nextSteps' && Array.isArray(inner)
        ? inner.map(String)
        : seen(inner),
  );
};

describe.each([
  ['a digest', aDigest()],
  ['a weekly summary', weekly],
])('the preview of %s', (_, digest) => {
  test.each<[string, object]>([
    ['slack', slackMessage(digest)],
    ['teams', adaptiveCard(digest)],
    ['chatbot-slack', chatbotMessage(digest).content],
  ])('of %s has every text of the message', (to, message) => {
    const texts = seen(message).filter(text => text.trim() !== '' && text !== slackMessage(digest).text);
    const preview = textOf(to, digest).replace(/^ {4}/gm, '');
    expect(texts.length).toBeGreaterThan(2);
    for (const text of texts) expect(preview).toContain(text);
  });
});

test('an emoji is the sign that Slack draws', () => {
  expect(textOf('slack', aDigest())).toMatch(/🟠 high, new: .*\n(?:.*\n)*.*✅ resolved/);
  expect(textOf('slack', aDigest())).not.toMatch(/:\w+_\w+:/);
});

test('every kind has a preview, and the weekly summary goes to people', () => {
  expect(previewsOf(all, aDigest()).map(({ title }) => title)).toEqual([
    'email: platform@example.com',
    'chatbot-slack: C0123ABCD',
    'slack: irsa-auditor/slack',
    'teams: irsa-auditor/teams',
    'webhook: irsa-auditor/webhook',
    'eventbridge: the default bus',
    'security-hub: this account',
  ]);
  expect(previewsOf(all, weekly)).toHaveLength(4);
});

test('a machine’s message is whole, with the first finding alone', () => {
  for (const to of ['webhook', 'eventbridge', 'security-hub']) {
    const [text = '', note] = textOf(to, aDigest()).split('\n(');
    expect(JSON.parse(text)).toEqual(expect.any(Object));
    expect(note).toBe('with the first of 2 findings)');
  }
});
