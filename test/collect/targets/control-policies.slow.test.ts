import { describe, expect, test } from '@jest/globals';
import type { Target } from '../../../lib/audit/target.ts';
import { organizationsControlPolicyReader } from '../../../lib/collect/targets/control-policies.ts';
import { organizationReader } from '../../../lib/collect/targets/organization.ts';
import type { OrganizationFilter } from '../../../lib/collect/targets/organization-accounts.ts';
import { complete } from '../../../lib/model/collected.ts';
import { controlPoliciesOf, serviceControlsOf } from '../../../lib/model/control-policy.ts';
import { sandboxCredentials } from '../../../sandbox/aws/credentials.ts';
import type { Fault, WorldOrganization } from '../../../sandbox/world/world.ts';
import { aMember, aWorld, aWorldAccount, mainAccount, memberAccount, region } from '../../support/aws-world.ts';
import { withWorld } from '../../support/sandbox-aws.ts';

const third = '777788889999';
const targets: readonly Target[] = [mainAccount, memberAccount, third].map(accountId => ({
  accountId,
  regions: [region],
  ...(accountId === mainAccount ? {} : { roleArn: `arn:aws:iam::${accountId}:role/irsa-auditor-read` }),
}));
const aPolicy = (id: string, on: string[]) => ({ id, name: `named-${id}`, content: `{"Id":"${id}"}`, targets: on });

/** `main` manages; `member` lies in a unit of a unit, `third` in the outer one. */
const organization = (over: Partial<WorldOrganization> = {}): WorldOrganization => ({
  rootId: 'r-1',
  units: [
    { id: 'ou-1', name: 'workloads', parentId: 'r-1' },
    { id: 'ou-2', name: 'production', parentId: 'ou-1' },
  ],
  parents: { [memberAccount]: 'ou-2', [third]: 'ou-1' },
  suspended: [],
  ...over,
});

const readAs = (caller: string, tree: WorldOrganization, areMembers: boolean, faults: Fault[] = []) =>
  withWorld(
    aWorld({
      accounts: [aWorldAccount(), aMember(), aMember({ accountId: third, name: 'third' })],
      organization: tree,
      faults,
    }),
    async ({ clients, aws }) => {
      const table = await organizationsControlPolicyReader(clients.organizations(), areMembers).read(targets);
      const applied = targets.map(({ accountId }) => {
        const section = controlPoliciesOf(table, accountId);
        return section.status === 'complete'
          ? section.value.map(({ id, attachedTo }) => `${id} ${attachedTo}`)
          : section;
      });
      return { applied, calls: aws.calls(), table };
    },
    { requestTimeout: 10_000, credentials: sandboxCredentials(caller) },
  );
const read = (tree: WorldOrganization, areMembers = true, faults: Fault[] = []) =>
  readAs(mainAccount, tree, areMembers, faults);

