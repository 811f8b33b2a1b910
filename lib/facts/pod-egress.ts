/** Which ways out of a pod its policies close (docs/facts.md §K.3). */
import type {
  ClusterNetwork,
  EgressPolicy,
  EgressRule,
  Pod,
  PodGroups,
  PodNetwork,
  PolicyPeer,
  SecurityGroup,
} from '../model.ts';
import { isInRange, rangeOf } from '../policy.ts';
import { unmetRequirement } from './label-selector.ts';

/** Where a pod with a role must get: names, STS, the Pod Identity agent of its node. */
export type EgressNeed = 'DNS' | 'STS' | 'the Pod Identity agent';

/** The policies that restrict a pod, and the ways that none of their rules leaves open. */
interface ClosedWays {
  readonly ways: readonly EgressNeed[];
  /** `NetworkPolicy checkout/default-deny`, sorted. */
  readonly policies: readonly string[];
}

interface WayNeed {
  readonly protocol: string;
  readonly port: number;
  readonly admits: (peers: readonly PolicyPeer[]) => boolean;
}

const agentAddress = '169.254.170.23';

/** A rule that may lead there counts as open: a named port, any block of addresses for STS, whose own are not known. */
const needs: Readonly<Record<EgressNeed, WayNeed>> = {
  DNS: { protocol: 'UDP', port: 53, admits: () => true },
  STS: { protocol: 'TCP', port: 443, admits: peers => peers.some(({ cidr }) => cidr !== undefined) },
  'the Pod Identity agent': {
    protocol: 'TCP',
    port: 80,
    admits: peers => peers.some(peer => holds(peer, agentAddress)),
  },
};

/** The ways, of those wanted, that NetworkPolicies close for a pod. Rules of several policies add up. */
export const closedByPolicies = (pod: Pod, ways: readonly EgressNeed[], { policies }: PodNetwork): ClosedWays => {
  const own = policies.filter(policy => selects(policy, pod));
  const rules = own.flatMap(policy => policy.rules);
  return {
    ways: own.length === 0 ? [] : ways.filter(way => !rules.some(rule => mayLead(rule, needs[way]))),
    policies: namesOf(own),
  };
};

/** Policies that let a pod reach port 443 of some blocks of addresses alone. */
interface NarrowWay {
  readonly policies: readonly string[];
  readonly blocks: readonly string[];
}

/** The addresses of the VPCs in which the name of STS leads to an endpoint: their local routes, else a node of theirs. Undefined where
 *  STS is outside. */
const blocksOfSts = (network: ClusterNetwork | undefined): readonly string[] | undefined => {
  const within = network?.stsEndpoints.filter(({ isAvailable, hasPrivateDns }) => isAvailable && hasPrivateDns) ?? [];
  const vpcs = new Set(within.map(({ vpcId }) => vpcId));
  if (network === undefined || vpcs.size === 0) return undefined;
  const local = network.routeTables
    .filter(({ vpcId }) => vpcs.has(vpcId))
    .flatMap(({ routes }) => routes.filter(({ target }) => target === 'local').map(({ destination }) => destination))
    .filter(block => rangeOf(block) !== undefined && !block.includes(':'));
  const nodes = network.places.filter(({ vpcId }) => vpcs.has(vpcId)).map(({ address }) => address);
  return local.length > 0 ? local : nodes;
};

/** Blocks of this length or shorter are next to everything. */
const wideBits = 4;

/**
 * The blocks to which the policies of a pod restrict port 443; undefined where a rule is open, or none leads there. STS has public
 * addresses, which change and are in no policy by name: whether they are in the blocks is not known. With an endpoint of STS in the
 * VPC they are private ones.
 */
export const narrowWayToSts = (
  pod: Pod,
  { policies }: PodNetwork,
  network: ClusterNetwork | undefined,
): NarrowWay | undefined => {
  const own = policies.filter(policy => selects(policy, pod));
  const rules = own.flatMap(policy => policy.rules).filter(rule => mayLead(rule, needs.STS));
  const ofSts = blocksOfSts(network);
  const isShut = ({ except }: PolicyPeer): boolean =>
    ofSts !== undefined && ofSts.length > 0 && ofSts.every(block => except.some(hole => isInRange(block, hole)));
  const peersOf = (all: readonly PolicyPeer[]) =>
    all.flatMap(peer => (peer.cidr === undefined ? [] : [{ ...peer, cidr: peer.cidr }]));
  const named = peersOf(rules.flatMap(({ peers }) => peers));
  const blocks = named.map(({ cidr, except }) => (except.length === 0 ? cidr : `${cidr} except ${except.join(', ')}`));
  const leading = named.filter(peer => !isShut(peer)).map(({ cidr }) => cidr);
  const isOpen = rules.some(({ peers }) => peers.length === 0) || leading.some(isWide);
  const isInVpc = ofSts !== undefined && leading.some(isPrivate);
  return blocks.length === 0 || isOpen || isInVpc ? undefined : { policies: namesOf(own), blocks };
};

const isWide = (cidr: string): boolean => Number(cidr.split('/')[1] ?? 32) <= wideBits;

const isPrivate = (cidr: string): boolean =>
  ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'].some(block => isInRange(cidr, block));

const namesOf = (policies: readonly EgressPolicy[]): readonly string[] =>
  policies.map(({ namespace, name }) => `NetworkPolicy ${namespace}/${name}`).sort();

const selects = ({ namespace, podSelector }: EgressPolicy, pod: Pod): boolean =>
  namespace === pod.namespace && unmetRequirement(podSelector, pod.labels) === undefined;

const mayLead = ({ ports, peers }: EgressRule, { protocol, port, admits }: WayNeed): boolean =>
  (ports.length === 0 ||
    ports.some(
      one =>
        one.protocol === protocol && (one.from === undefined || (one.from <= port && port <= (one.to ?? one.from))),
    )) &&
  (peers.length === 0 || admits(peers));

const holds = ({ cidr, except }: PolicyPeer, address: string): boolean =>
  isInRange(address, cidr ?? '') && !except.some(hole => isInRange(address, hole));

/** The answer of security groups for pods: `open` where a rule for port 443 is there or no group is known to apply. */
type GroupsAnswer =
  | { readonly kind: 'open' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'closed'; readonly policy: PodGroups };

const httpsPort = 443;

/** Whether the groups that a SecurityGroupPolicy gives a pod leave port 443 open. Every policy that may select it counts. */
export const groupsOfPod = (pod: Pod, { groups }: PodNetwork, network: ClusterNetwork | undefined): GroupsAnswer => {
  if (!pod.hasOwnInterface) return { kind: 'open' };
  const inNamespace = groups.filter(({ namespace }) => namespace === pod.namespace);
  if (inNamespace.some(({ podSelector }) => podSelector === undefined)) return { kind: 'unknown' };
  const own = inNamespace.filter(
    ({ podSelector }) => podSelector !== undefined && unmetRequirement(podSelector, pod.labels) === undefined,
  );
  const [policy] = own;
  if (policy === undefined || network === undefined) return { kind: 'unknown' };
  const ids = own.flatMap(({ groupIds }) => groupIds);
  const known = network.securityGroups.filter(({ id }) => ids.includes(id));
  if (known.length < new Set(ids).size) return { kind: 'unknown' };
  return known.some(leadsOut) ? { kind: 'open' } : { kind: 'closed', policy };
};

const leadsOut = ({ egress }: SecurityGroup): boolean =>
  egress.some(({ ports }) => ports === undefined || (ports[0] <= httpsPort && httpsPort <= ports[1]));
