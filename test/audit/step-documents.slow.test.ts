import { describe, expect, test } from '@jest/globals';
import { type FunctionName, functionNames, type StepName, stepNames } from '../../lib/audit/contract.ts';
import { documentKeys, stepDocuments } from '../../lib/audit/document-keys.ts';
import { fastLaneKeys, startedIn } from '../../lib/audit/fast-lane/documents.ts';
import { noteChanges } from '../../lib/audit/fast-lane/note-changes.ts';
import { overlayIssuers } from '../../lib/audit/fast-lane/overlay-issuers.ts';
import { planFastRun } from '../../lib/audit/fast-lane/plan-fast-run.ts';
import type { AuditPorts, DocumentStore } from '../../lib/audit/ports.ts';
import { runFailure } from '../../lib/audit/run-failure.ts';
import { collectAccount } from '../../lib/audit/steps/collect-account.ts';
import { collectCluster } from '../../lib/audit/steps/collect-cluster.ts';
import { completeRun } from '../../lib/audit/steps/complete-run.ts';
import { evaluateAccount } from '../../lib/audit/steps/evaluate-account.ts';
import { indexIssuers } from '../../lib/audit/steps/index-issuers.ts';
import { listTargets } from '../../lib/audit/steps/list-targets.ts';
import { notifyDrift } from '../../lib/audit/steps/notify-drift.ts';
import { probeIssuers } from '../../lib/audit/steps/probe-issuers.ts';
import { recordFailure } from '../../lib/audit/steps/record-failure.ts';
import { sendSummary } from '../../lib/audit/steps/send-summary.ts';
import { complete } from '../../lib/model/collected.ts';
import { memoryDocumentStore } from '../../lib/store/memory-document-store.ts';
import { memoryFindingStore } from '../../lib/store/memory-finding-store.ts';
import { aCall } from '../support/api-events.ts';
import { aStart, portsOver, someChoices } from '../support/audit-ports.ts';
import { aReadCluster, aServiceAccount } from '../support/example-cluster.ts';
import { aProvider, aRole, aSnapshot, aTrustPolicy } from '../support/example-world.ts';

const own = '111122223333';
const other = '444455556666';
const inside = { ...someChoices().settings, inCluster: true };
const choices = someChoices({ settings: inside });

type Asked = Readonly<Record<'reads' | 'writes', Set<string>>>;
const nothingAsked = (): Asked => ({ reads: new Set(), writes: new Set() });

/** A store that notes the keys that are asked for. */
const noting = (store: DocumentStore, { reads, writes }: Asked): DocumentStore => ({
  get: key => {
    reads.add(key);
    return store.get(key);
  },
  put: (key, document) => {
    writes.add(key);
    return store.put(key, document);
  },
  list: prefix => store.list(prefix),
});

/** A world in which every document is read and written by somebody: an account whose service account names a role of
 *  another one, a finding that opens, a destination that refuses, issuers for which no time was left. */
const worldPorts = (): AuditPorts => {
  const role = `arn:aws:iam::${other}:role/far`;
  const cluster = aReadCluster({
    serviceAccounts: complete([aServiceAccount({ annotations: { 'eks.amazonaws.com/role-arn': role } })]),
  });
  const { kubernetes, podIdentity, addons } = cluster;
  const read = { kubernetes, podIdentity, addons };
  const open = aRole({ trustPolicy: aTrustPolicy({ condition: {} }) });
  return portsOver(
    {
      [own]: aSnapshot({ roles: complete([open]), clusters: complete([cluster]) }),
      [other]: aSnapshot({
        ...{ accountId: other, regions: [], roles: complete([]) },
        providers: complete([aProvider({ accountId: other })]),
      }),
    },
    {
      clusters: { read: async () => read },
      findings: memoryFindingStore(),
      notifiers: [
        { name: 'down', send: async () => Promise.reject(new Error('no')) },
        { name: 'up', send: async () => 'sent' },
      ],
      issuers: { read: async () => ({}) },
      pages: { toolVersion: '0', put: async () => undefined },
    },
  );
};

