/** Forms of the network of nodes and of pods. */
import type { Facts } from '../../../lib/facts/facts.ts';
import { type Collected, complete, unavailable, withGaps } from '../../../lib/model/collected.ts';
import type { Pod, PodNetwork } from '../../../lib/model/kubernetes.ts';
import type { ClusterNetwork, NodeMetadata } from '../../../lib/model/network.ts';
import type { RuntimeFacts } from '../../../lib/model/runtime.ts';
import { aContainer, aPod, aReadCluster } from '../example-cluster.ts';
import { aNetwork, anStsEndpoint, aPlace, aPolicy, aPort, aRouteTable, cniAgent } from '../example-network.ts';
import { aRole, someFacts } from '../example-world.ts';
import { aGap, denied } from '../in-cluster-world.ts';
import { identityPod } from '../whole-worlds.ts';
import { type Forms, formsOf } from './paired-worlds.ts';

interface Parts {
  readonly routes?: Partial<ClusterNetwork>;
  readonly endpoints?: Partial<ClusterNetwork>;
  readonly groups?: Partial<ClusterNetwork>;
  readonly network?: (read: ClusterNetwork) => Collected<ClusterNetwork>;
  readonly nodes?: Collected<readonly NodeMetadata[]>;
  readonly policies?: PodNetwork['policies'];
  readonly podGroups?: PodNetwork['groups'];
  readonly podNetwork?: (read: PodNetwork) => Collected<PodNetwork>;
  readonly pods?: readonly Pod[];
  readonly runtime?: Collected<RuntimeFacts>;
}

const forms = formsOf<Parts>();
const local = { destination: '10.0.0.0/16', target: 'local', isActive: true };
const through = (target: string, isActive = true, destination = '0.0.0.0/0') => ({ destination, target, isActive });
const tables = (...routes: readonly ReturnType<typeof through>[]) => ({
  routeTables: [aRouteTable({ routes: [local, ...routes] })],
});
const rule = (over: object = {}) => ({ cidrs: ['0.0.0.0/0'], securityGroupIds: [], hasPrefixList: false, ...over });
const selector = { matchLabels: {}, matchExpressions: [] };
const node = (over: Partial<NodeMetadata> = {}): NodeMetadata => ({
  kind: 'node group a',
  hopLimit: 2,
  tokensRequired: true,
  enabled: true,
  nodes: 3,
  ...over,
});
const environment = aContainer().irsaEnvironment;
const groupOf = (over: object = {}) => ({
  namespace: 'checkout',
  name: 'cart',
  podSelector: selector,
  groupIds: ['sg-pod'],
  ...over,
});

