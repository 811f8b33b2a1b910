import { describe, expect, test } from '@jest/globals';
import { clustersPerCall, maxClustersInside } from '../../lib/audit/contract.ts';
import { documentKeys, listedKey } from '../../lib/audit/document-keys.ts';
import {
  findDocument,
  getDocument,
  isAccountDocument,
  isEvaluationDocument,
  isIndexDocument,
  type SummaryDocument,
} from '../../lib/audit/documents.ts';
import { accountEvent, clusterEvent, parseEvent, runState, startEvent } from '../../lib/audit/events.ts';
import type { DocumentStore, EarlierReading, FindingStore, StateChange } from '../../lib/audit/ports.ts';
import { collectAccount } from '../../lib/audit/steps/collect-account.ts';
import { collectCluster } from '../../lib/audit/steps/collect-cluster.ts';
import { evaluateAccount } from '../../lib/audit/steps/evaluate-account.ts';
import { factsOfAccount } from '../../lib/audit/steps/facts-of.ts';
import { indexIssuers } from '../../lib/audit/steps/index-issuers.ts';
import { issuersByAccount } from '../../lib/audit/steps/issuers-by-account.ts';
import { listTargets } from '../../lib/audit/steps/list-targets.ts';
import { runRecordOf } from '../../lib/audit/steps/record-of.ts';
import { eachSummary } from '../../lib/audit/steps/summaries-of.ts';
import { type KnownState, nothingKnown } from '../../lib/history/known-state.ts';
import type { KnownFinding } from '../../lib/history/transition.ts';
import { ThrottledError } from '../../lib/kit/errors.ts';
import type { Role } from '../../lib/model/account.ts';
import { type Collected, complete, unavailable, withGaps } from '../../lib/model/collected.ts';
import type { AccountSnapshot } from '../../lib/model/snapshot.ts';
import { memoryDocumentStore } from '../../lib/store/memory-document-store.ts';
import { memoryFindingStore } from '../../lib/store/memory-finding-store.ts';
import { aStart, portsOver, someChoices } from '../support/audit-ports.ts';
import { aFact, aFinding, aKnown, anEvaluation } from '../support/drift-builders.ts';
import { aContainer, aPod, aReadCluster, aServiceAccount } from '../support/example-cluster.ts';
import { aCluster, aClusterSnapshot, aRole, aSnapshot } from '../support/example-world.ts';
import { changeOf } from '../support/finding-store-laws.ts';

const main = '111122223333';
const other = '444455556666';
/** Its targets lie in the same document. */
const alike = '999955556666';
const event = { ...aStart(), accountId: main };
const inside = someChoices({ settings: { ...someChoices().settings, inCluster: true } });

/** Documents of a run in which these accounts were collected and indexed. */
const collected = async (accounts: Readonly<Record<string, AccountSnapshot | Error>>) => {
  const ports = portsOver(accounts);
  const state = await listTargets(ports, aStart());
  for (const accountId of state.accounts) await collectAccount(ports, inside, { ...event, accountId });
  await indexIssuers(ports, inside, state);
  return { ports, state };
};

describe('events', () => {
  test.each([
    ['runId', startEvent, { runId: 'a b', startedAt: event.startedAt }],
    ['startedAt', startEvent, { runId: 'a', startedAt: 'today' }],
    ['accounts.0', runState, { ...aStart(), accounts: ['1'] }],
    ['accountId', accountEvent, { ...aStart(), accountId: 1 }],
    ['clusters.0', clusterEvent, { ...event, clusters: ['no-region'] }],
    ['the event', startEvent, null],
  ])('a bad %s is named', (field, schema, value) => {
    const parse = () => parseEvent<unknown>(schema, 'a-step', value);
    expect(parse).toThrow(`a-step: ${field}: `);
    expect(parse).toThrow(expect.objectContaining({ name: 'InvalidEvent', code: 'invalid-event' }));
  });

  test('a good one passes, with what it does not know left out', () => {
    expect(parseEvent(accountEvent, 'a-step', { ...event, more: 1 })).toEqual(event);
  });
});

