/** Requests to EC2, whole; what is asked again; and answers with each field that may be there. */
import { describe, expect, test } from '@jest/globals';
import { ec2Calls } from '../../../lib/collect/ec2/ec2-query.ts';
import { readNetwork } from '../../../lib/collect/ec2/read-network.ts';
import { against } from '../../support/answering-aws.ts';

const region = 'eu-west-1';
const account = '111122223333';
const list = (name: string, ...items: readonly string[]): string =>
  `<${name}>${items.map(item => `<item>${item}</item>`).join('')}</${name}>`;
const response = (action: string, body: string): string => `<${action}Response>${body}</${action}Response>`;
const groups = (...ids: readonly string[]): string => list('groupSet', ...ids.map(id => `<groupId>${id}</groupId>`));
const instance = (
  id: string,
  over: { readonly subnet?: string; readonly other?: string; readonly options?: string } = {},
) => {
  const { subnet = 'subnet-1', other = subnet } = over;
  const options =
    over.options ?? '<httpTokens>required</httpTokens><httpPutResponseHopLimit>2</httpPutResponseHopLimit>';
  return `<instanceId>${id}</instanceId><vpcId>vpc-1</vpcId><subnetId>${subnet}</subnetId><privateIpAddress>10.0.0.${id}</privateIpAddress>${groups('sg-b', 'sg-a')}${list('networkInterfaceSet', `<subnetId>${other}</subnetId>${groups('sg-a', 'sg-b')}`)}<metadataOptions>${options}<httpEndpoint>enabled</httpEndpoint></metadataOptions>`;
};
const instances = (...all: readonly string[]): string =>
  response('DescribeInstances', list('reservationSet', list('instancesSet', ...all)));
const empty: Readonly<Record<string, string>> = {
  DescribeInstances: instances(instance('1')),
  DescribeRouteTables: response('DescribeRouteTables', '<routeTableSet/>'),
  DescribeVpcEndpoints: response('DescribeVpcEndpoints', '<vpcEndpointSet/>'),
  DescribeSecurityGroups: response('DescribeSecurityGroups', '<securityGroupInfo/>'),
};

const read = async (answers: Readonly<Record<string, string>>, pods: readonly string[] = []) => {
  const asked: string[] = [];
  const sections = await against(
    ({ body }) => {
      const parameters = new URLSearchParams(body);
      asked.push([...parameters.values()].join(' '));
      return { ...empty, ...answers }[parameters.get('Action') ?? ''] ?? '';
    },
    clients =>
      readNetwork(
        { ec2: clients.ec2(region), groups: Promise.resolve(pods) },
        { name: 'shop', region, accountId: account },
      ),
  );
  return { ...sections, asked };
};

test('each call asks for what belongs to the cluster alone', async () => {
  const { asked } = await read({ DescribeInstances: instances(instance('1'), instance('2', { subnet: 'subnet-2' })) }, [
    'sg-pod',
    'sg-a',
  ]);
  const version = '2016-11-15';
  expect(asked).toEqual([
    `DescribeInstances ${version} tag-key kubernetes.io/cluster/shop instance-state-name running 1000`,
    `DescribeRouteTables ${version} vpc-id vpc-1`,
    `DescribeVpcEndpoints ${version} vpc-id vpc-1 service-name com.amazonaws.eu-west-1.sts cn.com.amazonaws.eu-west-1.sts`,
    `DescribeSecurityGroups ${version} group-id sg-a sg-b sg-pod`,
  ]);
});

test('of more groups than one call takes the first two hundred are asked for', async () => {
  const { asked } = await read(
    {},
    Array.from({ length: 250 }, (_, at) => `sg-${at}`),
  );
  expect(asked.at(-1)?.split(' ').slice(3)).toHaveLength(200);
});

test('nodes stand in places, by subnet and groups; one with interfaces in two places is mixed', async () => {
  const { network, nodes } = await read({
    DescribeInstances: instances(
      instance('1'),
      instance('2', { subnet: 'subnet-2', other: 'subnet-3' }),
      instance('3', {
        options: '<httpTokens>optional</httpTokens><httpPutResponseHopLimit>1</httpPutResponseHopLimit>',
      }),
      instance('4', { subnet: 'subnet-2' }),
    ),
  });
  const place = { vpcId: 'vpc-1', securityGroupIds: ['sg-a', 'sg-b'] };
  expect(network).toEqual({
    status: 'complete',
    value: {
      ...{ routeTables: [], stsEndpoints: [], securityGroups: [] },
      places: [
        { ...place, subnetId: 'subnet-1', address: '10.0.0.3', isMixed: false, nodes: 2 },
        { ...place, subnetId: 'subnet-2', address: '10.0.0.4', isMixed: true, nodes: 2 },
      ],
    },
  });
  const kind = (id: string, hopLimit: number, tokensRequired: boolean) => ({
    ...{ kind: `instance ${id}`, hopLimit, tokensRequired, enabled: true, nodes: 1, profiles: [] },
  });
  expect(nodes).toEqual({
    status: 'complete',
    value: [kind('1', 2, true), kind('2', 2, true), kind('3', 1, false), kind('4', 2, true)],
  });
});

