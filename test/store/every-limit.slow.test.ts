/** How much is kept, and read at once: at the limit, and one beyond. */
import { expect, test } from '@jest/globals';
import type { FindingFilter } from '../../lib/audit/ports.ts';
import { decodeCursor, encodeCursor, pageOf } from '../../lib/store/cursor.ts';
import { dynamodbFindingStore } from '../../lib/store/dynamodb-finding-store.ts';
import { findingItem, optionalAttributes } from '../../lib/store/finding-item.ts';
import { isOfNewerVersion, itemVersions, stampOf } from '../../lib/store/item-version.ts';
import { historyKey, watchedKey } from '../../lib/store/keys.ts';
import { passes, sortLevelOf, worstFirstKey } from '../../lib/store/worst-first.ts';
import { memoryTable } from '../faults/table/memory-table.ts';
import { accountId, aFinding, aKnown, anEvaluation, aRoleFinding, aRun } from '../support/drift-builders.ts';
import { changeOf, write } from '../support/finding-store-laws.ts';

const retention = { resolvedDays: 90, historyDays: 400 };
const aTable = (pageSize = 100) => {
  let queries = 0;
  const table = memoryTable(async (operation, perform) => {
    if (operation === 'Query') queries += 1;
    return perform();
  }, pageSize);
  const store = dynamodbFindingStore({ client: table.client, tableName: 'findings', retention });
  return { table, store, queries: () => queries };
};
const x = (length: number) => 'x'.repeat(length);

test('a watermark keeps fifty gaps, and counts all', async () => {
  const { table, store } = aTable();
  const gap = {
    accountId,
    section: 'roles' as const,
    reason: { kind: 'denied' as const, operation: 'x', message: 'no' },
  };
  await write(store, anEvaluation({ gaps: Array.from({ length: 51 }, () => gap) }), 1);
  const [mark] = [...table.items.values()].filter(({ sk }) => sk === 'watermark');
  expect(mark?.gapCount).toBe(51);
  expect(mark?.gaps).toHaveLength(50);
});

test('names in keys of indexes have the length that a name can have, and empty ones are left out', () => {
  const item = (roleArn: string, serviceAccount: string) => {
    const { roleName, serviceAccountName } = findingItem(aKnown({ finding: aFinding({ roleArn, serviceAccount }) }));
    return [roleName, serviceAccountName];
  };
  const role = 'arn:aws:iam::111122223333:role/';
  expect(item(`${role}${x(64)}`, x(253))).toEqual([x(64), x(253)]);
  expect(item(`${role}${x(65)}`, x(254))).toEqual([x(64), x(253)]);
  expect(item('', '')).toEqual([undefined, undefined]);
});

test('keys: a subject of 900 characters, and versions that sort as numbers', () => {
  const key = (length: number) => watchedKey({ kind: 'issuer-chain', subject: x(length - 'issuer-chain '.length) });
  expect([key(900).length, key(901).length]).toEqual([908, 908]);
  expect([historyKey(1, 'r'), historyKey(99_999_999, 'r')]).toEqual(['v00000001#r', 'v99999999#r']);
});

test('every attribute that may be absent is taken away by an update that has it not', () => {
  expect([...optionalAttributes].sort()).toEqual(
    [
      ...[
        'articleStep',
        'clusterArn',
        'clusterName',
        'explainedBy',
        'issuer',
        'judgedWithout',
        'namespace',
        'openAs',
        'owner',
      ],
      ...[
        'podError',
        'providerArn',
        'region',
        'resolution',
        'resolvedAt',
        'roleArn',
        'roleLevel',
        'roleName',
        'serviceAccount',
      ],
      ...['serviceAccountName', 'unconfirmedBecause', 'unconfirmedSince', 'volatile', 'waiver'],
    ].sort(),
  );
});

