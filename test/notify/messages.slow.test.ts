import { describe, expect, test } from '@jest/globals';
import type { Notifier } from '../../lib/audit/ports.ts';
import type { Digest, Transition } from '../../lib/history/transition.ts';
import type { Finding } from '../../lib/model/finding.ts';
import { chatbotMessage } from '../../lib/notify/chatbot-message.ts';
import { notifiersOf } from '../../lib/notify/notifiers-of.ts';
import { routedNotifier } from '../../lib/notify/routed-notifier.ts';
import { slackMessage } from '../../lib/notify/slack-message.ts';
import { teamsMessage } from '../../lib/notify/teams-message.ts';
import { testDigest } from '../../lib/notify/test-digest.ts';
import { aFinding, aTransition, known } from '../report/sample-report.ts';
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

test('the beginning of the finding’s id is there to ask for, and the command that takes it', () => {
  const [{ after } = { after: undefined }] = aDigest().transitions;
  const id = after?.finding.id.slice(0, 8);
  for (const message of [slackMessage(aDigest()), teamsMessage(aDigest()), chatbotMessage(aDigest())])
    expect(strings(message).some(text => text.includes(String(id)))).toBe(true);
});

test('at most three root causes are told, what is open before what is resolved, and all are counted by cluster', () => {
  const one = (n: number, over: Partial<Finding> = {}): Transition =>
    aTransition({
      after: known(
        aFinding({
          id: String(n).padStart(32, '0'),
          clusterArn: `arn:c/${n % 40}`,
          clusterName: `c-${n % 40}`,
          ...over,
        }),
      ),
    });
  const resolved = { ...one(999, { severity: 'critical' }), kind: 'resolved' as const };
  const digest = aDigest({
    transitions: [resolved, ...Array.from({ length: 500 }, (_, n) => one(n))],
    factChanges: [],
  });
  for (const message of [slackMessage(digest), teamsMessage(digest), chatbotMessage(digest)]) {
    const text = strings(message).join('\n');
    expect(text.match(/high, new/g)).toHaveLength(3);
    expect(text).not.toContain('resolved, was');
    expect(text).toMatch(/498 more:/);
    expect(text).toMatch(/c-\d+ 1[23] \(1[23] high\), .* and 32 more places/);
  }
});

test('what is to be chosen stands before the fix, in every channel, and no command does it without', () => {
  const finding = aFinding({ fix: { summary: 'Do it.', choice: 'Is it used?', commands: ['aws iam do-it'] } });
  const digest = aDigest({ transitions: [aTransition({ after: known(finding) })], factChanges: [] });
  for (const message of [slackMessage(digest), teamsMessage(digest), chatbotMessage(digest)]) {
    const text = strings(message).join(' ').replaceAll('\n', '');
    expect(text).toMatch(/Before you apply: .*Is it used\?.*Fix: .*Do it\..*irsa-auditor findings show/);
    expect(text).not.toContain('aws iam do-it');
  }
});

test('each root cause is linked to its place in the report, where the link is to the page', () => {
  const [{ after } = { after: undefined }] = aDigest().transitions;
  const url = `https://reports.example/report.html#finding=${after?.finding.id}`;
  for (const write of [slackMessage, teamsMessage, chatbotMessage]) {
    expect(strings(write(aDigest())).join('\n')).toContain(url);
    const asObject = { report: 'https://console.example/s3/object/b?prefix=report.html' };
    expect(strings(write(aDigest({ links: asObject }))).join('\n')).not.toContain('#finding');
  }
});

test('a name that is a link in Markdown is none in a message', () => {
  const name = '[press](https://evil.example/x)';
  const finding = aFinding({ clusterName: name, message: name, fix: { summary: name, commands: [], choice: name } });
  const digest = aDigest({ transitions: [aTransition({ after: known(finding) })], factChanges: [] });
  const card = JSON.stringify(teamsMessage(digest));
  expect(card).toContain('[press](');
  expect(card).not.toMatch(/"TextBlock"|"FactSet"/);
  expect(JSON.stringify(slackMessage(digest))).not.toContain('mrkdwn');
  expect(JSON.stringify(chatbotMessage(digest))).not.toContain('](');
});