describe('a route table', () => {
  const targets = [
    ...['gatewayId', 'natGatewayId', 'transitGatewayId', 'vpcPeeringConnectionId', 'networkInterfaceId'],
    ...['egressOnlyInternetGatewayId', 'carrierGatewayId', 'localGatewayId', 'coreNetworkArn'],
  ];
  const destinations = ['destinationCidrBlock', 'destinationIpv6CidrBlock', 'destinationPrefixListId'];
  const tables = (...routes: readonly string[]) =>
    response(
      'DescribeRouteTables',
      list(
        'routeTableSet',
        `<vpcId>vpc-1</vpcId><ownerId>999999999999</ownerId>${list('associationSet', '<main>true</main>', '<subnetId>subnet-9</subnetId><main>false</main>')}${list('routeSet', ...routes)}`,
        `<vpcId>vpc-1</vpcId><associationSet/><routeSet/>`,
      ),
    );

  test('has its owner, its subnets, and routes with any destination, target and state', async () => {
    const routes = [
      ...targets.map(
        name =>
          `<destinationCidrBlock>10.0.0.0/8</destinationCidrBlock><${name}>x-${name}</${name}><state>active</state>`,
      ),
      ...destinations.map(name => `<${name}>to-${name}</${name}><gatewayId>local</gatewayId><state>blackhole</state>`),
      '<state>active</state>',
    ];
    const { network } = await read({ DescribeRouteTables: tables(...routes) });
    expect(network).toMatchObject({
      status: 'complete',
      value: {
        routeTables: [
          {
            ...{ vpcId: 'vpc-1', isShared: true, subnetIds: ['subnet-9'], isMain: true },
            routes: [
              ...targets.map(name => ({ destination: '10.0.0.0/8', target: `x-${name}`, isActive: true })),
              ...destinations.map(name => ({ destination: `to-${name}`, target: 'local', isActive: false })),
              { destination: '', target: '', isActive: true },
            ],
          },
          // Whose it is was not told: it is taken as that of another account.
          { vpcId: 'vpc-1', isShared: true, subnetIds: [], isMain: false, routes: [] },
        ],
      },
    });
  });
});

test('endpoints and groups with each field that may be there or be absent', async () => {
  const endpoint = (state: string, more = '') =>
    `<vpcEndpointId>vpce-${state}</vpcEndpointId><vpcId>vpc-1</vpcId><state>${state}</state>${more}`;
  const rule = (protocol: string, more: string) => `<ipProtocol>${protocol}</ipProtocol>${more}`;
  const ports = '<fromPort>443</fromPort><toPort>8443</toPort>';
  const { network } = await read({
    DescribeVpcEndpoints: response(
      'DescribeVpcEndpoints',
      list(
        'vpcEndpointSet',
        endpoint('Available', '<privateDnsEnabled>true</privateDnsEnabled>'),
        endpoint('pending', '<policyDocument/>'),
      ),
    ),
    DescribeSecurityGroups: response(
      'DescribeSecurityGroups',
      list(
        'securityGroupInfo',
        `<groupId>sg-1</groupId>${list(
          'ipPermissions',
          rule(
            'tcp',
            `${ports}${list('ipRanges', '<cidrIp>10.0.0.0/8</cidrIp>')}${list('ipv6Ranges', '<cidrIpv6>::/0</cidrIpv6>')}`,
          ),
          rule('6', `${list('prefixListIds', '<prefixListId>pl-1</prefixListId>')}`),
          rule('-1', `${ports}${list('groups', '<groupId>sg-2</groupId>', '<peeringStatus>x</peeringStatus>')}`),
          rule('udp', ports),
        )}<ipPermissionsEgress/>`,
      ),
    ),
  });
  const none = { cidrs: [], securityGroupIds: [], hasPrefixList: false };
  expect(network).toMatchObject({ status: 'complete' });
  const { stsEndpoints, securityGroups } = network?.status === 'complete' ? network.value : {};
  expect(stsEndpoints).toEqual([
    { id: 'vpce-Available', vpcId: 'vpc-1', isAvailable: true, hasPrivateDns: true, securityGroupIds: [] },
    { id: 'vpce-pending', vpcId: 'vpc-1', isAvailable: false, hasPrivateDns: false, securityGroupIds: [] },
  ]);
  expect(securityGroups).toEqual([
    {
      id: 'sg-1',
      ingress: [
        { ...none, ports: [443, 8443], cidrs: ['10.0.0.0/8', '::/0'] },
        { ...none, hasPrefixList: true },
        { ...none, securityGroupIds: ['sg-2'] },
      ],
      egress: [],
    },
  ]);
});

