/** Answers that have not the form that AWS documents, one call at a time: each is told with what is wrong in it. */
import { describe, expect, test } from '@jest/globals';
import type { AwsClients } from '../../lib/collect/clients.ts';
import { readClusterVpc as readClusterVpcAlone, setEntry } from '../../lib/collect/eks/cluster-access.ts';
import { readCluster as readClusterAlone, readClusters } from '../../lib/collect/eks/read-clusters.ts';
import { readAuthorizationDetails as readAuthorizationDetailsAlone } from '../../lib/collect/iam/authorization-details.ts';
import { readIam as readIamAlone, readRole as readRoleAlone } from '../../lib/collect/iam/iam-account-reader.ts';
import { readProvider as readProviderAlone } from '../../lib/collect/iam/read-providers.ts';
import { withRoleDetails as withRoleDetailsAlone } from '../../lib/collect/iam/read-role-details.ts';
import { readRoles as readRolesAlone } from '../../lib/collect/iam/read-roles.ts';
import { eksClusterReader } from '../../lib/collect/kubernetes/eks-cluster-reader.ts';
import { readPodIdentity as readPodIdentityAlone } from '../../lib/collect/pod-identity/read-pod-identity.ts';
import { assumeWithToken } from '../../lib/collect/sts/assume-with-token.ts';
import { clientsOfTarget } from '../../lib/collect/targets/assume-member-role.ts';
import { callerIdentity } from '../../lib/collect/targets/caller-identity.ts';
import { organizationAccounts } from '../../lib/collect/targets/organization-accounts.ts';
import { type Collected, complete } from '../../lib/model/collected.ts';
import { against } from '../support/answering-aws.ts';
import { mainAccount, region } from '../support/aws-world.ts';
import { aRole } from '../support/example-world.ts';
import { recorded } from '../support/whole/whole.ts';

const readClusterVpc = recorded('readClusterVpc', readClusterVpcAlone);
const readCluster = recorded('readCluster', readClusterAlone);
const readAuthorizationDetails = recorded('readAuthorizationDetails', readAuthorizationDetailsAlone);
const readIam = recorded('readIam', readIamAlone);
const readRole = recorded('readRole', readRoleAlone);
const readProvider = recorded('readProvider', readProviderAlone);
const withRoleDetails = recorded('withRoleDetails', withRoleDetailsAlone);
const readRoles = recorded('readRoles', readRolesAlone);
const readPodIdentity = recorded('readPodIdentity', readPodIdentityAlone);

const xml = (operation: string, content: string): string =>
  `<${operation}Response><${operation}Result>${content}</${operation}Result></${operation}Response>`;
const whoAmI = (account: string, arn: string): string =>
  xml('GetCallerIdentity', `<Account>${account}</Account><Arn>${arn}</Arn><UserId>U</UserId>`);

const entryPlace = { cluster: { name: 'shop', region: 'eu-west-1', accountId: '111122223333' }, principalArn: 'arn:r' };

describe('who the caller is', () => {
  test.each<readonly [what: string, answer: string, fault: string]>([
    ['an account of eleven digits', whoAmI('11112222333', 'arn:aws:iam::11112222333:root'), 'Account: Invalid string'],
    ['an ARN that is none', whoAmI(mainAccount, 'root'), 'Arn: not an ARN'],
    ['nothing', xml('GetCallerIdentity', ''), 'Account: Invalid input'],
  ])('%s is no answer: no partition is guessed', async (_, answer, fault) => {
    const asked = against(
      () => answer,
      clients => callerIdentity(clients.sts()),
    );
    await expect(asked).rejects.toMatchObject({
      name: 'TargetsUnreadable',
      message: expect.stringContaining(
        `the caller's account could not be read (sts:GetCallerIdentity, invalid): the answer has not the documented form: ${fault}`,
      ),
    });
  });
});

