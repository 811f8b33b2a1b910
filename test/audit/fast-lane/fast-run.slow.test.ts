import { describe, expect, test } from '@jest/globals';
import { documentKeys, waitingIssuersKey } from '../../../lib/audit/document-keys.ts';
import { accountsWithoutEvents } from '../../../lib/audit/fast-lane/accounts-without-events.ts';
import { planFastRun } from '../../../lib/audit/fast-lane/plan-fast-run.ts';
import { runFailure } from '../../../lib/audit/run-failure.ts';
import { evaluateAccount } from '../../../lib/audit/steps/evaluate-account.ts';
import { factsOfAccount } from '../../../lib/audit/steps/facts-of.ts';
import { recordFailure } from '../../../lib/audit/steps/record-failure.ts';
import type { TargetsDocument } from '../../../lib/audit/steps/target-of.ts';
import { complete } from '../../../lib/model/collected.ts';
import { digestText } from '../../../lib/report/digest/digest-text.ts';
import { aCall } from '../../support/api-events.ts';
import { portsOver, someChoices } from '../../support/audit-ports.ts';
import { note, runFast } from '../../support/fast-runs.ts';
import { anAccountOf, broken, denied, fastWorld, issuer, ours, theirs, withRole } from '../../support/fast-world.ts';

describe('one change', () => {
  test('is told by a run of its account alone, with who made it', async () => {
    const it = await fastWorld();
    it.read.length = 0;
    withRole(it, broken);
    await it.fast(ours);
    expect(it.read).toEqual([ours]);
    const [digest, ...more] = it.sentSince();
    expect(more).toEqual([]);
    const opened = digest?.transitions.filter(({ after }) => after.finding.roleArn !== undefined) ?? [];
    expect(opened.length).toBeGreaterThan(0);
    for (const each of [...opened, ...(digest?.factChanges ?? [])])
      expect(each.changedBy).toEqual([
        expect.objectContaining({
          event: 'UpdateAssumeRolePolicy',
          actor: 'arn:aws:sts::111122223333:assumed-role/platform/kim',
          sourceIp: '198.51.100.7',
          at: '2026-11-25T10:15:02.000Z',
        }),
      ]);
  });

  test('leaves every other account as it was, in the table, in coverage and among those that are audited', async () => {
    const it = await fastWorld();
    const before = await it.ports.findings.load(theirs);
    const coverage = await it.ports.documents.get('coverage/state.json');
    withRole(it, broken);
    for (let days = 0; days < 4; days += 1) {
      it.pass(24 * 3_600_000);
      await it.fast(ours);
    }
    expect(await it.ports.findings.load(theirs)).toEqual(before);
    const { later, ...rest } = (await it.ports.documents.get('coverage/state.json')) as { readonly later: object };
    expect(rest).toEqual(coverage);
    expect(Object.keys(later)).toEqual([ours]);
    expect(await it.ports.findings.accounts()).toEqual([{ accountId: ours }, { accountId: theirs }]);
    expect(it.sentSince().flatMap(({ coverage: news }) => news?.notices ?? [])).toEqual([]);
    expect((await it.ports.findings.runs({ limit: 10 })).items.map(({ runId }) => runId)).toEqual(['full-1']);
  });

  test('that changed nothing is told by nobody', async () => {
    const it = await fastWorld();
    await it.fast(ours);
    expect(it.sentSince()).toEqual([]);
  });

  test('a full run after it finds nothing new', async () => {
    const it = await fastWorld();
    withRole(it, broken);
    await it.fast(ours);
    await it.full('full-2');
    expect(it.sentSince()).toHaveLength(1);
  });
});

describe('a change that the next full run finds', () => {
  const missedBy = async (told: (it: Awaited<ReturnType<typeof fastWorld>>) => Promise<unknown>) => {
    const it = await fastWorld();
    withRole(it, broken);
    await told(it);
    await it.full('full-2');
    const [last] = (await it.ports.findings.runs({ limit: 1 })).items;
    return last?.changedWithoutEvent;
  };

  test('is counted as one of which no event came, where no fast run told of it', async () => {
    expect(await missedBy(async () => undefined)).toEqual([ours]);
  });

  test('and is counted nowhere where one did', async () => {
    expect(await missedBy(it => it.fast(ours))).toBeUndefined();
  });
});

