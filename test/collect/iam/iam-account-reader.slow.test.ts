import { describe, expect, test } from '@jest/globals';
import { readIam as readIamAlone } from '../../../lib/collect/iam/iam-account-reader.ts';
import { readFailuresOf } from '../../../lib/model/collected.ts';
import type { Fault } from '../../../sandbox/world/world.ts';
import { aWorld, aWorldAccount, aWorldProvider, aWorldRole, irsaTrust, mainAccount } from '../../support/aws-world.ts';
import { withWorld } from '../../support/sandbox-aws.ts';
import { recorded } from '../../support/whole/whole.ts';

const readIam = recorded('readIam', readIamAlone);

const manyRoles = (count: number) => Array.from({ length: count }, (_, index) => aWorldRole({ name: `role-${index}` }));
const providers = ['A', 'B', 'C'].map(id => aWorldProvider({ url: `oidc.eks.eu-west-1.amazonaws.com/id/${id}` }));
const denyRoles: Fault = { operation: 'iam:ListRoles', kind: 'deny' };

describe('a healthy account', () => {
  test('comes back whole: policy text decoded, case of thumbprints kept', async () => {
    const provider = aWorldProvider({
      thumbprints: ['9E99A48A9960B14926BB7F3B02E22DA2B0AB7280'],
      tags: { team: 'a&b' },
    });
    const role = aWorldRole({ name: 'app', path: '/team/' });
    const world = aWorld({ accounts: [aWorldAccount({ providers: [provider], roles: [role], alias: 'acme' })] });
    await withWorld(world, async ({ clients }) => {
      const facts = await readIam(clients.iam(), { accountAlias: true });
      expect(facts).toEqual({
        alias: 'acme',
        providers: {
          status: 'complete',
          value: [
            {
              arn: `arn:aws:iam::${mainAccount}:oidc-provider/${provider.url}`,
              detail: {
                status: 'complete',
                value: {
                  url: provider.url,
                  audiences: ['sts.amazonaws.com'],
                  thumbprints: ['9E99A48A9960B14926BB7F3B02E22DA2B0AB7280'],
                  createdAt: provider.createdAt,
                  tags: { team: 'a&b' },
                },
              },
            },
          ],
        },
        roles: {
          status: 'complete',
          value: [
            {
              arn: `arn:aws:iam::${mainAccount}:role/team/app`,
              name: 'app',
              path: '/team/',
              createdAt: role.createdAt,
              trustPolicy: irsaTrust(mainAccount, 'system:serviceaccount:checkout:cart'),
              detail: expect.objectContaining({ status: 'unavailable' }),
            },
          ],
        },
      });
    });
  });

  test('that has nothing is read completely: empty is a fact', async () => {
    await withWorld(aWorld({ accounts: [aWorldAccount({ providers: [], roles: [] })] }), async ({ clients }) => {
      const facts = await readIam(clients.iam());
      expect(facts).toEqual({ providers: { status: 'complete', value: [] }, roles: { status: 'complete', value: [] } });
    });
  });

  test('of 2,500 roles takes three pages', async () => {
    const world = aWorld({ accounts: [aWorldAccount({ roles: manyRoles(2500), providers }), aWorldAccount()] });
    await withWorld(
      world,
      async ({ clients, aws }) => {
        const { roles } = await readIam(clients.iam());
        expect(roles.status === 'complete' && new Set(roles.value.map(({ name }) => name)).size).toBe(2500);
        expect(aws.calls()).toEqual({
          'iam:GetOpenIDConnectProvider': 3,
          'iam:ListOpenIDConnectProviders': 1,
          'iam:ListRoles': 3,
        });
        expect(clients.calls.take()).toEqual(aws.calls());
      },
      { requestTimeout: 10_000 },
    );
  });

  test('of hostile names and policies comes back as it stands', async () => {
    const role = aWorldRole({ trustPolicy: '{"a":"<&>\'\\" 100%41 +"}', tags: {} });
    const provider = aWorldProvider({ audiences: ['sts.amazonaws.com ', '$(id)', '<b>&amp;'] });
    await withWorld(
      aWorld({ accounts: [aWorldAccount({ roles: [role], providers: [provider] })] }),
      async ({ clients }) => {
        const facts = await readIam(clients.iam());
        expect(facts.roles).toMatchObject({ value: [{ trustPolicy: role.trustPolicy }] });
        expect(facts.providers).toMatchObject({ value: [{ detail: { value: { audiences: provider.audiences } } }] });
      },
    );
  });
});

