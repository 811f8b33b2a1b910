import { describe, expect, test } from '@jest/globals';
import { signsIn } from '../../../lib/cli/findings/signs-here.ts';
import type { ClusterSnapshot } from '../../../lib/model/cluster.ts';
import { complete, notAskedFor } from '../../../lib/model/collected.ts';
import type { KubernetesFacts } from '../../../lib/model/kubernetes.ts';
import type { ClusterNetwork, Route } from '../../../lib/model/network.ts';
import { aContainer, aPod, aReadCluster } from '../../support/example-cluster.ts';
import { aNetwork, anStsEndpoint, aPlace, aRouteTable } from '../../support/example-network.ts';
import { someFacts } from '../../support/example-world.ts';

const signsOf = (...clusters: readonly ClusterSnapshot[]) => signsIn([someFacts({ clusters: complete(clusters) })]);
const inCluster = (over: Partial<KubernetesFacts>): ClusterSnapshot => aReadCluster(over);
const inNetwork = (over: Partial<ClusterNetwork>): ClusterSnapshot =>
  aReadCluster({}, { network: complete(aNetwork(over)) });
const to = (target: string): Partial<ClusterNetwork> => {
  const route: Route = { destination: '0.0.0.0/0', target, isActive: true };
  return { routeTables: [aRouteTable({ routes: [...aRouteTable().routes, route] })] };
};
/** A second place of nodes, in a subnet with its own route table: with a way out where a target is given. */
const second = (target?: string): Partial<ClusterNetwork> => {
  const out: readonly Route[] = target === undefined ? [] : [{ destination: '0.0.0.0/0', target, isActive: true }];
  const { routes } = aRouteTable();
  return {
    places: [aPlace(), aPlace({ subnetId: 'subnet-2' })],
    routeTables: [aRouteTable(), aRouteTable({ subnetIds: ['subnet-2'], routes: [...routes, ...out] })],
  };
};
const endpoint: Partial<ClusterNetwork> = { stsEndpoints: [anStsEndpoint()] };

describe('the signs of a world', () => {
  test('without a network, a node or an old kubelet there is none', () => {
    expect(signsOf(aReadCluster())).toEqual({});
    expect(signsOf(aReadCluster({}, { network: notAskedFor('x') }))).toEqual({});
    expect(signsIn([])).toEqual({});
  });

  test.each<[string, Partial<ClusterNetwork>, readonly string[]]>([
    ['a VPC endpoint and no way out', endpoint, ['sts-by-endpoint-alone']],
    ['a VPC endpoint and a NAT gateway', { ...endpoint, ...to('nat-1') }, []],
    ['a VPC endpoint and a way that is not known', { ...endpoint, ...to('tgw-1') }, []],
    ['a VPC endpoint without private DNS', { stsEndpoints: [anStsEndpoint({ hasPrivateDns: false })] }, []],
    ['nodes with interfaces elsewhere', { ...endpoint, places: [aPlace({ isMixed: true })] }, []],
    ['a NAT gateway alone', to('nat-1'), []],
    ['no way at all', {}, ['sts-by-other-way']],
    ['no place of nodes', { places: [] }, []],
    ['no way from either of two places', second(), ['sts-by-other-way']],
    ['no way from one of two places', second('nat-1'), []],
  ])('the way to STS: %s', (_, over, signs) => expect(Object.keys(signsOf(inNetwork(over)))).toEqual(signs));

  test('of a cluster that is named, its own alone', () => {
    const facts = [someFacts({ clusters: complete([inNetwork(endpoint)]) })];
    expect(Object.keys(signsIn(facts, aReadCluster().cluster.name))).toEqual(['sts-by-endpoint-alone']);
    expect(signsIn(facts, 'other')).toEqual({});
  });

  test('one cluster that has the sign is enough', () =>
    expect(Object.keys(signsOf(inNetwork(to('nat-1')), inNetwork(endpoint)))).toEqual(['sts-by-endpoint-alone']));

  test.each([
    ['all pods of CoreDNS wait', ['Pending', 'Pending'], '2 pods of CoreDNS, and none runs'],
    ['one of them runs', ['Pending', 'Running'], undefined],
    ['there is none', [], undefined],
  ] as const)('names are not resolved: %s', (_, phases, told) => {
    const owner = { kind: 'Deployment', name: 'coredns' };
    const pods = phases.map(phase => aPod({ namespace: 'kube-system', owner, phase }));
    expect(signsOf(inCluster({ pods: complete(pods) }))['dns-pending']).toBe(told);
  });

  test('an old kubelet gives the token to root alone', () => {
    const version = complete('v1.18.9-eks-d1db3c');
    const pods = (...of: readonly Parameters<typeof aPod>[0][]) => complete(of.map(over => aPod(over)));
    const told = (over: Partial<KubernetesFacts>) => signsOf(inCluster(over))['token-of-root'];
    const words = 'Kubernetes 1.18 gives the token to root alone where the pod has no fsGroup, and ';
    expect(told({ version, pods: pods({}) })).toBe(`${words}1 pod with a token has none`);
    expect(told({ version, pods: pods({}, { name: 'other' }) })).toBe(`${words}2 pods with a token have none`);
    expect(told({ version, pods: pods({ fsGroup: 1337 }) })).toBeUndefined();
    const without = aContainer({ awsVariables: [], irsaEnvironment: {}, mounts: {} });
    expect(told({ version, pods: pods({ containers: [without] }) })).toBeUndefined();
    expect(told({ version: complete('v1.19.0'), pods: pods({}) })).toBeUndefined();
    expect(told({ version: complete('unknown'), pods: pods({}) })).toBeUndefined();
    expect(told({ version: notAskedFor('x'), pods: pods({}) })).toBeUndefined();
    expect(signsOf(aReadCluster({}, { kubernetes: notAskedFor('x') }))).toEqual({});
  });
});
