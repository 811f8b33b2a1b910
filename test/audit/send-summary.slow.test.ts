import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type NotifyEvent, notifyEvent, parseEvent } from '../../lib/audit/events.ts';
import type { Notifier, RunRecord, SubscriptionReader } from '../../lib/audit/ports.ts';
import { maxInSummary, sendSummary } from '../../lib/audit/steps/send-summary.ts';
import type { RoutingFilter } from '../../lib/history/routing.ts';
import type { Digest } from '../../lib/history/transition.ts';
import { routedNotifier } from '../../lib/notify/routed-notifier.ts';
import { snsMessages } from '../../lib/notify/sns-notifier.ts';
import { digestFooter } from '../../lib/report/digest/digest-lines.ts';
import { digestText } from '../../lib/report/digest/digest-text.ts';
import { dynamodbFindingStore } from '../../lib/store/dynamodb-finding-store.ts';
import { memoryDocumentStore } from '../../lib/store/memory-document-store.ts';
import { anEvaluation, aRoleFinding } from '../support/drift-builders.ts';
import { type Store, write } from '../support/finding-store-laws.ts';
import { type LocalTable, startLocalTable } from '../support/local-table.ts';
import { takingNotifier } from '../support/taking-notifier.ts';

const at = '2026-11-23T08:00:00.000Z';
const event: NotifyEvent = { runId: 'summary-1', startedAt: at, accounts: [], summary: true };
const choices = { minSeverity: 'low', links: {} } as const;