describe('accounts that send no events, after each of three full runs, where of a change is told', () => {
  const day = 24 * 3_600_000;
  const afterEach = async (told: 'nothing' | 'before' | 'after' | 'elsewhere' | 'nothing, and a run fails') => {
    const it = await fastWorld();
    const full = async (runId: string) => {
      it.pass(day);
      const startedAt = it.ports.now();
      await it.full(runId);
      return accountsWithoutEvents(it.ports, { startedAt });
    };
    withRole(it, broken);
    if (told === 'before') await it.fast(ours);
    const found = [await full('full-2')];
    if (told === 'after') await it.fast(ours);
    if (told === 'elsewhere') await it.fast(theirs);
    if (told.endsWith('fails')) {
      it.pass(day);
      const failure = runFailure('TIMED_OUT', { error: '', cause: '' });
      await recordFailure(it.ports, { runId: 'full-x', startedAt: it.ports.now(), failure });
    }
    return [...found, await full('full-3'), await full('full-4')];
  };

  test.each([
    ['nothing', [[], [ours], []]],
    ['nothing, and a run fails', [[], [ours], []]],
    ['elsewhere', [[], [ours], []]],
    ['before', [[], [], []]],
    // An event of the last minutes before the full run, which is told after it.
    ['after', [[], [], []]],
  ] as const)('%s', async (told, accounts) => {
    expect(await afterEach(told)).toEqual(accounts);
  });
});

describe('the accounts of a run', () => {
  test('none without a full run: there is nothing to compare with', async () => {
    const ports = portsOver({ [ours]: anAccountOf(ours) });
    expect(await runFast(ports, someChoices(), 'fast-1')).toMatchObject({ accounts: [], fast: true });
    expect(ports.sent).toEqual([]);
  });

  test('a note that is none stops no run: it is counted, and the others are taken', async () => {
    const it = await fastWorld();
    const runId = (await note(it.ports, [aCall('aws.iam', 'DeleteRole', {}, { accountId: ours })])) ?? '';
    await it.ports.documents.put(`fast-lane/notes/${runId}/broken.json`, { changes: 'x' });
    const { accounts, skippedNotes } = await planFastRun(it.ports, { runId });
    expect([accounts, skippedNotes]).toEqual([[ours], 1]);
    await it.ports.documents.put('fast-lane/notes/fast-x/broken.json', { changes: 'x' });
    const none = await planFastRun(it.ports, { runId: 'fast-x' });
    expect([none.accounts, none.skippedNotes]).toEqual([[], 1]);
  });

  test('only those that the last full run audited', async () => {
    const it = await fastWorld();
    expect((await it.fast('999999999999', ours)).accounts).toEqual([ours]);
    expect((await it.fast('999999999999')).accounts).toEqual([]);
  });

  test('those of all batches of the slot, each once, and the start is after the wait', async () => {
    const it = await fastWorld();
    const messages = (accountId: string) => [aCall('aws.iam', 'DeleteRole', {}, { accountId, eventID: accountId })];
    const first = await note(it.ports, messages(ours));
    expect(await note(it.ports, messages(theirs))).toBe(first);
    expect(await note(it.ports, messages(ours))).toBe(first);
    it.pass(90_000);
    const state = await planFastRun(it.ports, { runId: first ?? '' });
    expect(state.accounts).toEqual([ours, theirs]);
    expect(state.startedAt).toBe(it.ports.now());
  });
});