/** Runs every step twice over and notes what it asks of the bucket. */
const askedByStep = async (): Promise<Readonly<Record<FunctionName, Asked>>> => {
  const ports = worldPorts();
  const store = memoryDocumentStore();
  const asked = Object.fromEntries(functionNames.map(step => [step, nothingAsked()])) as Record<FunctionName, Asked>;
  const of = (step: FunctionName): AuditPorts => ({
    ...ports,
    documents: noting(store, asked[step]),
    pages: { toolVersion: '0', put: async key => void asked[step].writes.add(key) },
  });
  for (const number of [1, 2]) {
    const start = aStart(number);
    const state = await listTargets(of('list-targets'), start);
    for (const accountId of state.accounts) {
      const { clusters } = await collectAccount(of('collect-account'), choices, { ...start, accountId });
      const { clusters: reader } = ports;
      if (reader === undefined) throw new Error('no reader of clusters');
      for (const some of clusters)
        await collectCluster(
          { ...of('collect-cluster'), clusters: reader },
          { ...start, accountId, clusters: [...some] },
        );
    }
    await indexIssuers(of('index-issuers'), choices, state);
    await probeIssuers(of('probe-issuers'), state);
    for (const accountId of state.accounts) {
      const evaluating = of('evaluate-account');
      const isLost = number === 2 && accountId === other;
      const { put } = evaluating.documents;
      // The evaluation ends after its last write: its summary is missing.
      const documents = isLost
        ? {
            ...evaluating.documents,
            put: async (key: string, value: unknown) => (/summaries/.test(key) ? undefined : put(key, value)),
          }
        : evaluating.documents;
      await evaluateAccount({ ...evaluating, documents }, choices, { ...start, accountId });
    }
    await notifyDrift(of('notify-drift'), choices, state);
    const { findings } = ports as AuditPorts & { readonly findings: ReturnType<typeof memoryFindingStore> };
    await sendSummary({ ...of('notify-drift'), findings }, choices, { ...state, summary: true });
    await completeRun(of('complete-run'), choices, state);
    if (number === 2) await fastRun(of);
    await recordFailure(of('complete-run'), { ...start, failure: runFailure('FAILED', { error: 'E', cause: '' }) });
  }
  return asked;
};

/** One run of the fast lane after them. */
const fastRun = async (of: (step: FunctionName) => AuditPorts): Promise<void> => {
  const message = { messageId: 'm', body: JSON.stringify(aCall('aws.iam', 'DeleteRole', { roleName: 'x' })) };
  const executions = { start: async () => undefined };
  const { run: runId = '' } = await noteChanges({ ...of('note-changes'), executions }, [message]);
  const state = await planFastRun(of('plan-fast-run'), { runId });
  expect(state.accounts).toEqual([own]);
  const item = { runId, startedAt: state.startedAt, accountId: own };
  await collectAccount(of('collect-account'), choices, item);
  await overlayIssuers(of('overlay-issuers'), choices, state);
  await probeIssuers(of('probe-issuers'), state);
  await evaluateAccount(of('evaluate-account'), choices, item);
  await notifyDrift(of('notify-drift'), choices, state);
};

const matches = (pattern: string, key: string): boolean =>
  new RegExp(`^${pattern.replace(/[.]/g, '\\.').replaceAll('*', '.*')}$`).test(key);

describe('each step asks the bucket for what its role allows, and for nothing else', () => {
  const asked = askedByStep();
  const cases = functionNames.flatMap(step => (['reads', 'writes'] as const).map(what => [step, what] as const));

  test.each(cases)('%s %s', async (step, what) => {
    const keys = [...(await asked)[step][what]];
    const allowed = stepDocuments[step][what];
    expect(keys.filter(key => !allowed.some(pattern => matches(pattern, key)))).toEqual([]);
    expect(allowed.filter(pattern => !keys.some(key => matches(pattern, key)))).toEqual([]);
  });

  test('a document of a run is written by one step, and no pattern of another one matches it', () => {
    const keys = documentKeys('a-run');
    const written = Object.entries({
      'list-targets': [keys.targets, keys.targetsWith(own)],
      'collect-account': [keys.account(own), keys.share(own)],
      'collect-cluster': [keys.cluster(own, 'eu-west-1/shop')],
      'index-issuers': [keys.index, keys.related(own), keys.wanted],
      'probe-issuers': [keys.issuers(own), keys.issuerSummary],
      'evaluate-account': [keys.plan(own), keys.evaluation(own), keys.summary(own)],
      'notify-drift': [keys.notification, keys.handed(1), keys.outbox('mail')],
      'complete-run': [keys.status, keys.report],
    } satisfies Record<StepName, readonly string[]>);
    for (const [owner, list] of written)
      for (const key of list) {
        const writers = stepNames.filter(step => stepDocuments[step].writes.some(pattern => matches(pattern, key)));
        expect([key, writers]).toEqual([key, [owner]]);
      }
  });

  test('a note of the fast lane is written by one function, whatever its name', () => {
    const runId = 'fast-2026-11-25T10-15-45';
    const folders = [
      '',
      'accounts/',
      'shares/',
      'clusters/',
      'issuers/',
      'related/',
      'plans/',
      'evaluations/',
      'targets/',
    ];
    const names = folders.flatMap(folder => [
      ['note-changes', `${fastLaneKeys.notes(runId)}${folder}x.json`] as const,
      ['plan-fast-run', `${fastLaneKeys.startedOn('2026-11-25')}${folder}no-such-run/${own}.json`] as const,
    ]);
    for (const [owner, key] of names)
      expect([key, functionNames.filter(step => stepDocuments[step].writes.some(one => matches(one, key)))]).toEqual([
        key,
        [owner],
      ]);
  });

  test.each([
    'fast-lane/started/2026-11-25/issuers/no-such-run/111122223333.json',
    'fast-lane/started/today/2026-11-25T10:15:45.000Z/fast-1/111122223333.json',
    'runs/x/fast-lane/started/2026-11-25/2026-11-25T10:15:45.000Z/fast-1/111122223333.json',
  ])('%s names no reading', key => {
    expect(startedIn(key)).toBeUndefined();
  });
});