test('a page token that comes twice ends the list of accounts at once', async () => {
  let asked = 0;
  const list = against(
    ({ nth }) => {
      asked = nth;
      return JSON.stringify({ Accounts: [], NextToken: 'again' });
    },
    clients => organizationAccounts(clients.organizations(), { exclude: [], organizationalUnits: [] }),
  );
  await expect(list).rejects.toThrow('organizations:ListAccounts gave the same page token twice');
  expect(asked).toBe(2);
});

test('an organization without any account is no answer: a run without accounts would find nothing wrong', async () => {
  const list = against(
    () => JSON.stringify({ Accounts: [] }),
    clients => organizationAccounts(clients.organizations(), { exclude: [], organizationalUnits: [] }),
  );
  await expect(list).rejects.toMatchObject({ name: 'TargetsUnreadable' });
});

test('the state of an account goes before its older status, and a list may end with an empty token', async () => {
  const account = (Id: string, states: object) => ({ Id, Name: Id, ...states });
  const Accounts = [
    account('222222222222', { Status: 'ACTIVE' }),
    account('111111111111', { State: 'ACTIVE', Status: 'SUSPENDED' }),
    account('333333333333', { State: 'PENDING_CLOSURE', Status: 'ACTIVE' }),
  ];
  const found = await against(
    () => JSON.stringify({ Accounts, NextToken: null }),
    clients => organizationAccounts(clients.organizations(), { exclude: [], organizationalUnits: [] }),
  );
  expect(found.map(({ accountId }) => accountId)).toEqual(['111111111111', '222222222222']);
});

describe('Pod Identity associations', () => {
  const one = (id: string) => ({ associationId: id, namespace: 'n', serviceAccount: 's' });
  const associations = (
    pages: (nth: number) => unknown,
    describeAnswer: unknown = { association: { roleArn: 'arn:r' } },
  ) =>
    against(
      ({ path, nth }) => JSON.stringify(/pod-identity-associations\/a/.test(path) ? describeAnswer : pages(nth)),
      clients => readPodIdentity(clients.eks(region), 'shop'),
    );

  test.each<readonly [what: string, pages: (nth: number) => unknown, expected: object]>([
    ['none', () => ({ associations: [], nextToken: null }), { status: 'complete', value: [] }],
    ['no list: that is no empty one', () => ({}), { status: 'unavailable', reason: { kind: 'invalid' } }],
    ['null', () => ({ associations: null }), { status: 'unavailable', reason: { kind: 'invalid' } }],
    ['a list of texts', () => ({ associations: ['a'] }), { status: 'unavailable', reason: { kind: 'invalid' } }],
    [
      'a second page that is none: the first is kept',
      nth => (nth === 1 ? { associations: [one('a-1')], nextToken: 't' } : { associations: 5 }),
      {
        status: 'partial',
        value: [{ id: 'a-1', roleArn: 'arn:r' }],
        gaps: [{ what: 'page 2 of Pod Identity associations', reason: { kind: 'invalid' } }],
      },
    ],
    [
      'the same page for ever: read twice, not fifty times',
      () => ({ associations: [one('a-1')], nextToken: 't' }),
      {
        status: 'partial',
        value: [{ id: 'a-1' }, { id: 'a-1' }],
        gaps: [
          { what: 'Pod Identity associations after page 2', reason: { message: 'the same page token came twice' } },
        ],
      },
    ],
    [
      'pages without end',
      nth => ({ associations: [], nextToken: `t${nth}` }),
      { status: 'partial', value: [], gaps: [{ reason: { kind: 'too-large' } }] },
    ],
  ])('%s', async (_, pages, expected) => {
    expect(await associations(pages)).toMatchObject(expected);
  });

  test.each([[{}], [{ disableSessionTags: null }]])(
    'of one whose answer says nothing of session tags (%j) they are on, as by default',
    async over => {
      expect(
        await associations(() => ({ associations: [one('a-1')] }), { association: { roleArn: 'arn:r', ...over } }),
      ).toMatchObject({ status: 'complete', value: [{ sessionTags: true }] });
    },
  );

  test('each field of one is kept that its answer has', async () => {
    const association = {
      ...{
        roleArn: 'arn:r',
        targetRoleArn: 'arn:t',
        externalId: 'e',
        disableSessionTags: true,
        policy: '{}',
        createdAt: 1_700_000_000,
      },
    };
    expect(await associations(() => ({ associations: [one('a-1')] }), { association })).toEqual({
      status: 'complete',
      value: [
        {
          ...{
            id: 'a-1',
            namespace: 'n',
            serviceAccount: 's',
            roleArn: 'arn:r',
            targetRoleArn: 'arn:t',
            externalId: 'e',
          },
          ...{ sessionTags: false, sessionPolicy: '{}', createdAt: '2023-11-14T22:13:20.000Z' },
        },
      ],
    });
    const none = { ...association, targetRoleArn: null, externalId: null, policy: null, createdAt: null };
    expect(await associations(() => ({ associations: [one('a-1')] }), { association: none })).toEqual({
      status: 'complete',
      value: [{ id: 'a-1', namespace: 'n', serviceAccount: 's', roleArn: 'arn:r', sessionTags: false }],
    });
  });

  test('one without a role is kept without it, and is a gap', async () => {
    expect(await associations(() => ({ associations: [one('a-1')] }), { association: {} })).toEqual({
      status: 'partial',
      value: [{ id: 'a-1', namespace: 'n', serviceAccount: 's' }],
      gaps: [
        {
          what: 'a-1',
          reason: {
            kind: 'invalid',
            operation: 'eks:DescribePodIdentityAssociation',
            message: 'the answer has no role ARN',
          },
        },
      ],
    });
  });
});