describe('the weekly summary, from the table to the destinations', () => {
  let table: LocalTable;
  let store: Store;
  beforeAll(async () => {
    table = await startLocalTable();
  });
  afterAll(() => table.stop());
  beforeEach(async () => {
    const retention = { resolvedDays: 1, historyDays: 1 };
    store = dynamodbFindingStore({ client: table.client, tableName: await table.another(), retention });
  });

  const recording = (name: string, when: RoutingFilter = {}) => {
    const took: Digest[] = [];
    return { took, notifier: routedNotifier(takingNotifier(name, took), { when }, () => at) };
  };
  const portsOf = (...notifiers: readonly Notifier[]) => ({
    documents: memoryDocumentStore(),
    findings: store,
    notifiers,
    now: () => at,
  });

  test('sends what is open, worst first, to each destination its part', async () => {
    const findings = [
      aRoleFinding('low', { severity: 'low', message: 'the low one' }),
      aRoleFinding('worst', { severity: 'critical', message: 'the worst one' }),
      aRoleFinding('gone', { severity: 'critical' }),
      aRoleFinding('info', { severity: 'info' }),
    ];
    await write(store, anEvaluation({ findings }), 1);
    await write(store, anEvaluation({ findings: findings.filter(({ subject }) => !subject.endsWith('gone')) }), 2);
    const [all, only] = [recording('all'), recording('only', { minSeverity: 'high' })];
    const ports = portsOf(all.notifier, only.notifier);
    const result = await sendSummary(ports, choices, event);
    expect(result).toEqual({
      sent: true,
      digestIds: ['weekly-20261123T080000000Z'],
      transitions: 0,
      failed: [],
      held: [],
      givenUp: 0,
    });
    const messages = (digest: Digest | undefined) => digest?.stillOpen?.findings.map(({ finding }) => finding.message);
    expect(messages(all.took[0])).toEqual(['the worst one', 'the low one']);
    expect(messages(only.took[0])).toEqual(['the worst one']);
    const [digest] = all.took;
    if (digest === undefined) throw new Error('nothing was sent');
    const { subject, body } = digestText(digest);
    expect(subject).toBe('irsa-auditor: this week: 2 open (1 critical, 1 low).');
    expect(body).toContain('1. [critical] the worst one (open for 22 days)');
    const { text } = snsMessages(digest);
    expect(text.Message).toBe(body);
    expect(JSON.parse(text.MessageAttributes?.severity?.StringValue ?? '')).toEqual(['critical', 'low']);
  });

  test('a repeat by the scheduler is not sent twice, and nothing that is unsent is marked', async () => {
    await write(store, anEvaluation({ findings: [aRoleFinding('a')] }), 1);
    const { took, notifier } = recording('all');
    const ports = portsOf(notifier);
    await sendSummary(ports, choices, event);
    await sendSummary(ports, choices, { ...event, runId: 'summary-2' });
    expect(took).toHaveLength(1);
    expect(await store.pending()).toHaveLength(1);
  });

  test('nothing open is said; quiet hours hold it; a run that sends comes first', async () => {
    const { took, notifier } = recording('all');
    const asleep: Notifier = { name: 'asleep', send: async () => 'held' };
    const token = await store.claimSending('run-7', at);
    await expect(sendSummary(portsOf(notifier), choices, event)).rejects.toMatchObject({ name: 'StateConflict' });
    await store.releaseSending(token);
    expect(await sendSummary(portsOf(notifier, asleep), choices, event)).toMatchObject({
      sent: true,
      held: ['asleep'],
    });
    expect(took.map(digest => digestText(digest).body)).toEqual([expect.stringContaining('nothing is open')]);
  });

  const aRecord = (over: Partial<RunRecord> = {}): RunRecord => ({
    runId: 'run-9',
    startedAt: '2026-11-22T03:00:00.000Z',
    endedAt: '2026-11-22T03:05:00.000Z',
    accounts: 3,
    failedAccounts: [],
    gaps: [],
    gapCount: 0,
    openBySeverity: { critical: 0, high: 0, medium: 0, low: 0, info: 0 },
    transitions: 0,
    sent: false,
    apiCalls: {},
    ...over,
  });
  const healthOf = async (record: RunRecord | undefined, subscriptions?: SubscriptionReader) => {
    if (record !== undefined) await store.recordRun(record);
    const { took, notifier } = recording('all');
    await sendSummary({ ...portsOf(notifier), ...(subscriptions ? { subscriptions } : {}) }, choices, event);
    const [digest] = took;
    if (digest === undefined) throw new Error('nothing was sent');
    return { gaps: digest.gaps, notes: digest.notes, body: digestText(digest).body, footer: digestFooter(digest) };
  };

  test('says the trend against a week ago, the oldest, and whose waivers end soon, to each destination its part', async () => {
    const waiver = (expires: string, owner = 'platform') => ({ reason: 'moves soon', owner, expires });
    const findings = [
      aRoleFinding('open', { message: 'the oldest one' }),
      aRoleFinding('soon', { waiver: waiver('2026-12-01') }),
      aRoleFinding('soon-too', { waiver: waiver('2026-12-01') }),
      aRoleFinding('thirtieth-day', { waiver: waiver('2026-12-23', 'search') }),
      aRoleFinding('later', { waiver: waiver('2026-12-24', 'shop') }),
    ];
    await write(store, anEvaluation({ findings }), 1);
    const old = { critical: 0, high: 3, medium: 0, low: 0, info: 0 };
    await store.recordRun(aRecord({ runId: 'old', startedAt: '2026-11-16T08:00:00.000Z', openBySeverity: old }));
    await store.recordRun(aRecord());
    const [all, elsewhere] = [recording('all'), recording('elsewhere', { accounts: ['999999999999'] })];
    await sendSummary(portsOf(all.notifier, elsewhere.notifier), choices, event);
    const [text, other] = [all, elsewhere].map(({ took: [digest] }) => {
      if (digest === undefined) throw new Error('nothing was sent');
      return digestText(digest).body.replaceAll('\n', ' ') + digestFooter(digest);
    });
    const trend = 'In all that is audited: 1 finding open (1 high); on 2026-11-16 it was 3 (-2 high).';
    const waivers = 'The waiver of platform for trust-any-subject (2 high) ends on 2026-12-01: moves soon.';
    const lastDay = 'The waiver of search for trust-any-subject (1 high) ends on 2026-12-23: moves soon.';
    for (const said of [trend, lastDay, 'Oldest of these: [high] the oldest one, open for 22 days.', waivers])
      expect(text?.split(said)).toHaveLength(3);
    expect(text).not.toContain('shop');
    expect(other).toContain(trend);
    expect(other).not.toMatch(/The waiver of|Oldest/);
  });

  test('that no run of a week ago is on record is said', async () => {
    const { body } = await healthOf(aRecord());
    expect(body.replaceAll('\n', ' ')).toContain('no run of a week ago is on record.');
  });

  test('the gaps are those of the last run, in every format', async () => {
    const { gaps, notes, body, footer } = await healthOf(aRecord({ gapCount: 12 }));
    expect([gaps, notes]).toEqual([12, []]);
    expect(body).toContain('Not everything could be read: 12 gaps in coverage.');
    expect(footer).toContain('12 could not be read.');
  });

  test.each<readonly [string, RunRecord | undefined, readonly string[]]>([
    ['no run at all', undefined, ['No run is recorded: nothing is known of what can be read.']],
    [
      'a last run that failed',
      aRecord({ failure: { status: 'FAILED', error: 'NothingRead', message: 'the run: failed' } }),
      ['The last run, of 2026-11-22T03:00:00.000Z, did not succeed: the run: failed.'],
    ],
    [
      'a last run of long ago',
      aRecord({ startedAt: '2026-11-01T03:00:00.000Z' }),
      ['The last run is of 2026-11-01T03:00:00.000Z: none has run since.'],
    ],
    [
      'accounts of which nothing was read',
      aRecord({ failedAccounts: ['111122223333', '444455556666'] }),
      ['Nothing could be read of 2 AWS accounts: 111122223333, 444455556666.'],
    ],
  ])('%s is said', async (_title, record, expected) => {
    const { notes, body, footer } = await healthOf(record);
    expect(notes).toEqual(expected);
    for (const note of expected) {
      expect(body.replace(/\s+/g, ' ')).toContain(note);
      expect(footer).toContain(note);
    }
  });

  test('who has not confirmed a subscription is said, and that it could not be read', async () => {
    const topicArn = 'arn:aws:sns:eu-west-1:111122223333:irsa-auditor-operations';
    const states = (['confirmed', 'pending', 'absent'] as const).map(state => ({
      ...{ topicArn, state },
      address: `${state}@example.com`,
    }));
    const { notes } = await healthOf(aRecord(), { read: async () => states });
    expect(notes).toEqual([
      'pending@example.com has not confirmed its subscription to irsa-auditor-operations, and gets nothing.',
      'absent@example.com is not subscribed to irsa-auditor-operations, and gets nothing. Run aws sns subscribe --topic-arn arn:aws:sns:eu-west-1:111122223333:irsa-auditor-operations --protocol email --notification-endpoint absent@example.com --region eu-west-1 and confirm within 48 hours.',
    ]);
    const denied = async () => Promise.reject(new Error('not authorized'));
    expect((await healthOf(aRecord(), { read: denied })).notes).toEqual([
      'Whether subscriptions are confirmed could not be read: Error: not authorized.',
    ]);
  });

  test('of very many the worst are told and the rest is counted', async () => {
    const { took, notifier } = recording('all');
    const findings = Array.from({ length: maxInSummary + 3 }, (_, n) =>
      aRoleFinding(`role-${n}`, { severity: n === 0 ? 'critical' : 'low' }),
    );
    await write(store, anEvaluation({ findings }), 1);
    await sendSummary(portsOf(notifier), choices, event);
    expect(took[0]?.stillOpen).toMatchObject({ beyond: 3 });
    expect(took[0]?.stillOpen?.findings).toHaveLength(maxInSummary);
    expect(took[0]?.stillOpen?.findings[0]?.finding.severity).toBe('critical');
  });
});

test('the event of the schedule is an event of the step', () => {
  expect(parseEvent(notifyEvent, 'notify-drift', event)).toEqual(event);
  expect(parseEvent(notifyEvent, 'notify-drift', { ...event, startedAt: '2026-11-23T08:00:00Z' }).summary).toBe(true);
});
