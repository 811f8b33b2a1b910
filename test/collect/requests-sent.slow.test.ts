/** The requests of the collectors, each whole: credentials, region, operation and parameters. Compared with a golden file, so that
 *  a filter, a page size, an id or an account that is another one is seen. */
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import { awsAccountReader } from '../../lib/collect/aws-account-reader.ts';
import { type AwsClients, awsClients } from '../../lib/collect/clients.ts';
import { readClusterVpc, setEntry } from '../../lib/collect/eks/cluster-access.ts';
import { readIdentities } from '../../lib/collect/eks/read-addons.ts';
import { readRole } from '../../lib/collect/iam/iam-account-reader.ts';
import { readLastUse } from '../../lib/collect/iam/read-last-use.ts';
import { assumeWithToken } from '../../lib/collect/sts/assume-with-token.ts';
import { clientsOfTarget } from '../../lib/collect/targets/assume-member-role.ts';
import { awsTargetSource } from '../../lib/collect/targets/aws-target-source.ts';
import { organizationsControlPolicyReader } from '../../lib/collect/targets/control-policies.ts';
import { organizationReader } from '../../lib/collect/targets/organization.ts';
import { sandboxCredentials } from '../../sandbox/aws/credentials.ts';
import { startAws } from '../../sandbox/aws/start-aws.ts';
import type { World } from '../../sandbox/world/world.ts';
import {
  aMember,
  aWorld,
  aWorldAccount,
  aWorldCluster,
  aWorldRole,
  mainAccount,
  memberAccount,
  region,
} from '../support/aws-world.ts';
import { golden } from '../support/golden.ts';

/** Parameters of a request by name, whatever their order. */
const parametersOf = (body: string, type: string): string => {
  if (body === '') return '';
  if (!type.includes('form')) return JSON.stringify(JSON.parse(body));
  const pairs = [...new URLSearchParams(body)].filter(([name]) => name !== 'Action' && name !== 'Version');
  return pairs
    .map(pair => pair.join('='))
    .sort()
    .join(' ');
};