test('roles that are none are told beside a later page that fails', async () => {
  const page = '<Roles><member><Arn>arn:r</Arn></member></Roles><IsTruncated>true</IsTruncated><Marker>2</Marker>';
  const { roles } = await against(
    ({ body, nth }) => xml(/Action=(\w+)/.exec(body)?.[1] ?? '', nth === 1 ? page : ''),
    async clients => ({ roles: await readRoles(clients.iam()) }),
  );
  expect(roles).toMatchObject({
    status: 'partial',
    value: [],
    gaps: [{ what: 'entry 1 of roles' }, { what: 'page 2 of roles' }],
  });
});

test.each([
  ['allows everything', '*', true],
  ['reads one bucket', 's3:GetObject', false],
])(
  'a role with a policy of the account whose default version %s has that version alone, wherever it stands',
  async (_, action, isAdministrator) => {
    const version = (Action: string, isDefault: boolean) =>
      `<member><Document>${encodeURIComponent(JSON.stringify({ Statement: { Effect: 'Allow', Action, Resource: '*' } }))}</Document><IsDefaultVersion>${isDefault}</IsDefaultVersion></member>`;
    const [role, own] = [aRole(), `arn:aws:iam::${mainAccount}:policy/own`];
    const other = version(isAdministrator ? 's3:GetObject' : '*', false);
    for (const versions of [other + version(action, true), version(action, true) + other]) {
      const attached = `<AttachedManagedPolicies><member><PolicyArn>${own}</PolicyArn></member></AttachedManagedPolicies>`;
      const details = `<RoleDetailList><member><Arn>${role.arn}</Arn>${attached}</member></RoleDetailList><Policies><member><Arn>${own}</Arn><PolicyVersionList>${versions}</PolicyVersionList></member></Policies>`;
      const section = await against(
        () => xml('GetAccountAuthorizationDetails', details),
        async clients =>
          withRoleDetails(complete([role]), await readAuthorizationDetails(clients.iam(), new Set([role.arn]))),
      );
      expect(section).toMatchObject({
        status: 'complete',
        value: [{ detail: { status: 'complete', value: { isAdministrator } } }],
      });
    }
  },
);