/** The forms of each part. */
export const networkForms: Forms<Parts> = {
  routes: forms('routes', {
    'no way out': {},
    'through a NAT gateway': tables(through('nat-1')),
    'through an internet gateway': tables(through('igw-1')),
    'through one that is gone': tables(through('nat-1', false)),
    'through a transit gateway': tables(through('tgw-1')),
    'to some addresses': tables(through('nat-1', true, '52.0.0.0/8')),
    'by IPv6': tables(through('eigw-1', true, '::/0')),
    'by the main table': {
      routeTables: [aRouteTable({ subnetIds: [], isMain: true, routes: [local, through('nat-1')] })],
    },
    'of another VPC': { routeTables: [aRouteTable({ vpcId: 'vpc-2', isMain: true })] },
    'of a shared VPC': { routeTables: [aRouteTable({ isShared: true, routes: [local] })] },
    'of two subnets': {
      places: [aPlace(), aPlace({ subnetId: 'subnet-2', nodes: 1, isMixed: true })],
      routeTables: [aRouteTable(), aRouteTable({ subnetIds: ['subnet-2'], routes: [local, through('nat-1')] })],
    },
  }),
  endpoints: forms('endpoints', {
    'no endpoint': {},
    'an endpoint': { stsEndpoints: [anStsEndpoint()] },
    'an endpoint that is not available': { stsEndpoints: [anStsEndpoint({ isAvailable: false })] },
    'without private DNS': { stsEndpoints: [anStsEndpoint({ hasPrivateDns: false })] },
    'of another VPC': { stsEndpoints: [anStsEndpoint({ vpcId: 'vpc-2' })] },
    'of no group': { stsEndpoints: [anStsEndpoint({ securityGroupIds: [] })] },
    'of a group of two that was not read': {
      stsEndpoints: [anStsEndpoint({ securityGroupIds: ['sg-endpoint', 'sg-gone'] })],
    },
    'of a group that was not read': { stsEndpoints: [anStsEndpoint({ securityGroupIds: ['sg-other'] })] },
    'with a policy for all': {
      stsEndpoints: [
        anStsEndpoint({ policy: '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}' }),
      ],
    },
    'with a policy for others': {
      stsEndpoints: [
        anStsEndpoint({
          policy: '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole","Resource":"*"}]}',
        }),
      ],
    },
    'with a policy that is cut off': { stsEndpoints: [anStsEndpoint({ policy: '{' })] },
    'with a Deny': {
      stsEndpoints: [
        anStsEndpoint({
          policy:
            '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"},{"Effect":"Deny","Principal":"*","Action":"sts:*","Resource":"*"}]}',
        }),
      ],
    },
    'two endpoints': {
      stsEndpoints: [anStsEndpoint({ securityGroupIds: ['sg-closed'] }), anStsEndpoint({ id: 'vpce-2' })],
    },
  }),
  groups: forms('groups', {
    'groups that let it through': {},
    'an endpoint that takes nothing': {
      securityGroups: [
        { id: 'sg-node', ingress: [], egress: [rule()] },
        { id: 'sg-endpoint', ingress: [], egress: [] },
        { id: 'sg-pod', ingress: [], egress: [rule({ ports: [53, 53] })] },
        { id: 'sg-closed', ingress: [], egress: [] },
      ],
    },
    'an endpoint that takes other ports': {
      securityGroups: [
        { id: 'sg-node', ingress: [], egress: [rule({ ports: [443, 443] })] },
        { id: 'sg-endpoint', ingress: [rule({ ports: [444, 500] }), rule({ ports: [1, 442] })], egress: [] },
        { id: 'sg-pod', ingress: [], egress: [rule({ ports: [443, 443] })] },
      ],
    },
    'an endpoint for the group of nodes': {
      securityGroups: [
        { id: 'sg-node', ingress: [], egress: [rule({ cidrs: [], securityGroupIds: ['sg-endpoint'] })] },
        { id: 'sg-endpoint', ingress: [rule({ cidrs: [], securityGroupIds: ['sg-node'] })], egress: [] },
        { id: 'sg-pod', ingress: [], egress: [] },
      ],
    },
    'an endpoint for a list': {
      securityGroups: [
        { id: 'sg-node', ingress: [], egress: [rule()] },
        { id: 'sg-endpoint', ingress: [rule({ cidrs: [], hasPrefixList: true })], egress: [] },
      ],
    },
    'nodes that reach a list': {
      securityGroups: [
        { id: 'sg-node', ingress: [], egress: [rule({ cidrs: [], hasPrefixList: true })] },
        { id: 'sg-endpoint', ingress: [rule()], egress: [] },
        { id: 'sg-pod', ingress: [], egress: [] },
      ],
    },
    'an endpoint for other addresses': {
      securityGroups: [
        { id: 'sg-node', ingress: [], egress: [] },
        { id: 'sg-endpoint', ingress: [rule({ cidrs: ['10.0.2.0/24'] })], egress: [] },
        { id: 'sg-pod', ingress: [], egress: [] },
      ],
    },
  }),
  network: forms('network', {
    'a network': read => complete(read),
    'a network in part': read => withGaps(read, [aGap('ec2:DescribeRouteTables')]),
    'network refused': () => unavailable(denied),
    'no places': read => complete({ ...read, places: [] }),
  }),
  nodes: forms('nodes', {
    'no nodes': complete([]),
    'open nodes': complete([node()]),
    'closed nodes': complete([node({ hopLimit: 1 })]),
    'nodes without tokens': complete([
      node({ hopLimit: 1, tokensRequired: false }),
      node({ kind: 'node group b', nodes: 1 }),
    ]),
    'nodes without metadata': complete([node({ enabled: false })]),
    'nodes with a profile': complete([node({ profiles: ['arn:aws:iam::111122223333:instance-profile/node'] })]),
    'nodes in part': withGaps([node({ hopLimit: 1 })], [aGap('ec2:DescribeInstances')]),
    'nodes refused': unavailable(denied),
  }),
  policies: forms('policies', {
    'no policy': [],
    'a policy of nothing': [aPolicy()],
    'a policy for DNS alone': [aPolicy({ rules: [aPort('UDP', 53)] })],
    'a policy for HTTPS alone': [aPolicy({ rules: [aPort('TCP', 443)] })],
    'a policy for all': [aPolicy({ rules: [{ ports: [], peers: [] }] })],
    'policies that add up': [
      aPolicy({ rules: [aPort('UDP', 53)] }),
      aPolicy({ name: 'sts', rules: [{ ports: [{ protocol: 'TCP', from: 400, to: 500 }], peers: [] }] }),
      aPolicy({ name: 'agent', rules: [aPort('TCP', 80, '169.254.170.23/32')] }),
    ],
    'a policy for a block': [aPolicy({ rules: [aPort('UDP', 53), aPort('TCP', 443, '52.94.0.0/16')] })],
    'a policy for the VPC': [aPolicy({ rules: [aPort('UDP', 53), aPort('TCP', 443, '10.0.0.0/16')] })],
    'a policy for next to all': [aPolicy({ rules: [aPort('UDP', 53), aPort('TCP', 443, '0.0.0.0/1')] })],
    'a policy for pods': [aPolicy({ rules: [{ ports: [{ protocol: 'TCP' }], peers: [{ except: [] }] }] })],
    'a policy for all but the agent': [
      aPolicy({ rules: [{ ports: [], peers: [{ cidr: '0.0.0.0/0', except: ['169.254.0.0/16'] }] }] }),
    ],
    'a policy of others': [
      aPolicy({ namespace: 'web' }),
      aPolicy({ podSelector: { matchLabels: { app: 'web' }, matchExpressions: [] } }),
    ],
  }),
  pods: forms('pods', {
    'a pod': [aPod(), cniAgent],
    'pods of both ways': [aPod(), identityPod({ name: 'cart-2' }), cniAgent],
    'a pod of EKS Pod Identity': [
      aPod({
        containers: [
          aContainer({
            irsaEnvironment: { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://169.254.170.23/v1/credentials' },
          }),
        ],
      }),
      cniAgent,
    ],
    'a pod of EKS Pod Identity with an interface': [
      aPod({
        hasOwnInterface: true,
        containers: [
          aContainer({
            irsaEnvironment: { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://169.254.170.23/v1/credentials' },
          }),
        ],
      }),
    ],
    'a pod, and nobody enforces': [aPod()],
    'a pod with an interface': [aPod({ hasOwnInterface: true }), cniAgent],
    'a pod on Fargate': [aPod({ onFargate: true, hasOwnInterface: true }), cniAgent],
    'a pod with a proxy': [aPod({ containers: [aContainer({ hasProxy: true })] }), cniAgent],
    'a pod of a mesh': [aPod({ containers: [aContainer(), aContainer({ name: 'istio-proxy' })] }), cniAgent],
    'a pod in the network of its node': [aPod({ hostNetwork: true }), cniAgent],
    'two pods, one labelled': [
      aPod({ labels: { app: 'web' } }),
      aPod({
        name: 'cart-2',
        hasOwnInterface: true,
        containers: [aContainer({ irsaEnvironment: { ...environment, AWS_REGION: 'x' } })],
      }),
      cniAgent,
    ],
  }),
  podGroups: forms('podGroups', {
    'no groups': [],
    'groups of its pods': [groupOf()],
    'groups of unknown pods': [{ namespace: 'checkout', name: 'by-account', groupIds: ['sg-pod'] }],
    'a group that is not there': [groupOf({ groupIds: ['sg-pod', 'sg-gone'] })],
    'two policies': [groupOf(), groupOf({ name: 'more', groupIds: ['sg-node'] })],
    'groups of others': [
      groupOf({ namespace: 'web' }),
      groupOf({ podSelector: { ...selector, matchLabels: { app: 'x' } } }),
    ],
  }),
  podNetwork: forms('podNetwork', {
    'policies read': read => complete(read),
    'policies in part': read => withGaps(read, [aGap('list networkpolicies')]),
    'policies refused': () => unavailable(denied),
  }),
  runtime: forms('runtime', {
    'no calls': complete({ from: '2026-10-31T23:00:00Z', to: '2026-11-01T06:00:00Z', events: [] }),
    calls: complete({
      from: '2026-10-31T23:00:00Z',
      to: '2026-11-01T06:00:00Z',
      events: [
        {
          roleArn: aRole().arn,
          subject: 'system:serviceaccount:checkout:cart',
          region: 'eu-west-1',
          successes: 1,
          failures: [],
          userAgents: [],
          verificationMethods: [],
          lastAt: '2026-11-01T05:00:00Z',
        },
      ],
    }),
    'CloudTrail refused': unavailable(denied),
  }),
};

/** A world of these forms. */
export const networkWorld = (of: Parts): Facts => {
  const network = aNetwork({ ...of.routes, ...of.endpoints, ...of.groups });
  const ofPods = { policies: of.policies ?? [], groups: of.podGroups ?? [] };
  return someFacts({
    clusters: complete([
      aReadCluster(
        { pods: complete(of.pods ?? []), podNetwork: of.podNetwork?.(ofPods) ?? complete(ofPods) },
        { network: of.network?.(network) ?? complete(network), nodes: of.nodes ?? complete([]) },
      ),
    ]),
    runtime: of.runtime ?? unavailable(denied),
  });
};
