/**
 * Answers of EC2, and texts of policies, that nobody here made up (`test/fixtures/aws-answers.jsonl`): the readers take each of them whole.
 * The recordings are as botocore parsed them; here they are XML again, named as the EC2 API Reference names the elements of a response.
 */
import { readFileSync } from 'node:fs';
import type { IAMClient } from '@aws-sdk/client-iam';
import { describe, expect, test } from '@jest/globals';
import { readNetwork } from '../../lib/collect/ec2/read-network.ts';
import { readManagedPolicies } from '../../lib/collect/iam/managed-policies.ts';
import { parsePolicy } from '../../lib/policy/parse/parse-policy.ts';
import { against } from '../support/answering-aws.ts';

type Json = { readonly [key: string]: unknown };
interface Recorded {
  readonly operation: string;
  readonly data: Json;
}
const recorded: readonly Recorded[] = readFileSync('test/fixtures/aws-answers.jsonl', 'utf8')
  .trim()
  .split('\n')
  .map(line => JSON.parse(line));
const of = (operation: string): readonly Json[] =>
  recorded.filter(answer => answer.operation === operation).map(({ data }) => data);

const escaped = (text: string): string => text.replace(/[&<>]/g, found => `&#${found.charCodeAt(0)};`);
/** Lists have an ending of their own. */
const listNames: Readonly<Record<string, string>> = {
  ...{
    RouteTables: 'routeTableSet',
    Associations: 'associationSet',
    Routes: 'routeSet',
    VpcEndpoints: 'vpcEndpointSet',
  },
  ...{ Groups: 'groupSet', PropagatingVgws: 'propagatingVgwSet', SubnetIds: 'subnetIdSet' },
  ...{ RouteTableIds: 'routeTableIdSet', NetworkInterfaceIds: 'networkInterfaceIdSet', DnsEntries: 'dnsEntrySet' },
};
const xmlOf = (value: unknown, name: string): string => {
  const own = listNames[name] ?? `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
  if (Array.isArray(value)) return `<${own}>${value.map(each => xmlOf(each, 'item')).join('')}</${own}>`;
  if (typeof value !== 'object' || value === null) return `<${own}>${escaped(String(value))}</${own}>`;
  const inner = Object.entries(value).map(([key, each]) => xmlOf(each, key));
  return `<${own}>${inner.join('')}</${own}>`;
};
const response = (action: string, data: Json): string =>
  `<${action}Response>${Object.entries(data)
    .map(([key, value]) => xmlOf(value, key))
    .join('')}</${action}Response>`;

/** The network that is read where EC2 answers this, in an account with one node. */
const networkOf = async (action: string, data: Json) => {
  const answers: Readonly<Record<string, string>> = {
    DescribeInstances:
      '<DescribeInstancesResponse><reservationSet><item><instancesSet><item><instanceId>i-1</instanceId><vpcId>vpc-1</vpcId><subnetId>subnet-1</subnetId><privateIpAddress>10.0.0.1</privateIpAddress><groupSet/><networkInterfaceSet/><metadataOptions><httpTokens>required</httpTokens><httpPutResponseHopLimit>1</httpPutResponseHopLimit><httpEndpoint>enabled</httpEndpoint></metadataOptions></item></instancesSet></item></reservationSet></DescribeInstancesResponse>',
    DescribeRouteTables: '<DescribeRouteTablesResponse><routeTableSet/></DescribeRouteTablesResponse>',
    DescribeVpcEndpoints: '<DescribeVpcEndpointsResponse><vpcEndpointSet/></DescribeVpcEndpointsResponse>',
    DescribeSecurityGroups: '<DescribeSecurityGroupsResponse><securityGroupInfo/></DescribeSecurityGroupsResponse>',
    [action]: response(action, data),
  };
  const { network } = await against(
    ({ body }) => answers[new URLSearchParams(body).get('Action') ?? ''] ?? '',
    clients =>
      readNetwork(
        { ec2: clients.ec2('us-east-1'), groups: Promise.resolve([]) },
        { name: 'shop', region: 'us-east-1', accountId: '644160558196' },
      ),
  );
  if (network?.status !== 'complete') throw new Error(JSON.stringify(network));
  return network.value;
};

describe('readers take what AWS really answers', () => {
  test('route tables, each with its routes and subnets', async () => {
    let routes = 0;
    for (const data of of('ec2.DescribeRouteTables')) {
      const entries = data.RouteTables as readonly Json[];
      const { routeTables } = await networkOf('DescribeRouteTables', data);
      expect(routeTables.map(({ vpcId }) => vpcId)).toEqual(entries.map(({ VpcId }) => VpcId));
      for (const [at, table] of routeTables.entries()) {
        const real = entries[at] ?? {};
        expect(table.routes.map(({ isActive }) => isActive)).toEqual(
          (real.Routes as readonly Json[]).map(({ State }) => State === 'active'),
        );
        const associations = real.Associations as readonly Json[];
        expect(table.subnetIds).toEqual(associations.flatMap(({ SubnetId }) => SubnetId ?? []));
        expect(table.isMain).toBe(associations.some(({ Main }) => Main === true));
        for (const { destination, target } of table.routes)
          expect([destination === '', target === '']).toEqual([false, false]);
        routes += table.routes.length;
      }
    }
    expect(routes).toBeGreaterThan(20);
  });

  test('endpoints, with and without a policy', async () => {
    let policies = 0;
    for (const data of of('ec2.DescribeVpcEndpoints')) {
      const entries = data.VpcEndpoints as readonly Json[];
      const { stsEndpoints } = await networkOf('DescribeVpcEndpoints', data);
      expect(stsEndpoints).toEqual(
        entries.map(({ VpcEndpointId, VpcId, State, PrivateDnsEnabled, Groups, PolicyDocument }) => ({
          ...{ id: VpcEndpointId, vpcId: VpcId, isAvailable: String(State).toLowerCase() === 'available' },
          hasPrivateDns: PrivateDnsEnabled === true,
          securityGroupIds: ((Groups ?? []) as readonly Json[]).map(({ GroupId }) => GroupId),
          ...(PolicyDocument === undefined ? {} : { policy: PolicyDocument }),
        })),
      );
      policies += stsEndpoints.filter(({ policy }) => policy !== undefined && parsePolicy(policy).ok).length;
    }
    expect(of('ec2.DescribeVpcEndpoints').length).toBeGreaterThan(8);
    expect(policies).toBeGreaterThan(5);
  });

  test('texts of policies, URL-encoded or an object', async () => {
    const arn = 'arn:aws:iam::aws:policy/x';
    for (const data of of('iam.GetPolicyVersion')) {
      const send = async (command: object) =>
        command.constructor.name === 'GetPolicyCommand' ? { Policy: { DefaultVersionId: 'v1' } } : data;
      const read = await readManagedPolicies({ send } as unknown as IAMClient, [arn], 'now', new Map(), 1);
      expect(read[arn]).toMatchObject({ status: 'complete' });
      const text = read[arn]?.status === 'complete' ? read[arn].value : '';
      expect(parsePolicy(text).ok).toBe(true);
    }
    expect(of('iam.GetPolicyVersion')).toHaveLength(2);
  });
});
