import { describe, expect, test } from '@jest/globals';
import { readNetwork as readNetworkAlone } from '../../../lib/collect/ec2/read-network.ts';
import { against } from '../../support/answering-aws.ts';
import { recorded } from '../../support/whole/whole.ts';

const readNetwork = recorded('readNetwork', readNetworkAlone);

const groupSet = '<groupSet><item><groupId>sg-node</groupId></item></groupSet>';
const instance = (id: string, options: string, tags: string, profile = ''): string =>
  `<item><instanceId>${id}</instanceId>${profile}<vpcId>vpc-1</vpcId><subnetId>subnet-1</subnetId><privateIpAddress>10.0.1.7</privateIpAddress>${groupSet}<networkInterfaceSet><item><subnetId>subnet-1</subnetId>${groupSet}</item></networkInterfaceSet><metadataOptions>${options}</metadataOptions><tagSet>${tags}</tagSet></item>`;
const profileArn = (name: string): string => `arn:aws:iam::111122223333:instance-profile/${name}`;
const profile = (name: string): string =>
  `<iamInstanceProfile><arn>${profileArn(name)}</arn><id>AIPA1</id></iamInstanceProfile>`;
const tag = (key: string, value: string): string => `<item><key>${key}</key><value>${value}</value></item>`;
const options = (hops: number, tokens: string): string =>
  `<state>applied</state><httpTokens>${tokens}</httpTokens><httpPutResponseHopLimit>${hops}</httpPutResponseHopLimit><httpEndpoint>enabled</httpEndpoint>`;
const page = (instances: string, token = ''): string =>
  `<?xml version="1.0"?><DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>1</requestId><reservationSet>${
    instances === '' ? '' : `<item><instancesSet>${instances}</instancesSet></item>`
  }</reservationSet>${token === '' ? '' : `<nextToken>${token}</nextToken>`}</DescribeInstancesResponse>`;
const refusal = (code: string): string =>
  `<?xml version="1.0"?><Response><Errors><Error><Code>${code}</Code><Message>not today</Message></Error></Errors></Response>`;

const cluster = { name: 'shop', region: 'eu-west-1', accountId: '111122223333' };
const readBoth = (answer: Parameters<typeof against>[0], status?: number) =>
  against(
    answer,
    clients => readNetwork({ ec2: clients.ec2('eu-west-1'), groups: Promise.resolve([]) }, cluster),
    status,
  );
const read = async (answer: Parameters<typeof against>[0], status?: number) => (await readBoth(answer, status)).nodes;
const response = (action: string, body: string): string =>
  `<${action}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>1</requestId>${body}</${action}Response>`;
const route = (parts: string): string => `<item>${parts}<state>active</state></item>`;
const answers: Readonly<Record<string, string>> = {
  DescribeInstances: page(instance('i-1', options(2, 'required'), '')),
  DescribeRouteTables: response(
    'DescribeRouteTables',
    `<routeTableSet><item><vpcId>vpc-1</vpcId><ownerId>111122223333</ownerId><associationSet><item><subnetId>subnet-1</subnetId><main>false</main></item></associationSet><routeSet>${route(
      '<destinationCidrBlock>10.0.0.0/16</destinationCidrBlock><gatewayId>local</gatewayId>',
    )}${route('<destinationCidrBlock>0.0.0.0/0</destinationCidrBlock><natGatewayId>nat-1</natGatewayId>')}</routeSet></item></routeTableSet>`,
  ),
  DescribeVpcEndpoints: response(
    'DescribeVpcEndpoints',
    `<vpcEndpointSet><item><vpcEndpointId>vpce-1</vpcEndpointId><vpcId>vpc-1</vpcId><state>available</state><privateDnsEnabled>true</privateDnsEnabled><groupSet><item><groupId>sg-endpoint</groupId></item></groupSet><policyDocument>{&quot;Statement&quot;:[]}</policyDocument></item></vpcEndpointSet>`,
  ),
  DescribeSecurityGroups: response(
    'DescribeSecurityGroups',
    '<securityGroupInfo><item><groupId>sg-endpoint</groupId><ipPermissions><item><ipProtocol>tcp</ipProtocol><fromPort>443</fromPort><toPort>443</toPort><groups><item><groupId>sg-node</groupId></item></groups><ipRanges/></item><item><ipProtocol>udp</ipProtocol><groups/></item></ipPermissions><ipPermissionsEgress><item><ipProtocol>-1</ipProtocol><ipRanges><item><cidrIp>0.0.0.0/0</cidrIp></item></ipRanges></item></ipPermissionsEgress></item></securityGroupInfo>',
  ),
};
const actionOf = (body: string): string => new URLSearchParams(body).get('Action') ?? '';

