/** The network of a private cluster, for examples: one subnet of nodes without a way out. Every name is made up. */

import type { EgressPolicy, EgressRule, Pod } from '../../lib/model/kubernetes.ts';
import type { ClusterNetwork, NodePlace, RouteTable, SecurityGroup, StsEndpoint } from '../../lib/model/network.ts';
import { aContainer, aPod } from './example-cluster.ts';

export const aPlace = (over: Partial<NodePlace> = {}): NodePlace => ({
  vpcId: 'vpc-1',
  subnetId: 'subnet-1',
  securityGroupIds: ['sg-node'],
  address: '10.0.1.7',
  isMixed: false,
  nodes: 3,
  ...over,
});

export const aRouteTable = (over: Partial<RouteTable> = {}): RouteTable => ({
  vpcId: 'vpc-1',
  isShared: false,
  subnetIds: ['subnet-1'],
  isMain: false,
  routes: [
    { destination: '10.0.0.0/16', target: 'local', isActive: true },
    { destination: 'pl-s3', target: 'vpce-s3', isActive: true },
  ],
  ...over,
});

export const anStsEndpoint = (over: Partial<StsEndpoint> = {}): StsEndpoint => ({
  id: 'vpce-sts',
  vpcId: 'vpc-1',
  isAvailable: true,
  hasPrivateDns: true,
  securityGroupIds: ['sg-endpoint'],
  ...over,
});

const everywhere = { cidrs: ['0.0.0.0/0'], securityGroupIds: [], hasPrefixList: false };
const nodeGroup: SecurityGroup = { id: 'sg-node', ingress: [], egress: [everywhere] };
const fromVpc = { ports: [443, 443] as const, cidrs: ['10.0.0.0/16'], securityGroupIds: [], hasPrefixList: false };
const endpointGroup: SecurityGroup = { id: 'sg-endpoint', ingress: [fromVpc], egress: [] };

export const aNetwork = (over: Partial<ClusterNetwork> = {}): ClusterNetwork => ({
  places: [aPlace()],
  routeTables: [aRouteTable()],
  stsEndpoints: [],
  securityGroups: [nodeGroup, endpointGroup],
  ...over,
});

/** A NetworkPolicy that allows the pods of `checkout` nothing. */
export const aPolicy = (over: Partial<EgressPolicy> = {}): EgressPolicy => ({
  namespace: 'checkout',
  name: 'default-deny',
  podSelector: { matchLabels: {}, matchExpressions: [] },
  rules: [],
  ...over,
});

/** A rule of a policy: one port, to all addresses. */
export const aPort = (protocol: string, port: number, cidr?: string): EgressRule => ({
  ports: [{ protocol, from: port, to: port }],
  peers: cidr === undefined ? [] : [{ cidr, except: [] }],
});

/** The VPC CNI on a node, with NetworkPolicies switched on. */
export const cniAgent: Pod = aPod({
  namespace: 'kube-system',
  name: 'aws-node-1',
  serviceAccount: 'aws-node',
  owner: { kind: 'DaemonSet', name: 'aws-node' },
  hostNetwork: true,
  enforcesPolicies: true,
  containers: [aContainer({ awsVariables: [], irsaEnvironment: {}, mounts: {} })],
  volumes: [],
});
