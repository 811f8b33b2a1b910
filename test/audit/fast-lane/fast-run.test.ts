import { describe, expect, test } from '@jest/globals';
import { documentKeys, getDocument, isIndexDocument, waitingIssuersKey } from '../../../lib/audit/documents.ts';
import { fastLaneKeys } from '../../../lib/audit/fast-lane/documents.ts';
import { planFastRun } from '../../../lib/audit/fast-lane/plan-fast-run.ts';
import type { AuditPorts } from '../../../lib/audit/ports.ts';
import { runAudit } from '../../../lib/audit/run-audit.ts';
import { evaluateAccount } from '../../../lib/audit/steps/evaluate-account.ts';
import { factsOf } from '../../../lib/audit/steps/facts-of.ts';
import type { Role } from '../../../lib/core/model/account.ts';
import { complete, unavailable } from '../../../lib/core/model/collected.ts';
import type { AccountSnapshot } from '../../../lib/core/model/snapshot.ts';
import { aReadCluster, aServiceAccount } from '../../../lib/core/rules/example-cluster.ts';
import {
  aCluster,
  aClusterSnapshot,
  anIssuer,
  aProvider,
  aRole,
  aSnapshot,
  aTrustPolicy,
} from '../../../lib/core/rules/example-world.ts';
import { aCall } from '../../support/api-events.ts';
import { portsOver, someChoices } from '../../support/audit-ports.ts';
import { note, runFast } from '../../support/fast-runs.ts';

const ours = '111122223333';
const theirs = '444455556666';
const issuer = (digits: string) => `https://oidc.eks.eu-west-1.amazonaws.com/id/${digits.repeat(32)}`;
const clusterOf = (accountId: string, name: string, digits: string) =>
  aClusterSnapshot({ cluster: aCluster({ name, accountId, issuer: issuer(digits) }) });
const anAccountOf = (accountId: string, over: Parameters<typeof aSnapshot>[0] = {}): AccountSnapshot =>
  aSnapshot({ accountId, providers: complete([]), roles: complete([]), clusters: complete([]), ...over });
const broken = { condition: { StringEquals: {} } };
const denied = unavailable<readonly Role[]>({
  kind: 'denied',
  operation: 'iam:ListRoles',
  permission: 'iam:ListRoles',
  message: 'no',
});

const notThere = unavailable<never>({ kind: 'not-found', operation: 'GET discovery', message: 'HTTP 404' });

/** Two accounts, one clock, and the full run that everything begins with. */
const world = async (
  accounts: Record<string, AccountSnapshot | Error> = {
    [ours]: anAccountOf(ours, {
      providers: complete([aProvider({ issuer: issuer('A') })]),
      clusters: complete([clusterOf(ours, 'shop', 'A')]),
      roles: complete([aRole({ trustPolicy: aTrustPolicy({ issuer: issuer('A') }) })]),
    }),
    [theirs]: anAccountOf(theirs),
  },
  choices = someChoices(),
) => {
  let clock = Date.parse('2026-11-25T06:00:00.000Z');
  const read: string[] = [];
  const over = portsOver(accounts);
  const ports = {
    ...over,
    /** No issuer answers: whether one is an orphan depends on its cluster alone. */
    issuers: {
      read: async (urls: readonly string[]) => {
        over.probed.push(urls);
        return Object.fromEntries(urls.map(url => [url, anIssuer({ url, discovery: notThere })]));
      },
    },
    accounts: {
      read: async (...args: Parameters<AuditPorts['accounts']['read']>) => {
        read.push(args[0].accountId);
        return over.accounts.read(...args);
      },
    },
    now: () => new Date(clock).toISOString(),
  };
  const full = async (runId: string) => {
    const startedAt = ports.now();
    clock += 60_000;
    await runAudit(ports, choices, { runId, startedAt });
    clock += 60_000;
  };
  /** One event of each of these accounts, and the run that it starts. */
  const change = async (...changed: readonly string[]) => {
    const events = changed.map((accountId, index) =>
      aCall('aws.iam', 'UpdateAssumeRolePolicy', { roleName: 'checkout-cart' }, { accountId, eventID: `e-${index}` }),
    );
    const runId = (await note(ports, events)) ?? 'none';
    clock += 120_000;
    return runId;
  };
  const fast = async (...changed: readonly string[]) => runFast(ports, choices, await change(...changed));
  const known = async (accountId: string) =>
    (await ports.findings.load(accountId)).findings
      .filter(({ status, finding }) => status !== 'resolved' && finding.severity !== 'info')
      .map(
        ({ finding, unconfirmedSince }) => `${finding.ruleId}${unconfirmedSince === undefined ? '' : ' unconfirmed'}`,
      )
      .sort();
  await full('full-1');
  const told = over.sent.length;
  return {
    ...{ ports, accounts, read, full, change, fast, known, choices },
    sentSince: () => over.sent.slice(told),
    pass: (milliseconds: number) => {
      clock += milliseconds;
    },
  };
};
type World = Awaited<ReturnType<typeof world>>;

