import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ListStacksCommand } from '@aws-sdk/client-cloudformation';
import { LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { ListClustersCommand } from '@aws-sdk/client-eks';
import { ListRolesCommand } from '@aws-sdk/client-iam';
import { ListRootsCommand } from '@aws-sdk/client-organizations';
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { ListServicesCommand } from '@aws-sdk/client-service-quotas';
import { ListTopicsCommand } from '@aws-sdk/client-sns';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { cloudFormationClient } from '../../lib/cli/clients.ts';
import { type AwsClients, awsClients } from '../../lib/collect/clients.ts';
import { snsClient } from '../../lib/notify/sns-clients.ts';
import { outboundWay } from '../../lib/outbound/agents.ts';
import { takeOutboundEnvironment } from '../../lib/outbound/proxy.ts';
import { takeWayOut } from '../../lib/outbound/way-out.ts';
import { dynamodbClient, s3Client } from '../../lib/store/clients.ts';
import { type ConnectProxy, startConnectProxy } from '../support/connect-proxy.ts';

/** A proxy that allows nothing: whoever asks it says so, and whoever does not ask it, is told by the name that is not
 *  asked for. */
let proxy: ConnectProxy;
let clients: AwsClients;
const before = { ...process.env };
const region = 'eu-west-1';
const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' };

beforeAll(async () => {
  proxy = await startConnectProxy(() => undefined, { refuse: '403 Forbidden' });
  takeOutboundEnvironment({ HTTPS_PROXY: proxy.url, HTTP_PROXY: proxy.url });
  takeWayOut(outboundWay);
  clients = awsClients({ region, credentials });
});
afterAll(async () => {
  clients.close();
  process.env = before;
  takeOutboundEnvironment({});
  takeWayOut(undefined);
  await proxy.stop();
});

const options = { region, credentials };
test.each<readonly [place: string, call: () => Promise<unknown>]>([
  ['iam.amazonaws.com:443', () => clients.iam().send(new ListRolesCommand({}))],
  ['sts.eu-west-1.amazonaws.com:443', () => clients.sts().send(new GetCallerIdentityCommand({}))],
  ['organizations.us-east-1.amazonaws.com:443', () => clients.organizations().send(new ListRootsCommand({}))],
  ['eks.eu-west-1.amazonaws.com:443', () => clients.eks(region).send(new ListClustersCommand({}))],
  ['cloudtrail.eu-west-1.amazonaws.com:443', () => clients.cloudTrail(region).send(new LookupEventsCommand({}))],
  ['servicequotas.eu-west-1.amazonaws.com:443', () => clients.serviceQuotas(region).send(new ListServicesCommand({}))],
  ['ec2.eu-west-1.amazonaws.com:443', () => clients.ec2(region)('DescribeInstances', {})],
  ['dynamodb.eu-west-1.amazonaws.com:443', () => dynamodbClient(options).send(new ListTablesCommand({}))],
  ['s3.eu-west-1.amazonaws.com:443', () => s3Client(options).send(new ListBucketsCommand({}))],
  ['sns.eu-west-1.amazonaws.com:443', () => snsClient(options).send(new ListTopicsCommand({}))],
  [
    'cloudformation.eu-west-1.amazonaws.com:443',
    async () => (await cloudFormationClient(options)).send(new ListStacksCommand({})),
  ],
  // An endpoint in the clear is asked for by a tunnel too: no proxy reads what is sent.
  [
    'endpoint.example:8000',
    () => dynamodbClient({ ...options, endpoint: 'http://endpoint.example:8000' }).send(new ListTablesCommand({})),
  ],
])('%s is asked for at the proxy, once', async (place, call) => {
  const earlier = proxy.asked.length;
  await expect(call()).rejects.toMatchObject({
    name: 'ProxyFailed',
    message: expect.stringMatching(/refuses a connection to .*: 403 Forbidden; allow the host in the proxy/),
  });
  expect(proxy.asked.slice(earlier)).toEqual([place]);
  expect(proxy.plain).toEqual([]);
});

test.each<readonly [string, (clients: AwsClients) => { readonly config: { credentials(): Promise<object> } }]>([
  ['of a collector', made => made.iam()],
  ['of the store', () => dynamodbClient({ region }) as never],
])('a client %s looks for credentials over the way out', async (_, client) => {
  const asked: object[] = [];
  takeWayOut({
    ...outboundWay,
    credentials: handler => {
      asked.push(handler);
      return { credentialDefaultProvider: () => async () => credentials };
    },
  });
  const made = awsClients({ region });
  try {
    expect(await client(made).config.credentials()).toMatchObject(credentials);
    expect(asked).not.toEqual([]);
  } finally {
    takeWayOut(outboundWay);
    made.close();
  }
});

test('no client of the SDK is made without these options', () => {
  const files = readdirSync('lib', { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts'));
  const made = files.flatMap(file =>
    [...readFileSync(join('lib', file), 'utf8').matchAll(/new ([A-Z]\w*Client)\((?:\{\s*\.\.\.)?([\w.]*)/g)].map(
      found => ({ file, client: found[1], by: found[2] }),
    ),
  );
  expect(made.length).toBeGreaterThan(8);
  expect(made.filter(({ by }) => by !== 'sdkClientOptions' && by !== 'common')).toEqual([
    // Asked for its region alone: it sends nothing.
    { file: 'collect/clients.ts', client: 'STSClient', by: 'given' },
  ]);
});

test('connections are kept for the next call, as many as the client says', () => {
  const { httpAgent, httpsAgent } = outboundWay.handler({ connectionTimeout: 1_000, maxSockets: 7 }) as Record<
    string,
    { keepAlive?: boolean; maxSockets?: number }
  >;
  for (const agent of [httpAgent, httpsAgent]) expect([agent?.keepAlive, agent?.maxSockets]).toEqual([true, 7]);
});