test('an item of a newer version, or of a kind that is not known, is not read', () => {
  for (const [kind, version] of Object.entries(itemVersions)) {
    expect(stampOf(kind as never)).toEqual({ type: kind, schemaVersion: version });
    expect(isOfNewerVersion({ type: kind, schemaVersion: version })).toBe(false);
    expect(isOfNewerVersion({ type: kind, schemaVersion: version - 1 })).toBe(false);
    expect(isOfNewerVersion({ type: kind, schemaVersion: version + 1 })).toBe(true);
    expect(isOfNewerVersion({ type: kind })).toBe(true);
  }
  expect([{}, { type: 'other', schemaVersion: 1 }, { type: 7 }].map(isOfNewerVersion)).toEqual([false, true, false]);
  const watched = (kind: unknown) => isOfNewerVersion({ type: 'watched', schemaVersion: 1, kind });
  expect([watched('issuer-chain'), watched('other'), watched(7)]).toEqual([false, true, false]);
});

test('one answer reads twenty-five pages of the table, and goes on from there', async () => {
  const { store, queries } = aTable(1);
  await write(
    store,
    anEvaluation({ findings: Array.from({ length: 30 }, (_, at) => aRoleFinding(`r${String(at).padStart(2, '0')}`)) }),
    1,
  );
  const before = queries();
  const filter: FindingFilter = { status: 'open', minSeverity: 'high', ruleId: 'none' };
  const page = await store.list(filter, { limit: 5 });
  expect([page.items, queries() - before, typeof page.cursor]).toEqual([[], 25, 'string']);
  const rest = await store.list(filter, { limit: 5, ...(page.cursor === undefined ? {} : { cursor: page.cursor }) });
  expect([rest.items, rest.cursor]).toEqual([[], undefined]);
});

test('pages of every size give each finding once, and no cursor after the last', async () => {
  const { store } = aTable(2);
  await write(
    store,
    anEvaluation({
      findings: ['critical', 'high', 'low'].flatMap(severity =>
        [1, 2, 3].map(at => aRoleFinding(`${severity}${at}`, { severity: severity as never })),
      ),
    }),
    1,
  );
  for (const filter of [{}, { accountId }, { clusterName: 'shop' }] satisfies FindingFilter[])
    for (const limit of [1, 2, 3, 8, 9, 10]) {
      const ids: string[] = [];
      let cursor: string | undefined;
      let pages = 0;
      do {
        const page = await store.list(filter, { limit, ...(cursor === undefined ? {} : { cursor }) });
        expect(page.items.length).toBeLessThanOrEqual(limit);
        ids.push(...page.items.map(({ finding }) => finding.id));
        cursor = page.cursor;
        pages += 1;
      } while (cursor !== undefined && pages < 50);
      expect([filter, limit, ids.length, new Set(ids).size]).toEqual([filter, limit, 9, 9]);
    }
});

test.each([
  [{ offset: 3 }, { offset: 3, segment: 0 }],
  [
    { segment: 100, after: { pk: 'a' } },
    { offset: 0, segment: 100, after: { pk: 'a' } },
  ],
])('a cursor of %j is read back', (cursor, whole) => {
  expect(decodeCursor(encodeCursor(cursor))).toEqual(whole);
});

test.each([
  [{ offset: -1 }],
  [{ segment: -1 }],
  [{ segment: 101 }],
  [{ offset: 1.5 }],
  [{ other: 1 }],
  [{ after: { pk: 1 } }],
])('a cursor of %j is none that an answer gave', cursor => {
  const text = Buffer.from(JSON.stringify(cursor)).toString('base64url');
  expect(() => decodeCursor(text)).toThrow(
    expect.objectContaining({
      name: 'CursorInvalid',
      message: `the cursor "${text.slice(0, 80)}" is not one that an answer gave`,
    }),
  );
});

test('a list at hand is given by pages', () => {
  const all = ['a', 'b', 'c'];
  const next = encodeCursor({ offset: 2 });
  expect(pageOf(all, { limit: 2 })).toEqual({ items: ['a', 'b'], cursor: next });
  expect(pageOf(all, { limit: 2, cursor: next })).toEqual({ items: ['c'] });
  expect(pageOf(all, { limit: 3 })).toEqual({ items: all });
});

