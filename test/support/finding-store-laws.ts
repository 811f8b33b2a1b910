/** The laws of every store of findings, whatever it is made of. Run over memory, dynalite and moto. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { FindingQueries, FindingStore, RunRecord, StateChange } from '../../lib/audit/ports.ts';
import { withChangeEvents } from '../../lib/history/change-event.ts';
import { reconcile } from '../../lib/history/reconcile.ts';
import { type Severity, severities } from '../../lib/model/finding.ts';
import type { Evaluation } from '../../lib/rules/evaluate/evaluation.ts';
import {
  aChangeEvent,
  accountId,
  aFact,
  aFinding,
  anEvaluation,
  aRoleFinding,
  aRun,
  rolePrefix,
} from './drift-builders.ts';
import { leaseLaws } from './lease-laws.ts';

export type Store = FindingStore & FindingQueries;

/** How a kind of store is started, gives an empty store, and is stopped. */
export interface StoreUnderTest {
  readonly name: string;
  readonly start: () => Promise<void>;
  readonly empty: () => Promise<Store>;
  readonly stop: () => Promise<void>;
}

/** The changes of run `number`, not yet written. */
export const changeOf = async (
  store: Pick<Store, 'load'>,
  evaluation: Evaluation,
  number: number,
): Promise<StateChange> => {
  const run = aRun(number);
  const known = await store.load(evaluation.accountId);
  return {
    accountId: evaluation.accountId,
    ...run,
    coverage: evaluation.gaps,
    ...(known.confirmedAt === undefined ? {} : { basis: known.confirmedAt }),
    ...reconcile(known, evaluation, run),
  };
};

/** Evaluates as run `number` and writes what changed. */
export const write = async (store: Store, evaluation: Evaluation, number: number) =>
  store.apply(await changeOf(store, evaluation, number), aRun(number).at);

const kindsOf = async (store: Store, also?: readonly string[]) =>
  (await store.pending(also)).map(({ transition, factChange }) => transition?.kind ?? `fact ${factChange?.after}`);

