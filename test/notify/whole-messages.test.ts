import { expect, test } from '@jest/globals';
import { destinationKinds } from '../../lib/config/destinations.ts';
import type { Digest, KnownFinding, Transition, TransitionKind } from '../../lib/history/transition.ts';
import type { Finding } from '../../lib/model/finding.ts';
import { chatbotMessage } from '../../lib/notify/chatbot-message.ts';
import { attributesOf } from '../../lib/notify/digest-attributes.ts';
import { webhookBody } from '../../lib/notify/events.ts';
import { previewsOf } from '../../lib/notify/preview/previews-of.ts';
import { securityFinding } from '../../lib/notify/security-finding.ts';
import { slackMessage } from '../../lib/notify/slack-message.ts';
import { teamsMessage } from '../../lib/notify/teams-message.ts';
import { testDigest } from '../../lib/notify/test-digest.ts';
import { aFinding, aTransition, known } from '../report/sample-report.ts';
import { someCoverage } from '../support/digest-builders.ts';
import { aChangeEvent } from '../support/drift-builders.ts';
import { golden } from '../support/golden.ts';
import { linesOf } from '../support/whole/lines-of.ts';
import { withoutRepeats } from '../support/without-repeats.ts';
import { aDigest } from './sample-digest.ts';

/** Every form of a digest in every form of a message, whole. */
const clusterArn = 'arn:aws:eks:eu-west-1:111122223333:cluster/shop';
const of = (ruleId: string, over: Partial<Finding> = {}): Finding =>
  aFinding({ ruleId, id: ruleId.padEnd(32, '0').replaceAll(/[^0-9a-f]/g, '0'), ...over });
const step = (
  kind: TransitionKind,
  was: Partial<KnownFinding>,
  is: Partial<KnownFinding>,
  finding = aFinding(),
): Transition =>
  aTransition({
    kind,
    before: known(finding, was),
    after: known(finding, { version: 2, ...is }),
    summary: `${kind} it`,
  });

const waiver = { reason: 'moving', owner: 'platform', expires: '2027-01-01' };
const opened = aTransition({
  after: known(
    of('account-role-missing', {
      ...{ severity: 'critical', impact: 'breaks', subject: `${clusterArn}/serviceaccount/checkout/cart`, clusterArn },
      ...{ namespace: 'checkout', serviceAccount: 'cart', owner: 'team-a', region: 'eu-west-1' },
      fix: { summary: 'Annotate it.', commands: ['kubectl annotate serviceaccount/cart a=b'] },
      explains: [
        { id: 'e', ruleId: 'pod-role-stale', subject: `${clusterArn}/pod/checkout/Deployment/cart`, message: 'm' },
      ],
    }),
  ),
  changedBy: [aChangeEvent()],
});
const worse = (from: Finding['severity'], to: Finding['severity'], kind: TransitionKind): Transition =>
  aTransition({ kind, before: known(aFinding({ severity: from })), after: known(aFinding({ severity: to })) });
const fell = someCoverage(2);
const coverage = {
  notices: [
    ...fell.notices,
    ...someCoverage(1).notices.map(each => ({
      ...each,
      kind: 'returned' as const,
      clusterName: 'shop',
      comesAndGoes: true,
    })),
  ],
  beyond: 3,
};
const {
  clusterName: _cluster,
  clusterArn: _arn,
  articleStep: _step,
  ...elsewhere
} = of('provider-orphaned', {
  ...{ severity: 'info', impact: 'hygiene', subject: 'https://issuer.example', accountId: '444455556666' },
});