describe('of thousands of calls in one account', () => {
  const call = (index: number, roleName: string) =>
    aCall('aws.iam', 'UpdateAssumeRolePolicy', { roleName }, { accountId: ours, eventID: `e-${index}` });
  const told = async (roleOf: (index: number) => string) => {
    const it = await fastWorld();
    withRole(it, broken);
    const calls = Array.from({ length: 3000 }, (_, index) => call(index, roleOf(index)));
    const runId = (await note(it.ports, calls)) ?? '';
    it.pass(120_000);
    await runFast(it.ports, it.choices, runId);
    return it.sentSince()[0];
  };

  test('a finding names who made it', async () => {
    const digest = await told(index => (index === 7 ? 'checkout-cart' : `role-${index % 900}`));
    expect(digest?.transitions.flatMap(({ changedBy = [] }) => changedBy.map(({ eventId }) => eventId))).toContain(
      'e-7',
    );
    expect(digest?.notes).toBeUndefined();
  });

  test('that came in two batches a thousand are kept, and all others counted', async () => {
    const it = await fastWorld();
    const batch = (from: number) => Array.from({ length: 700 }, (_, at) => call(from + at, `role-${from + at}`));
    const runId = (await note(it.ports, batch(0))) ?? '';
    expect(await note(it.ports, batch(700))).toBe(runId);
    it.pass(120_000);
    await planFastRun(it.ports, { runId });
    const { targets } = (await it.ports.documents.get(documentKeys(runId).targetsWith(ours))) as TargetsDocument;
    const { changes, leftOut } = targets[ours]?.fast ?? { changes: [], leftOut: 0 };
    expect([changes.length, leftOut]).toEqual([1000, 400]);
  });

  test('and where they changed too many things, how many calls were left out is said', async () => {
    const digest = await told(index => `role-${index}`);
    const note = `In AWS account ${ours} 2,000 calls were too many to be kept: who made a change may be missing here.`;
    expect(digest?.notes).toEqual([note]);
    if (digest === undefined) throw new Error('no digest');
    expect(digestText(digest).body.replace(/\s+/g, ' ')).toContain(note);
  });
});

describe('beside full runs', () => {
  test('an older fast run does not write over a newer full run', async () => {
    const it = await fastWorld();
    const runId = await it.change(ours);
    const state = await planFastRun(it.ports, { runId });
    withRole(it, broken);
    it.pass(1000);
    await it.full('full-2');
    const before = await it.ports.findings.load(ours);
    await evaluateAccount(it.ports, it.choices, { runId, startedAt: state.startedAt, accountId: ours });
    expect(await it.ports.findings.load(ours)).toEqual(before);
  });

  test('issuers that wait for a full run go on waiting', async () => {
    const it = await fastWorld();
    const waiting = { waiting: [issuer('B')] };
    await it.ports.documents.put(waitingIssuersKey, waiting);
    it.ports.probed.length = 0;
    await it.fast(ours);
    expect(it.ports.probed).toEqual([[issuer('A')]]);
    expect(await it.ports.documents.get(waitingIssuersKey)).toEqual(waiting);
  });

  test('what CloudTrail saw is that of the last full run', async () => {
    const at = '2026-11-25T05:00:00.000Z';
    const runtime = complete({ from: at, to: at, events: [] });
    const it = await fastWorld({ [ours]: anAccountOf(ours, { runtime }) });
    it.accounts[ours] = anAccountOf(ours);
    const { runId, startedAt } = await it.fast(ours);
    const read = await factsOfAccount(it.ports.documents, it.choices, { runId, startedAt, accountId: ours });
    expect(read).toMatchObject({ facts: { snapshot: { runtime } } });
  });
});

describe('what a fast run cannot read', () => {
  test('is told once, and that it is read again is told by the next full run', async () => {
    const it = await fastWorld();
    const whole = it.accounts[ours];
    if (whole instanceof Error || whole === undefined) throw new Error('no account');
    it.accounts[ours] = { ...whole, roles: denied };
    await it.fast(ours);
    await it.fast(ours);
    it.accounts[ours] = whole;
    await it.fast(ours);
    const notices = () => it.sentSince().flatMap(({ coverage }) => coverage?.notices ?? []);
    expect(notices().map(({ kind, accountId, section }) => [kind, accountId, section])).toEqual([
      ['fell', ours, 'roles'],
    ]);
    await it.full('full-2');
    expect(notices().map(({ kind }) => kind)).toEqual(['fell', 'returned']);
  });

  test('closes nothing: findings of an account that could not be read stay open', async () => {
    const it = await fastWorld();
    withRole(it, broken);
    await it.fast(ours);
    const open = await it.known(ours);
    it.accounts[ours] = new Error('no way in');
    await it.fast(ours);
    expect(await it.known(ours)).toEqual(open);
  });
});
