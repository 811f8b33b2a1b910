/** Answers that AWS does not document: whatever comes is a gap with a reason, in bounded time, never a silent pass. */
import { describe, expect, test } from '@jest/globals';
import { readRuntime as readRuntimeAlone } from '../../lib/collect/cloudtrail/cloudtrail-runtime-reader.ts';
import { readClusters as readClustersAlone } from '../../lib/collect/eks/read-clusters.ts';
import { readIam as readIamAlone } from '../../lib/collect/iam/iam-account-reader.ts';
import { clientsOfTarget } from '../../lib/collect/targets/assume-member-role.ts';
import { organizationAccounts as organizationAccountsAlone } from '../../lib/collect/targets/organization-accounts.ts';
import { against } from '../support/answering-aws.ts';
import { mainAccount, memberAccount, region } from '../support/aws-world.ts';
import { recorded } from '../support/whole/whole.ts';

const readRuntime = recorded('readRuntime', readRuntimeAlone);
const readClusters = recorded('readClusters', readClustersAlone);
const readIam = recorded('readIam', readIamAlone);
const organizationAccounts = recorded('organizationAccounts', organizationAccountsAlone);

const iamAnswer = (operation: string, content: string): string =>
  `<${operation}Response xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><${operation}Result>${content}</${operation}Result></${operation}Response>`;
const role = (name: string): string =>
  `<member><Path>/</Path><RoleName>${name}</RoleName><Arn>arn:aws:iam::${mainAccount}:role/${name}</Arn><AssumeRolePolicyDocument>%7B%7D</AssumeRolePolicyDocument></member>`;
const rolePage = (roles: string, rest: string): string => iamAnswer('ListRoles', `<Roles>${roles}</Roles>${rest}`);
const noProviders = iamAnswer('ListOpenIDConnectProviders', '<OpenIDConnectProviderList/>');

const iamAgainst = (roles: (nth: number) => string, details = '', options = {}) => {
  let pages = 0;
  return against(
    ({ body }) => {
      if (body.includes('Action=ListRoles')) {
        pages += 1;
        return roles(pages);
      }
      return body.includes('Action=GetAccountAuthorizationDetails') ? details : noProviders;
    },
    clients => readIam(clients.iam(), options),
  );
};

describe('IAM that says more follows', () => {
  test('without a marker', async () => {
    const { roles } = await iamAgainst(() => rolePage(role('a'), '<IsTruncated>true</IsTruncated>'));
    expect(roles).toMatchObject({
      status: 'partial',
      value: [{ name: 'a' }],
      gaps: [{ what: 'roles after page 1', reason: { kind: 'invalid' } }],
    });
  });

  test('with the same marker for ever', async () => {
    const { roles } = await iamAgainst(() => rolePage(role('a'), '<IsTruncated>true</IsTruncated><Marker>m</Marker>'));
    expect(roles).toMatchObject({ status: 'partial', gaps: [{ what: 'roles after page 2' }] });
  });

  test('with ever new markers: it ends, and says where', async () => {
    const { roles } = await iamAgainst(nth => rolePage('', `<IsTruncated>true</IsTruncated><Marker>m${nth}</Marker>`));
    expect(roles).toMatchObject({
      status: 'partial',
      gaps: [{ what: 'roles after page 200', reason: { kind: 'too-large' } }],
    });
  });

  test('of the details: what is missing of a role is a gap, not an all-clear', async () => {
    const one = rolePage(role('a'), '<IsTruncated>false</IsTruncated>');
    const details = iamAnswer('GetAccountAuthorizationDetails', '<RoleDetailList/><IsTruncated>true</IsTruncated>');
    const { roles } = await iamAgainst(() => one, details, { roleDetails: true });
    expect(roles).toMatchObject({
      status: 'partial',
      value: [{ detail: { status: 'unavailable', reason: { kind: 'invalid' } } }],
      gaps: [{ what: 'details of roles' }],
    });
  });
});

test('a role that the list of roles does not show yet is read from the details, with no call more', async () => {
  const ends = '<IsTruncated>false</IsTruncated>';
  const details = (names: readonly string[]) =>
    iamAnswer('GetAccountAuthorizationDetails', `<RoleDetailList>${names.map(role).join('')}</RoleDetailList>${ends}`);
  const read = async (listed: string, names: readonly string[]) => {
    const { roles } = await iamAgainst(() => rolePage(listed, ends), details(names), { roleDetails: true });
    return roles.status === 'complete' && roles.value.map(({ name, detail }) => [name, detail.status]);
  };
  const both = [
    ['a', 'complete'],
    ['b', 'complete'],
  ];
  expect(await read(role('a'), ['a', 'b', 'b'])).toEqual(both);
  expect(await read(role('a') + role('b'), ['a', 'b'])).toEqual(both);
});

describe('IAM whose answer is not one', () => {
  test('a role without a name or policy is a gap beside the others', async () => {
    const { roles } = await iamAgainst(() => rolePage(`${role('a')}<member><Path>/</Path></member>`, ''));
    expect(roles).toMatchObject({ status: 'partial', value: [{ name: 'a' }], gaps: [{ what: 'entry 2 of roles' }] });
  });

  test.each([
    ['nothing', ''],
    ['no XML', 'hello'],
    ['a page of a captive portal', '<html><body>sign in</body></html>'],
    ['another structure', iamAnswer('ListRoles', '<Something/>')],
  ])('%s never counts as no roles and no providers', async (_, text) => {
    const facts = await against(
      () => text,
      clients => readIam(clients.iam(), { roleDetails: true, accountAlias: true }),
    );
    expect(facts.roles.status).toBe('unavailable');
    expect(facts.providers.status).toBe('unavailable');
    expect(facts).not.toHaveProperty('alias');
  });
});

