import { describe, expect, test } from '@jest/globals';
import { documentKeys } from '../../lib/audit/document-keys.ts';
import { type AuditEvent, runAudit } from '../../lib/audit/run-audit.ts';
import { StateConflict, ThrottledError } from '../../lib/kit/errors.ts';
import type { ClusterInside } from '../../lib/model/cluster.ts';
import { complete, unavailable, withGaps } from '../../lib/model/collected.ts';
import type { AccountSnapshot } from '../../lib/model/snapshot.ts';
import { memoryDocumentStore } from '../../lib/store/memory-document-store.ts';
import { memoryFindingStore } from '../../lib/store/memory-finding-store.ts';
import { aStart, portsOver, someChoices } from '../support/audit-ports.ts';
import { aReadCluster, someKubernetes } from '../support/example-cluster.ts';
import { aCluster, anIssuer, aProvider, aRole, aSnapshot, aTrustPolicy } from '../support/example-world.ts';

const main = '111122223333';
const other = '444455556666';
const healthy = aSnapshot();
const open = aSnapshot({ roles: complete([aRole({ trustPolicy: aTrustPolicy({ condition: {} }) })]) });
const elsewhere = (over: Partial<AccountSnapshot> = {}): AccountSnapshot =>
  aSnapshot({ accountId: other, providers: complete([]), roles: complete([]), clusters: complete([]), ...over });
const denied = unavailable<never>({ kind: 'denied', operation: 'iam:ListRoles', message: 'no' });

