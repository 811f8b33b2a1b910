/** The network around the nodes of a cluster (docs/facts.md §K.2): instances, routes, endpoints for STS, security groups. */
import * as z from 'zod';
import {
  type Cluster,
  type ClusterInside,
  type ClusterNetwork,
  type Collected,
  complete,
  type NodePlace,
  type RouteTable,
  type SecurityGroup,
  type SecurityRule,
  type StsEndpoint,
  unavailable,
} from '../../model.ts';
import { given } from '../../text.ts';
import { readFailureFromError } from '../unread-from-error.ts';
import { requiredText } from '../world-text.ts';
import { type Ec2Call, listOf, setOf } from './ec2-query.ts';
import { nodePlacesOf, optionsOf, readInstances } from './read-nodes.ts';

const text = z
  .string()
  .optional()
  .transform(value => value || undefined);
const flag = z
  .enum(['true', 'false'])
  .optional()
  .transform(value => value === 'true');
/** A VPC has at most some two hundred route tables, a network interface sixteen groups. */
const maxIds = 200;
/** Characters of the policy of an endpoint: its limit is 20 480. */
const maxPolicy = 40_000;

const routeTables = z.object({
  DescribeRouteTablesResponse: z.object({
    routeTableSet: setOf(
      z.object({
        vpcId: requiredText,
        ownerId: text,
        associationSet: setOf(z.object({ subnetId: text, main: flag })),
        routeSet: setOf(
          z.object({
            destinationCidrBlock: text,
            destinationIpv6CidrBlock: text,
            destinationPrefixListId: text,
            gatewayId: text,
            natGatewayId: text,
            transitGatewayId: text,
            vpcPeeringConnectionId: text,
            networkInterfaceId: text,
            egressOnlyInternetGatewayId: text,
            carrierGatewayId: text,
            localGatewayId: text,
            coreNetworkArn: text,
            state: z.enum(['active', 'blackhole']),
          }),
        ),
      }),
    ),
    nextToken: text,
  }),
});

const endpoints = z.object({
  DescribeVpcEndpointsResponse: z.object({
    vpcEndpointSet: setOf(
      z.object({
        vpcEndpointId: requiredText,
        vpcId: requiredText,
        state: requiredText,
        privateDnsEnabled: flag,
        groupSet: listOf(z.object({ groupId: requiredText })),
        policyDocument: z
          .string()
          .max(maxPolicy)
          .optional()
          .transform(value => value || undefined),
      }),
    ),
    nextToken: text,
  }),
});

const permission = z.object({
  ipProtocol: requiredText,
  fromPort: z.coerce.number().int().optional(),
  toPort: z.coerce.number().int().optional(),
  groups: listOf(z.object({ groupId: text })),
  ipRanges: listOf(z.object({ cidrIp: requiredText })),
  ipv6Ranges: listOf(z.object({ cidrIpv6: requiredText })),
  prefixListIds: listOf(z.object({ prefixListId: text })),
});
const groups = z.object({
  DescribeSecurityGroupsResponse: z.object({
    securityGroupInfo: setOf(
      z.object({ groupId: requiredText, ipPermissions: setOf(permission), ipPermissionsEgress: setOf(permission) }),
    ),
    nextToken: text,
  }),
});

/** How the network is read, and the security groups of pods that are read too. */
export interface Around {
  readonly ec2: Ec2Call;
  readonly groups: Promise<readonly string[]>;
}

/** The sections of a cluster that EC2 answers: the options of its nodes, and the network around them. */
export const readNetwork = async (
  { ec2, groups: ofPods }: Around,
  cluster: Pick<Cluster, 'name' | 'region' | 'accountId'>,
): Promise<Pick<ClusterInside, 'nodes' | 'network'>> => {
  const instances = await readInstances(ec2, cluster.name);
  if (instances.status === 'unavailable') return { nodes: instances, network: instances };
  const { value } = instances;
  return { nodes: complete(optionsOf(value)), network: await readAround(ec2, cluster, nodePlacesOf(value), ofPods) };
};