const digests: Readonly<Record<string, Digest>> = {
  opened: aDigest({ transitions: [opened], factChanges: [] }),
  'worse, milder, reassessed and back': aDigest({
    transitions: [
      worse('low', 'critical', 'escalated'),
      worse('high', 'medium', 'changed'),
      worse('medium', 'high', 'reassessed'),
      step('reopened', { status: 'resolved' }, { status: 'open' }),
    ],
    factChanges: [],
  }),
  resolved: aDigest({
    transitions: [
      step('resolved', {}, { status: 'resolved', resolution: 'passed', resolvedAt: '2026-11-01T06:00:00.000Z' }),
    ],
    factChanges: [],
  }),
  waived: aDigest({ transitions: [step('waived', {}, { status: 'waived' }, aFinding({ waiver }))], factChanges: [] }),
  explained: aDigest({
    transitions: [step('explained', {}, { status: 'explained', explainedBy: 'c'.repeat(32) })],
    factChanges: [],
  }),
  'elsewhere, with a fact': aDigest({ transitions: [aTransition({ after: known(elsewhere) })] }),
  'coverage alone, with notes': aDigest({ transitions: [], factChanges: [], coverage, notes: ['A note.'] }),
  'what is still open': aDigest({
    transitions: [],
    factChanges: [],
    stillOpen: {
      findings: [known(aFinding({ severity: 'critical' })), known(aFinding({ id: 'd'.repeat(32), severity: 'low' }))],
      beyond: 4,
      waived: [known(aFinding({ waiver }), { status: 'waived' })],
      trend: {
        now: { critical: 1, high: 0, medium: 0, low: 1, info: 0 },
        before: {
          startedAt: '2026-10-25T06:00:00.000Z',
          openBySeverity: { critical: 0, high: 2, medium: 0, low: 1, info: 0 },
        },
      },
    },
  }),
  'a first audit': aDigest({
    transitions: [],
    factChanges: [],
    stillOpen: {
      findings: [known(aFinding())],
      beyond: 900,
      first: { accounts: 40, openBySeverity: { critical: 1, high: 900, medium: 0, low: 0, info: 0 } },
    },
  }),
  'a test': testDigest('2026-11-01T06:00:00.000Z'),
};

const place = { partition: 'aws', accountId: '999999999999', region: 'eu-central-1' };
const forms: Readonly<Record<string, (digest: Digest) => unknown>> = {
  slack: slackMessage,
  teams: teamsMessage,
  chatbot: chatbotMessage,
  webhook: webhookBody,
  'security hub': ({ transitions }) => transitions.map(each => securityFinding(each, place)),
  attributes: attributesOf,
};

test('every message of every digest is as it was', () => {
  const shortened = withoutRepeats();
  const parts = Object.entries(digests).map(([title, digest]) =>
    [
      `# ${title}`,
      ...Object.entries(forms).flatMap(([form, of]) => linesOf({ [form]: shortened(of(digest), `${title}: ${form}`) })),
      '',
    ].join('\n'),
  );
  expect(parts).toHaveLength(10);
  golden('messages.txt', parts.join('\n'));
});

test('the preview of every destination is that message', () => {
  const destinations = Object.values(destinationKinds).map(({ to, example }) => ({ to, ...example, when: undefined }));
  const told = Object.entries(digests).map(([title, digest]) =>
    [`# ${title}`, ...previewsOf(destinations as never, digest).map(each => `## ${each.title}\n${each.text}`)].join(
      '\n',
    ),
  );
  expect(told).toHaveLength(10);
  golden('previews.txt', `${told.join('\n\n')}\n`);
});

/** Limits of a message: the number of changes falls until it fits, and commands that are too long are left out whole. */
test('a message as long as its channel takes has fewer changes', () => {
  const long = (text: string) => (at: number) =>
    aTransition({
      after: known(
        aFinding({
          ...{ id: String(at).padStart(32, '0'), message: text },
          fix: { summary: text, choice: text, commands: ['c'.repeat(1501), 'd'] },
        }),
      ),
    });
  const of = (text: string) => aDigest({ transitions: [1, 2, 3, 4].map(long(text)), factChanges: [] });
  const told = (message: string) => [message.match(/high, new/g)?.length, /\d more: /.exec(message)?.[0]];
  const [wide, fits] = [of('"'.repeat(1500)), of('é'.repeat(1500))].map(each =>
    JSON.stringify(slackMessage(each).blocks),
  );
  expect([told(wide ?? ''), told(fits ?? '')]).toEqual([
    [2, '2 more: '],
    [3, '1 more: '],
  ]);
  for (const text of [wide, fits]) expect(text).not.toContain('ccc');
});