describe('an answer with a field of another kind', () => {
  test.each<
    readonly [call: string, answer: string, read: (clients: AwsClients) => Promise<Collected<unknown>>, message: string]
  >([
    [
      'eks:DescribeCluster for the VPC',
      '{"cluster": {"resourcesVpcConfig": {"subnetIds": [1]}}}',
      clients => readClusterVpc(clients.eks(region), 'shop'),
      'the answer has no VPC',
    ],
    [
      'eks:DescribeCluster',
      '{}',
      clients => readCluster(clients.eks(region), { accountId: mainAccount, region }, 'shop'),
      'the answer for shop is no cluster',
    ],
    [
      'iam:GetRole',
      xml('GetRole', '<Role/>'),
      clients => readRole(clients.iam(), 'r'),
      'a role without ARN or trust policy',
    ],
  ])('%s is told', async (_, answer, read, message) => {
    expect(await against(() => answer, read)).toMatchObject({
      status: 'unavailable',
      reason: { kind: 'invalid', message },
    });
  });

  test('a cluster of which only the least is told has no public endpoint, issuer or tags', async () => {
    const least = { arn: `arn:aws:eks:${region}:${mainAccount}:cluster/shop`, name: 'shop', status: 'ACTIVE' };
    const read = await against(
      () => JSON.stringify({ cluster: least }),
      clients => readCluster(clients.eks(region), { accountId: mainAccount, region }, 'shop'),
    );
    const none = { caCertificates: [], endpointPublic: false, tags: {} };
    expect(read).toEqual({ status: 'complete', value: { ...least, accountId: mainAccount, region, ...none } });
  });

  const least = { arn: `arn:aws:eks:${region}:${mainAccount}:cluster/shop`, name: 'shop', status: 'ACTIVE' };
  test.each<readonly [what: string, answer: object, fields: object]>([
    [
      'nulls',
      {
        ...{ version: null, endpoint: null, identity: null, certificateAuthority: null, resourcesVpcConfig: null },
        ...{ accessConfig: null, kubernetesNetworkConfig: null, computeConfig: null, tags: null },
      },
      {},
    ],
    [
      'empty texts',
      {
        ...{ version: '', endpoint: '', identity: { oidc: { issuer: '' } }, certificateAuthority: { data: '' } },
        ...{ accessConfig: { authenticationMode: '' }, kubernetesNetworkConfig: { ipFamily: '' } },
      },
      {},
    ],
    [
      'nulls within',
      { identity: { oidc: null }, certificateAuthority: { data: null }, computeConfig: { enabled: null } },
      {},
    ],
    ['an authority that is none', { certificateAuthority: { data: 'eA==' } }, { certificateAuthority: 'eA==' }],
    ['Auto Mode that is off', { computeConfig: { enabled: false } }, {}],
    [
      'all of it',
      {
        ...{
          version: '1.34',
          endpoint: 'https://e',
          identity: { oidc: { issuer: 'https://i' } },
          createdAt: 1_700_000_000,
        },
        ...{ accessConfig: { authenticationMode: 'API' }, kubernetesNetworkConfig: { ipFamily: 'ipv6' } },
        ...{
          computeConfig: { enabled: true },
          resourcesVpcConfig: { endpointPublicAccess: true },
          tags: { owner: 'a' },
        },
      },
      {
        ...{ version: '1.34', endpoint: 'https://e', issuer: 'https://i', createdAt: '2023-11-14T22:13:20.000Z' },
        ...{ authenticationMode: 'API', ipFamily: 'ipv6', autoMode: true, endpointPublic: true, tags: { owner: 'a' } },
      },
    ],
  ])('a cluster with %s', async (_, answer, fields) => {
    const read = await against(
      () => JSON.stringify({ cluster: { ...least, ...answer } }),
      clients => readCluster(clients.eks(region), { accountId: mainAccount, region }, 'shop'),
    );
    const none = { caCertificates: [], endpointPublic: false, tags: {} };
    expect(read).toEqual({
      status: 'complete',
      value: { ...least, accountId: mainAccount, region, ...none, ...fields },
    });
  });

  test.each([null, ''])('a list of clusters ends with the token %j', async nextToken => {
    const asked: string[] = [];
    const read = await against(
      ({ path }) => {
        asked.push(path);
        return JSON.stringify(path.startsWith('/clusters?') ? { clusters: ['shop'], nextToken } : { cluster: least });
      },
      clients => readClusters(clients.eks(region), { accountId: mainAccount, region }, 1),
    );
    expect(read).toMatchObject({ status: 'complete', value: [{ cluster: least }] });
    expect(asked).toEqual(['/clusters?maxResults=100', '/clusters/shop']);
  });

  test.each<readonly [what: string, answer: object, vpc: object]>([
    ['no network at all', { cluster: {} }, { subnetIds: [] }],
    ['nulls', { cluster: { resourcesVpcConfig: { vpcId: null, subnetIds: null } } }, { subnetIds: [] }],
    [
      'all of it',
      { cluster: { resourcesVpcConfig: { vpcId: 'vpc-1', subnetIds: ['s'], clusterSecurityGroupId: 'sg-1' } } },
      { vpcId: 'vpc-1', subnetIds: ['s'], securityGroupId: 'sg-1' },
    ],
  ])('the VPC of a cluster with %s', async (_, answer, vpc) => {
    const read = await against(
      () => JSON.stringify(answer),
      clients => readClusterVpc(clients.eks(region), 'shop'),
    );
    expect(read).toEqual({ status: 'complete', value: vpc });
  });

  test('a provider without audiences has none; an alias that is none is left out', async () => {
    const provider = await against(
      () => xml('GetOpenIDConnectProvider', '<Url>x</Url>'),
      clients => readProvider(clients.iam(), 'arn:p'),
    );
    expect(provider).toMatchObject({ status: 'complete', value: { audiences: [] } });
    const facts = await against(
      ({ body }) => (body.includes('ListAccountAliases') ? '<broken' : xml('ListRoles', '<Roles/>')),
      clients => readIam(clients.iam(), { accountAlias: true }),
    );
    expect(facts).not.toHaveProperty('alias');
  });
});

