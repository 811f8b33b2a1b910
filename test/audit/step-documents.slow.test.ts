import { describe, expect, test } from '@jest/globals';
import { type FunctionName, functionNames, type StepName, stepNames } from '../../lib/audit/contract.ts';
import { documentKeys, stepDocuments } from '../../lib/audit/document-keys.ts';
import { fastLaneKeys, startedIn } from '../../lib/audit/fast-lane/documents.ts';
import type { DocumentStore } from '../../lib/audit/ports.ts';
import { memoryDocumentStore } from '../../lib/store/memory-document-store.ts';
import { own, runEachStep } from '../support/each-step.ts';

type Asked = Readonly<Record<'reads' | 'writes' | 'pages', Set<string>>>;
const nothingAsked = (): Asked => ({ reads: new Set(), writes: new Set(), pages: new Set() });

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

/** The keys that each step asks of the bucket. */
const askedByStep = async (): Promise<Readonly<Record<FunctionName, Asked>>> => {
  const store = memoryDocumentStore();
  const asked = Object.fromEntries(functionNames.map(step => [step, nothingAsked()])) as Record<FunctionName, Asked>;
  await runEachStep((step, ports) => ({
    ...ports,
    documents: noting(store, asked[step]),
    pages: { toolVersion: '0', put: async key => void asked[step].pages.add(key) },
  }));
  return asked;
};

const matches = (pattern: string, key: string): boolean =>
  new RegExp(`^${pattern.replace(/[.]/g, '\\.').replaceAll('*', '.*')}$`).test(key);

describe('each step asks the bucket for what the table of its documents has, and for nothing else', () => {
  const asked = askedByStep();
  const cases = functionNames.flatMap(step =>
    (['reads', 'writes', 'pages'] as const).map(what => [step, what] as const),
  );

  test.each(cases)('%s %s', async (step, what) => {
    const keys = [...(await asked)[step][what]];
    const allowed = stepDocuments[step][what] ?? [];
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
        const writers = stepNames.filter(step =>
          [...stepDocuments[step].writes, ...(stepDocuments[step].pages ?? [])].some(pattern => matches(pattern, key)),
        );
        expect([key, writers]).toEqual([key, [owner]]);
      }
  });

  /** Whoever creates a cluster chooses its name; whoever answers for EKS chooses any text. */
  test('a document of a cluster is written by one step, whatever the name of the cluster', () => {
    const keys = documentKeys('a-run');
    const folders = Object.values(keys).flatMap(key => (typeof key === 'string' ? [] : [key]));
    const named = [
      ...['issuers', 'index', 'status', 'targets', 'notification', 'report', 'wanted-issuers', 'clusters', 'outbox'],
      ...['index.json', 'report.html', 'issuers/111122223333', 'issuers/x.json', '../index', '.', '*', 'a.cluster'],
      ...['latest-report.html', 'waiting-issuers.json', 'last-read.json', 'coverage/state', 'listed/x', 'targets/x'],
    ];
    expect(folders.length).toBeGreaterThan(5);
    for (const name of named)
      for (const region of ['eu-west-1', 'issuers', 'accounts', 'related', 'fast-lane']) {
        const key = keys.cluster(own, `${region}/${name}`);
        const writers = functionNames.filter(step => stepDocuments[step].writes.some(one => matches(one, key)));
        expect([key, writers]).toEqual([key, ['collect-cluster']]);
      }
    const [pattern = ''] = stepDocuments['collect-cluster'].writes;
    const others = [keys.targets, keys.index, keys.issuerSummary, keys.status, keys.report, keys.account(own)];
    expect(others.filter(key => matches(pattern, key))).toEqual([]);
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