describe('documents', () => {
  test('of another schema version, or shape, are refused', async () => {
    const documents = memoryDocumentStore();
    await documents.put('a', { status: 'read', apiCalls: {}, snapshot: { schemaVersion: 99 } });
    await documents.put('b', 'text');
    await documents.put('c', { status: 'failed', apiCalls: {} });
    for (const key of ['a', 'b', 'c'])
      await expect(getDocument(documents, key, isAccountDocument)).rejects.toMatchObject({ name: 'DocumentInvalid' });
    await expect(findDocument(documents, 'a', isIndexDocument)).rejects.toMatchObject({ name: 'DocumentInvalid' });
    expect(await findDocument(documents, 'none', isIndexDocument)).toBeUndefined();
  });

  test('have keys that no name can leave', () => {
    const keys = documentKeys('../..');
    expect(keys.cluster(main, 'eu-west-1/../../x')).not.toContain('/../x');
    expect(keys.targets).toBe('runs/%2E.%2F../targets.json');
  });
});

describe('collect-account', () => {
  test('hands out the clusters that can answer, up to a limit, and says which are beyond', async () => {
    const names = Array.from({ length: maxClustersInside + 2 }, (_, n) => `c${n}`);
    const clusters = [
      ...names.map(name => aClusterSnapshot({ cluster: aCluster({ name }) })),
      aClusterSnapshot({ cluster: aCluster({ name: 'new', status: 'CREATING' }) }),
    ];
    const ports = portsOver({ [main]: aSnapshot({ clusters: complete(clusters) }) });
    await listTargets(ports, aStart());
    const result = await collectAccount(ports, inside, event);
    expect(result.clusters.flat()).toHaveLength(maxClustersInside);
    expect(result.clusters[0]).toHaveLength(clustersPerCall);
    expect(result.clusters[0]?.[0]).toBe('eu-west-1/c0');
    await indexIssuers(ports, inside, { ...aStart(), accounts: [main] });
    const read = await factsOfAccount(ports.documents, inside, event);
    const found = 'facts' in read && read.facts.snapshot.regions[0]?.clusters;
    const reasons =
      found && found.status === 'complete'
        ? found.value.map(({ kubernetes }) => kubernetes.status === 'unavailable' && kubernetes.reason.kind)
        : [];
    expect(new Set(reasons.slice(0, maxClustersInside))).toEqual(new Set(['timed-out']));
    expect(reasons.slice(maxClustersInside)).toEqual(['too-large', 'too-large', 'not-asked-for']);
  });

  test('hands on what the last complete lists had, and keeps what a list may lack that was not read completely', async () => {
    const handed: (EarlierReading | undefined)[] = [];
    const reason = { kind: 'denied', operation: 'iam:ListRoles', message: 'no' } as const;
    const [app, web] = [aRole({ arn: 'arn:aws:iam::1:role/app' }), aRole({ arn: 'arn:aws:iam::1:role/web' })];
    const sections: Collected<readonly Role[]>[] = [
      complete([app, web]),
      unavailable(reason),
      withGaps([app], [{ what: 'roles from page 2 on', reason }]),
      complete([app]),
      complete([app]),
    ];
    const ports = portsOver(
      { [main]: aSnapshot() },
      {
        accounts: {
          read: async (_target, _at, earlier) =>
            aSnapshot({ providers: complete([]), roles: sections[handed.push(earlier) - 1] ?? complete([]) }),
        },
      },
    );
    for (const number of sections.keys()) {
      await listTargets(ports, aStart(number));
      await collectAccount(ports, inside, { ...event, ...aStart(number) });
    }
    expect(handed.map(earlier => earlier?.roles)).toEqual([
      undefined,
      [app.arn, web.arn],
      [app.arn, web.arn],
      [app.arn, web.arn],
      [app.arn],
    ]);
  });

  test('hands on what was seen of CloudTrail, and keeps it where it was not asked; no document of the run has it', async () => {
    const seen = { 'eu-west-1': { until: '2026-11-25T01:00:00.000Z', stretches: [] } };
    const handed: (EarlierReading | undefined)[] = [];
    const read = async (_target: unknown, _at: string, earlier?: EarlierReading) =>
      handed.push(earlier) === 1 ? { ...aSnapshot(), seen } : aSnapshot();
    const ports = portsOver({ [main]: aSnapshot() }, { accounts: { read } });
    for (const number of [1, 2, 3]) {
      await listTargets(ports, aStart(number));
      await collectAccount(ports, inside, { ...event, ...aStart(number) });
    }
    expect(handed.map(earlier => earlier?.seen)).toEqual([undefined, seen, seen]);
    const document = await ports.documents.get(documentKeys(aStart(1).runId).account(main));
    expect(JSON.stringify(document)).not.toContain('stretches');
  });

  test('takes lists of another shape for none', async () => {
    const ports = portsOver({ [main]: aSnapshot() });
    await listTargets(ports, aStart());
    await ports.documents.put(listedKey(main), { roles: 'all' });
    expect(await collectAccount(ports, inside, event)).toMatchObject({ status: 'ok' });
    expect(await ports.documents.get(listedKey(main))).toMatchObject({ roles: expect.any(Array) });
  });

  test('without a target in the run is an error, not a gap', async () => {
    const ports = portsOver({ [main]: aSnapshot(), [alike]: aSnapshot({ accountId: alike }) });
    await listTargets(ports, aStart());
    await expect(collectAccount(ports, inside, { ...event, accountId: other })).rejects.toMatchObject({
      name: 'DocumentInvalid',
    });
    await expect(collectAccount(ports, inside, { ...event, runId: 'else' })).rejects.toMatchObject({
      name: 'DocumentMissing',
    });
  });
});

