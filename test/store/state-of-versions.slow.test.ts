import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { documentText, documentVersions } from '../../lib/audit/document-version.ts';
import type { DocumentStore, Notifier } from '../../lib/audit/ports.ts';
import { runAudit } from '../../lib/audit/run-audit.ts';
import { collectAccount } from '../../lib/audit/steps/collect-account.ts';
import { evaluateAccount } from '../../lib/audit/steps/evaluate-account.ts';
import { indexIssuers } from '../../lib/audit/steps/index-issuers.ts';
import { listTargets } from '../../lib/audit/steps/list-targets.ts';
import { probeIssuers } from '../../lib/audit/steps/probe-issuers.ts';
import { complete } from '../../lib/model/collected.ts';
import { dynamodbFindingStore } from '../../lib/store/dynamodb-finding-store.ts';
import { itemVersions } from '../../lib/store/item-version.ts';
import { memoryDocumentStore } from '../../lib/store/memory-document-store.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { type MemoryTable, memoryTable } from '../faults/table/memory-table.ts';
import { portsOver, someChoices } from '../support/audit-ports.ts';
import { aCluster, aClusterSnapshot, aProvider, aRole, aSnapshot, aTrustPolicy } from '../support/example-world.ts';

/** What each version leaves between its runs, as it wrote it. These files are kept for ever: later versions read them.
 *  `UPDATE_GOLDEN=1` writes one more where none has the schema versions of now. */
const folder = 'test/fixtures/state';

interface State {
  readonly items: Readonly<Record<string, object>>;
  readonly documents: Readonly<Record<string, unknown>>;
}

const accountId = '111122223333';
const open = (name: string, trust: Parameters<typeof aTrustPolicy>[0]) =>
  aRole({ name, arn: `arn:aws:iam::${accountId}:role/${name}`, trustPolicy: aTrustPolicy(trust) });
const broken = { condition: { StringEquals: {} } };

/** The account, with so many roles that anybody's token may assume. */
const account = (roles: number) =>
  aSnapshot({
    accountId,
    providers: complete([aProvider({})]),
    clusters: complete([aClusterSnapshot({ cluster: aCluster({}) })]),
    roles: complete(Array.from({ length: roles }, (_, index) => open(`role-${index}`, broken))),
  });
const seen = { 'eu-west-1': { until: '2026-11-25T05:45:00.000Z', stretches: [] } };

const storeOver = (table: MemoryTable) =>
  dynamodbFindingStore({
    client: table.client,
    tableName: 'findings',
    retention: { resolvedDays: 90, historyDays: 400 },
  });
const emptyTable = () => memoryTable(async (_operation, perform) => perform(), 100);
const at = (hour: number) => `2026-11-25T0${hour}:00:00.000Z`;

const portsOn = (
  table: MemoryTable,
  documents: DocumentStore,
  notifiers: readonly Notifier[],
  roles: number,
  hour: number,
) =>
  portsOver(
    { [accountId]: account(roles) },
    {
      ...{ documents, notifiers, findings: storeOver(table), now: () => at(hour) },
      accounts: { read: async () => ({ ...account(roles), seen }) },
    },
  );

const down: Notifier = { name: 'hook', send: async () => Promise.reject(new Error('down')) };
const up: Notifier = { name: 'up', send: async () => 'sent' };

/** Two runs, of which a destination took nothing, and one that stopped before it told anything. */
const stateOfNow = async (): Promise<State> => {
  const table = emptyTable();
  const documents = memoryDocumentStore();
  const choices = someChoices();
  for (const [hour, roles] of [
    [1, 3],
    [2, 2],
  ] as const)
    await runAudit(portsOn(table, documents, [down, up], roles, hour), choices, {
      runId: `run-${hour}`,
      startedAt: at(hour),
    });
  const ports = portsOn(table, documents, [down], 4, 3);
  const start = { runId: 'run-3', startedAt: at(3) };
  const state = await listTargets(ports, start);
  await collectAccount(ports, choices, { ...start, accountId });
  await indexIssuers(ports, choices, state);
  await probeIssuers(ports, state);
  await evaluateAccount(ports, choices, { ...start, accountId });
  const kept = (await documents.list('')).filter(key => !key.startsWith('runs/run-'));
  return {
    items: Object.fromEntries([...table.items].map(([key, item]) => [key, item])),
    documents: Object.fromEntries(
      await Promise.all(kept.map(async key => [key, JSON.parse(documentText(key, await documents.get(key)))] as const)),
    ),
  };
};