const withRole = (it: World, trust: Parameters<typeof aTrustPolicy>[0]): void => {
  const before = it.accounts[ours];
  if (before instanceof Error || before === undefined) throw new Error('no account');
  it.accounts[ours] = {
    ...before,
    roles: complete([aRole({ trustPolicy: aTrustPolicy({ issuer: issuer('A'), ...trust }) })]),
  };
};

describe('one change', () => {
  test('is told by a run of its account alone, with who made it', async () => {
    const it = await world();
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
    const it = await world();
    const before = await it.ports.findings.load(theirs);
    const coverage = await it.ports.documents.get('coverage/state.json');
    withRole(it, broken);
    for (let days = 0; days < 4; days += 1) {
      it.pass(24 * 3_600_000);
      await it.fast(ours);
    }
    expect(await it.ports.findings.load(theirs)).toEqual(before);
    expect(await it.ports.documents.get('coverage/state.json')).toEqual(coverage);
    expect(await it.ports.findings.accounts()).toEqual([{ accountId: ours }, { accountId: theirs }]);
    expect(it.sentSince().flatMap(({ coverage: news }) => news?.notices ?? [])).toEqual([]);
    expect((await it.ports.findings.runs({ limit: 10 })).items.map(({ runId }) => runId)).toEqual(['full-1']);
  });

  test('that changed nothing is told by nobody', async () => {
    const it = await world();
    await it.fast(ours);
    expect(it.sentSince()).toEqual([]);
  });

  test('a full run after it finds nothing new', async () => {
    const it = await world();
    withRole(it, broken);
    await it.fast(ours);
    await it.full('full-2');
    expect(it.sentSince()).toHaveLength(1);
  });
});

