/** The facts of one pod's cluster and account, as they are put together: which cluster it is, and what of it is known. */
import { describe, expect, test } from '@jest/globals';
import { type ReadParts, readFacts } from '../../../lib/cli/why/read-facts.ts';
import { type Collected, complete, type ReadFailure, unavailable } from '../../../lib/model/collected.ts';
import type { KubernetesFacts } from '../../../lib/model/kubernetes.ts';
import type { World } from '../../../sandbox/world/world.ts';
import { hastyClock, tally } from '../../collect/issuer/running-issuers.ts';
import { aWorld, aWorldAccount, aWorldCluster, issuer, mainAccount, region } from '../../support/aws-world.ts';
import { startEndingServer } from '../../support/ending-server.ts';
import { someKubernetes } from '../../support/example-cluster.ts';
import { withWorld } from '../../support/sandbox-aws.ts';

const arnOf = (name: string, accountId = mainAccount) => `arn:aws:eks:${region}:${accountId}:cluster/${name}`;
const depot = aWorldCluster({ name: 'depot', issuer: `${issuer.slice(0, -1)}0` });
const two: World = aWorld({ accounts: [aWorldAccount({ clusters: [aWorldCluster(), depot] })] });
const now = '2026-11-01T06:00:00.000Z';
const inside = (over: Partial<KubernetesFacts> = {}): Collected<KubernetesFacts> => complete(someKubernetes(over));
const refused = (kind: ReadFailure['kind']) =>
  unavailable<string>({ kind, operation: 'get /.well-known/openid-configuration', message: 'no' });

/** Reads through a context whose cluster entry has this name; no issuer is reached. */
const read = (name: string, over: Partial<ReadParts> = {}, world = two) =>
  withWorld(world, ({ clients }) =>
    readFacts({
      context: { name: 'prod', cluster: { name, server: 'https://127.0.0.1:1', skipTLSVerify: false } },
      endpoint: { url: 'https://127.0.0.1:1' },
      kubernetes: inside(),
      issuerAccess: { resolve: () => Promise.reject(new Error('no name')), isAbsent: async () => false },
      ...{ clients, region, now },
      ...over,
    }),
  );
const insidesOf = ({ facts }: Awaited<ReturnType<typeof read>>) =>
  facts.snapshot.regions.flatMap(({ clusters }) =>
    (clusters.status === 'unavailable' ? [] : clusters.value).map(({ cluster, kubernetes }) => [
      cluster.name,
      kubernetes.status === 'unavailable' ? kubernetes.reason.kind : kubernetes.status,
    ]),
  );

describe('of several clusters of the account one has what was read', () => {
  test.each<readonly [how: string, name: string, announced: string, wanted: string]>([
    ['by the ARN of its entry', arnOf('depot'), issuer, 'depot'],
    ['through a tunnel, by the issuer that its API server announces', 'tunnel', depot.issuer ?? '', 'depot'],
    ['through a tunnel, by another issuer', 'tunnel', issuer, 'shop'],
  ])('%s', async (_, name, announced, wanted) => {
    const told = await read(name, { kubernetes: inside({ issuer: complete(announced) }) });
    expect(told.cluster).toMatchObject({ name: wanted, context: 'prod' });
    expect(insidesOf(told)).toEqual(
      ['shop', 'depot'].map(each => [each, each === wanted ? 'complete' : 'not-asked-for']),
    );
  });

  test('one that EKS does not know is beside them, and its issuer is registered, since it is not of EKS', async () => {
    const own = 'https://issuer.example.com';
    const told = await read('own', { kubernetes: inside({ issuer: complete(own) }) });
    expect(told.cluster.issuer).toBe(own);
    expect(insidesOf(told)).toEqual([
      ['shop', 'not-asked-for'],
      ['depot', 'not-asked-for'],
      ['prod', 'complete'],
    ]);
    expect(told.facts.settings.registeredIssuers).toEqual([own]);
    expect(told.facts.issuers[own]?.host.status).toBe('unavailable');
    expect((await read(arnOf('shop'))).facts.settings.registeredIssuers).toEqual([]);
  });
});

test.each<readonly [ReadFailure['kind'], ReadFailure['kind']]>([
  ['denied', 'not-asked-for'],
  ['not-found', 'not-asked-for'],
  ['timed-out', 'timed-out'],
])('a discovery document that is %s is %s where EKS has told the issuer', async (kind, told) => {
  const { facts } = await read(arnOf('shop'), { kubernetes: inside({ issuer: refused(kind) }) });
  const [shop] = facts.snapshot.regions.flatMap(({ clusters }) =>
    clusters.status === 'complete' ? clusters.value : [],
  );
  expect(shop?.kubernetes).toMatchObject({ value: { issuer: { status: 'unavailable', reason: { kind: told } } } });
});

test('credentials of another account read nothing: each part has that as its reason', async () => {
  const other = arnOf('shop', '444455556666');
  const { facts, cluster } = await read(other, {
    controlPolicies: true,
    cloudTrail: { lookbackMinutes: 60, maxCalls: 10 },
  });
  const reason = {
    ...{ kind: 'denied', operation: 'sts:GetCallerIdentity' },
    message: `the credentials are of account ${mainAccount}, and the cluster is of account 444455556666`,
  };
  const unread = { status: 'unavailable', reason };
  expect(cluster).toMatchObject({ arn: other, accountId: '444455556666', context: 'prod' });
  expect(facts.snapshot).toMatchObject({
    ...{ accountId: '444455556666', providers: unread, roles: unread, runtime: unread, controlPolicies: unread },
    regions: [
      { region, clusters: { value: [{ podIdentity: unread, addons: unread, kubernetes: { status: 'complete' } }] } },
    ],
  });
  expect(facts.issuers).toEqual({});
});

describe('somebody waits for the issuer', () => {
  const { host } = new URL(issuer);
  /** An issuer that ends each connection; to find its address takes so many milliseconds. */
  const readSlow = async (milliseconds: number) => {
    const { port, stop } = await startEndingServer();
    const [counted, clock] = [tally(), hastyClock()];
    let passed = 0;
    const resolve = async () => {
      passed += milliseconds;
      return ['127.0.0.1'];
    };
    const { facts } = await read(arnOf('shop'), {
      issuerAccess: {
        ...{ calls: counted, clock: { ...clock, now: () => passed }, resolve },
        connectTo: [{ host, port: 443, address: 'loopback.example', addressPort: port }],
      },
    });
    await stop();
    return { issuers: Object.keys(facts.issuers), handshakes: counted.counts['tls:Handshake'] };
  };

  test('it is tried twice', async () => {
    expect(await readSlow(0)).toEqual({ issuers: [issuer], handshakes: 2 });
  });

  test.each([
    [20_000, [issuer]],
    [20_001, []],
  ])('after %i milliseconds it is told or given up', async (milliseconds, issuers) => {
    expect((await readSlow(milliseconds)).issuers).toEqual(issuers);
  });
});

test('what is not asked for is not read: no control policies, no CloudTrail', async () => {
  const { facts } = await read(arnOf('shop'));
  expect(facts.snapshot.controlPolicies).toMatchObject({ status: 'unavailable', reason: { kind: 'not-asked-for' } });
  expect(facts.snapshot.runtime).toMatchObject({ status: 'unavailable', reason: { kind: 'not-asked-for' } });
  expect((await read(arnOf('shop'), { controlPolicies: true })).facts.snapshot.controlPolicies?.status).toBe(
    'complete',
  );
});