describe('a run', () => {
  test('over a healthy account is complete and silent', async () => {
    const ports = portsOver({ [main]: healthy });
    const result = await runAudit(ports, someChoices(), aStart());
    expect(result.completed).toMatchObject({ accounts: 1, failedAccounts: 0, gaps: 0, sent: false, complete: true });
    expect(result.evaluations[0]?.findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
    expect(ports.sent).toEqual([]);
  });

  test('tells a drift once, with what changed, and a repeat is silent', async () => {
    const findings = memoryFindingStore();
    const audit = async (snapshot: AccountSnapshot, number: number) => {
      const ports = portsOver({ [main]: snapshot }, { findings });
      const { transitions, factChanges, completed } = await runAudit(ports, someChoices(), aStart(number));
      return {
        kinds: transitions.map(({ kind }) => kind),
        facts: factChanges.length,
        sent: completed.sent,
        digests: ports.sent,
      };
    };
    await audit(healthy, 1);
    const drift = await audit(open, 2);
    expect(drift).toMatchObject({ sent: true, facts: 1 });
    expect(drift.kinds).toContain('opened');
    expect(drift.digests).toHaveLength(1);
    expect(await audit(open, 3)).toEqual({ kinds: [], facts: 0, sent: false, digests: [] });
    const fixed = await audit(healthy, 4);
    expect(fixed).toMatchObject({ sent: true, facts: 1 });
    expect(new Set(fixed.kinds)).toEqual(new Set(['resolved']));
  });

  test('a message counts every part that was not read, however many are kept', async () => {
    const reason = { kind: 'denied', operation: 'iam:ListRoles', message: 'no' } as const;
    const gaps = Array.from({ length: 150 }, (_, at) => ({ what: `a role of page ${at}`, reason }));
    const ports = portsOver({
      [main]: aSnapshot({ roles: withGaps([aRole({ trustPolicy: aTrustPolicy({ condition: {} }) })], gaps) }),
    });
    const { completed } = await runAudit(ports, someChoices(), aStart());
    expect(completed.gaps).toBeGreaterThanOrEqual(150);
    expect(ports.sent.map(({ gaps: counted }) => counted)).toEqual([completed.gaps]);
  });

  test('a change of a provider has the name of the cluster that has its issuer', async () => {
    const findings = memoryFindingStore();
    const changesOf = async (audiences: readonly string[], number: number) => {
      const snapshot = aSnapshot({ providers: complete([aProvider({ audiences })]) });
      const { factChanges } = await runAudit(
        portsOver({ [main]: snapshot }, { findings }),
        someChoices(),
        aStart(number),
      );
      return factChanges.map(({ kind, clusterName }) => [kind, clusterName]);
    };
    await changesOf(['sts.amazonaws.com'], 1);
    expect(await changesOf(['sts.amazonaws.com', 'another'], 2)).toEqual([['provider-audiences', 'shop']]);
  });

  test('tells when each finding was first seen, also in later runs', async () => {
    const findings = memoryFindingStore();
    const firstSeen = async (snapshot: AccountSnapshot, number: number) => {
      const result = await runAudit(portsOver({ [main]: snapshot }, { findings }), someChoices(), aStart(number));
      const rules = new Map(result.evaluations.flatMap(one => one.findings.map(({ id, ruleId }) => [id, ruleId])));
      return Object.entries(result.firstSeen).map(([id, at]) => [rules.get(id), at]);
    };
    const unsafe = (over: Partial<AccountSnapshot> = {}) => ({ ...open, ...over });
    expect(await firstSeen(unsafe(), 1)).toContainEqual(['trust-any-subject', aStart(1).startedAt]);
    const later = await firstSeen(unsafe({ providers: complete([]) }), 2);
    expect(later).toContainEqual(['trust-any-subject', aStart(1).startedAt]);
    expect(later).toContainEqual(['cluster-provider-missing', aStart(2).startedAt]);
  });

  test('goes on where an account fails: a gap of coverage and of the fleet, nothing resolved', async () => {
    const findings = memoryFindingStore();
    await runAudit(portsOver({ [main]: open, [other]: elsewhere() }, { findings }), someChoices(), aStart(1));
    const before = await findings.load(main);
    const ports = portsOver({ [main]: new Error('no\u001b[31m such\nrole'), [other]: elsewhere() }, { findings });
    const result = await runAudit(ports, someChoices(), aStart(2));
    expect(result.completed).toMatchObject({ failedAccounts: 1, gaps: 1, complete: false, sent: true });
    expect(result.gaps).toEqual([
      {
        accountId: main,
        section: 'account',
        reason: { kind: 'invalid', operation: 'collect-account', message: 'Error: no [31m such role' },
      },
    ]);
    expect(await findings.load(main)).toEqual(before);
    const index = await ports.documents.get(documentKeys('run-2').index);
    expect(index).toMatchObject({ gaps: [{ accountId: main }] });
  });

  test('calls no provider an orphan while an account is unread, whatever its issuer answers', async () => {
    const lone = aSnapshot({ clusters: complete([]) });
    const rules = (result: Awaited<ReturnType<typeof runAudit>>) =>
      result.evaluations.flatMap(({ findings }) => findings.map(({ ruleId }) => ruleId));
    const nothing = unavailable<never>({ kind: 'not-found', operation: 'GET', message: '404' });
    const gone = (url: string) => [url, anIssuer({ url, discovery: nothing, keys: nothing })] as const;
    const silent = { issuers: { read: async (urls: readonly string[]) => Object.fromEntries(urls.map(gone)) } };
    const read = await runAudit(portsOver({ [main]: lone, [other]: elsewhere() }, silent), someChoices(), aStart());
    expect(rules(read)).toContain('provider-orphaned');
    const isGone = await runAudit(
      portsOver({ [main]: lone, [other]: new Error('x') }, silent),
      someChoices(),
      aStart(),
    );
    expect(rules(isGone)).not.toContain('provider-orphaned');
    const lost = unavailable<never>({ kind: 'timed-out', operation: 'GET', message: 'no answer' });
    const mute = (url: string) => [url, anIssuer({ url, discovery: lost, keys: lost })] as const;
    const hung = { issuers: { read: async (urls: readonly string[]) => Object.fromEntries(urls.map(mute)) } };
    const unread = await runAudit(portsOver({ [main]: lone, [other]: new Error('x') }, hung), someChoices(), aStart());
    expect(rules(unread)).not.toContain('provider-orphaned');
    expect(unread.evaluations[0]?.undecided.map(({ ruleId }) => ruleId)).toContain('provider-orphaned');
  });

  test('a section that is denied is a gap, and leaves its findings open', async () => {
    const findings = memoryFindingStore();
    await runAudit(portsOver({ [main]: open }, { findings }), someChoices(), aStart(1));
    const result = await runAudit(
      portsOver({ [main]: aSnapshot({ roles: denied }) }, { findings }),
      someChoices(),
      aStart(2),
    );
    expect(result.completed).toMatchObject({ failedAccounts: 0, complete: false });
    expect(result.gaps.map(({ section }) => section)).toContain('roles');
    expect(new Set(result.transitions.map(({ kind }) => kind))).toEqual(new Set(['unconfirmed']));
    expect(new Set((await findings.load(main)).findings.map(({ status }) => status))).toEqual(new Set(['open']));
  });

  test('probes each issuer once, whatever the number of accounts that have it', async () => {
    const twin = elsewhere({
      providers: complete([
        aProvider({ accountId: other }),
        aProvider({ accountId: other, issuer: 'https://token.actions.githubusercontent.com' }),
      ]),
    });
    const ports = portsOver({ [main]: healthy, [other]: twin });
    await runAudit(ports, someChoices(), aStart());
    expect(ports.probed).toEqual([['https://oidc.eks.eu-west-1.amazonaws.com/id/5C1D2E3F4A5B6C7D8E9F0A1B2C3D4E5F']]);
  });

  test('whose probe fails goes on without live facts: a gap, and no rule passes for want of them', async () => {
    const issuers = { read: () => Promise.reject(new Error('broken')) };
    const result = await runAudit(portsOver({ [main]: healthy }, { issuers }), someChoices(), aStart());
    expect(result.gaps).toMatchObject([
      { section: 'probe', reason: { kind: 'timed-out', operation: 'probe-issuers' } },
    ]);
    expect(result.completed).toMatchObject({ complete: false, gaps: 1, failedAccounts: 0 });
  });

  test('waits and tries again what a repeat may get over, and no more than three times', async () => {
    let calls = 0;
    const waits: number[] = [];
    const flaky = (failures: number) =>
      portsOver(
        { [main]: healthy },
        {
          sleep: async milliseconds => {
            waits.push(milliseconds);
          },
          accounts: {
            read: async () => {
              calls += 1;
              if (calls <= failures) throw new ThrottledError('slow down');
              return healthy;
            },
          },
        },
      );
    expect((await runAudit(flaky(2), someChoices(), aStart())).completed.complete).toBe(true);
    expect(waits).toHaveLength(2);
    calls = 0;
    const result = await runAudit(flaky(9), someChoices(), aStart());
    expect(calls).toBe(3);
    expect(result.gaps[0]?.reason).toMatchObject({ kind: 'timed-out', operation: 'collect-account' });
  });

  test('the step that sends is asked again where it is throttled', async () => {
    const memory = memoryDocumentStore();
    const start = aStart();
    let refusals = 1;
    const documents = {
      ...memory,
      put: async (...[key, document]: Parameters<typeof memory.put>) => {
        if (key === documentKeys(start.runId).notification && refusals-- > 0) throw new ThrottledError('slow down');
        await memory.put(key, document);
      },
    };
    const { completed } = await runAudit(portsOver({ [main]: open }, { documents }), someChoices(), start);
    expect([completed.complete, completed.sent, refusals < 0]).toEqual([true, true, true]);
  });

  test('a conflict with another run is read again and fixed', async () => {
    const memory = memoryFindingStore();
    let conflicts = 1;
    const findings = {
      ...memory,
      apply: async (...change: Parameters<typeof memory.apply>) => {
        if (conflicts-- > 0) throw new StateConflict('another run');
        return memory.apply(...change);
      },
    };
    const result = await runAudit(portsOver({ [main]: open }, { findings }), someChoices(), aStart());
    expect(result.completed).toMatchObject({ complete: true, sent: true });
  });

  test('an older run than the last one written reports its findings and changes nothing', async () => {
    const findings = memoryFindingStore();
    await runAudit(portsOver({ [main]: healthy }, { findings }), someChoices(), aStart(5));
    const late = await runAudit(portsOver({ [main]: open }, { findings }), someChoices(), aStart(4));
    expect(late.evaluations[0]?.findings.length).toBeGreaterThan(0);
    expect(late.transitions).toEqual([]);
    expect((await findings.load(main)).confirmedAt).toBe(aStart(5).startedAt);
  });

  test('reads the inside of clusters where it is asked for; one that fails is a gap', async () => {
    const inCluster = { ...someChoices().settings, inCluster: true };
    const snapshot = aSnapshot({ alias: 'prod', clusters: complete([aReadCluster()]) });
    const run = (read: () => Promise<ClusterInside>) =>
      runAudit(portsOver({ [main]: snapshot }, { clusters: { read } }), someChoices({ settings: inCluster }), aStart());
    const good = await run(async () => ({
      kubernetes: complete(someKubernetes()),
      podIdentity: complete([]),
      addons: complete([]),
    }));
    expect(good.completed.complete).toBe(true);
    expect(good.evaluations[0]?.counts.serviceAccounts).toBe(1);
    expect(good.accounts).toEqual([{ accountId: main, alias: 'prod', regions: ['eu-west-1'] }]);
    const bad = await run(async () => {
      throw new Error('broken pipe');
    });
    expect(bad.gaps.map(({ clusterName, section }) => [clusterName, section])).toContainEqual(['shop', 'inside']);
    const lost = await run(async () => {
      throw new ThrottledError('always');
    });
    expect(lost.gaps[0]?.reason).toMatchObject({ kind: 'throttled', operation: 'collect-cluster' });
  });

  test('reads the inside of every cluster of every account, and tells of each', async () => {
    const names = Array.from({ length: 120 }, (_, at) => `shop-${at}`);
    const many = (accountId: string) =>
      aSnapshot({
        accountId,
        clusters: complete(names.map(name => aReadCluster({}, { cluster: aCluster({ name, accountId }) }))),
      });
    const asked: string[] = [];
    const events: AuditEvent[] = [];
    const read = async ({ accountId }: { readonly accountId: string }, { name }: { readonly name: string }) => {
      asked.push(`${accountId} ${name}`);
      return { kubernetes: complete(someKubernetes()), podIdentity: complete([]), addons: complete([]) };
    };
    const ports = portsOver({ [main]: many(main), [other]: many(other) }, { clusters: { read } });
    await runAudit(ports, someChoices({ settings: { ...someChoices().settings, inCluster: true } }), aStart(), event =>
      events.push(event),
    );
    const all = [main, other].flatMap(accountId => names.map(name => `${accountId} ${name}`)).sort();
    expect(asked.toSorted()).toEqual(all);
    const told = events.flatMap(event =>
      event.kind === 'item-ended' && event.step === 'collect-cluster'
        ? [`${event.accountId} ${event.cluster?.replace(/.*\//, '')} ${event.status}`]
        : [],
    );
    expect(told.toSorted()).toEqual(all.map(each => `${each} ok`));
  });

  test('ends where there is no list of accounts', async () => {
    await expect(runAudit(portsOver({}), someChoices(), aStart())).rejects.toMatchObject({ name: 'TargetsUnreadable' });
  });

  test('tells its steps in order, and every item', async () => {
    const events: AuditEvent[] = [];
    await runAudit(portsOver({ [main]: healthy, [other]: new Error('x') }), someChoices(), aStart(), event =>
      events.push(event),
    );
    expect(events.filter(({ kind }) => kind === 'step-started').map(({ step }) => step)).toEqual([
      'list-targets',
      'collect-account',
      'index-issuers',
      'probe-issuers',
      'evaluate-account',
      'notify-drift',
      'complete-run',
    ]);
    const items = events.flatMap(event =>
      event.kind === 'item-ended' ? [[event.step, event.accountId, event.status]] : [],
    );
    expect(items).toEqual(
      expect.arrayContaining([
        ['collect-account', main, 'ok'],
        ['collect-account', other, 'failed'],
        ['evaluate-account', main, 'ok'],
        ['evaluate-account', other, 'failed'],
      ]),
    );
  });

  test('records itself and the calls it made', async () => {
    let made = 0;
    const calls = { take: () => ({ 'iam:ListRoles': ++made === 2 ? 3 : 0 }) };
    const findings = memoryFindingStore();
    const result = await runAudit(portsOver({ [main]: open }, { findings, calls }), someChoices(), aStart());
    expect(result.apiCalls).toEqual({ 'iam:ListRoles': 3 });
    const { items } = await findings.runs({ limit: 5 });
    expect(items).toMatchObject([{ runId: 'run-1', accounts: 1, sent: true, apiCalls: { 'iam:ListRoles': 3 } }]);
  });
});