describe('collect-cluster', () => {
  const clusters = {
    read: async () => {
      const { kubernetes, podIdentity, addons } = aReadCluster();
      return { kubernetes, podIdentity, addons };
    },
  };

  test('writes the inside of a cluster that the account has, and refuses any other', async () => {
    const { ports } = await collected({ [main]: aSnapshot(), [other]: new Error('x') });
    expect(await collectCluster({ ...ports, clusters }, { ...event, clusters: ['eu-west-1/shop'] })).toBe('ok');
    for (const bad of [
      { ...event, clusters: ['eu-west-1/none'] },
      { ...event, accountId: other, clusters: ['eu-west-1/shop'] },
    ])
      await expect(collectCluster({ ...ports, clusters }, bad)).rejects.toMatchObject({ name: 'DocumentInvalid' });
  });
});

describe('facts of an account', () => {
  const foreign = `arn:aws:iam::${other}:role/shared`;
  const annotated = aServiceAccount({ annotations: { 'eks.amazonaws.com/role-arn': ` ${foreign}` } });
  const plain = aServiceAccount({ annotations: {} });
  const byHand = aPod({
    containers: [aContainer({ irsaEnvironment: { ...aContainer().irsaEnvironment, AWS_ROLE_ARN: foreign } })],
  });

  test.each([
    ['service accounts', aReadCluster({ serviceAccounts: complete([annotated]), pods: complete([]) })],
    ['pods', aReadCluster({ serviceAccounts: complete([plain]), pods: complete([byHand]) })],
  ])('have the roles of other accounts that its %s name, and no others', async (_name, cluster) => {
    const unnamed = aRole({ arn: `arn:aws:iam::${other}:role/unnamed` });
    const shared = aSnapshot({
      accountId: other,
      roles: complete([aRole({ arn: foreign }), unnamed]),
      clusters: complete([]),
    });
    const third = aSnapshot({ accountId: '777788889999', clusters: complete([]) });
    const own = aSnapshot({ clusters: complete([cluster]) });
    const { ports } = await collected({ [main]: own, [other]: shared, '777788889999': third });
    const clusters = ['eu-west-1/shop'];
    await collectCluster({ ...ports, clusters: { read: async () => cluster } }, { ...event, clusters });
    const read = await factsOfAccount(ports.documents, inside, event);
    const roles = 'facts' in read ? read.facts.fleet.roles.map(({ arn }) => arn) : [];
    expect(roles).toEqual([aRole().arn, foreign]);
  });

  test('are none where the account left no document, with the reason', async () => {
    const read = await factsOfAccount(memoryDocumentStore(), inside, event);
    expect(read).toMatchObject({ reason: { kind: 'timed-out', operation: 'collect-account' } });
  });
});

/** The summary of the account in the first run. */
const summaryOfMain = async (documents: DocumentStore): Promise<SummaryDocument | undefined> => {
  let found: SummaryDocument | undefined;
  await eachSummary(
    { documents, findings: memoryFindingStore() },
    { ...aStart(), accounts: [main] },
    (_accountId, summary) => {
      found = summary;
    },
  );
  return found;
};