describe('which resource control policies apply to an account', () => {
  test('those of the root, of every unit above it and of itself; none to the account that manages the others', async () => {
    const controlPolicies = [
      aPolicy('p-root', ['r-1']),
      aPolicy('p-outer', ['ou-1']),
      aPolicy('p-inner', ['ou-2']),
      aPolicy('p-own', [third, mainAccount]),
      aPolicy('p-nowhere', []),
    ];
    const { applied, calls } = await read(organization({ controlPolicies }));
    expect(applied).toEqual([
      [],
      ['p-root r-1', 'p-outer ou-1', 'p-inner ou-2'],
      ['p-root r-1', 'p-outer ou-1', `p-own ${third}`],
    ]);
    expect(calls).toEqual({
      'organizations:ListPolicies': 1,
      'organizations:ListTargetsForPolicy': 5,
      'organizations:DescribePolicy': 4,
      'organizations:DescribeOrganization': 1,
      'organizations:ListParents': 4,
    });
  });

  test('an organization without policies of its own costs one call', async () => {
    const { applied, calls } = await read(organization());
    expect(applied).toEqual([[], [], []]);
    expect(calls).toEqual({ 'organizations:ListPolicies': 1 });
  });

  test('policies on accounts alone need no units', async () => {
    const { applied, calls } = await read(organization({ controlPolicies: [aPolicy('p-own', [memberAccount])] }));
    expect(applied).toEqual([[], [`p-own ${memberAccount}`], []]);
    expect(calls['organizations:ListParents']).toBeUndefined();
  });

  test('more policies than a page has are all read', async () => {
    const controlPolicies = Array.from({ length: 45 }, (_, index) => aPolicy(`p-${index}`, [memberAccount]));
    const { applied, calls } = await read(organization({ controlPolicies }));
    expect(applied[1]).toHaveLength(45);
    expect(calls['organizations:ListPolicies']).toBe(3);
  });

  describe('in an organization of more than a hundred accounts', () => {
    const ids = Array.from({ length: 120 }, (_, at) => String(300_000_000_000 + at));
    const parents = Object.fromEntries(ids.map((id, at) => [id, ['r-1', 'ou-1', 'ou-2'][at % 3] ?? 'r-1']));
    const readMany = (controlPolicies: WorldOrganization['controlPolicies'], faults: Fault[] = []) =>
      withWorld(
        aWorld({
          accounts: [aWorldAccount(), ...ids.map(accountId => aMember({ accountId, name: accountId }))],
          organization: organization({ parents, ...(controlPolicies ? { controlPolicies } : {}) }),
          faults,
        }),
        async ({ clients, aws }) => {
          const all = [mainAccount, ...ids].map(accountId => ({
            accountId,
            regions: [region],
            ...(accountId === mainAccount ? {} : { roleArn: `arn:aws:iam::${accountId}:role/irsa-auditor-read` }),
          }));
          const table = await organizationsControlPolicyReader(clients.organizations(), true).read(all);
          return { of: (accountId: string) => controlPoliciesOf(table, accountId), calls: aws.calls() };
        },
        { requestTimeout: 10_000, credentials: sandboxCredentials(mainAccount) },
      );

    test('units are listed downwards, and say the same', async () => {
      const { of, calls } = await readMany([
        aPolicy('p-root', ['r-1']),
        aPolicy('p-outer', ['ou-1']),
        aPolicy('p-inner', ['ou-2']),
        aPolicy('p-own', [ids[0] ?? '']),
      ]);
      const told = (accountId = '') => {
        const section = of(accountId);
        return section.status === 'complete' ? section.value.map(({ id }) => id) : section;
      };
      expect(told(mainAccount)).toEqual([]);
      expect(told(ids[0])).toEqual(['p-root', 'p-own']);
      expect(told(ids[1])).toEqual(['p-root', 'p-outer']);
      expect(told(ids[2])).toEqual(['p-root', 'p-outer', 'p-inner']);
      expect(calls['organizations:ListParents']).toBeUndefined();
      expect(calls['organizations:ListAccountsForParent']).toBeLessThan(15);
    });

    test('a unit that may not be listed leaves every account unknown', async () => {
      const { of } = await readMany(
        [aPolicy('p-outer', ['ou-1'])],
        [{ operation: 'organizations:ListAccountsForParent', kind: 'deny' }],
      );
      expect(of(ids[0] ?? '')).toMatchObject({ status: 'unavailable' });
      expect(of(mainAccount)).toMatchObject({ status: 'complete' });
    });
  });

  test('an account of another organization is unknown, not free', async () => {
    const { applied } = await read(organization({ outside: [third] }), false);
    expect(applied).toMatchObject([
      [],
      [],
      { status: 'unavailable', reason: { operation: 'organizations:ListParents' } },
    ]);
  });
});

test('an account outside of any organization has none, and tells nothing of others', async () => {
  const { applied, calls } = await read(organization({ outside: [mainAccount] }), false);
  const unknown = { status: 'unavailable', reason: { kind: 'not-found', operation: 'organizations:ListPolicies' } };
  expect(applied).toMatchObject([[], unknown, unknown]);
  expect(calls).toEqual({ 'organizations:ListPolicies': 1 });
});

test('a member account that is no delegated administrator is refused', async () => {
  const { applied } = await readAs(memberAccount, organization(), true);
  expect(applied).toMatchObject(targets.map(() => ({ status: 'unavailable', reason: { kind: 'denied' } })));
});

describe('what could not be read', () => {
  const tree = organization({ controlPolicies: [aPolicy('p-root', ['r-1']), aPolicy('p-own', [memberAccount])] });
  const denied = (operation: string) => read(tree, true, [{ operation: `organizations:${operation}`, kind: 'deny' }]);
  const unavailable = (operation: string) => ({
    status: 'unavailable',
    reason: { kind: 'denied', operation: `organizations:${operation}`, permission: `organizations:${operation}` },
  });

  test('a refused list of policies leaves every account unknown', async () => {
    const { applied } = await denied('ListPolicies');
    expect(applied).toMatchObject(targets.map(() => unavailable('ListPolicies')));
  });

  test('without the id of the managing account no account is decided', async () => {
    const { applied } = await denied('DescribeOrganization');
    expect(applied).toMatchObject(targets.map(() => unavailable('DescribeOrganization')));
  });

  test('refused parents leave the accounts below unknown', async () => {
    const { applied } = await denied('ListParents');
    expect(applied).toMatchObject([[], unavailable('ListParents'), unavailable('ListParents')]);
  });

  test.each(['ListTargetsForPolicy', 'DescribePolicy'])(
    'a refused %s is a gap of the accounts that it may concern, and of the one that manages them',
    async operation => {
      const { applied } = await denied(operation);
      const gaps = (...ids: string[]) => ({
        status: 'partial',
        value: [],
        gaps: ids.map(id => ({
          what: `resource control policy ${id}`,
          reason: { operation: `organizations:${operation}` },
        })),
      });
      const isText = operation === 'DescribePolicy';
      expect(applied).toMatchObject([
        gaps('p-root', 'p-own'),
        gaps('p-root', 'p-own'),
        isText ? gaps('p-root') : gaps('p-root', 'p-own'),
      ]);
    },
  );

  test('a later page that fails leaves a gap beside what was read', async () => {
    const controlPolicies = Array.from({ length: 45 }, (_, index) => aPolicy(`p-${index}`, [memberAccount]));
    const { applied } = await read(organization({ controlPolicies }), true, [
      { operation: 'organizations:ListPolicies', kind: 'cut-page' },
    ]);
    expect(applied[1]).toMatchObject({ status: 'partial', gaps: [{ what: 'page 2 of the list' }] });
  });
});