describe('EKS', () => {
  const place = { accountId: mainAccount, region };
  const read = (answer: Parameters<typeof against>[0]) =>
    against(answer, clients => readClusters(clients.eks(region), place, 4));

  test('that gives the same page token twice', async () => {
    const section = await read(() => JSON.stringify({ clusters: [], nextToken: 't' }));
    expect(section).toMatchObject({
      status: 'partial',
      gaps: [{ what: 'clusters after page 2', reason: { kind: 'invalid' } }],
    });
  });

  test('that gives ever new ones', async () => {
    const section = await read(({ nth }) => JSON.stringify({ clusters: [], nextToken: `t${nth}` }));
    expect(section).toMatchObject({ status: 'partial', gaps: [{ reason: { kind: 'too-large' } }] });
  });

  test.each([
    ['no JSON', '<html>'],
    ['no clusters', '{}'],
    ['names that are none', '{"clusters":[{"a":1}]}'],
  ])('whose list is %s never counts as no clusters', async (_, text) => {
    expect((await read(() => text)).status).toBe('unavailable');
  });

  test('whose description is none', async () => {
    const section = await read(({ path }) => (path.startsWith('/clusters/') ? '{"cluster":{}}' : '{"clusters":["a"]}'));
    expect(section).toMatchObject({ status: 'partial', value: [], gaps: [{ what: 'a', reason: { kind: 'invalid' } }] });
  });

  test('whose certificate authority is no certificate: the text stays, nothing is decoded', async () => {
    const cluster = { arn: 'a', name: 'a', status: 'ACTIVE', certificateAuthority: { data: 'bm9uZQ==' } };
    const section = await read(({ path }) =>
      JSON.stringify(path.startsWith('/clusters/') ? { cluster } : { clusters: ['a'] }),
    );
    expect(section).toMatchObject({ value: [{ cluster: { certificateAuthority: 'bm9uZQ==', caCertificates: [] } }] });
  });
});

describe('CloudTrail, Organizations and STS', () => {
  test('a page token that comes twice ends the lookup with a gap', async () => {
    const clock = { now: () => 0, sleep: async () => undefined };
    const reading = { regions: [region], at: '2026-11-01T06:00:00.000Z' };
    const options = { lookbackMinutes: 60, maxCalls: 9 };
    const { runtime: section } = await against(
      () => JSON.stringify({ Events: [{ CloudTrailEvent: '{' }, {}], NextToken: 't' }),
      clients => readRuntime(where => clients.cloudTrail(where), reading, options, clock),
    );
    expect(section).toMatchObject({
      status: 'partial',
      gaps: [{ reason: { kind: 'invalid' } }, { what: `4 CloudTrail events of ${region}` }],
    });
  });

  test('an answer without events never counts as no events', async () => {
    const clock = { now: () => 0, sleep: async () => undefined };
    const options = { lookbackMinutes: 60, maxCalls: 9 };
    const reading = { regions: [region], at: '2026-11-01T06:00:00.000Z' };
    const { runtime: section } = await against(
      () => '{}',
      clients => readRuntime(where => clients.cloudTrail(where), reading, options, clock),
    );
    expect(section).toMatchObject({ status: 'unavailable', reason: { kind: 'invalid' } });
  });

  test.each([
    ['with an id that is none', { Accounts: [{ Id: '../../etc', Status: 'ACTIVE' }] }],
    ['without a state', { Accounts: [{ Id: memberAccount }] }],
    ['that is not there', {}],
  ])('an account %s stops the list of accounts', async (_, page) => {
    const list = against(
      () => JSON.stringify(page),
      clients => organizationAccounts(clients.organizations(), { exclude: [], organizationalUnits: [] }),
    );
    await expect(list).rejects.toMatchObject({ name: 'TargetsUnreadable' });
  });

  test('a list of accounts without end stops', async () => {
    const list = against(
      ({ nth }) => JSON.stringify({ Accounts: [], NextToken: `t${nth}` }),
      clients => organizationAccounts(clients.organizations(), { exclude: [], organizationalUnits: [] }),
    );
    await expect(list).rejects.toThrow('more than 2000 pages');
  });

  test('an assumed role without credentials is none', async () => {
    const assumed = await against(
      () => '<AssumeRoleResponse><AssumeRoleResult/></AssumeRoleResponse>',
      clients =>
        clientsOfTarget(clients, {
          accountId: memberAccount,
          regions: [region],
          roleArn: `arn:aws:iam::${memberAccount}:role/r`,
        }),
    );
    expect(assumed).toMatchObject({ status: 'unavailable', reason: { kind: 'invalid', operation: 'sts:AssumeRole' } });
  });

  test('a 502 of a proxy is unreachable, with its status', async () => {
    const facts = await against(
      () => '<html>Bad Gateway</html>',
      clients => readIam(clients.iam()),
      502,
    );
    expect(facts.roles).toMatchObject({
      status: 'unavailable',
      reason: { kind: 'unreachable', message: expect.stringContaining('502') },
    });
  });
});