describe('evaluate-account', () => {
  test('that fails for good says so in its summary; what a repeat may fix is thrown', async () => {
    const { ports } = await collected({ [main]: aSnapshot() });
    const failing = (error: Error): FindingStore => ({ ...ports.findings, load: () => Promise.reject(error) });
    expect(await evaluateAccount({ ...ports, findings: failing(new Error('bad item')) }, inside, event)).toBe('failed');
    const summary = await summaryOfMain(ports.documents);
    expect(summary).toMatchObject({
      status: 'failed',
      gaps: [{ section: 'account', reason: { message: 'Error: bad item' } }],
    });
    const busy = new ThrottledError('slow down');
    await expect(evaluateAccount({ ...ports, findings: failing(busy) }, inside, event)).rejects.toBe(busy);
  });

  test('that left nothing is a failed account', async () => {
    const summary = await summaryOfMain(memoryDocumentStore());
    expect(summary).toMatchObject({
      status: 'failed',
      gapCount: 1,
      gaps: [{ reason: { operation: 'evaluate-account' } }],
    });
  });

  test.each(['failed', undefined] as const)('counts what it wrote before it ended (summary: %s)', async status => {
    const { ports, state } = await collected({ [main]: aSnapshot() });
    const { transitions, ...change } = await changeOf(ports.findings, anEvaluation({ findings: [aFinding()] }), 1);
    const own = transitions.map(({ after, ...step }) => ({ ...step, after: { ...after, runId: state.runId } }));
    await ports.findings.apply({ ...change, runId: state.runId, transitions: own }, state.startedAt);
    const counted = { gaps: [], gapCount: 0, transitions: 0, unread: true, unsentKeys: [], apiCalls: {} };
    if (status !== undefined)
      await ports.documents.put(documentKeys(state.runId).summary(main), { status, ...counted });
    const { record } = await runRecordOf({ ...ports, now: () => state.startedAt }, state);
    expect(record).toMatchObject({ failedAccounts: [main], transitions: 1 });
  });

  test('that is repeated after its store was written still reports what it wrote', async () => {
    const open = aSnapshot({ roles: complete([aRole({ trustPolicy: '{' })]) });
    const { ports } = await collected({ [main]: open });
    await evaluateAccount(ports, inside, event);
    const first = await ports.documents.get(documentKeys(event.runId).evaluation(main));
    await evaluateAccount(ports, inside, event);
    expect(await ports.documents.get(documentKeys(event.runId).evaluation(main))).toEqual(first);
    expect(first).toMatchObject({ transitions: expect.arrayContaining([expect.objectContaining({ kind: 'opened' })]) });
  });

  // An index that was behind hid them from the digest of the run: they waited for the next one.
  test('that is repeated after its store was written names the keys of all that it wants sent', async () => {
    const { ports } = await collected({ [main]: aSnapshot({ roles: complete([aRole({ trustPolicy: '{' })]) }) });
    await evaluateAccount(ports, inside, event);
    const keys = (await ports.findings.pending()).map(({ key }) => key);
    await evaluateAccount(ports, inside, event);
    const { unsentKeys = [] } = (await summaryOfMain(ports.documents)) ?? {};
    expect(keys).not.toEqual([]);
    expect([...unsentKeys].sort()).toEqual(keys.sort());
  });
});

describe('what an earlier attempt of evaluate-account has planned', () => {
  const fact = aFact();
  const change = { ...fact, at: event.startedAt, runId: event.runId, before: 'old', after: fact.value };
  const planned = aKnown({ version: 2, runId: event.runId });
  const { value: _, ...changed } = change;
  const step = { kind: 'changed', at: event.startedAt, runId: event.runId, after: planned, summary: 'it changed' };

  test.each<readonly [string, KnownFinding, string, boolean, boolean]>([
    ['was written', planned, fact.value, true, true],
    ['was written by another run', { ...planned, runId: 'run-0' }, 'third', false, false],
    ['was written once more since', { ...planned, version: 3 }, fact.value, false, true],
    ['was not written', aKnown(), 'old', false, false],
  ])('is told where it %s', async (_title, finding, value, isFinding, isFact) => {
    const { ports } = await collected({ [main]: aSnapshot() });
    const plan = { transitions: [step], factChanges: [changed], regions: [], gaps: [] };
    await ports.documents.put(documentKeys(event.runId).plan(main), plan);
    const written: StateChange[] = [];
    const findings: FindingStore = {
      ...ports.findings,
      load: async () => ({ ...nothingKnown, findings: [finding], watched: [{ ...fact, value }] }),
      apply: async one => {
        written.push(one);
        return { written: 0, unsentKeys: [] };
      },
    };
    expect(await evaluateAccount({ ...ports, findings }, inside, event)).toBe('ok');
    expect(written.map(({ writtenBefore }) => writtenBefore)).toEqual([
      { transitions: isFinding ? [step] : [], factChanges: isFact ? [changed] : [] },
    ]);
  });
});