describe('a list of roles that breaks', () => {
  test.each<[Fault['kind'], string]>([
    ['deny', 'denied'],
    ['throttle', 'throttled'],
    ['time-out', 'timed-out'],
    ['reset', 'unreachable'],
    ['crash', 'unreachable'],
  ])('at once by %s is unavailable: %s', async (kind, reason) => {
    await withWorld(aWorld({ faults: [{ operation: 'iam:ListRoles', kind }] }), async ({ clients }) => {
      const { roles, providers: list } = await readIam(clients.iam());
      expect(roles).toMatchObject({ status: 'unavailable', reason: { kind: reason, operation: 'iam:ListRoles' } });
      expect(list.status).toBe('complete');
    });
  });

  test('with a later page cut in the middle keeps the first page and says where it ends', async () => {
    const world = aWorld({
      accounts: [aWorldAccount({ roles: manyRoles(1500) })],
      faults: [{ operation: 'iam:ListRoles', kind: 'cut-page' }],
    });
    await withWorld(
      world,
      async ({ clients }) => {
        const { roles } = await readIam(clients.iam());
        expect(roles).toMatchObject({ status: 'partial', gaps: [{ what: 'page 2 of roles' }] });
        expect(roles.status === 'partial' && roles.value.length).toBe(1000);
      },
      { requestTimeout: 10_000 },
    );
  });

  test('once by throttling is repeated, and every request is counted', async () => {
    const world = aWorld({ faults: [{ operation: 'iam:ListRoles', kind: 'throttle', times: 1 }] });
    await withWorld(
      world,
      async ({ clients, aws }) => {
        const { roles } = await readIam(clients.iam());
        expect(roles.status).toBe('complete');
        expect(clients.calls.take()['iam:ListRoles']).toBe(2);
        expect(aws.calls()['iam:ListRoles']).toBe(2);
      },
      { maxAttempts: 3 },
    );
  });

  test('by refusal names the permission to grant', async () => {
    await withWorld(aWorld({ faults: [denyRoles] }), async ({ clients }) => {
      const { roles } = await readIam(clients.iam());
      expect(readFailuresOf(roles)).toEqual([
        expect.objectContaining({ permission: 'iam:ListRoles', message: expect.stringContaining('is not authorized') }),
      ]);
    });
  });
});

describe('providers that cannot be read', () => {
  test('one of three: its reason stands on it and on the section', async () => {
    const world = aWorld({
      accounts: [aWorldAccount({ providers })],
      faults: [{ operation: 'iam:GetOpenIDConnectProvider', resource: '/id/B', kind: 'deny' }],
    });
    await withWorld(world, async ({ clients }) => {
      const { providers: list } = await readIam(clients.iam());
      const arn = `arn:aws:iam::${mainAccount}:oidc-provider/${providers[1]?.url}`;
      expect(list).toMatchObject({ status: 'partial', gaps: [{ what: arn, reason: { kind: 'denied' } }] });
      expect(list.status === 'partial' && list.value.map(({ detail }) => detail.status)).toEqual([
        'complete',
        'unavailable',
        'complete',
      ]);
    });
  });

  test('the list: nothing is known of any', async () => {
    const world = aWorld({ faults: [{ operation: 'iam:ListOpenIDConnectProviders', kind: 'deny' }] });
    await withWorld(world, async ({ clients, aws }) => {
      expect((await readIam(clients.iam())).providers).toMatchObject({
        status: 'unavailable',
        reason: { kind: 'denied' },
      });
      expect(aws.calls()).not.toHaveProperty('iam:GetOpenIDConnectProvider');
    });
  });
});

describe('role details', () => {
  const everything = JSON.stringify({ Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] });
  const own = `arn:aws:iam::${mainAccount}:policy/own`;
  const details = async (
    role: Parameters<typeof aWorldRole>[0],
    faults: Fault[] = [],
    policies = [{ arn: own, document: everything }],
  ) =>
    withWorld(
      aWorld({ accounts: [aWorldAccount({ roles: [aWorldRole(role)], policies })], faults }),
      async ({ clients }) => {
        const { roles } = await readIam(clients.iam(), { roleDetails: true });
        return roles.status === 'unavailable' ? roles : { section: roles, detail: roles.value[0]?.detail };
      },
    );

  test.each([
    ['AdministratorAccess', { attachedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] }, true],
    ['an inline policy', { inlinePolicies: [{ name: 'all', document: everything }] }, true],
    ["the account's own policy", { attachedPolicyArns: [own] }, true],
    ['read only', { attachedPolicyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'] }, false],
    ['no policy at all', {}, false],
  ])('administrator by %s', async (_, role, isAdministrator) => {
    expect(await details(role)).toMatchObject({ detail: { status: 'complete', value: { isAdministrator } } });
  });

  test('an attached policy that was not in the answer leaves it open', async () => {
    expect(await details({ attachedPolicyArns: [own] }, [], [])).toMatchObject({
      detail: { status: 'partial', value: { isAdministrator: false }, gaps: [{ reason: { kind: 'invalid' } }] },
    });
  });

  test('but for one who is an administrator by another', async () => {
    const both = [own, 'arn:aws:iam::aws:policy/AdministratorAccess'];
    expect(await details({ attachedPolicyArns: both }, [], [])).toMatchObject({
      detail: { status: 'complete', value: { isAdministrator: true } },
    });
  });

  test('last use and tags', async () => {
    expect(await details({ lastUsedAt: '2026-10-01T00:00:00.000Z', tags: { a: 'b' } })).toMatchObject({
      detail: { value: { lastUsedAt: '2026-10-01T00:00:00.000Z', tags: { a: 'b' } } },
    });
  });

  test('refused: the roles stay, their details and the section say why', async () => {
    expect(await details({}, [{ operation: 'iam:GetAccountAuthorizationDetails', kind: 'deny' }])).toMatchObject({
      section: { status: 'partial', gaps: [{ what: 'details of roles', reason: { kind: 'denied' } }] },
      detail: { status: 'unavailable', reason: { kind: 'denied' } },
    });
  });

  test('without a list of roles are not asked for', async () => {
    await withWorld(aWorld({ faults: [denyRoles] }), async ({ clients, aws }) => {
      expect((await readIam(clients.iam(), { roleDetails: true })).roles.status).toBe('unavailable');
      expect(aws.calls()).not.toHaveProperty('iam:GetAccountAuthorizationDetails');
    });
  });
});