test('worst first: open, explained, resolved, waived; then the worst, the oldest change, the id', () => {
  const of = (status: string, severity: string, day: number, id: string) =>
    worstFirstKey(
      aKnown({
        status: status as never,
        changedAt: aRun(day).at,
        finding: aFinding({ severity: severity as never, id }),
      }),
    );
  const inOrder = [
    of('open', 'critical', 2, 'a'),
    of('open', 'high', 1, 'a'),
    of('open', 'high', 1, 'b'),
    of('open', 'high', 2, 'a'),
    of('open', 'info', 1, 'a'),
    of('explained', 'critical', 1, 'a'),
    of('resolved', 'critical', 1, 'a'),
    of('waived', 'critical', 1, 'a'),
  ];
  expect([...inOrder].sort()).toEqual(inOrder);
  expect(inOrder.map(sortLevelOf)).toEqual([
    ...['open#0', 'open#1', 'open#1', 'open#1', 'open#4', 'open-explained#0', 'resolved#0', 'waived#0'],
  ]);
  expect(sortLevelOf('watched#2026-11-01#x')).toBe('watched');
});

const cluster = 'arn:aws:eks:eu-west-1:111122223333:cluster/shop';
const filtered: readonly (readonly [FindingFilter, boolean])[] = [
  [{}, true],
  [{ status: 'open' }, true],
  [{ status: 'waived' }, false],
  [{ minSeverity: 'high' }, true],
  [{ minSeverity: 'critical' }, false],
  [{ accountId }, true],
  [{ accountId: '1' }, false],
  [{ changedSince: aRun(1).at }, true],
  [{ changedSince: aRun(2).at }, false],
  [{ clusterName: 'shop' }, true],
  [{ clusterName: 'bank' }, false],
  [{ ruleId: 'trust-any-subject' }, true],
  [{ ruleId: 'role-unused' }, false],
  [{ namespace: 'a' }, true],
  [{ namespace: 'b' }, false],
  [{ serviceAccount: 'web' }, true],
  [{ serviceAccount: 'other' }, false],
  [{ role: 'checkout-cart' }, true],
  [{ role: 'arn:aws:iam::111122223333:role/checkout-cart' }, true],
  [{ role: 'checkout' }, false],
  [{ ruleId: 'pod-role-stale' }, true],
  [{ ruleId: 'pod-role-stale', namespace: 'c' }, true],
  [{ ruleId: 'pod-role-stale', namespace: 'a' }, false],
  [{ ruleId: 'pod-role-stale', minSeverity: 'critical' }, false],
];
test.each(filtered)('the filter %j takes the finding: %s', (filter, isTaken) => {
  const finding = aFinding({
    ...{ namespace: 'a', serviceAccount: 'web' },
    explains: [{ id: 'e', ruleId: 'pod-role-stale', subject: `${cluster}/pod/c/Deployment/web`, message: 'm' }],
  });
  expect(passes(filter, aKnown({ finding }))).toBe(isTaken);
  if (filter.ruleId === 'pod-role-stale') expect(passes(filter, aKnown({ finding, status: 'resolved' }))).toBe(false);
});

test('of one finding two thousand steps are read', async () => {
  const { table, store } = aTable(5000);
  await write(store, anEvaluation({ findings: [aFinding()] }), 1);
  const [[key, item] = ['', undefined]] = [...table.items].filter(([, { type }]) => String(type) === 'history');
  for (let version = 2; version <= 2001; version += 1)
    table.put(
      key.replace(/v0+1#run-1$/, historyKey(version, 'run-1')),
      { ...item, sk: historyKey(version, 'run-1'), version, previousRunId: 'run-1' } as never,
      'Put',
    );
  const [finding] = [...table.items].filter(([, { type }]) => String(type) === 'finding');
  table.put(finding?.[0] ?? '', { ...finding?.[1], version: 2001 } as never, 'Put');
  const { items } = await store.history(aFinding().id, { limit: 5000 });
  expect([items.length, items[0]?.before]).toEqual([2000, undefined]);
  expect((await changeOf(store, anEvaluation({ findings: [aFinding()] }), 2)).transitions).toEqual([]);
});
