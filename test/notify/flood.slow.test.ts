import { describe, expect, test } from '@jest/globals';
import { routeDigest } from '../../lib/history/routing.ts';
import type { FactChange, Transition } from '../../lib/history/transition.ts';
import type { Finding } from '../../lib/model/finding.ts';
import { chatbotMessage } from '../../lib/notify/chatbot-message.ts';
import { slackMessage } from '../../lib/notify/slack-message.ts';
import { snsMessages } from '../../lib/notify/sns-notifier.ts';
import { teamsMessage } from '../../lib/notify/teams-message.ts';
import { digestText } from '../../lib/report/digest/digest-text.ts';
import { aDigest, aFactChange, openedOf } from '../support/digest-builders.ts';
import { aRoleFinding } from '../support/drift-builders.ts';

const victim = '999999999999';
const of = (accountId: string, name: string, over: Partial<Finding> = {}): Finding =>
  aRoleFinding(name, { severity: 'critical', accountId, message: `${name} in ${accountId}`, ...over });

/** Thirty criticals of one account that sort before the one of another. */
const flood = openedOf([...Array.from({ length: 30 }, (_, n) => of('111111111111', `a${n}`)), of(victim, 'z')]);
const opened = aDigest(flood);

describe('thirty criticals of one account do not hide the critical of another', () => {
  test.each<readonly [string, (digest: typeof opened) => unknown]>([
    ['the email', digest => digestText(digest).body.split('Also (')[0]],
    ['the Slack message', slackMessage],
    ['the Teams message', teamsMessage],
    ['the chat message', chatbotMessage],
  ])('in %s', (_, write) => {
    expect(JSON.stringify(write(opened))).toContain(`z in ${victim}`);
    const routed = routeDigest(opened, { minSeverity: 'high' });
    expect(JSON.stringify(write(routed ?? opened))).toContain(`z in ${victim}`);
  });

  test('in the document for machines where not all of it fits', () => {
    const long = flood.map(transition => {
      const { finding } = transition.after;
      return { ...transition, after: { ...transition.after, finding: { ...finding, podError: 'x'.repeat(20_000) } } };
    });
    const { transitions, omitted } = JSON.parse(snsMessages(aDigest(long)).document.Message);
    expect(omitted.transitions).toBeGreaterThan(0);
    expect(transitions.map((each: { readonly accountId: string }) => each.accountId)).toContain(victim);
  });

  test('nor do its resolved findings and changed facts hide those of another', () => {
    const resolved = flood.map((transition): Transition => ({ ...transition, kind: 'resolved', summary: 'fixed' }));
    const facts: readonly FactChange[] = [
      ...Array.from({ length: 30 }, (_, n) => aFactChange({ accountId: '111111111111', subject: `a${n}` })),
      aFactChange({ accountId: victim, subject: 'z of the victim' }),
    ];
    const { body } = digestText(aDigest(resolved, facts));
    expect(body).toMatch(/999999999999\): role z: .* \(fixed\)/);
    expect(body).toContain('z of the victim');
  });

  test('nor in the weekly summary', () => {
    const findings = flood.map(({ after }) => after);
    const { body } = digestText(aDigest(flood, [], { transitions: [], stillOpen: { findings, beyond: 0 } }));
    expect(body).toContain(`z in ${victim}`);
  });
});