const fileOf = (version: string): string => join(folder, `${version}.json`);
const keptVersions = (): readonly string[] => readdirSync(folder).map(name => name.replace(/\.json$/, ''));
const keptState = (version: string): State => JSON.parse(readFileSync(fileOf(version), 'utf8'));

/** What of now no kept file has: kinds of items and folders of documents, each in its version. Rights are held for minutes,
 *  and documents of runs are read by the run that wrote them. */
const notKept = (): readonly string[] => {
  const states = keptVersions().map(keptState);
  const has = (all: readonly object[], wanted: object) =>
    all.some(one => Object.entries(wanted).every(([name, value]) => Reflect.get(one, name) === value));
  const items = states.flatMap(state => Object.values(state.items));
  return [
    ...Object.entries(itemVersions).filter(
      ([type, schemaVersion]) => type !== 'lease' && !has(items, { type, schemaVersion }),
    ),
    ...Object.entries(documentVersions).filter(([name, documentVersion]) => {
      const inFolder = states.flatMap(({ documents }) =>
        Object.entries(documents).flatMap(([key, one]) => (key.startsWith(`${name}/`) ? [Object(one)] : [])),
      );
      return !has(inFolder, { documentVersion });
    }),
  ].map(([name, version]) => `${name} ${version}`);
};
if (process.env.UPDATE_GOLDEN && notKept().length > 0)
  writeFileSync(
    fileOf(`${packageJson.version}-${keptVersions().length}`),
    `${JSON.stringify(await stateOfNow(), undefined, 1)}\n`,
  );
const versions = keptVersions();

const stored = async (version: string) => {
  const { items, documents } = keptState(version);
  const table = emptyTable();
  for (const [key, item] of Object.entries(items)) table.put(key, JSON.parse(JSON.stringify(item)), 'PutItem');
  const store = memoryDocumentStore();
  for (const [key, document] of Object.entries(documents)) await store.put(key, document);
  return { items, table, documents: store };
};

describe.each(versions)('what version %s left', version => {
  test('is read whole: findings, history, runs and what is to be sent', async () => {
    const { items, table } = await stored(version);
    const store = storeOver(table);
    const findings = Object.values(items).filter(item => Reflect.get(item, 'type') === 'finding');
    const { findings: known, hasBaseline } = await store.load(accountId);
    expect([known.length, hasBaseline]).toEqual([findings.length, true]);
    expect(known.length).toBeGreaterThan(3);
    for (const { finding, version: steps } of known)
      expect((await store.history(finding.id, { limit: 100 })).items).toHaveLength(steps);
    expect((await store.runs({ limit: 10 })).items.map(({ runId }) => runId)).toEqual(['run-2', 'run-1']);
    expect((await store.pending()).length).toBeGreaterThan(0);
  });

  test('is gone on with: nothing that is known opens once more, and all that waited is told', async () => {
    const { table, documents } = await stored(version);
    const before = (await storeOver(table).load(accountId)).findings.map(({ finding }) => finding.id);
    const told: string[] = [];
    const hook: Notifier = {
      name: 'hook',
      send: async ({ transitions }) => {
        told.push(...transitions.map(({ kind, after }) => `${kind} ${after.finding.roleArn?.split('/')[1]}`));
        return 'sent';
      },
    };
    const ports = portsOn(table, documents, [hook], 4, 4);
    const { transitions } = await runAudit(ports, someChoices(), { runId: 'run-4', startedAt: at(4) });
    const opened = transitions.filter(({ kind }) => kind === 'opened').map(({ after }) => after.finding.id);
    expect(opened.filter(id => before.includes(id))).toEqual([]);
    expect(told).toEqual(expect.arrayContaining(['opened role-0', 'opened role-1', 'opened role-3']));
    expect(await storeOver(table).pending()).toEqual([]);
  });
});

test('the state of the schema versions of now is kept', () => {
  expect(notKept()).toEqual([]);
});
