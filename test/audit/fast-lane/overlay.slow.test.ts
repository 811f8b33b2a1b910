import { describe, expect, test } from '@jest/globals';
import { documentKeys } from '../../../lib/audit/document-keys.ts';
import { getDocument, isIndexDocument } from '../../../lib/audit/documents.ts';
import { fastLaneKeys } from '../../../lib/audit/fast-lane/documents.ts';
import { overlayIssuers } from '../../../lib/audit/fast-lane/overlay-issuers.ts';
import { planFastRun } from '../../../lib/audit/fast-lane/plan-fast-run.ts';
import { findBase } from '../../../lib/audit/last-read.ts';
import { collectAccount } from '../../../lib/audit/steps/collect-account.ts';
import { factsOfAccount } from '../../../lib/audit/steps/facts-of.ts';
import { complete } from '../../../lib/model/collected.ts';
import { someChoices } from '../../support/audit-ports.ts';
import { aReadCluster, aServiceAccount } from '../../support/example-cluster.ts';
import { aProvider, aRole, aTrustPolicy } from '../../support/example-world.ts';
import { anAccountOf, fastWorld, has, issuer, ours, provides, theirs } from '../../support/fast-world.ts';

describe('what belongs together in two accounts', () => {
  test('a provider is no orphan because the account of its cluster is not in the run', async () => {
    const it = await fastWorld({ [ours]: provides(ours, 'A'), [theirs]: has(theirs, 'A') });
    await it.fast(ours);
    expect(await it.known(ours)).not.toContain('provider-orphaned');
  });

  test('a cluster that one fast run found is known to the next one', async () => {
    const it = await fastWorld({ [ours]: anAccountOf(ours), [theirs]: anAccountOf(theirs) });
    it.accounts[theirs] = has(theirs, 'A');
    await it.fast(theirs);
    it.accounts[ours] = provides(ours, 'A');
    await it.fast(ours);
    expect(await it.known(ours)).not.toContain('provider-orphaned');
  });

  test('a cluster that one fast run found gone is gone for the next one', async () => {
    const it = await fastWorld({ [ours]: provides(ours, 'A'), [theirs]: has(theirs, 'A') });
    it.accounts[theirs] = anAccountOf(theirs);
    await it.fast(theirs);
    await it.fast(ours);
    expect(await it.known(ours)).toContain('provider-orphaned');
  });

  test('while another run reads an account, no provider is called an orphan', async () => {
    const it = await fastWorld({ [ours]: anAccountOf(ours), [theirs]: anAccountOf(theirs) });
    // It has begun, and read nothing yet.
    await planFastRun(it.ports, { runId: await it.change(theirs) });
    it.accounts[ours] = provides(ours, 'A');
    await it.fast(ours);
    expect(await it.known(ours)).not.toContain('provider-orphaned');
  });

  test('what a run has just read counts, though a later run has begun to read the account again', async () => {
    const it = await fastWorld();
    const { ports, choices } = it;
    const state = await planFastRun(ports, { runId: await it.change(ours) });
    await collectAccount(ports, choices, { ...state, accountId: ours });
    await planFastRun(ports, { runId: await it.change(ours) });
    expect(await overlayIssuers(ports, choices, state)).toEqual({ accounts: 1, unread: 0, clusters: 1 });
    const { gaps, readIn } = await getDocument(ports.documents, documentKeys(state.runId).index, isIndexDocument);
    expect([gaps, readIn]).toEqual([[], { base: 'full-1', later: { [ours]: [state.runId] } }]);
  });

  test('where a fast run began while the full run was reading, what either has found is there', async () => {
    const it = await fastWorld({ [ours]: provides(ours, 'A'), [theirs]: has(theirs, 'A') });
    const { startedAt } = (await it.ports.findings.runs({ limit: 1 })).items[0] ?? { startedAt: '' };
    const early = 'fast-20261125T060100Z';
    const at = new Date(Date.parse(startedAt) + 1000).toISOString();
    const started = { runId: early, startedAt: at, accountId: theirs };
    await it.ports.documents.put(fastLaneKeys.started(started), {});
    const asks = { issuers: [], clusterNames: [] };
    const nothing = { clusters: [], providers: [], accounts: [], gaps: [], asks };
    await it.ports.documents.put(documentKeys(early).share(theirs), nothing);
    const { runId } = await it.fast(ours);
    const index = await getDocument(it.ports.documents, documentKeys(runId).index, isIndexDocument);
    expect(index.readIn?.later[theirs]).toEqual([early, 'full-1']);
    expect(await it.known(ours)).not.toContain('provider-orphaned');
  });

  test.each<readonly [string, number, readonly string[]]>([
    ['before the full run had read everything', -1, ['fast-early', 'full-1']],
    ['as it had read everything', 0, ['fast-early', 'full-1']],
    ['after it had', 1, ['fast-early']],
  ])('what a fast run has read that began %s', async (_, later, runs) => {
    const it = await fastWorld({ [ours]: provides(ours, 'A'), [theirs]: has(theirs, 'A') });
    const { readBy } = (await findBase(it.ports.documents)) ?? { readBy: '' };
    const startedAt = new Date(Date.parse(readBy) + later).toISOString();
    await it.ports.documents.put(fastLaneKeys.started({ runId: 'fast-early', startedAt, accountId: theirs }), {});
    const asks = { issuers: [], clusterNames: [] };
    const share = { clusters: [], providers: [], accounts: [], gaps: [], asks };
    await it.ports.documents.put(documentKeys('fast-early').share(theirs), share);
    const { runId } = await it.fast(ours);
    const index = await getDocument(it.ports.documents, documentKeys(runId).index, isIndexDocument);
    expect(index.readIn?.later[theirs]).toEqual(runs);
  });

  test('a fast run that began with the full run, or at midnight with this one, is looked up', async () => {
    const third = '777788889999';
    const it = await fastWorld({
      [ours]: provides(ours, 'A'),
      [theirs]: has(theirs, 'A'),
      [third]: anAccountOf(third),
    });
    const { documents } = it.ports;
    const base = await findBase(documents);
    const midnight = '2026-11-26T00:00:00.000Z';
    const share = (id: string) => documents.get(documentKeys('full-1').share(id));
    await documents.put(
      fastLaneKeys.started({ runId: 'fast-first', startedAt: base?.startedAt ?? '', accountId: theirs }),
      {},
    );
    await documents.put(fastLaneKeys.started({ runId: 'fast-midnight', startedAt: midnight, accountId: third }), {});
    await documents.put(documentKeys('fast-midnight').share(third), await share(third));
    const runId = 'fast-20261126T000000Z';
    await documents.put(documentKeys(runId).share(ours), await share(ours));
    const state = { runId, startedAt: midnight, accounts: [ours], fast: true as const };
    // The one that began with the full run has left no reading.
    expect(await overlayIssuers(it.ports, it.choices, state)).toEqual({ accounts: 1, unread: 1, clusters: 1 });
    const { gaps, readIn } = await getDocument(documents, documentKeys(runId).index, isIndexDocument);
    expect(gaps.map(({ accountId }) => accountId)).toEqual([theirs]);
    expect(readIn?.later).toEqual({ [ours]: [runId], [third]: ['fast-midnight'] });
  });

  test('where two runs tell of an account together, each thing is there once, as the later one has it', async () => {
    const roleArn = `arn:aws:iam::${theirs}:role/reader`;
    const names = complete([aServiceAccount({ annotations: { 'eks.amazonaws.com/role-arn': roleArn } })]);
    const { cluster, ...inside } = aReadCluster({ serviceAccounts: names });
    const withReader = (subject: string) => ({
      ...has(theirs, 'A'),
      providers: complete([aProvider({ accountId: theirs, issuer: issuer('A') })]),
      roles: complete([
        aRole({ arn: roleArn, name: 'reader', trustPolicy: aTrustPolicy({ accountId: theirs, subject }) }),
      ]),
    });
    const choices = someChoices({ settings: { ...someChoices().settings, inCluster: true } });
    const it = await fastWorld(
      {
        [ours]: anAccountOf(ours, {
          providers: complete([aProvider({ accountId: ours, issuer: issuer('A') })]),
          clusters: complete([{ cluster: { ...cluster, issuer: issuer('A') }, ...inside }]),
        }),
        [theirs]: withReader('system:serviceaccount:old:one'),
      },
      choices,
    );
    const { ports } = it;
    Object.assign(ports, { clusters: { read: async () => inside } });
    // A fast run that began while the full run was reading.
    const early = { runId: 'fast-early', startedAt: '2026-11-25T06:00:01.000Z', accountId: theirs };
    await ports.documents.put(fastLaneKeys.started(early), {});
    it.accounts[theirs] = withReader('system:serviceaccount:new:one');
    const target = { accountId: theirs, regions: ['eu-west-1'] };
    await ports.documents.put(documentKeys(early.runId).targetsWith(theirs), { targets: { [theirs]: target } });
    await collectAccount(ports, it.choices, early);
    const { runId, startedAt } = await it.fast(ours);
    const read = await factsOfAccount(ports.documents, choices, { runId, startedAt, accountId: ours });
    if (!('facts' in read)) throw new Error('no facts');
    const { clusters, clusterCount, providers, roles } = read.facts.fleet;
    const isTheirs = ({ arn }: { readonly arn: string }) => arn.includes(theirs);
    expect(clusters.filter(isTheirs)).toHaveLength(1);
    expect(clusterCount).toBe(2);
    expect(providers.filter(isTheirs)).toHaveLength(1);
    expect(roles.filter(isTheirs).map(({ trustPolicy }) => trustPolicy.includes('new:one'))).toEqual([true]);
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
    const it = await fastWorld(
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
    const read = await factsOfAccount(ports.documents, inside, { runId, startedAt, accountId: ours });
    const roles = 'facts' in read ? read.facts.fleet.roles.filter(({ arn }) => arn === roleArn) : [];
    expect(roles.map(each => each.trustPolicy.includes('other:one'))).toEqual([true]);
  });
});
