import { describe, expect, test } from '@jest/globals';
import { destination } from '../../lib/config/destinations.ts';
import type { Severity } from '../../lib/model/finding.ts';
import { cardText, chatbotText, slackText } from '../../lib/notify/preview/message-text.ts';
import { digestOfRun, weeklyDigestOfRun } from '../../lib/notify/preview/preview-digests.ts';
import { previewsOf } from '../../lib/notify/preview/previews-of.ts';
import { aFinding, known } from '../report/sample-report.ts';
import { aDigest } from './sample-digest.ts';

const finding = (severity: Severity, at: number) => aFinding({ id: String(at).repeat(32), severity });
const run = {
  runId: 'r-1',
  at: '2026-11-01T06:00:00.000Z',
  gaps: 2,
  minSeverity: 'medium' as const,
  known: [
    known(finding('low', 1)),
    known(finding('medium', 2)),
    known(finding('critical', 3), { status: 'waived' }),
    known(finding('high', 4)),
  ],
};
const counts = { critical: 0, high: 1, medium: 1, low: 1, info: 0 };

describe('the messages of a run', () => {
  test('tell what is open and bad enough, worst first, as new', () => {
    const digest = digestOfRun(run);
    expect(digest).toMatchObject({ openBySeverity: counts, gaps: 2, runId: 'r-1' });
    expect(digest?.notes ?? []).toEqual([]);
    expect(digest?.transitions.map(({ kind, after }) => [kind, after.finding.severity])).toEqual([
      ['opened', 'high'],
      ['opened', 'medium'],
    ]);
  });

  test('are none where nothing is bad enough', () => {
    expect(digestOfRun({ ...run, known: run.known.slice(0, 1) })).toBeUndefined();
  });

  test('of a week tell the same, and count all that is open', () => {
    const weekly = weeklyDigestOfRun(run);
    expect(weekly).toMatchObject({ id: 'weekly-20261101T060000000Z', openBySeverity: counts });
    expect(weekly.stillOpen?.findings.map(({ finding: { severity } }) => severity)).toEqual(['high', 'medium']);
    expect(weekly.stillOpen?.trend?.now).toEqual(counts);
  });
});

test('a filter of a destination applies to its preview', () => {
  const email = (when: object) => destination.parse({ to: 'email', addresses: ['a@example.com'], when });
  const textOf = (when: object) => previewsOf([email(when)], aDigest())[0]?.text ?? '';
  expect(textOf({ minSeverity: 'high' })).toContain('Subject: ');
  expect(textOf({ minSeverity: 'critical' })).toBe('No message: its filter (when) wants nothing of this.');
  expect(textOf({ accounts: ['444455556666'] })).toBe('No message: its filter (when) wants nothing of this.');
});

describe('messages as text', () => {
  const rich = (...texts: readonly string[]) => ({
    type: 'rich_text',
    elements: texts.map(text => ({ type: 'rich_text_section', elements: [{ type: 'text', text }] })),
  });
  test('every part of a block of Slack', () => {
    const emoji = (name: string) => ({ type: 'rich_text_section', elements: [{ type: 'emoji', name }] });
    const blocks = [
      rich('one', 'two'),
      { type: 'rich_text', elements: ['red_circle', 'large_orange_circle'].map(emoji) },
    ];
    expect(slackText({ blocks } as never)).toBe('one\ntwo\n🔴\n🟠');
  });

  test('every part of a card of Teams', () => {
    const line = (...inlines: readonly object[]) => ({ type: 'RichTextBlock', inlines });
    const code = { text: 'kubectl\nget', fontType: 'monospace' };
    const body = [
      line(code),
      line(code, { text: ' it' }),
      line(),
      { type: 'Container', items: [line({ text: 'in' })] },
    ];
    expect(cardText({ body, actions: [{ title: 'Open' }, { title: 'All' }] } as never).split('\n')).toEqual([
      ...['    kubectl', '    get', 'kubectl', 'get it', '', '─'.repeat(60), 'in', '[ Open ] [ All ]'],
    ]);
    const set = { type: 'ActionSet', actions: [{ title: 'Here' }] };
    expect(cardText({ body: [set, { type: 'ActionSet' }], actions: [] } as never)).toBe('[ Here ]\n');
  });

  test.each([[0], [1], [2]])('%s next steps of Amazon Q', count => {
    const nextSteps = Array.from({ length: count }, (_, at) => `step ${at}`);
    const text = chatbotText({ content: { title: 't', description: 'd', nextSteps, keywords: [] } } as never);
    expect(text.split('\n').filter(line => line.startsWith('• '))).toHaveLength(count);
    expect(text.includes('Next steps')).toBe(count > 0);
  });
});