const readAround = async (
  ec2: Ec2Call,
  { region, accountId }: Pick<Cluster, 'region' | 'accountId'>,
  places: readonly NodePlace[],
  ofPods: Promise<readonly string[]>,
): Promise<Collected<ClusterNetwork>> => {
  const vpcs = [...new Set(places.map(({ vpcId }) => vpcId))];
  const nothing = { places, routeTables: [], stsEndpoints: [], securityGroups: [] };
  if (vpcs.length === 0) return complete(nothing);
  let operation = 'DescribeRouteTables';
  const call: Ec2Call = (action, parameters) => {
    operation = action;
    return ec2(action, parameters);
  };
  try {
    const inVpcs = filterOf(1, 'vpc-id', vpcs);
    const tables = routeTables.parse(await call(operation, inVpcs)).DescribeRouteTablesResponse;
    const service = filterOf(2, 'service-name', [`com.amazonaws.${region}.sts`, `cn.com.amazonaws.${region}.sts`]);
    const found = endpoints.parse(await call('DescribeVpcEndpoints', { ...inVpcs, ...service }));
    const stsEndpoints = found.DescribeVpcEndpointsResponse.vpcEndpointSet.map(endpointOf);
    const around = [...places, ...stsEndpoints].flatMap(({ securityGroupIds }) => securityGroupIds);
    const ids = [...around, ...(await ofPods)];
    const named = filterOf(1, 'group-id', [...new Set(ids)].slice(0, maxIds));
    const read = ids.length === 0 ? undefined : groups.parse(await call('DescribeSecurityGroups', named));
    // More pages than one would hide a route or a rule: nothing is then decided.
    const answers = [tables, found.DescribeVpcEndpointsResponse, read?.DescribeSecurityGroupsResponse];
    if (answers.some(answer => answer?.nextToken !== undefined)) throw new Error('the answer has several pages');
    return complete({
      places,
      routeTables: tables.routeTableSet.map(table => tableOf(table, accountId)),
      stsEndpoints,
      securityGroups: (read?.DescribeSecurityGroupsResponse.securityGroupInfo ?? []).map(groupOf),
    });
  } catch (error) {
    return unavailable(readFailureFromError(error, `ec2:${operation}`));
  }
};

const filterOf = (at: number, name: string, values: readonly string[]): Readonly<Record<string, string>> => ({
  [`Filter.${at}.Name`]: name,
  ...Object.fromEntries(values.map((value, index) => [`Filter.${at}.Value.${index + 1}`, value])),
});

type RouteTableAnswer = z.output<typeof routeTables>['DescribeRouteTablesResponse']['routeTableSet'][number];

const tableOf = ({ vpcId, ownerId, associationSet, routeSet }: RouteTableAnswer, accountId: string): RouteTable => ({
  vpcId,
  isShared: ownerId !== accountId,
  subnetIds: associationSet.flatMap(({ subnetId }) => subnetId ?? []),
  isMain: associationSet.some(({ main }) => main),
  routes: routeSet.map(
    ({ state, destinationCidrBlock, destinationIpv6CidrBlock, destinationPrefixListId, ...targets }) => ({
      destination: destinationCidrBlock ?? destinationIpv6CidrBlock ?? destinationPrefixListId ?? '',
      target: Object.values(targets).find(target => target !== undefined) ?? '',
      isActive: state === 'active',
    }),
  ),
});

type EndpointAnswer = z.output<typeof endpoints>['DescribeVpcEndpointsResponse']['vpcEndpointSet'][number];

const endpointOf = (one: EndpointAnswer): StsEndpoint => ({
  id: one.vpcEndpointId,
  vpcId: one.vpcId,
  isAvailable: one.state.toLowerCase() === 'available',
  hasPrivateDns: one.privateDnsEnabled,
  securityGroupIds: one.groupSet.map(({ groupId }) => groupId),
  ...given({ policy: one.policyDocument }),
});

type GroupAnswer = z.output<typeof groups>['DescribeSecurityGroupsResponse']['securityGroupInfo'][number];

const groupOf = ({ groupId, ipPermissions, ipPermissionsEgress }: GroupAnswer): SecurityGroup => ({
  id: groupId,
  ingress: ipPermissions.flatMap(ruleOf),
  egress: ipPermissionsEgress.flatMap(ruleOf),
});

/** Rules for TCP, or for everything. */
const ruleOf = (one: z.output<typeof permission>): readonly SecurityRule[] => {
  const isAll = one.ipProtocol === '-1';
  if (!isAll && !['tcp', '6'].includes(one.ipProtocol)) return [];
  const { fromPort, toPort } = one;
  return [
    {
      ...(!isAll && fromPort !== undefined && toPort !== undefined && { ports: [fromPort, toPort] as const }),
      cidrs: [...one.ipRanges.map(({ cidrIp }) => cidrIp), ...one.ipv6Ranges.map(({ cidrIpv6 }) => cidrIpv6)],
      securityGroupIds: one.groups.flatMap(({ groupId }) => groupId ?? []),
      hasPrefixList: one.prefixListIds.length > 0,
    },
  ];
};