export const findingStoreLaws = (subject: StoreUnderTest): void => {
  leaseLaws(subject);
  describe(`findings in ${subject.name}`, () => {
    let store: Store;
    beforeAll(() => subject.start(), 60_000);
    afterAll(() => subject.stop());
    beforeEach(async () => {
      store = await subject.empty();
    });

    test('knows nothing of an account that no run has seen', async () => {
      expect(await store.load(accountId)).toEqual({
        findings: [],
        watched: [],
        hasBaseline: false,
        readScopes: [],
        unreadFacts: [],
      });
    });

    test('gives back what was written, finding for finding and fact for fact', async () => {
      const finding = aFinding({
        podError: 'AccessDenied',
        articleStep: 'role-trust-policy',
        explains: [{ id: 'x', ruleId: 'trust-never-matches', subject: rolePrefix, message: 'never' }],
        waiver: { reason: 'moving', owner: 'platform', expires: '2027-01-01' },
      });
      const change = await changeOf(store, anEvaluation({ findings: [finding], watched: [aFact()] }), 1);
      await store.apply(change, aRun(1).at);
      const known = await store.load(accountId);
      expect(known.findings).toEqual(change.transitions.map(({ after }) => after));
      expect(known.watched).toEqual([aFact()]);
      expect(known).toMatchObject({ hasBaseline: true, confirmedAt: aRun(1).at });
    });

    test('an unchanged run writes no finding and leaves nothing to send', async () => {
      const evaluation = anEvaluation({ findings: [aFinding()], watched: [aFact()] });
      await write(store, evaluation, 1);
      const keys = (await store.pending()).map(({ key }) => key);
      await store.markSent('d1', keys, aRun(1).at);
      expect(await write(store, evaluation, 2)).toEqual({ written: 0, unsentKeys: [] });
      expect(await store.pending()).toEqual([]);
      expect((await store.load(accountId)).findings[0]?.version).toBe(1);
    });

    test('who changed something is kept with what is to be sent and with the history', async () => {
      await write(store, anEvaluation({ watched: [aFact()] }), 1);
      const found = anEvaluation({ findings: [aFinding()], watched: [aFact({ value: 'other' })] });
      const change = withChangeEvents(await changeOf(store, found, 2), [aChangeEvent()]);
      expect([...change.transitions, ...change.factChanges].map(each => each.changedBy)).toEqual([
        [aChangeEvent()],
        [aChangeEvent()],
      ]);
      const { unsentKeys } = await store.apply(change, aRun(2).at);
      const pending = await store.pending(unsentKeys);
      expect(pending.map(({ transition, factChange }) => (transition ?? factChange)?.changedBy)).toEqual([
        [aChangeEvent()],
        [aChangeEvent()],
      ]);
      const { items } = await store.history(aFinding().id, { limit: 10 });
      expect(items.map(item => item.changedBy)).toEqual([[aChangeEvent()]]);
    });

    test('the cluster of a changed fact is kept with what is to be sent', async () => {
      await write(store, anEvaluation({ watched: [aFact()] }), 1);
      const change = await changeOf(store, anEvaluation({ watched: [aFact({ value: 'other' })] }), 2);
      const factChanges = change.factChanges.map(each => ({ ...each, clusterName: 'depot' }));
      const { unsentKeys } = await store.apply({ ...change, factChanges }, aRun(2).at);
      expect((await store.pending(unsentKeys)).map(({ factChange }) => factChange)).toEqual(factChanges);
    });

    test('a whole life: opened, escalated, unconfirmed, resolved, reopened, and its history', async () => {
      const subject = aFinding().subject;
      const worse = aFinding({ severity: 'critical' });
      const unread = anEvaluation({ subjects: [], closedScopes: [], openScopes: [rolePrefix] });
      await write(store, anEvaluation({ findings: [aFinding()] }), 1);
      await write(store, anEvaluation({ findings: [worse] }), 2);
      await write(store, unread, 3);
      await write(store, anEvaluation({ subjects: [subject] }), 4);
      await write(store, anEvaluation({ findings: [aFinding()] }), 5);
      const { items } = await store.history(aFinding().id, { limit: 100 });
      expect(items.map(({ kind }) => kind)).toEqual(['opened', 'escalated', 'unconfirmed', 'resolved', 'reopened']);
      expect(items.map(({ before }) => before?.version)).toEqual([undefined, 1, 2, 3, 4]);
      expect(items.at(-1)?.after).toEqual(await store.show(aFinding().id));
      expect((await store.load(accountId)).findings).toEqual([items.at(-1)?.after]);
    });

    test('what is unsent is handed out worst first, and of one severity the accounts take turns', async () => {
      const others = ['222222222222', '333333333333'];
      const of = (id: string, names: readonly string[], severity: Severity) =>
        names.map(name => aFinding({ subject: `arn:aws:iam::${id}:role/${name}`, accountId: id, severity }));
      await write(store, anEvaluation({ findings: of(accountId, ['a', 'b', 'c', 'd'], 'critical') }), 1);
      for (const [n, id] of others.entries()) {
        const findings = [...of(id, ['e'], 'critical'), ...of(id, ['f'], 'high')];
        await write(store, anEvaluation({ accountId: id, findings }), n + 2);
      }
      const pending = (await store.pending()).map(({ transition }) => transition?.after.finding);
      expect(pending.map(each => [each?.severity, each?.accountId])).toEqual([
        ...[accountId, ...others, accountId, accountId, accountId].map(id => ['critical', id]),
        ...others.map(id => ['high', id]),
      ]);
    });

    test('every step that is told stays unsent until it is marked, those of earlier runs too', async () => {
      await write(store, anEvaluation({ findings: [aFinding()] }), 1);
      await write(store, anEvaluation({ findings: [aFinding({ severity: 'critical' })] }), 2);
      const pending = await store.pending();
      expect(pending.map(({ transition }) => [transition?.kind, transition?.after.version])).toEqual([
        ['opened', 1],
        ['escalated', 2],
      ]);
      expect(pending[1]?.transition?.before?.finding.severity).toBe('high');
      await store.markSent(
        'd1',
        pending.slice(0, 1).map(({ key }) => key),
        aRun(2).at,
      );
      expect(await kindsOf(store)).toEqual(['escalated']);
      await store.markSent(
        'd2',
        pending.map(({ key }) => key),
        aRun(2).at,
      );
      expect(await kindsOf(store)).toEqual([]);
    });

    test('a fact that changed twice is told twice, one that is gone is told and then forgotten', async () => {
      const evaluation = (value: string) => anEvaluation({ watched: [aFact({ value })] });
      await write(store, evaluation('a'), 1);
      expect(await kindsOf(store)).toEqual([]);
      await write(store, evaluation('b'), 2);
      await write(store, evaluation('c'), 3);
      await write(store, anEvaluation({}), 4);
      const changes = (await store.pending()).map(({ factChange }) => [factChange?.before, factChange?.after]);
      expect(changes).toEqual([
        ['a', 'b'],
        ['b', 'c'],
        ['c', undefined],
      ]);
      expect((await store.load(accountId)).watched).toEqual([]);
      await store.markSent(
        'd1',
        (await store.pending()).map(({ key }) => key),
        aRun(4).at,
      );
      expect(await store.pending()).toEqual([]);
      await write(store, evaluation('d'), 5);
      expect(await kindsOf(store)).toEqual(['fact d']);
    });

    test('a step that a run adds stays unsent, though another invocation was quicker to mark those before it', async () => {
      await write(store, anEvaluation({ findings: [aFinding()] }), 1);
      const keys = (await store.pending()).map(({ key }) => key);
      await store.markSent('d1', keys, aRun(1).at);
      await write(store, anEvaluation({ findings: [aFinding({ severity: 'critical' })] }), 2);
      await store.markSent('d1', keys, aRun(2).at);
      expect(await kindsOf(store)).toEqual(['escalated']);
    });

    test('waived and unconfirmed steps are never to be sent', async () => {
      const waiver = { reason: 'moving', owner: 'platform', expires: '2027-01-01' };
      const waived = aFinding({ impact: 'breaks', waiver });
      const { unsentKeys } = await write(store, anEvaluation({ findings: [waived] }), 1);
      expect(unsentKeys).toEqual([]);
      await write(store, anEvaluation({ subjects: [], closedScopes: [], openScopes: [rolePrefix] }), 2);
      expect(await store.pending()).toEqual([]);
    });

    test('keys of what was just written find it, whatever the index shows', async () => {
      const { unsentKeys } = await write(store, anEvaluation({ findings: [aFinding()] }), 1);
      expect(unsentKeys).toHaveLength(1);
      expect((await store.pending(unsentKeys)).map(({ key }) => key)).toEqual(unsentKeys);
    });

    test('of two runs that loaded the same state one writes, the other is told so', async () => {
      await write(store, anEvaluation({ findings: [aFinding()] }), 1);
      const first = await changeOf(store, anEvaluation({ findings: [aFinding({ severity: 'critical' })] }), 2);
      const second = await changeOf(store, anEvaluation({ subjects: [aFinding().subject] }), 3);
      await store.apply(first, aRun(2).at);
      await expect(store.apply(second, aRun(3).at)).rejects.toMatchObject({ name: 'StateConflict' });
      const { items } = await store.history(aFinding().id, { limit: 10 });
      expect(items.map(({ kind, runId }) => [kind, runId])).toEqual([
        ['opened', 'run-1'],
        ['escalated', 'run-2'],
      ]);
    });

    test('an older run does not write over a newer one', async () => {
      const older = await changeOf(store, anEvaluation({ findings: [aFinding()] }), 1);
      await write(store, anEvaluation({}), 2);
      await expect(store.apply(older, aRun(2).at)).rejects.toMatchObject({ name: 'StateConflict' });
      expect((await store.load(accountId)).findings).toEqual([]);
    });

    test('a newer run that another one overtook writes nothing, not even what the other left alone', async () => {
      await write(store, anEvaluation({ findings: [aFinding()] }), 1);
      const newer = await changeOf(store, anEvaluation({ subjects: [aFinding().subject] }), 3);
      await write(store, anEvaluation({ findings: [aFinding(), aRoleFinding('other')] }), 2);
      await expect(store.apply(newer, aRun(3).at)).rejects.toMatchObject({ name: 'StateConflict' });
      expect((await store.load(accountId)).findings.map(({ status }) => status)).toEqual(['open', 'open']);
    });

    test('a repeat of what a run has written writes nothing more', async () => {
      const change = await changeOf(store, anEvaluation({ findings: [aFinding()], watched: [aFact()] }), 1);
      await store.apply(change, aRun(1).at);
      await store.apply(change, aRun(1).at).catch(error => expect(error).toMatchObject({ name: 'StateConflict' }));
      expect((await store.pending()).length).toBe(1);
      expect((await store.load(accountId)).findings).toEqual(change.transitions.map(({ after }) => after));
    });

    test('what an earlier attempt has written is not written again, and is to be sent, too', async () => {
      await write(store, anEvaluation({ watched: [aFact()] }), 1);
      const found = anEvaluation({ findings: [aFinding()], watched: [aFact({ value: 'other' })] });
      const writtenBefore = await changeOf(store, found, 2);
      const { unsentKeys } = await store.apply(writtenBefore, aRun(2).at);
      const repeat = { ...(await changeOf(store, found, 2)), writtenBefore };
      expect(await store.apply(repeat, aRun(2).at)).toEqual({ written: 0, unsentKeys });
      expect((await store.pending(unsentKeys)).map(({ key }) => key).sort()).toEqual([...unsentKeys].sort());
      expect(unsentKeys).toHaveLength(2);
    });

    test('what was forgotten and comes back has another key to be sent under', async () => {
      const opened = async (number: number) => {
        const change = await changeOf(store, anEvaluation({ findings: [aFinding()] }), number);
        return (await store.apply(change, aRun(number).at)).unsentKeys;
      };
      const first = await opened(1);
      store = await subject.empty();
      expect(await opened(2)).not.toEqual(first);
    });

    test('knows which accounts were ever written, and what is noted of their absence', async () => {
      expect(await store.accounts()).toEqual([]);
      await store.noteAbsence({ accountId, missingSince: aRun(1).at });
      expect(await store.accounts()).toEqual([]);
      await write(store, anEvaluation({}), 1);
      await write(store, anEvaluation({}), 2);
      expect(await store.accounts()).toEqual([{ accountId }]);
      const absence = { accountId, missingSince: aRun(3).at, closedAt: aRun(4).at };
      await store.noteAbsence(absence);
      expect(await store.accounts()).toEqual([absence]);
      await store.noteAbsence({ accountId });
      expect(await store.accounts()).toEqual([{ accountId }]);
    });

    test('knows when it was read last, though nothing of it changed, and the keys of all that is unsent', async () => {
      const evaluation = anEvaluation({ findings: [aFinding()], watched: [aFact()] });
      const first = await store.apply(await changeOf(store, evaluation, 1), aRun(1).at);
      expect(first.unsentKeys).not.toEqual([]);
      expect((await store.apply(await changeOf(store, evaluation, 3), aRun(3).at)).unsentKeys).toEqual([]);
      const { readAt, confirmedAt, unsentKeys } = await store.load(accountId);
      expect({ readAt, confirmedAt, unsentKeys }).toEqual({
        ...{ readAt: aRun(3).at, confirmedAt: aRun(3).at, unsentKeys: first.unsentKeys },
      });
      await store.markSent('d', first.unsentKeys, aRun(3).at);
      expect(await store.load(accountId)).not.toHaveProperty('unsentKeys');
    });

    test('two accounts side by side: each has its own findings, facts and unsent steps', async () => {
      const other = '444455556666';
      const place = (name: string) => `arn:aws:iam::${other}:role/${name}`;
      const theirs = ['x', 'y'].map(name => aFinding({ subject: place(name), accountId: other }));
      const fact = (value: string) => aFact({ subject: place('x'), accountId: other, value });
      const own = [aRoleFinding('a'), aRoleFinding('b')];
      await write(store, anEvaluation({ watched: [aFact()] }), 1);
      await write(store, anEvaluation({ accountId: other, watched: [fact('1')] }), 1);
      const first = await write(store, anEvaluation({ findings: own, watched: [aFact({ value: 'new' })] }), 2);
      const second = await write(store, anEvaluation({ accountId: other, findings: theirs, watched: [fact('2')] }), 3);
      const seen = async (id: string) => {
        const { findings, watched, unsentKeys = [], confirmedAt } = await store.load(id);
        const subjects = findings.map(({ finding }) => finding.subject).sort();
        return [subjects, watched.map(({ value }) => value), [...unsentKeys].sort(), confirmedAt];
      };
      const [ownKeys, theirKeys] = [first, second].map(({ unsentKeys }) => [...unsentKeys].sort());
      expect([ownKeys?.length, theirKeys?.length]).toEqual([3, 3]);
      const subjectsOf = (some: typeof own) => some.map(({ subject }) => subject);
      const ofOwn = [subjectsOf(own), ['new'], ownKeys, aRun(2).at];
      expect(await seen(accountId)).toEqual(ofOwn);
      expect(await seen(other)).toEqual([subjectsOf(theirs), ['2'], theirKeys, aRun(3).at]);
      await store.markSent('d', theirKeys ?? [], aRun(3).at);
      await store.noteAbsence({ accountId: other, missingSince: aRun(4).at });
      expect(await seen(other)).toEqual([subjectsOf(theirs), ['2'], [], aRun(3).at]);
      expect(await seen(accountId)).toEqual(ofOwn);
      expect((await store.pending()).map(({ key }) => key).sort()).toEqual(ownKeys);
      const absences = await store.accounts();
      expect(absences.find(each => each.accountId === accountId)).toEqual({ accountId });
      expect(absences.find(each => each.accountId === other)).toMatchObject({ missingSince: aRun(4).at });
    });

    test('an account that is audited again is noted as missing no more', async () => {
      await write(store, anEvaluation({ findings: [aFinding()] }), 1);
      await store.noteAbsence({ accountId, missingSince: aRun(2).at, closedAt: aRun(3).at });
      const change = await changeOf(store, anEvaluation({ findings: [aFinding()] }), 4);
      await store.apply({ ...change, presence: 'back' }, aRun(4).at);
      expect(await store.accounts()).toEqual([{ accountId }]);
    });

    test('knows the runs that were skipped after an instant, newest first', async () => {
      const skipped = (number: number) => ({ ...skippedAt(number), skippedFor: 'run-1' });
      for (const number of [2, 3, 4, 4]) await store.recordSkipped(skipped(number));
      expect(await store.skippedRuns('')).toEqual([4, 3, 2].map(skipped));
      expect(await store.skippedRuns(aRun(3).at)).toEqual([skipped(4)]);
    });

    test('lists worst first by every filter, paged to the end', async () => {
      const findings = severities.flatMap(severity =>
        [1, 2, 3].map(n => aRoleFinding(`${severity}-${n}`, { severity, clusterName: n === 1 ? 'shop' : 'bank' })),
      );
      await write(store, anEvaluation({ findings }), 1);
      const all = async (filter: Parameters<Store['list']>[0], limit = 4) => {
        const items = [];
        let cursor: string | undefined;
        do {
          const page = await store.list(filter, { limit, ...(cursor === undefined ? {} : { cursor }) });
          items.push(...page.items);
          cursor = page.cursor;
        } while (cursor !== undefined);
        return items.map(({ finding }) => finding);
      };
      const ids = (await all({})).map(({ id }) => id);
      expect(new Set(ids).size).toBe(15);
      for (const filter of [{}, { status: 'open' as const }, { accountId }, { minSeverity: 'info' as const }])
        expect((await all(filter)).map(({ severity }) => severity)).toEqual(severities.flatMap(s => [s, s, s]));
      expect(await all({ clusterName: 'shop' })).toHaveLength(5);
      expect(await all({ accountId, clusterName: 'bank', minSeverity: 'high' })).toHaveLength(4);
      expect(await all({ minSeverity: 'high' })).toHaveLength(6);
      expect(await all({ subject: `${rolePrefix}low-2` })).toHaveLength(1);
      expect(await all({ role: `${rolePrefix}low-2` })).toHaveLength(1);
      expect(await all({ role: 'low-2' })).toHaveLength(1);
      expect(await all({ role: 'low-2', clusterName: 'shop' })).toEqual([]);
      expect(await all({ role: 'low' })).toEqual([]);
      expect(await all({ status: 'resolved' })).toEqual([]);
      expect(await all({ ruleId: 'trust-any-subject', changedSince: aRun(2).at })).toEqual([]);
      expect(await store.openBySeverity()).toEqual({ critical: 3, high: 3, medium: 3, low: 3, info: 3 });
    });

    test('finds service accounts by their name, with or without the namespace', async () => {
      const ofAccount = (namespace: string, serviceAccount: string) =>
        aFinding({ subject: `${namespace}/${serviceAccount}`, namespace, serviceAccount });
      const findings = [ofAccount('orders', 'refund'), ofAccount('bank', 'refund'), aRoleFinding('other')];
      await write(store, anEvaluation({ findings }), 1);
      const page = { limit: 10 };
      expect((await store.list({ serviceAccount: 'refund' }, page)).items).toHaveLength(2);
      expect((await store.list({ serviceAccount: 'refund', namespace: 'orders' }, page)).items).toHaveLength(1);
    });

    test('finds what is folded under another finding by its own rule, role and service account, until that is resolved', async () => {
      const clusterArn = 'arn:aws:eks:eu-west-1:111122223333:cluster/shop';
      const folded = (ruleId: string, subject: string) => ({ id: ruleId, ruleId, subject, message: 'm' });
      const cause = aFinding({
        subject: clusterArn,
        explains: [
          folded('trust-provider-missing', `${rolePrefix}folded`),
          folded('pod-not-injected', `${clusterArn}/pod/orders/Deployment/web/refund`),
        ],
      });
      await write(store, anEvaluation({ findings: [cause] }), 1);
      const found = async (filter: Parameters<Store['list']>[0]) =>
        (await store.list(filter, { limit: 10 })).items.map(({ finding }) => finding.id);
      for (const filter of [
        { ruleId: 'pod-not-injected' },
        { role: 'folded' },
        { serviceAccount: 'refund', namespace: 'orders', status: 'open' as const },
        { role: 'folded', ruleId: 'trust-provider-missing', clusterName: cause.clusterName ?? 'shop' },
      ])
        expect([filter, await found(filter)]).toEqual([filter, [cause.id]]);
      expect(await found({ role: 'folded', ruleId: 'pod-not-injected' })).toEqual([]);
      expect(await found({ serviceAccount: 'refund', namespace: 'other' })).toEqual([]);
      await write(store, anEvaluation({ findings: [], subjects: [clusterArn], rulesRun: [cause.ruleId] }), 2);
      expect(await found({ role: 'folded' })).toEqual([]);
    });

    test('names of any length are kept, and an empty one is in no index', async () => {
      const long = 'x'.repeat(3000);
      const findings = [
        aFinding({ subject: 'a', roleArn: `${rolePrefix}${long}`, namespace: 'n', serviceAccount: long }),
        aFinding({ subject: 'b', roleArn: rolePrefix, namespace: 'n', serviceAccount: '' }),
      ];
      await write(store, anEvaluation({ findings }), 1);
      expect((await store.list({}, { limit: 10 })).items).toHaveLength(2);
    });

    test('knows the names of findings and of what is watched, sorted', async () => {
      const cluster = `arn:aws:eks:eu-west-1:${accountId}:cluster/depot`;
      await write(
        store,
        anEvaluation({
          findings: [aFinding({ namespace: 'orders', serviceAccount: 'refund' })],
          watched: [
            { kind: 'cluster-issuer', subject: cluster, accountId, value: 'https://issuer' },
            { kind: 'role-trust-policy', subject: `${rolePrefix}app/healthy`, accountId, value: '{}' },
          ],
        }),
        1,
      );
      expect(await store.names()).toEqual({
        accounts: [accountId],
        clusters: ['depot', 'shop'],
        namespaces: ['orders'],
        serviceAccounts: ['orders/refund'],
        roles: ['checkout-cart', 'healthy'],
      });
    });

    test('refuses a cursor that it did not give', async () => {
      const page = { limit: 1, cursor: 'bm9uc2Vuc2U' };
      await expect(store.list({ accountId }, page)).rejects.toMatchObject({ name: 'CursorInvalid' });
      await expect(store.list({}, page)).rejects.toMatchObject({ name: 'CursorInvalid' });
    });

    test('records runs, each once, newest first', async () => {
      for (const number of [1, 3, 2, 2]) await store.recordRun(aRecord(number));
      const first = await store.runs({ limit: 2 });
      expect(first.items).toEqual([aRecord(3), aRecord(2)]);
      const rest = await store.runs({ limit: 2, ...(first.cursor === undefined ? {} : { cursor: first.cursor }) });
      expect(rest.items).toEqual([aRecord(1)]);
      expect(await store.show('0'.repeat(32))).toBeUndefined();
    });
  });
};

/** The record of run `number`. */
export const aRecord = (number: number): RunRecord => ({
  runId: aRun(number).runId,
  startedAt: aRun(number).at,
  endedAt: aRun(number).at,
  accounts: 1,
  failedAccounts: [],
  gaps: [],
  gapCount: 0,
  openBySeverity: { critical: 0, high: 1, medium: 0, low: 0, info: 0 },
  transitions: 1,
  sent: true,
  apiCalls: { 'iam:ListRoles': 1 },
});

const skippedAt = (number: number) => ({ runId: aRun(number).runId, startedAt: aRun(number).at });