describe('the metadata options of nodes', () => {
  test('of all pages, by the place where they are set', async () => {
    const bodies: string[] = [];
    const section = await read(({ body, nth }) => {
      bodies.push(body);
      const karpenter = tag('karpenter.k8s.aws/ec2nodeclass', 'default');
      return nth === 1
        ? page(
            instance('i-1', options(2, 'required'), karpenter, profile('b')) +
              instance('i-2', options(2, 'required'), karpenter, profile('a')) +
              instance('i-4', options(2, 'required'), karpenter, profile('b')),
            'next',
          )
        : page(instance('i-3', options(1, 'optional'), tag('Name', 'x')));
    });
    expect(section).toEqual({
      status: 'complete',
      value: [
        {
          kind: 'EC2NodeClass default',
          hopLimit: 2,
          tokensRequired: true,
          enabled: true,
          nodes: 3,
          profiles: ['a', 'b'].map(profileArn),
        },
        { kind: 'instance i-3', hopLimit: 1, tokensRequired: false, enabled: true, nodes: 1, profiles: [] },
      ],
    });
    expect(bodies.slice(0, 2).map(body => new URLSearchParams(body).get('NextToken'))).toEqual([null, 'next']);
    expect(new URLSearchParams(bodies[0]).get('Filter.1.Value.1')).toBe('kubernetes.io/cluster/shop');
  });

  test('are read from an answer that comes in many pieces', async () => {
    const section = await read(() => page(instance('i-1', options(2, 'required'), tag('long', 'x'.repeat(1_000_000)))));
    expect(section).toMatchObject({ status: 'complete', value: [{ kind: 'instance i-1', nodes: 1 }] });
  });

  test('are empty for a cluster without nodes', async () => {
    expect(await read(() => page(''))).toEqual({ status: 'complete', value: [] });
  });

  test.each(['UnauthorizedOperation', 'AccessDenied'])('are unread after %s', async code => {
    const section = await read(() => refusal(code), 403);
    expect(section).toMatchObject({
      status: 'unavailable',
      reason: { kind: 'denied', permission: 'ec2:DescribeInstances' },
    });
  });

  test.each([
    ['no XML', 'gateway error', 200],
    [
      'another answer',
      '<DescribeInstancesResponse><reservationSet><item>x</item></reservationSet></DescribeInstancesResponse>',
      200,
    ],
    ['a hop limit out of range', page(instance('i-1', options(900, 'required'), '')), 200],
    ['an error without a form', '<html>no</html>', 500],
  ])('are unavailable for %s', async (_, answer, status) => {
    expect(await read(() => answer, status)).toMatchObject({
      status: 'unavailable',
      reason: { kind: expect.not.stringMatching(/^(not-asked-for|denied)$/) },
    });
  });

  test('an answer that never ends is given up', async () => {
    expect(await read(() => page('', 'again'))).toMatchObject({ reason: { kind: 'too-large' } });
  });
});

describe('the network around nodes', () => {
  test('is read by four calls', async () => {
    const asked: string[] = [];
    const { network } = await readBoth(({ body }) => {
      asked.push(actionOf(body));
      return answers[actionOf(body)] ?? '';
    });
    expect(asked).toEqual([
      'DescribeInstances',
      'DescribeRouteTables',
      'DescribeVpcEndpoints',
      'DescribeSecurityGroups',
    ]);
    const all = { cidrs: ['0.0.0.0/0'], securityGroupIds: [], hasPrefixList: false };
    const from = { ports: [443, 443], cidrs: [], securityGroupIds: ['sg-node'], hasPrefixList: false };
    expect(network).toEqual({
      status: 'complete',
      value: {
        places: [
          {
            vpcId: 'vpc-1',
            subnetId: 'subnet-1',
            securityGroupIds: ['sg-node'],
            address: '10.0.1.7',
            isMixed: false,
            nodes: 1,
          },
        ],
        routeTables: [
          {
            vpcId: 'vpc-1',
            isShared: false,
            subnetIds: ['subnet-1'],
            isMain: false,
            routes: [
              { destination: '10.0.0.0/16', target: 'local', isActive: true },
              { destination: '0.0.0.0/0', target: 'nat-1', isActive: true },
            ],
          },
        ],
        stsEndpoints: [
          {
            id: 'vpce-1',
            vpcId: 'vpc-1',
            isAvailable: true,
            hasPrivateDns: true,
            securityGroupIds: ['sg-endpoint'],
            policy: '{"Statement":[]}',
          },
        ],
        securityGroups: [{ id: 'sg-endpoint', ingress: [from], egress: [all] }],
      },
    });
  });

  test('has the security groups of pods too', async () => {
    const asked: string[] = [];
    await against(
      ({ body }) => {
        if (actionOf(body) === 'DescribeSecurityGroups') asked.push(...new URLSearchParams(body).values());
        return answers[actionOf(body)] ?? '';
      },
      clients => readNetwork({ ec2: clients.ec2('eu-west-1'), groups: Promise.resolve(['sg-pod']) }, cluster),
    );
    expect(asked).toContain('sg-pod');
  });

  test('of a cluster without nodes is empty, and nothing else is asked', async () => {
    let asked = 0;
    const { network } = await readBoth(() => {
      asked += 1;
      return page('');
    });
    expect([network?.status, asked]).toEqual(['complete', 1]);
  });

  test.each(['DescribeRouteTables', 'DescribeVpcEndpoints', 'DescribeSecurityGroups'])(
    'is unavailable where %s answers in another form, or in several pages; the nodes stay read',
    async action => {
      for (const answer of [
        response(action, '<x/>'),
        (answers[action] ?? '').replace('<requestId>', '<nextToken>t</nextToken><requestId>'),
      ]) {
        const both = await readBoth(({ body }) =>
          actionOf(body) === action ? answer : (answers[actionOf(body)] ?? ''),
        );
        expect([both.nodes?.status, both.network?.status]).toEqual(['complete', 'unavailable']);
      }
    },
  );
});