describe('the organization of the targets', () => {
  const organizationOf = (filter: Partial<OrganizationFilter>, faults: Fault[] = []) =>
    withWorld(
      aWorld({
        accounts: [aWorldAccount(), aMember(), aMember({ accountId: third, name: 'third' })],
        organization: organization({ suspended: [third] }),
        faults,
      }),
      async ({ clients, aws }) => {
        const reader = organizationReader(clients.organizations(), { exclude: [], organizationalUnits: [], ...filter });
        return { read: await reader.read(targets.slice(0, 2)), calls: aws.calls() };
      },
      { requestTimeout: 10_000, credentials: sandboxCredentials(mainAccount) },
    );

  test('has the targets, where none is left out: one call', async () => {
    expect(await organizationOf({})).toEqual({
      read: complete({ id: 'o-sandbox000', accounts: [mainAccount, memberAccount] }),
      calls: { 'organizations:DescribeOrganization': 1 },
    });
  });

  test('has those that are left out too, and none that is suspended', async () => {
    const { read, calls } = await organizationOf({ exclude: [memberAccount] });
    expect(read).toEqual(complete({ id: 'o-sandbox000', accounts: [mainAccount, memberAccount] }));
    expect(calls).toEqual({ 'organizations:DescribeOrganization': 1, 'organizations:ListAccounts': 1 });
    const ofUnit = await organizationOf({ organizationalUnits: ['ou-root-00000000'] });
    expect(ofUnit).toEqual({ read, calls });
  });

  test.each([
    ['organizations:DescribeOrganization', {}],
    ['organizations:ListAccounts', { exclude: [memberAccount] }],
  ])('%s denied is a gap', async (operation, filter) => {
    const { read } = await organizationOf(filter, [{ operation, kind: 'deny' }]);
    expect(read).toMatchObject({ status: 'unavailable', reason: { kind: 'denied', operation } });
  });
});

describe('which service control policies are over an account', () => {
  const readServices = (tree: Partial<WorldOrganization>, faults: Fault[] = []) =>
    withWorld(
      aWorld({
        accounts: [aWorldAccount(), aMember(), aMember({ accountId: third, name: 'third' })],
        organization: organization(tree),
        faults,
      }),
      async ({ clients, aws }) => {
        const reader = organizationsControlPolicyReader(clients.organizations(), true, { services: true });
        const table = await reader.read(targets);
        const over = targets.map(({ accountId }) => {
          const section = serviceControlsOf(table, accountId);
          return section?.status === 'complete' ? section.value.map(layer => layer.map(({ name }) => name)) : section;
        });
        return { over, calls: aws.calls(), table };
      },
      { requestTimeout: 10_000, credentials: sandboxCredentials(mainAccount) },
    );

  test('a list for each level that has one of the organization, with that of AWS where it is beside it', async () => {
    const servicePolicies = [
      aPolicy('p-root', ['r-1']),
      aPolicy('p-allow', ['ou-2']),
      aPolicy('p-own', [memberAccount]),
      aPolicy('p-nowhere', []),
    ];
    const { over, calls, table } = await readServices({ servicePolicies, withoutFullAccess: ['ou-2'] });
    expect(over).toEqual([
      [],
      [['named-p-own', 'FullAWSAccess'], ['named-p-allow'], ['named-p-root', 'FullAWSAccess']],
      [['named-p-root', 'FullAWSAccess']],
    ]);
    expect(calls).toMatchObject({
      'organizations:ListPolicies': 2,
      'organizations:ListTargetsForPolicy': 4,
      'organizations:ListPoliciesForTarget': 3,
      'organizations:DescribePolicy': 4,
    });
    // Resource control policies are no part of it, and the other way round.
    expect(controlPoliciesOf(table, memberAccount)).toEqual(complete([]));
  });

  test('an organization without any of its own costs one call more, and restricts nothing', async () => {
    const { over, calls } = await readServices({});
    expect(over).toEqual([[], [], []]);
    expect(calls).toEqual({ 'organizations:ListPolicies': 2 });
  });

  test.each(['ListPoliciesForTarget', 'DescribePolicy', 'ListTargetsForPolicy'])(
    'where %s is refused nothing is taken as read',
    async operation => {
      const servicePolicies = [aPolicy('p-root', ['r-1'])];
      const { over } = await readServices({ servicePolicies }, [
        { operation: `organizations:${operation}`, kind: 'deny' },
      ]);
      expect(over.slice(1)).toMatchObject([
        { status: 'unavailable', reason: { kind: 'denied' } },
        { status: 'unavailable', reason: { kind: 'denied' } },
      ]);
    },
  );

  test('without the choice nothing is asked', async () => {
    const { table } = await read(organization({ servicePolicies: [aPolicy('p-root', ['r-1'])] }));
    expect(serviceControlsOf(table, memberAccount)).toBeUndefined();
  });
});