test.each([true, false])(
  'of what a newer version wrote (of the whole: %p) nobody says when it was first seen',
  async isWhole => {
    const { ports } = await collected({ [main]: aSnapshot({ providers: complete([]) }) });
    const documentOf = async (newer?: KnownState['newer']) => {
      const load = async () => ({ ...nothingKnown, ...(newer && { newer }) });
      const findings: FindingStore = { ...ports.findings, load, apply: async () => ({ written: 0, unsentKeys: [] }) };
      expect(await evaluateAccount({ ...ports, findings }, inside, event)).toBe('ok');
      return getDocument(ports.documents, documentKeys(event.runId).evaluation(main), isEvaluationDocument);
    };
    const { firstSeen: all = {} } = await documentOf();
    const [id = '', ...others] = Object.keys(all);
    expect([others.length > 0, new Set(Object.values(all))]).toEqual([true, new Set([event.startedAt])]);
    const finding = { id, ruleId: '', subject: '', discriminator: '' };
    const { firstSeen } = await documentOf({ count: 1, findings: [finding], facts: [], isWhole });
    expect(Object.keys(firstSeen ?? {})).toEqual(isWhole ? [] : others);
  },
);

test.each([100, 101])('of %d unread parts the summary of an account keeps a hundred, and counts all', async count => {
  const reason = { kind: 'denied', operation: 'iam:ListRoles', message: 'no' } as const;
  const gaps = Array.from({ length: count }, (_, at) => ({ what: `a role of page ${at}`, reason }));
  const { ports } = await collected({ [main]: aSnapshot({ roles: withGaps([], gaps) }) });
  await evaluateAccount(ports, inside, event);
  const { gaps: kept = [], gapCount = 0 } = (await summaryOfMain(ports.documents)) ?? {};
  expect(gapCount).toBeGreaterThanOrEqual(count);
  expect(kept).toHaveLength(100);
});

describe('issuers by account', () => {
  const host = 'oidc.eks.eu-west-1.amazonaws.com/id/A';
  const cluster = { arn: 'a', name: 'n', region: 'r', accountId: main };
  const provider = (accountId: string, hostPath: string) => ({
    accountId,
    arn: `arn:aws:iam::${accountId}:oidc-provider/${hostPath}`,
  });

  test.each([
    [
      'of its clusters',
      { clusters: [{ ...cluster, issuer: `https://${host}` }], providers: [] },
      [],
      [[main, [`https://${host}`]]],
    ],
    ['of its EKS providers', { clusters: [], providers: [provider(main, host)] }, [], [[main, [`https://${host}`]]]],
    [
      'not of public providers, whose names nobody can claim',
      { clusters: [cluster], providers: [provider(main, 'gitlab.com'), { accountId: main, arn: 'x' }] },
      [],
      [],
    ],
    [
      'of other providers, registered or not: their names may be free',
      { clusters: [], providers: [provider(main, 'oidc.gone.example')] },
      [],
      [[main, ['https://oidc.gone.example']]],
    ],
    [
      'of registered ones',
      { clusters: [], providers: [provider(main, 'oidc.example.com')] },
      ['https://oidc.example.com'],
      [[main, ['https://oidc.example.com']]],
    ],
    [
      "of another account's cluster",
      { clusters: [{ ...cluster, issuer: 'https://own.example' }], providers: [provider(other, 'own.example')] },
      [],
      [
        [main, ['https://own.example']],
        [other, ['https://own.example']],
      ],
    ],
  ])('%s', (_name, index, registered, expected) => {
    const found = [...issuersByAccount([index], registered)].map(([accountId, issuers]) => [accountId, [...issuers]]);
    expect(found).toEqual(expected);
  });
});

test('an account whose evaluation ended after its last write is told as read, with what it wrote', async () => {
  const { ports, state } = await collected({ [main]: aSnapshot({ roles: complete([aRole()]) }) });
  const { documents } = ports;
  const put: DocumentStore['put'] = async (key, document) => {
    if (/evaluations|summaries/.test(key)) throw new ThrottledError('the step ends here');
    await documents.put(key, document);
  };
  const dying = { ...ports, documents: { ...documents, put } };
  await expect(evaluateAccount(dying, inside, event)).rejects.toThrow('the step ends here');
  const summaries: SummaryDocument[] = [];
  await eachSummary(ports, state, (_accountId, summary) => void summaries.push(summary));
  const written = (await ports.findings.load(main)).findings.length;
  expect(written).toBeGreaterThan(0);
  expect(summaries).toMatchObject([{ status: 'ok', unread: false, gapCount: 0, transitions: written }]);
});
