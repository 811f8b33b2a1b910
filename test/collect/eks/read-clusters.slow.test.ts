import { describe, expect, test } from '@jest/globals';
import { readClusters } from '../../../lib/collect/eks/read-clusters.ts';
import type { Fault, WorldCluster } from '../../../sandbox/world/world.ts';
import { aWorld, aWorldAccount, aWorldCluster, issuer, mainAccount, region } from '../../support/aws-world.ts';
import { makeBundle } from '../../support/ca-bundle.ts';
import { withWorld } from '../../support/sandbox-aws.ts';

const place = { accountId: mainAccount, region };
const read = (clusters: WorldCluster[], faults: Fault[] = [], onlyIfEnabled = false, disabledRegions: string[] = []) =>
  withWorld(aWorld({ accounts: [aWorldAccount({ clusters, disabledRegions })], faults }), async ({ clients, aws }) => ({
    section: await readClusters(clients.eks(region), { ...place, onlyIfEnabled }, 4),
    calls: aws.calls(),
  }));

describe('clusters of a region', () => {
  test('come back with what DescribeCluster gives, CA certificates decoded', async () => {
    const bundle = await makeBundle('CN=kubernetes');
    const { section } = await read([
      aWorldCluster({
        certificateAuthority: bundle.base64,
        endpoint: 'https://127.0.0.1:6443',
        endpointPublic: false,
        tags: { a: 'b' },
        autoMode: true,
      }),
      aWorldCluster({ name: 'elsewhere', region: 'eu-central-1' }),
    ]);
    expect(section).toMatchObject({
      status: 'complete',
      value: [
        {
          cluster: {
            arn: `arn:aws:eks:${region}:${mainAccount}:cluster/shop`,
            name: 'shop',
            issuer,
            version: '1.34',
            endpoint: 'https://127.0.0.1:6443',
            endpointPublic: false,
            authenticationMode: 'API_AND_CONFIG_MAP',
            createdAt: '2026-01-10T09:00:00.000Z',
            certificateAuthority: bundle.base64,
            caCertificates: [{ subject: 'CN=kubernetes', sha256: bundle.sha256 }],
            tags: { a: 'b' },
            autoMode: true,
          },
          kubernetes: { status: 'unavailable', reason: { kind: 'not-asked-for' } },
        },
      ],
    });
    expect(section.status === 'complete' && section.value.length).toBe(1);
  });

  test('of an Outpost have no issuer, rather than an empty one', async () => {
    const { issuer: _, ...local } = aWorldCluster();
    const { section } = await read([local]);
    expect(section.status === 'complete' && section.value[0]?.cluster).not.toHaveProperty('issuer');
  });

  test('130 take two pages and one description each', async () => {
    const { section, calls } = await read(
      Array.from({ length: 130 }, (_, index) => aWorldCluster({ name: `c-${index}` })),
    );
    expect(section.status === 'complete' && section.value.length).toBe(130);
    expect(calls).toEqual({ 'eks:DescribeCluster': 130, 'eks:ListClusters': 2 });
  });

  test('one that cannot be described is a gap with its name', async () => {
    const { section } = await read(
      [aWorldCluster(), aWorldCluster({ name: 'till' })],
      [{ operation: 'eks:DescribeCluster', resource: 'cluster/till', kind: 'deny' }],
    );
    expect(section).toMatchObject({
      status: 'partial',
      value: [{ cluster: { name: 'shop' } }],
      gaps: [{ what: 'till', reason: { kind: 'denied', permission: 'eks:DescribeCluster' } }],
    });
  });

  test('a later page cut in the middle keeps the first', async () => {
    const { section } = await read(
      Array.from({ length: 130 }, (_, index) => aWorldCluster({ name: `c-${index}` })),
      [{ operation: 'eks:ListClusters', kind: 'cut-page' }],
    );
    expect(section).toMatchObject({ status: 'partial', gaps: [{ what: 'page 2 of clusters' }] });
    expect(section.status === 'partial' && section.value.length).toBe(100);
  });

  test.each<[Fault['kind'], string]>([
    ['deny', 'denied'],
    ['throttle', 'throttled'],
    ['time-out', 'timed-out'],
    ['reset', 'unreachable'],
  ])('none by %s is unavailable: %s', async (kind, reason) => {
    const { section } = await read([], [{ operation: 'eks:ListClusters', kind }]);
    expect(section).toMatchObject({ status: 'unavailable', reason: { kind: reason, operation: 'eks:ListClusters' } });
  });
});

describe('a region that is not enabled', () => {
  test('is a gap where a person named it', async () => {
    const { section } = await read([], [], false, [region]);
    expect(section).toMatchObject({ status: 'unavailable', reason: { kind: 'denied' } });
    expect(section.status === 'unavailable' && section.reason.message).toContain(
      `${region} is not enabled for the account`,
    );
  });

  test('was not asked for where all regions are tried', async () => {
    const { section } = await read([], [], true, [region]);
    expect(section).toMatchObject({ status: 'unavailable', reason: { kind: 'not-asked-for' } });
  });
});