describe('one call', () => {
  interface Sent {
    readonly headers: Readonly<Record<string, string>>;
    readonly path: string;
    readonly hostname: string;
    readonly protocol: string;
    readonly port?: number;
  }
  /** A handler that gives these answers, the last one for ever; an error is thrown. */
  const calling = async (
    answers: readonly (Error | { readonly status: number; readonly body: AsyncIterable<Uint8Array> })[],
    over: object = {},
  ) => {
    const sent: Sent[] = [];
    const counted: string[] = [];
    const handle = async (request: Sent) => {
      const answer = answers[Math.min(sent.push(request), answers.length) - 1];
      if (answer === undefined || answer instanceof Error) throw answer;
      return { response: { statusCode: answer.status, body: answer.body } };
    };
    const call = ec2Calls({
      ...{ region, endpoint: async () => undefined, count: (operation: string) => counted.push(operation) },
      handler: { handle } as never,
      credentials: async () => ({ accessKeyId: 'A', secretAccessKey: 's', sessionToken: 't' }),
      attempts: 2,
      ...over,
    });
    const outcome = await call('DescribeInstances', {}).catch((error: unknown) => error);
    return { outcome, sent, counted };
  };
  const of = (text: string) =>
    (async function* () {
      yield Buffer.from(text);
    })();
  const ok = () => ({ status: 200, body: of('<A><b>1</b></A>') });
  const refusal = (code: string) =>
    of(`<Response><Errors><Error><Code>${code}</Code><Message>m</Message></Error></Errors></Response>`);
  const failed = (code: string) => Object.assign(new Error(code), { name: code, code });

  test.each<[string, Error | { status: number; body: AsyncIterable<Uint8Array> }, number]>([
    ['a refused connection', failed('ECONNREFUSED'), 2],
    ['a broken connection', failed('ECONNRESET'), 2],
    ['a time-out', failed('TimeoutError'), 2],
    ['a throttled call', { status: 503, body: refusal('RequestLimitExceeded') }, 2],
    ['a denied call', { status: 403, body: refusal('UnauthorizedOperation') }, 1],
    ['a proxy that opens nothing', Object.assign(failed('ProxyFailed'), { code: 'proxy-refused' }), 1],
  ])('after %s', async (_, first, times) => {
    const { outcome, sent, counted } = await calling([first, ok()]);
    expect(sent).toHaveLength(times);
    expect(counted).toEqual(Array(times).fill('ec2:DescribeInstances'));
    if (times === 2) expect(outcome).toEqual({ A: { b: '1' } });
    else expect(outcome).toBeInstanceOf(Error);
  });

  test('is asked again some times where nobody says how often', async () => {
    const { outcome, sent } = await calling([failed('ECONNRESET'), failed('ECONNRESET'), ok()], {
      attempts: undefined,
    });
    expect([outcome, sent.length]).toEqual([{ A: { b: '1' } }, 3]);
  });

  test.each([
    ['eu-west-1', 'ec2.eu-west-1.amazonaws.com'],
    ['cn-north-1', 'ec2.cn-north-1.amazonaws.com.cn'],
  ])('goes to the endpoint of its region, signed with the session: %s', async (where, hostname) => {
    const { sent } = await calling([ok()], { region: where });
    expect(sent).toMatchObject([
      {
        ...{ hostname, protocol: 'https:', path: '/' },
        headers: {
          host: hostname,
          'x-amz-security-token': 't',
          authorization: expect.stringContaining(`/${where}/ec2/aws4_request`),
        },
      },
    ]);
    expect(sent[0]).not.toHaveProperty('port', expect.any(Number));
  });

  test('goes to the endpoint of the configuration, with its port and path', async () => {
    const { sent } = await calling([ok()], { endpoint: async () => new URL('http://127.0.0.1:4566/aws') });
    expect(sent).toMatchObject([{ hostname: '127.0.0.1', port: 4566, protocol: 'http:', path: '/aws' }]);
  });

  test('a longer answer than that of a thousand instances is given up', async () => {
    let given = 0;
    const long = (async function* () {
      for (; given < 30; given += 1) yield new Uint8Array(1_000_000);
    })();
    const { outcome } = await calling([{ status: 200, body: long }], { attempts: 1 });
    expect(outcome).toMatchObject({ message: 'the answer is longer than 16000000 bytes' });
    expect(given).toBe(16);
  });

  test.each([
    ['in its own words', refusal('InvalidParameter'), { name: 'InvalidParameter', message: 'm' }],
    ['without a form', of('<html/>'), { name: 'Unknown', message: 'HTTP 400' }],
  ])('a refusal %s keeps its status', async (_, body, error) => {
    const { outcome } = await calling([{ status: 400, body }]);
    expect(outcome).toMatchObject({ ...error, $metadata: { httpStatusCode: 400 } });
  });
});
