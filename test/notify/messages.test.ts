import { describe, expect, test } from '@jest/globals';
import type { Notifier } from '../../lib/audit/ports.ts';
import type { Digest } from '../../lib/core/drift/transition.ts';
import { chatbotMessage } from '../../lib/notify/chatbot-message.ts';
import { notifiersOf } from '../../lib/notify/notifiers-of.ts';
import { routedNotifier } from '../../lib/notify/routed-notifier.ts';
import { slackMessage } from '../../lib/notify/slack-message.ts';
import { teamsMessage } from '../../lib/notify/teams-message.ts';
import { testDigest } from '../../lib/notify/test-digest.ts';
import { takingNotifier } from '../support/taking-notifier.ts';
import { aDigest, aHostileDigest } from './sample-digest.ts';

const digests = [
  ['usual', aDigest()],
  ['hostile and large', aHostileDigest(400)],
  ['test', testDigest('2026-11-01T06:00:00.000Z')],
] as const;
const strings = (value: unknown): readonly string[] =>
  typeof value === 'string'
    ? [value]
    : typeof value === 'object' && value !== null
      ? Object.values(value).flatMap(strings)
      : [];

describe.each(digests)('a %s digest', (_, digest) => {
  test('shows no control or direction character to people', () => {
    const text = strings([slackMessage(digest), teamsMessage(digest), chatbotMessage(digest)]).join('');
    expect(text).not.toMatch(/[\p{Cf}\p{Zl}]|(?!\n)\p{Cc}/u);
  });
});

test('the finding’s id is there to ask for', () => {
  const [{ after } = { after: undefined }] = aDigest().transitions;
  for (const message of [slackMessage(aDigest()), teamsMessage(aDigest())])
    expect(
      strings(message).some(
        text => text.endsWith(`shop · ${after?.finding.id}`) || text.endsWith(`shop · ${after?.finding.id}\n`),
      ),
    ).toBe(true);
});

test('what is resolved reads as resolved: no fix, no command, no mark of danger', () => {
  const usual = aDigest();
  const digest = {
    ...usual,
    transitions: usual.transitions.filter(({ kind }) => kind === 'resolved'),
    factChanges: [],
  };
  expect(digest.transitions).toHaveLength(1);
  for (const message of [slackMessage(digest), teamsMessage(digest), chatbotMessage(digest)]) {
    const text = strings(message).join('\n');
    expect(text).toContain('resolved, was medium');
    expect(text).toMatch(/No longer so \(.+\): Every service account/);
    expect(text).not.toMatch(/Fix|aws iam|yellow|warning/);
  }
});

test('of a changed fact nothing is said of rules: one of them may well fail', () => {
  const digest = { ...aDigest(), transitions: [] };
  for (const message of [slackMessage(digest), teamsMessage(digest), chatbotMessage(digest)]) {
    const text = strings(message).join('\n');
    expect(text).toContain('IRSA audit: 1 fact changed');
    expect(text).toContain('Make sure that the change was meant.');
    expect(text).not.toMatch(/no rule/i);
  }
});

test('of a long policy that changed, each channel shows what differs', () => {
  const policy = (subject: string) =>
    `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","x":"${'y'.repeat(400)}","sub":"${subject}"}]}`;
  const change = {
    kind: 'role-trust-policy',
    subject: 'arn:aws:iam::111122223333:role/a',
    accountId: '111122223333',
  } as const;
  const digest = {
    ...aDigest(),
    transitions: [],
    factChanges: [
      { ...change, before: policy('shop:cart'), after: policy('*'), at: '2026-11-01T06:00:00.000Z', runId: 'run-1' },
    ],
  };
  for (const message of [slackMessage(digest), teamsMessage(digest), chatbotMessage(digest)]) {
    const text = strings(message).join('\n');
    expect(text).toMatch(/arn:aws:iam::111122223333:role\/a: …y+","sub":"shop:cart"}\]} became …y+","sub":"[*∗]"}\]}/);
  }
});

describe('routing of destinations', () => {
  const recorded = (name: string): { readonly notifier: Notifier; readonly sent: readonly Digest[] } => {
    const sent: Digest[] = [];
    return { sent, notifier: takingNotifier(name, sent) };
  };
  const quiet = { from: '00:00', to: '23:59', timeZone: 'UTC', exceptSeverity: 'critical' } as const;

  test('nothing of interest is not sent; in quiet hours it waits', async () => {
    const { notifier, sent } = recorded('slack');
    const now = () => '2026-11-01T12:00:00.000Z';
    expect(await routedNotifier(notifier, { when: { minSeverity: 'critical' } }, now).send(aDigest())).toBe('sent');
    expect(await routedNotifier(notifier, { quietHours: quiet }, now).send(aDigest())).toBe('held');
    expect(sent).toEqual([]);
    expect(await routedNotifier(notifier, {}, now).send(aDigest())).toBe('sent');
    expect(sent).toHaveLength(1);
  });

  test('each destination has a name of its own, and email none', () => {
    const names = notifiersOf(
      [
        { to: 'email', addresses: ['a@example.com'] },
        { to: 'slack', secretName: 'alerts/prod' },
        { to: 'slack', secretName: 'alerts/prod' },
        { to: 'teams', secretName: 'alerts/prod' },
        { to: 'chatbot-slack', workspaceId: 'T1', channelId: 'C1', when: { minSeverity: 'high' } },
        { to: 'eventbridge' },
        { to: 'security-hub' },
      ],
      {
        readSecret: async () => '',
        now: () => 0,
        clients: { region: 'eu-west-1' },
        publishToChat: async () => undefined,
      },
    ).map(({ name }) => name);
    expect(names).toEqual([
      'slack-alerts-prod',
      'slack-alerts-prod-2',
      'teams-alerts-prod',
      'eventbridge',
      'security-hub',
      'chatbot',
    ]);
  });
});
