import { describe, expect, test } from '@jest/globals';
import { stsReachOf as stsReachOfAlone } from '../../lib/facts/sts-reach.ts';
import type { ClusterNetwork, Route, SecurityRule } from '../../lib/model/network.ts';
import { aNetwork, anStsEndpoint, aPlace, aRouteTable } from '../support/example-network.ts';
import { recorded } from '../support/whole/whole.ts';

const stsReachOf = recorded('stsReachOf', stsReachOfAlone);

const to = (target: string, over: Partial<Route> = {}): Partial<ClusterNetwork> => ({
  routeTables: [
    aRouteTable({ routes: [...aRouteTable().routes, { destination: '0.0.0.0/0', target, isActive: true, ...over }] }),
  ],
});
const rule = (over: Partial<SecurityRule>): SecurityRule => ({
  cidrs: [],
  securityGroupIds: [],
  hasPrefixList: false,
  ...over,
});
const endpoint = { stsEndpoints: [anStsEndpoint()] };
const admitting = (...ingress: readonly SecurityRule[]): Partial<ClusterNetwork> => ({
  ...endpoint,
  securityGroups: [
    { id: 'sg-endpoint', ingress, egress: [] },
    { id: 'sg-node', ingress: [], egress: [rule({ cidrs: ['0.0.0.0/0'] })] },
  ],
});
const leaving = (...egress: readonly SecurityRule[]): Partial<ClusterNetwork> => ({
  ...endpoint,
  securityGroups: [
    { id: 'sg-endpoint', ingress: [rule({ cidrs: ['10.0.0.0/8'] })], egress: [] },
    { id: 'sg-node', ingress: [], egress },
  ],
});
const policy = (...Statement: readonly object[]): Partial<ClusterNetwork> => ({
  stsEndpoints: [anStsEndpoint({ policy: JSON.stringify({ Version: '2012-10-17', Statement }) })],
});
const allow = (over: object) => ({ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*', ...over });

describe('whether nodes reach STS by its regional name', () => {
  test.each<[string, Partial<ClusterNetwork>, string]>([
    ['nothing leads out, and there is no endpoint', {}, 'no-way'],
    ['a NAT gateway', to('nat-1'), 'reached'],
    ['a NAT gateway that is gone', to('nat-1', { isActive: false }), 'no-way'],
    ['an internet gateway: whether nodes have public addresses is not read', to('igw-1'), 'unknown'],
    ['a transit gateway', to('tgw-1'), 'unknown'],
    ['a transit gateway to some addresses', to('tgw-1', { destination: '10.9.0.0/16' }), 'unknown'],
    ['a firewall endpoint', to('vpce-fw'), 'unknown'],
    ['IPv6 alone', to('eigw-1', { destination: '::/0' }), 'unknown'],
    ['the main table', { routeTables: [aRouteTable({ subnetIds: [], isMain: true })] }, 'no-way'],
    ['no table that is shown', { routeTables: [] }, 'unknown'],
    ['a VPC of another account', { routeTables: [aRouteTable({ isShared: true })] }, 'unknown'],
    ['the table of another VPC', { routeTables: [aRouteTable({ vpcId: 'vpc-2' })] }, 'unknown'],
    ['an endpoint that admits the VPC', endpoint, 'reached'],
    ['an endpoint of another VPC', { stsEndpoints: [anStsEndpoint({ vpcId: 'vpc-2' })] }, 'no-way'],
    ['an endpoint that is being made', { stsEndpoints: [anStsEndpoint({ isAvailable: false })] }, 'no-way'],
    [
      'an endpoint without private DNS: a zone of one’s own may name it',
      { stsEndpoints: [anStsEndpoint({ hasPrivateDns: false })] },
      'unknown',
    ],
    [
      'an endpoint without private DNS, and a NAT gateway',
      { ...to('nat-1'), stsEndpoints: [anStsEndpoint({ hasPrivateDns: false })] },
      'reached',
    ],
    ['a group that admits the group of the nodes', admitting(rule({ securityGroupIds: ['sg-node'] })), 'reached'],
    ['a group that admits another range', admitting(rule({ cidrs: ['10.9.0.0/16'] })), 'refused-by-group'],
    ['a group without a rule', admitting(), 'refused-by-group'],
    ['a group for another port', admitting(rule({ cidrs: ['10.0.0.0/16'], ports: [80, 80] })), 'refused-by-group'],
    ['a group for a range of ports', admitting(rule({ cidrs: ['10.0.0.0/16'], ports: [1, 65_535] })), 'reached'],
    ['a group that admits a prefix list', admitting(rule({ hasPrefixList: true })), 'unknown'],
    [
      'a refusing group, and a NAT gateway that the name does not lead to',
      { ...to('nat-1'), ...admitting() },
      'refused-by-group',
    ],
    ['groups that are not shown', { ...endpoint, securityGroups: [] }, 'unknown'],
    ['nodes that may go nowhere', leaving(), 'refused-by-group'],
    ['nodes that may go to the group of the endpoint', leaving(rule({ securityGroupIds: ['sg-endpoint'] })), 'reached'],
    ['nodes that may go to some addresses', leaving(rule({ cidrs: ['10.0.0.0/16'] })), 'unknown'],
    ['a policy that allows everything', policy(allow({})), 'reached'],
    ['a policy for the action', policy(allow({ Action: ['sts:AssumeRoleWithWebIdentity'] })), 'reached'],
    ['a policy for STS by a pattern', policy(allow({ Action: 'sts:Assume*', Principal: { AWS: '*' } })), 'reached'],
    ['a policy for another action', policy(allow({ Action: 'sts:GetCallerIdentity' })), 'refused-by-policy'],
    ['a policy that allows nothing', policy(), 'refused-by-policy'],
    ['a policy with a condition', policy(allow({ Condition: { Bool: { 'aws:SecureTransport': 'true' } } })), 'unknown'],
    ['a policy for principals of one account', policy(allow({ Principal: { AWS: '111122223333' } })), 'unknown'],
    ['a policy with a Deny', policy(allow({}), allow({ Effect: 'Deny', Action: 'sts:*' })), 'unknown'],
    [
      'a Deny for another action',
      policy(allow({}), allow({ Effect: 'Deny', Action: 'sts:GetFederationToken' })),
      'reached',
    ],
    ['a policy of another form', { stsEndpoints: [anStsEndpoint({ policy: '{"Statement":7}' })] }, 'unknown'],
    ['a policy that is no JSON', { stsEndpoints: [anStsEndpoint({ policy: '{' })] }, 'unknown'],
    ['nodes with interfaces elsewhere', { places: [aPlace({ isMixed: true })] }, 'unknown'],
    ['nodes with interfaces elsewhere, refused', { ...admitting(), places: [aPlace({ isMixed: true })] }, 'unknown'],
  ])('%s', (_, over, reach) => {
    expect(stsReachOf(aNetwork(over)).map(one => one.reach)).toEqual([reach]);
  });

  test('each subnet has its own way', () => {
    const places = [aPlace(), aPlace({ subnetId: 'subnet-2' })];
    const [closed] = aNetwork().routeTables;
    const open = { ...aRouteTable(), ...to('nat-1').routeTables?.[0], subnetIds: ['subnet-2'] };
    const routeTables = closed === undefined ? [] : [closed, open];
    expect(stsReachOf(aNetwork({ places, routeTables })).map(({ reach }) => reach)).toEqual(['no-way', 'reached']);
  });
});