test('no alert names npx', () => {
  for (const [, digest] of digests)
    for (const write of [slackMessage, teamsMessage, chatbotMessage])
      expect(JSON.stringify(write(digest))).not.toMatch(/npx/);
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
    expect(text).toContain('IRSA audit: 1 setting changed: CA certificates of issuer oidc.eks.eu-west-1.amazonaws.com');
    expect(text).toContain('Make sure that the change was meant.');
    expect(text).not.toMatch(/no rule/i);
  }
});

test('of a long policy that changed, each channel shows the values that differ', () => {
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
    expect(text).toContain('trust policy of role a');
    expect(text).toMatch(/- sub = shop:cart; \+ sub = [*∗]/);
    expect(text).not.toContain('yyy');
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

  test('of several changes a destination gets those that it wants, and waits for no other', async () => {
    const { notifier, sent } = recorded('slack');
    const [high, medium] = aDigest().transitions;
    const filter = { minSeverity: 'low', transitions: ['resolved'] } as const;
    const hours = { ...quiet, exceptSeverity: 'high' } as const;
    const at = (time: string) => () => `2026-11-01T${time}:00.000Z`;
    expect([high?.after.finding.severity, medium?.after.finding.severity]).toEqual(['high', 'medium']);
    const routed = routedNotifier(notifier, { when: filter, quietHours: hours }, at('23:59'));
    expect(routed.wanted(aDigest())).toMatchObject({ transitions: [medium] });
    expect(await routed.send(aDigest())).toBe('sent');
    expect(sent.map(({ transitions }) => transitions)).toEqual([[medium]]);
    expect(await routedNotifier(notifier, { when: filter, quietHours: hours }, at('12:00')).send(aDigest())).toBe(
      'held',
    );
    expect(await routedNotifier(notifier, { quietHours: hours }, at('12:00')).send(aDigest())).toBe('sent');
  });

  test.each([{ everyFinding: true } as const, {}])('a destination stays behind its routing as it is: %j', takes => {
    const { notifier } = recorded('bus');
    const routed = routedNotifier({ ...notifier, ...takes }, {}, () => '2026-11-01T12:00:00.000Z');
    expect(routed.everyFinding).toBe('everyFinding' in takes ? true : undefined);
  });

  test.each([
    ['one channel gets what it wants', ['critical'], 0],
    ['of several channels each gets what any of them wants', ['critical', 'low'], 1],
  ] as const)('%s', async (_, severities, messages) => {
    const published: string[] = [];
    const channels = severities.map((minSeverity, at) => ({
      ...{ to: 'chatbot-slack' as const, workspaceId: 'T1', channelId: `C${at}`, when: { minSeverity } },
    }));
    const [chatbot] = notifiersOf(channels, {
      readSecret: async () => '',
      now: () => Date.parse('2026-11-01T12:00:00Z'),
      clients: { region: 'eu-west-1' },
      publishToChat: async message => void published.push(message),
    });
    await chatbot?.send(aDigest());
    expect(published).toHaveLength(messages);
  });

  test('without a channel nothing is published to one', () => {
    const world = { readSecret: async () => '', now: () => 0, clients: { region: 'eu-west-1' } };
    expect(notifiersOf([], { ...world, publishToChat: async () => undefined })).toEqual([]);
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

test('no name is a mention in the fallback text of Slack', () => {
  const { text } = slackMessage(aHostileDigest(1, '<!channel> & <@U1>'));
  expect(text).toContain('&lt;!channel&gt; &amp;');
  expect(text).not.toMatch(/<[!@#]/);
});