describe('the accounts of a run', () => {
  test('none without a full run: there is nothing to compare with', async () => {
    const ports = portsOver({ [ours]: anAccountOf(ours) });
    expect(await runFast(ports, someChoices(), 'fast-1')).toMatchObject({ accounts: [], fast: true });
    expect(ports.sent).toEqual([]);
  });

  test('only those that the last full run audited', async () => {
    const it = await world();
    expect((await it.fast('999999999999', ours)).accounts).toEqual([ours]);
    expect((await it.fast('999999999999')).accounts).toEqual([]);
  });

  test('those of all batches of the slot, each once, and the start is after the wait', async () => {
    const it = await world();
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

describe('what belongs together in two accounts', () => {
  const provides = (accountId: string, digits: string) =>
    anAccountOf(accountId, { providers: complete([aProvider({ accountId, issuer: issuer(digits) })]) });
  const has = (accountId: string, digits: string) =>
    anAccountOf(accountId, { clusters: complete([clusterOf(accountId, 'shop', digits)]) });

  test('a provider is no orphan because the account of its cluster is not in the run', async () => {
    const it = await world({ [ours]: provides(ours, 'A'), [theirs]: has(theirs, 'A') });
    await it.fast(ours);
    expect(await it.known(ours)).not.toContain('provider-orphaned');
  });

  test('a cluster that one fast run found is known to the next one', async () => {
    const it = await world({ [ours]: anAccountOf(ours), [theirs]: anAccountOf(theirs) });
    it.accounts[theirs] = has(theirs, 'A');
    await it.fast(theirs);
    it.accounts[ours] = provides(ours, 'A');
    await it.fast(ours);
    expect(await it.known(ours)).not.toContain('provider-orphaned');
  });

  test('a cluster that one fast run found gone is gone for the next one', async () => {
    const it = await world({ [ours]: provides(ours, 'A'), [theirs]: has(theirs, 'A') });
    it.accounts[theirs] = anAccountOf(theirs);
    await it.fast(theirs);
    await it.fast(ours);
    expect(await it.known(ours)).toContain('provider-orphaned');
  });

  test('while another run reads an account, no provider is called an orphan', async () => {
    const it = await world({ [ours]: anAccountOf(ours), [theirs]: anAccountOf(theirs) });
    // It has begun, and read nothing yet.
    await planFastRun(it.ports, { runId: await it.change(theirs) });
    it.accounts[ours] = provides(ours, 'A');
    await it.fast(ours);
    expect(await it.known(ours)).not.toContain('provider-orphaned');
  });

  test('where a fast run began while the full run was reading, what either has found is there', async () => {
    const it = await world({ [ours]: provides(ours, 'A'), [theirs]: has(theirs, 'A') });
    const { startedAt } = (await it.ports.findings.runs({ limit: 1 })).items[0] ?? { startedAt: '' };
    const early = 'fast-20261125T060100Z';
    const at = new Date(Date.parse(startedAt) + 1000).toISOString();
    await it.ports.documents.put(fastLaneKeys.started('2026-11-25', early), {
      ...{ runId: early, startedAt: at, accounts: [theirs] },
    });
    const asks = { issuers: [], clusterNames: [] };
    const nothing = { clusters: [], providers: [], accounts: [], gaps: [], asks };
    await it.ports.documents.put(documentKeys(early).share(theirs), nothing);
    const { runId } = await it.fast(ours);
    const index = await getDocument(it.ports.documents, documentKeys(runId).index, isIndexDocument);
    expect(index.readIn?.later[theirs]).toEqual([early, 'full-1']);
    expect(await it.known(ours)).not.toContain('provider-orphaned');
  });

  test('a role of an account that is not in the run is found, and the newest reading of it counts', async () => {
    const roleArn = `arn:aws:iam::${theirs}:role/reader`;
    const inside = someChoices({ settings: { ...someChoices().settings, inCluster: true } });
    const names = complete([aServiceAccount({ annotations: { 'eks.amazonaws.com/role-arn': roleArn } })]);
    const cluster = aReadCluster({ serviceAccounts: names });
    const role = (policy: string) =>
      anAccountOf(theirs, {
        providers: complete([aProvider({ accountId: theirs })]),
        roles: complete([aRole({ arn: roleArn, name: 'reader', trustPolicy: policy })]),
      });
    const it = await world(
      {
        [ours]: anAccountOf(ours, { clusters: complete([cluster]) }),
        [theirs]: role(aTrustPolicy({ accountId: theirs })),
      },
      inside,
    );
    const { ports } = it;
    const { kubernetes, podIdentity, addons } = cluster;
    Object.assign(ports, { clusters: { read: async () => ({ kubernetes, podIdentity, addons }) } });
    await it.fast(ours);
    expect((await it.known(ours)).filter(rule => /role-(not-found|missing)/.test(rule))).toEqual([]);
    it.accounts[theirs] = role(aTrustPolicy({ accountId: theirs, subject: 'system:serviceaccount:other:one' }));
    await it.fast(theirs);
    const { runId, startedAt } = await it.fast(ours);
    const read = await factsOf(ports.documents, inside, { runId, startedAt, accountId: ours });
    const roles = 'facts' in read ? read.facts.fleet.roles.filter(({ arn }) => arn === roleArn) : [];
    expect(roles.map(each => each.trustPolicy.includes('other:one'))).toEqual([true]);
  });
});

describe('beside full runs', () => {
  test('an older fast run does not write over a newer full run', async () => {
    const it = await world();
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
    const it = await world();
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
    const it = await world({ [ours]: anAccountOf(ours, { runtime }) });
    it.accounts[ours] = anAccountOf(ours);
    const { runId, startedAt } = await it.fast(ours);
    const read = await factsOf(it.ports.documents, it.choices, { runId, startedAt, accountId: ours });
    expect(read).toMatchObject({ facts: { snapshot: { runtime } } });
  });
});

describe('what a fast run cannot read', () => {
  test('is told once, and that it is read again is told by the next full run', async () => {
    const it = await world();
    const whole = it.accounts[ours];
    if (whole instanceof Error || whole === undefined) throw new Error('no account');
    it.accounts[ours] = { ...whole, roles: denied };
    await it.fast(ours);
    await it.fast(ours);
    it.accounts[ours] = whole;
    await it.fast(ours);
    const notices = () => it.sentSince().flatMap(({ coverage }) => coverage?.notices ?? []);
    expect(notices().map(({ kind, accountId, what }) => [kind, accountId, what])).toEqual([['fell', ours, 'roles']]);
    await it.full('full-2');
    expect(notices().map(({ kind }) => kind)).toEqual(['fell', 'returned']);
  });

  test('closes nothing: findings of an account that could not be read stay open', async () => {
    const it = await world();
    withRole(it, broken);
    await it.fast(ours);
    const open = await it.known(ours);
    it.accounts[ours] = new Error('no way in');
    await it.fast(ours);
    expect(await it.known(ours)).toEqual(open);
  });
});
