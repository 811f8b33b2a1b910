import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Notifier } from '../../lib/audit/ports.ts';
import { runAudit } from '../../lib/audit/run-audit.ts';
import { closeDeparted } from '../../lib/audit/steps/close-departed.ts';
import type { Digest } from '../../lib/history/transition.ts';
import { complete } from '../../lib/model/collected.ts';
import { dynamodbFindingStore } from '../../lib/store/dynamodb-finding-store.ts';
import { isOfNewerVersion, itemVersions } from '../../lib/store/item-version.ts';
import { memoryDocumentStore } from '../../lib/store/memory-document-store.ts';
import type { Item } from '../../lib/store/table.ts';
import { type MemoryTable, memoryTable } from '../faults/table/memory-table.ts';
import { portsOver, someChoices } from '../support/audit-ports.ts';
import { aCluster, aClusterSnapshot, aProvider, aRole, aSnapshot, aTrustPolicy } from '../support/example-world.ts';

/** A newer version of this program has written to the table, and this one runs again. */
const accountId = '111122223333';
const at = (hour: number) => `2026-11-25T0${hour}:00:00.000Z`;
const page = { limit: 100 };

const open = (name: string) =>
  aRole({
    ...{ name, arn: `arn:aws:iam::${accountId}:role/${name}` },
    trustPolicy: aTrustPolicy({ condition: { StringEquals: {} } }),
  });

const account = (...names: readonly string[]) =>
  aSnapshot({
    accountId,
    providers: complete([aProvider({})]),
    clusters: complete([aClusterSnapshot({ cluster: aCluster({}) })]),
    roles: complete(names.map(open)),
  });

let table: MemoryTable;
let documents: ReturnType<typeof memoryDocumentStore>;
let told: Digest[];

const storeOf = () =>
  dynamodbFindingStore({
    client: table.client,
    tableName: 'findings',
    retention: { resolvedDays: 90, historyDays: 400 },
  });

const run = (hour: number, ...names: readonly string[]) => {
  const hook: Notifier = {
    name: 'hook',
    send: async digest => {
      told.push(digest);
      return 'sent';
    },
  };
  const ports = portsOver(
    { [accountId]: account(...names) },
    { documents, notifiers: [hook], findings: storeOf(), now: () => at(hour) },
  );
  return runAudit(ports, someChoices(), { runId: `run-${hour}`, startedAt: at(hour) });
};

const allItems = (): readonly (readonly [string, Item])[] => [...table.items].map(([key, item]) => [key, { ...item }]);

/** Rewrites the items that are chosen as a newer version would: another version, and nothing but names as it was. */
const rewrite = (isChosen: (item: Item) => boolean): Readonly<Record<string, Item>> => {
  const chosen = allItems().filter(([, item]) => isChosen(item));
  const rewritten = chosen.map(([key, item]) => {
    const { pk, sk, type, ruleId, subject, discriminator, statusAndSeverity, worstFirst, findingId, changedAt } = item;
    const names = { ruleId, subject, discriminator, statusAndSeverity, worstFirst, findingId, changedAt };
    const known = Object.fromEntries(Object.entries(names).filter(([, value]) => value !== undefined));
    return [key, { pk, sk, type, ...known, schemaVersion: 99, tomorrow: { of: 'tomorrow' } }] as const;
  });
  for (const [key, item] of rewritten) table.put(key, { ...item }, 'PutItem');
  return Object.fromEntries(rewritten);
};

const itemsAt = (keys: readonly string[]) => Object.fromEntries(allItems().filter(([key]) => keys.includes(key)));

const toldOf = () =>
  told.flatMap(({ transitions }) => transitions).map(({ kind, after }) => `${kind} ${after.finding.roleArn}`);

beforeEach(async () => {
  table = memoryTable(async (_operation, perform) => perform(), 100);
  documents = memoryDocumentStore();
  told = [];
  await run(1, 'kept', 'gone');
  told = [];
});

const ofType =
  (...types: readonly string[]) =>
  ({ type }: Item) =>
    types.includes(String(type));