describe('what AWS refuses', () => {
  test.each<readonly [code: string, expected: object]>([
    ['ResourceInUseException', { isThere: true, reason: { operation: 'eks:CreateAccessEntry' } }],
    ['AccessDeniedException', { isThere: false, reason: { permission: 'eks:CreateAccessEntry' } }],
  ])('an access entry: %s', async (code, expected) => {
    const made = await against(
      () => JSON.stringify({ __type: code, message: 'no' }),
      clients => setEntry(clients.eks(region), entryPlace, { kind: 'missing' }),
      400,
    );
    expect(made).toMatchObject(expected);
  });

  test('an access entry is made where there is none; the network of a cluster may be refused', async () => {
    expect(
      await against(
        () => '{}',
        clients => setEntry(clients.eks(region), entryPlace, { kind: 'missing' }),
      ),
    ).toEqual({ done: 'access entry for arn:r made' });
    const refused = await against(
      () => JSON.stringify({ __type: 'AccessDeniedException', message: 'no' }),
      clients => readClusterVpc(clients.eks(region), 'shop'),
      403,
    );
    expect(refused).toMatchObject({
      status: 'unavailable',
      reason: { kind: 'denied', operation: 'eks:DescribeCluster' },
    });
  });

  test.each<readonly [code: string, reason: object]>([
    ['AccessDenied', { kind: 'denied', permission: 'sts:AssumeRole on arn:aws:iam::444455556666:role/r' }],
    ['Throttling', { kind: 'throttled' }],
  ])('the member role: %s', async (code, reason) => {
    const roleArn = 'arn:aws:iam::444455556666:role/r';
    const assumed = await against(
      () => `<ErrorResponse><Error><Code>${code}</Code><Message>no</Message></Error></ErrorResponse>`,
      clients => clientsOfTarget(clients, { accountId: '444455556666', regions: [], roleArn }),
      400,
    );
    expect(assumed).toEqual({
      status: 'unavailable',
      reason: { operation: 'sts:AssumeRole', message: `${code}: no`, ...reason },
    });
  });

  test('a token that STS takes gives the session, and no credential', async () => {
    const user = '<AssumedRoleUser><Arn>arn:s</Arn><AssumedRoleId>i</AssumedRoleId></AssumedRoleUser>';
    const taken = await against(
      () => xml('AssumeRoleWithWebIdentity', `${user}<Credentials><SecretAccessKey>x</SecretAccessKey></Credentials>`),
      clients => assumeWithToken(clients.sts(), `arn:aws:iam::${mainAccount}:role/r`, 'token'),
    );
    expect(taken).toEqual({ ok: true, sessionArn: 'arn:s' });
  });

  test('a token is answered in the words of STS', async () => {
    const refused = await against(
      () =>
        '<ErrorResponse><Error><Code>InvalidIdentityToken</Code><Message>Incorrect token audience</Message></Error></ErrorResponse>',
      clients => assumeWithToken(clients.sts(), `arn:aws:iam::${mainAccount}:role/r`, 'token'),
      400,
    );
    expect(refused).toMatchObject({ ok: false, words: 'InvalidIdentityTokenException: Incorrect token audience' });
  });

  test('credentials without a session are no proof', async () => {
    const answered = await against(
      () => xml('AssumeRoleWithWebIdentity', ''),
      clients => assumeWithToken(clients.sts(), `arn:aws:iam::${mainAccount}:role/r`, 'token'),
    );
    expect(answered).toMatchObject({
      ok: false,
      reason: { kind: 'invalid', message: 'the answer has no session: something else than STS sent it' },
    });
    expect(answered).not.toHaveProperty('words');
  });

  test.each([
    [403, '<html><head><title>403</title></head><body><h1>Blocked</h1></body></html>'],
    [403, '<!DOCTYPE html><html><body>Blocked<br></body></html>'],
    [407, '<html>proxy</html>'],
    [
      403,
      '{"__type":"AccessDenied","code":"AccessDenied","message":"Not authorized to perform sts:AssumeRoleWithWebIdentity"}',
    ],
    [200, '{"ok":true}'],
    [404, 'no such page'],
  ])('the page of a proxy is no word of STS: HTTP %i %s', async (status, page) => {
    const answered = await against(
      () => page,
      clients => assumeWithToken(clients.sts(), `arn:aws-cn:iam::${mainAccount}:role/r`, 'token'),
      status,
    );
    const message = `HTTP ${status} without an error of STS: something else answered, such as a proxy`;
    expect(answered).toEqual({
      ok: false,
      reason: { kind: 'unreachable', operation: 'sts:AssumeRoleWithWebIdentity', message },
    });
  });
});