/** Uses clients whose requests go to the world, each noted on its way. */
const noting = async (world: World, use: (clients: AwsClients) => Promise<unknown>): Promise<readonly string[]> => {
  const aws = await startAws(world);
  const noted: string[] = [];
  const server = createServer({ keepAliveTimeout: 0 }, async (message, response) => {
    let body = '';
    for await (const chunk of message) body += String(chunk);
    const { authorization = '', 'x-amz-target': target, 'content-type': type = '' } = message.headers;
    const [, key = '', where = '', service = ''] =
      /Credential=([^/]*)\/\d+\/([^/]*)\/([^/]*)\//.exec(authorization) ?? [];
    const action = new URLSearchParams(body).get('Action') ?? String(target ?? '').replace(/^.*\./, '');
    const operation = action === '' ? `${message.method} ${message.url}` : action;
    const line = [key || 'unsigned', where, service, operation, parametersOf(body, type)].filter(Boolean).join(' ');
    // Ids that are drawn by chance.
    noted.push(line.replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'UUID'));
    const sent = request(
      `${aws.url}${message.url}`,
      { method: message.method, headers: message.headers, agent: false },
      answer => {
        response.writeHead(answer.statusCode ?? 0, answer.headers);
        answer.pipe(response);
      },
    );
    sent.end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const clients = awsClients({
    ...{ region, endpoint: `http://127.0.0.1:${port}`, credentials: sandboxCredentials(mainAccount), maxAttempts: 1 },
  });
  try {
    await use(clients);
  } finally {
    clients.close();
    server.closeAllConnections();
    server.close();
    await aws.stop();
  }
  return noted;
};

const at = '2026-11-01T06:00:00.000Z';
const readOnly = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess';
const third = '777788889999';
const memberRole = { name: 'irsa-auditor-read', externalId: 'irsa-auditor' };
const cluster = aWorldCluster({
  associations: [{ id: 'a-1', namespace: 'checkout', serviceAccount: 'cart', roleArn: 'arn:aws:iam::1:role/r' }],
  addons: [{ name: 'vpc-cni' }, { name: 'coredns' }],
  accessEntries: [
    {
      ...{ principalArn: `arn:aws:iam::${mainAccount}:role/dev`, kubernetesGroups: ['devs'], username: 'dev' },
      ...{ type: 'STANDARD', policies: [] },
    },
  ],
});
const policy = { id: 'p-1', name: 'one', content: '{}', targets: ['ou-1'] };
const world = (): World => ({
  ...aWorld({
    accounts: [
      aWorldAccount({
        clusters: [cluster],
        roles: [
          aWorldRole({
            attachedPolicyArns: [readOnly],
            lastUsedAt: '2026-10-31T06:00:00Z',
            calledServices: { s3: null },
          }),
        ],
      }),
      aMember({ clusters: [aWorldCluster({ name: 'theirs', region: 'eu-central-1' })] }),
      aMember({ accountId: third, name: 'third' }),
    ],
    organization: {
      ...{ rootId: 'r-1', units: [{ id: 'ou-1', name: 'workloads', parentId: 'r-1' }], suspended: [] },
      ...{
        parents: { [memberAccount]: 'ou-1' },
        controlPolicies: [policy],
        servicePolicies: [{ ...policy, id: 'p-2' }],
      },
    },
  }),
  awsPolicies: { [readOnly]: '{"Statement":[]}' },
});

const parts: readonly (readonly [name: string, use: (clients: AwsClients) => Promise<unknown>])[] = [
  [
    'targets of an organization',
    clients =>
      awsTargetSource(
        clients,
        { from: 'organization', exclude: [third], organizationalUnits: ['r-1'] },
        { regions: [region], memberRole },
      ).list(),
  ],
  [
    'its accounts',
    clients => organizationReader(clients.organizations(), { exclude: [third], organizationalUnits: [] }).read([]),
  ],
  [
    'its control policies',
    clients =>
      organizationsControlPolicyReader(clients.organizations(), true, { services: true }).read(
        [mainAccount, memberAccount].map(accountId => ({ accountId, regions: [region] })),
      ),
  ],
  [
    'an account',
    clients =>
      awsAccountReader(clients, {
        ...{ accountAlias: true, unusedPermissions: { days: 90 } },
        cloudTrail: { lookbackMinutes: 60, maxCalls: 10 },
      }).read({ accountId: mainAccount, regions: [region] }, at),
  ],
  [
    'an account by its role, with details of roles alone',
    clients =>
      awsAccountReader(clients, { roleDetails: true }).read(
        {
          ...{ accountId: memberAccount, regions: ['eu-central-1'], externalId: memberRole.externalId },
          roleArn: `arn:aws:iam::${memberAccount}:role/${memberRole.name}`,
        },
        at,
      ),
  ],
  [
    'an account in a fast run: neither CloudTrail nor the use of services',
    clients =>
      awsAccountReader(clients, {
        ...{ unusedPermissions: { days: 90 }, cloudTrail: { lookbackMinutes: 60, maxCalls: 10 } },
      }).read({ accountId: mainAccount, regions: [region], fast: { changes: [], leftOut: 0 } }, at),
  ],
  [
    'the identities of a cluster',
    clients =>
      readIdentities(
        clients.eks(region),
        { ...{ name: 'shop', region, accountId: mainAccount, authenticationMode: 'API' }, caCertificates: [] },
        { rbac: true },
      ),
  ],
  [
    'what commands ask',
    async clients => {
      await readRole(clients.iam(), 'checkout-cart');
      await readLastUse(clients.iam(), 'checkout-cart');
      await readClusterVpc(clients.eks(region), 'shop');
      await setEntry(
        clients.eks(region),
        { cluster: { name: 'shop', region, accountId: mainAccount }, principalArn: 'arn:r' },
        { kind: 'missing' },
      );
      await assumeWithToken(clients.sts(), `arn:aws:iam::${mainAccount}:role/checkout-cart`, 'token');
      await clientsOfTarget(clients, {
        ...{ accountId: memberAccount, regions: [] },
        roleArn: `arn:aws:iam::${memberAccount}:role/${memberRole.name}`,
      });
    },
  ],
];

test('the requests of each reader', async () => {
  const texts: string[] = [];
  for (const [name, use] of parts) {
    const noted = await noting(world(), use);
    expect(noted).not.toEqual([]);
    texts.push(`# ${name}`, ...[...noted].sort(), '');
  }
  golden('requests-sent.txt', texts.join('\n'));
});