describe('items of a newer version', () => {
  test('findings and facts are kept: not opened again, not resolved, and it is told once', async () => {
    const newer = rewrite(ofType('finding', 'watched', 'history'));
    const before = itemsAt(Object.keys(newer));
    const { completed, gaps, transitions, factChanges } = await run(2, 'kept', 'new');
    expect(itemsAt(Object.keys(newer))).toEqual(before);
    expect([...new Set(transitions.map(({ after }) => after.finding.roleArn?.split('/')[1]))]).toEqual(['new']);
    expect(factChanges.map(({ subject }) => subject.split('/')[1])).toEqual(['new']);
    expect(gaps.map(({ section, reason }) => [section, reason.kind])).toEqual([['known-state', 'invalid']]);
    expect(completed).toMatchObject({ complete: false, failedAccounts: 0 });
    expect(told.flatMap(({ coverage }) => coverage?.notices ?? [])).toMatchObject([
      { kind: 'fell', section: 'known-state', whole: false },
    ]);
    told = [];
    await run(3, 'kept', 'new');
    expect(told).toEqual([]);
    expect(itemsAt(Object.keys(newer))).toEqual(before);
  });

  test('open ones still count as open', async () => {
    rewrite(ofType('finding'));
    const before = (await run(2, 'kept', 'gone')).completed.openBySeverity;
    expect(before).toEqual(await storeOf().openBySeverity());
    expect(Object.values(before).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(1);
  });

  test('a finding that was first known under another id is none that opens', async () => {
    const [[key, item] = ['', {}]] = allItems().filter(
      ([, { type, subject }]) => type === 'finding' && String(subject).endsWith('/kept'),
    );
    table.put(key, undefined, 'TTL');
    const sk = `finding#${'0'.repeat(32)}`;
    table.put(`${item.pk}\u0000${sk}`, { ...item, sk, schemaVersion: 99 }, 'PutItem');
    expect((await run(2, 'kept', 'gone')).transitions).toEqual([]);
  });

  test('of an account whose confirmation cannot be read nothing is written, and it is told', async () => {
    const newer = rewrite(ofType('watermark'));
    const before = allItems().filter(
      ([, { type }]) => type === 'finding' || type === 'watched' || type === 'watermark',
    );
    const { completed, transitions, evaluations } = await run(2, 'kept', 'new');
    expect(itemsAt(before.map(([key]) => key))).toEqual(Object.fromEntries(before));
    expect([transitions, completed.failedAccounts, completed.complete]).toEqual([[], 0, false]);
    expect(evaluations[0]?.findings.map(({ roleArn }) => roleArn?.split('/')[1])).toContain('new');
    expect(told.flatMap(({ coverage }) => coverage?.notices ?? [])).toMatchObject([
      { section: 'known-state', whole: true },
    ]);
    expect(Object.keys(newer)).toHaveLength(1);
  });

  test('everything at once, and kinds that are unknown: the run ends, and leaves all of it', async () => {
    const newer = rewrite(({ type }) => type !== 'lease');
    const others = ['account#111122223333', 'accounts', 'runs', 'of-tomorrow'].map(pk => ({
      ...{ pk, sk: 'of-tomorrow#1', type: 'of-tomorrow', schemaVersion: 1 },
    }));
    for (const item of others) table.put(`${item.pk}\u0000${item.sk}`, item, 'PutItem');
    const keys = [...Object.keys(newer), ...others.map(({ pk, sk }) => `${pk}\u0000${sk}`)];
    const before = itemsAt(keys);
    const { completed } = await run(2, 'kept');
    expect(itemsAt(keys)).toEqual(before);
    expect(completed).toMatchObject({ complete: false, failedAccounts: 0 });
    expect(toldOf()).toEqual([]);
  });

  test('once that version has run again, what it knows is read again, and that is told', async () => {
    const whole = new Map(allItems());
    const newer = rewrite(ofType('finding'));
    await run(2, 'kept', 'gone');
    for (const key of Object.keys(newer)) table.put(key, { ...whole.get(key) }, 'PutItem');
    told = [];
    const { transitions } = await run(3, 'kept', 'gone');
    expect(transitions).toEqual([]);
    expect(told.flatMap(({ coverage }) => coverage?.notices ?? [])).toMatchObject([
      { kind: 'returned', section: 'known-state' },
    ]);
  });

  test('an answer to a person leaves them out, and counts them', async () => {
    const findings = Object.values(rewrite(ofType('finding', 'run', 'history')));
    const store = storeOf();
    const of = (type: string) => findings.filter(item => item.type === type).length;
    expect(await store.list({ accountId }, page)).toEqual({ items: [], newer: of('finding') });
    expect(await store.list({ status: 'open' }, page)).toEqual({ items: [], newer: of('finding') });
    expect(await store.runs(page)).toEqual({ items: [], newer: 1 });
    const id = String(findings.find(({ type }) => type === 'finding')?.findingId);
    await expect(store.show(id)).rejects.toThrow(`finding ${id} was written by a newer version of irsa-auditor`);
    expect((await store.names()).accounts).toEqual([]);
  });

  test('of an account that is no longer audited the rest is closed, and it is asked for in every run', async () => {
    const newer = rewrite(({ type, subject }) => type === 'finding' && String(subject).endsWith('/kept'));
    const before = itemsAt(Object.keys(newer));
    const findings = storeOf();
    for (const day of [26, 28, 29])
      await closeDeparted(
        { findings, now: () => at(5) },
        { runId: `run-${day}`, startedAt: `2026-11-${day}T05:00:00.000Z`, accounts: ['444455556666'] },
      );
    expect(itemsAt(Object.keys(newer))).toEqual(before);
    expect((await findings.load(accountId)).findings.map(({ status }) => status)).not.toContain('open');
    expect(await findings.accounts()).toEqual([{ accountId, missingSince: '2026-11-26T05:00:00.000Z' }]);
  });
});

test.each<[Item, boolean]>([
  [{ type: 'finding' }, true],
  [{ type: 'finding', schemaVersion: itemVersions.finding }, false],
  [{ type: 'finding', schemaVersion: itemVersions.finding + 1 }, true],
  [{ type: 'finding', schemaVersion: '1' }, true],
  [{ type: 'watched', kind: 'cluster-issuer', schemaVersion: 1 }, false],
  [{ type: 'watched', kind: 'of-tomorrow', schemaVersion: 1 }, true],
  [{ type: 'of-tomorrow' }, true],
  [{ type: 'toString' }, true],
  [{}, false],
])('%j is of a newer version: %j', (item, expected) => {
  expect(isOfNewerVersion(item)).toBe(expected);
});