describe('the inside of a cluster that has none to read', () => {
  const cluster = {
    arn: 'arn:c',
    name: 'shop',
    region,
    accountId: mainAccount,
    status: 'ACTIVE',
    caCertificates: [],
    endpointPublic: true,
    tags: {},
  };
  const target = { accountId: mainAccount, regions: [region] };
  const read = (over: object, role: object = {}, answer = '{}') =>
    against(
      () => answer,
      clients => eksClusterReader({ clients, now: Date.now }).read({ ...target, ...role }, { ...cluster, ...over }),
    );

  test.each(['CREATING', 'DELETING', 'FAILED', 'PENDING'])('it is %s', async status => {
    const { kubernetes } = await read({ status });
    expect(kubernetes).toMatchObject({ reason: { kind: 'unreachable', message: `the cluster is ${status}` } });
  });

  test.each([{}, { endpoint: 'https://127.0.0.1:1' }, { certificateAuthority: 'x' }])(
    '%j is not enough',
    async over => {
      const { kubernetes } = await read(over);
      expect(kubernetes).toMatchObject({
        reason: { kind: 'invalid', message: 'the cluster has no endpoint or no certificate authority' },
      });
    },
  );

  test('the role that reads it cannot be assumed: no part is read, with that reason', async () => {
    const read2 = await read({}, { roleArn: `arn:aws:iam::${mainAccount}:role/r` }, xml('AssumeRole', ''));
    const reason = { kind: 'invalid', operation: 'sts:AssumeRole', message: 'the answer has no credentials' };
    expect(read2).toEqual({
      kubernetes: { status: 'unavailable', reason },
      podIdentity: { status: 'unavailable', reason },
      addons: { status: 'unavailable', reason },
    });
  });
});
