/**
 * Answers of AWS that nobody here made up: each reader takes them, and the sandbox answers with the same fields and types.
 * `test/fixtures/aws-answers.jsonl` is of the flight recordings of Cloud Custodian's tests (Apache-2.0), as botocore parsed
 * them; names of people and addresses are replaced.
 */
import {
  DescribeAddonCommand,
  DescribeClusterCommand,
  type EKSClient,
  ListAddonsCommand,
  ListClustersCommand,
} from '@aws-sdk/client-eks';
import {
  GenerateServiceLastAccessedDetailsCommand,
  GetAccountSummaryCommand,
  GetOpenIDConnectProviderCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetServiceLastAccessedDetailsCommand,
  type IAMClient,
  ListOpenIDConnectProvidersCommand,
  ListRolesCommand,
} from '@aws-sdk/client-iam';
import {
  DescribeOrganizationCommand,
  ListAccountsCommand,
  type OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import { describe, expect, test } from '@jest/globals';
import type { AwsClients } from '../../lib/collect/clients.ts';
import { readCluster } from '../../lib/collect/eks/read-clusters.ts';
import { readRole } from '../../lib/collect/iam/iam-account-reader.ts';
import { readProvider, readProviders } from '../../lib/collect/iam/read-providers.ts';
import { readRoles } from '../../lib/collect/iam/read-roles.ts';
import { callerIdentity } from '../../lib/collect/targets/caller-identity.ts';
import { organizationAccounts } from '../../lib/collect/targets/organization-accounts.ts';
import { readFailureFromError } from '../../lib/collect/unread-from-error.ts';
import { parsePolicy } from '../../lib/policy/parse/parse-policy.ts';
import { aWorld, aWorldAccount, aWorldCluster, aWorldProvider, mainAccount, region } from '../support/aws-world.ts';
import { answering, type Json, recordedAnswersOf as of } from '../support/recorded-aws.ts';
import { withWorld } from '../support/sandbox-aws.ts';

/** Only the last page is one answer. */
const lastPage = (data: Json): Json => ({ ...data, IsTruncated: false, Marker: undefined });

describe('readers take what AWS really answers', () => {
  test('roles, old and new: each has a name, an ARN, a time and a trust policy that is one', async () => {
    let roles = 0;
    for (const data of of('iam.ListRoles')) {
      const read = await readRoles(answering<IAMClient>(lastPage(data)));
      // The recordings have roles without a policy, which its authors took away: those are a gap, and no other is lost.
      const entries = data.Roles as readonly Json[];
      const whole = entries.filter(({ AssumeRolePolicyDocument: policy }) => policy !== undefined);
      expect(read.status).toBe(whole.length === entries.length ? 'complete' : 'partial');
      if (read.status === 'unavailable') continue;
      expect(read.value).toHaveLength(whole.length);
      for (const { arn, name, createdAt, trustPolicy } of read.value) {
        expect(arn.endsWith(`/${name}`)).toBe(true);
        expect(Number.isNaN(Date.parse(createdAt ?? ''))).toBe(false);
        // The authors of the recordings took the statements of two policies away: that is told, and no role is lost by it.
        if (trustPolicy.includes('Statement')) expect([name, parsePolicy(trustPolicy).ok]).toEqual([name, true]);
        else expect(parsePolicy(trustPolicy)).toMatchObject({ ok: false });
        roles += 1;
      }
    }
    expect(roles).toBeGreaterThan(20);
  });

  test('one role by name, and one that is gone', async () => {
    for (const data of of('iam.GetRole')) {
      const read = await readRole(answering<IAMClient>(data), 'x');
      expect(read).toMatchObject({ status: 'complete', value: { arn: (data.Role as Json).Arn } });
    }
    for (const data of of('iam.GetRole', 404))
      expect(await readRole(answering<IAMClient>(data), 'x')).toMatchObject({ reason: { kind: 'not-found' } });
    expect(of('iam.GetRole').length + of('iam.GetRole', 404).length).toBe(25);
  });

  test('providers', async () => {
    const [list = {}] = of('iam.ListOpenIDConnectProviders');
    const [one = {}] = of('iam.GetOpenIDConnectProvider');
    const iam = {
      send: async (command: object) => (command instanceof ListOpenIDConnectProvidersCommand ? list : one),
    } as unknown as IAMClient;
    const read = await readProviders(iam, 1, { earlier: undefined, wait: async () => undefined });
    expect(read).toMatchObject({ status: 'complete' });
    const [gone = {}] = of('iam.GetOpenIDConnectProvider', 404);
    expect(await readProvider(answering<IAMClient>(gone), 'x')).toMatchObject({ reason: { kind: 'not-found' } });
  });

  test('clusters of every age', async () => {
    const clusters = of('eks.DescribeCluster');
    for (const data of clusters) {
      const { name, status, version } = data.cluster as { name: string; status: string; version: string };
      const read = await readCluster(answering<EKSClient>(data), { accountId: mainAccount, region }, name);
      expect(read).toMatchObject({ status: 'complete', value: { name, status, version } });
    }
    expect(clusters).toHaveLength(22);
  });

  test('the caller, and an organization that is there or refused', async () => {
    const [refused = {}] = of('organizations.DescribeOrganization', 403);
    const denied = await answering<OrganizationsClient>(refused)
      .send(new DescribeOrganizationCommand({}))
      .catch((error: unknown) => readFailureFromError(error, 'organizations:DescribeOrganization'));
    expect(denied).toMatchObject({ kind: 'denied', permission: 'organizations:DescribeOrganization' });
    for (const data of of('sts.GetCallerIdentity').filter(({ Arn }) => Arn !== undefined))
      expect(await callerIdentity(answering<STSClient>(data))).toMatchObject({ accountId: data.Account });
    for (const data of of('organizations.ListAccounts'))
      await expect(
        organizationAccounts(answering<OrganizationsClient>(data), { exclude: [], organizationalUnits: [] }),
      ).resolves.toBeDefined();
  });
});

/** The paths of an answer's fields with their types; entries of a list are taken together. */
const fieldsOf = (value: unknown, path = ''): ReadonlyMap<string, ReadonlySet<string>> => {
  const found = new Map<string, Set<string>>();
  const add = (name: string, type: string) => found.set(name, (found.get(name) ?? new Set()).add(type));
  const walk = (inner: unknown, name: string): void => {
    if (inner === undefined || inner === null) return;
    if (Array.isArray(inner)) {
      add(name, 'list');
      for (const one of inner) walk(one, `${name}[]`);
    } else if (inner instanceof Date) add(name, 'date');
    else if (typeof inner === 'object') {
      add(name, 'object');
      for (const [key, one] of Object.entries(inner)) if (key !== '$metadata') walk(one, `${name}.${key}`);
    } else add(name, typeof inner);
  };
  walk(value, path);
  return found;
};

/** The fields that each recorded answer has whose parent it has, with their types. */
const alwaysIn = (recorded: readonly Json[]): ReadonlyMap<string, ReadonlySet<string>> => {
  const all = recorded.map(data => fieldsOf(data));
  const names = new Set(all.flatMap(fields => [...fields.keys()]));
  const parentOf = (name: string): string => name.replace(/(\[\]|\.[^.[]+)$/, '');
  return new Map(
    [...names].flatMap(name => {
      const beside = all.filter(fields => fields.has(parentOf(name)));
      const isAlways = beside.every(fields => fields.has(name) || name.endsWith('[]'));
      return isAlways ? [[name, new Set(beside.flatMap(fields => [...(fields.get(name) ?? [])]))] as const] : [];
    }),
  );
};

const administrator = 'arn:aws:iam::aws:policy/AdministratorAccess';
/** Asks IAM for a report on a role, and answers what it says at each look. */
const reportsOf = async (clients: AwsClients): Promise<readonly object[]> => {
  const iam = clients.iam();
  const Arn = `arn:aws:iam::${mainAccount}:role/checkout-cart`;
  const { JobId } = await iam.send(new GenerateServiceLastAccessedDetailsCommand({ Arn }));
  const look = () => iam.send(new GetServiceLastAccessedDetailsCommand({ JobId }));
  return [await look(), await look()];
};

const ask: Readonly<Record<string, (clients: AwsClients) => Promise<object>>> = {
  'iam.ListRoles': clients => clients.iam().send(new ListRolesCommand({})),
  'iam.GetRole': clients => clients.iam().send(new GetRoleCommand({ RoleName: 'checkout-cart' })),
  'iam.ListOpenIDConnectProviders': clients => clients.iam().send(new ListOpenIDConnectProvidersCommand({})),
  'iam.GetOpenIDConnectProvider': clients =>
    clients
      .iam()
      .send(
        new GetOpenIDConnectProviderCommand({
          OpenIDConnectProviderArn: `arn:aws:iam::${mainAccount}:oidc-provider/${aWorldProvider().url}`,
        }),
      ),
  'iam.GetPolicyVersion': clients =>
    clients.iam().send(new GetPolicyVersionCommand({ PolicyArn: administrator, VersionId: 'v1' })),
  'iam.GetServiceLastAccessedDetails': async clients => (await reportsOf(clients))[1] ?? {},
  'iam.GetAccountSummary': clients => clients.iam().send(new GetAccountSummaryCommand({})),
  'eks.ListClusters': clients => clients.eks(region).send(new ListClustersCommand({})),
  'eks.DescribeCluster': clients => clients.eks(region).send(new DescribeClusterCommand({ name: 'shop' })),
  'eks.ListAddons': clients => clients.eks(region).send(new ListAddonsCommand({ clusterName: 'shop' })),
  'eks.DescribeAddon': clients =>
    clients.eks(region).send(new DescribeAddonCommand({ clusterName: 'shop', addonName: 'vpc-cni' })),
  'organizations.DescribeOrganization': clients => clients.organizations().send(new DescribeOrganizationCommand({})),
  'organizations.ListAccounts': clients => clients.organizations().send(new ListAccountsCommand({})),
  'sts.GetCallerIdentity': clients => clients.sts().send(new GetCallerIdentityCommand({})),
};

/** Fields that AWS has had since after the recordings (AWS Organizations API Reference, `Account`). */
const newer: Readonly<Record<string, readonly string[]>> = { 'organizations.ListAccounts': ['.Accounts[].State'] };

describe('the sandbox answers as AWS does', () => {
  test.each(Object.keys(ask))(
    '%s has the fields of real answers, those that are always there and no others, of the same type',
    async operation => {
      const recorded = of(operation);
      expect(recorded.length).toBeGreaterThan(0);
      const own = {
        certificateAuthority: 'LS0tLS0=',
        vpc: { vpcId: 'vpc-1', subnetIds: ['subnet-1'], clusterSecurityGroupId: 'sg-1' },
      };
      const shop = aWorldCluster({ ...own, addons: [{ name: 'vpc-cni', namespace: 'kube-system' }] });
      const world = aWorld({ accounts: [aWorldAccount({ clusters: [shop] })], awsPolicies: { [administrator]: '{}' } });
      await withWorld(world, async ({ clients }) => {
        const ours = fieldsOf(await ask[operation]?.(clients));
        const wanted = alwaysIn(recorded);
        // A list may be empty.
        const missing = [...wanted.keys()].filter(
          name => !name.endsWith('[]') && !ours.has(name) && ours.has(name.replace(/\.[^.[]+$/, '')),
        );
        const types = [...wanted].flatMap(([name, real]) => {
          const types = [...(ours.get(name) ?? [])];
          return types.every(type => real.has(type)) ? [] : [`${name}: ${types.join()}, AWS ${[...real].join()}`];
        });
        const ever = new Set(recorded.flatMap(data => [...fieldsOf(data).keys()]));
        const invented = [...ours.keys()].filter(name => !ever.has(name) && ever.has(name.replace(/\.[^.[]+$/, '')));
        expect({ missing, types, invented }).toEqual({ missing: [], types: [], invented: newer[operation] ?? [] });
      });
    },
  );

  test('a report that is being made has the fields of a real one, and no list of services yet', async () => {
    const [real] = of('iam.GetServiceLastAccessedDetails');
    await withWorld(aWorld({ accounts: [aWorldAccount()], reportLooks: 1 }), async ({ clients }) => {
      const [first] = await reportsOf(clients);
      expect([...fieldsOf(first)].sort()).toEqual([...fieldsOf(real)].sort());
    });
  });

  test.each([
    ['iam.GetRole', (clients: AwsClients) => clients.iam().send(new GetRoleCommand({ RoleName: 'gone' }))],
    [
      'iam.GetOpenIDConnectProvider',
      (clients: AwsClients) =>
        clients
          .iam()
          .send(
            new GetOpenIDConnectProviderCommand({
              OpenIDConnectProviderArn: `arn:aws:iam::${mainAccount}:oidc-provider/accounts.google.com`,
            }),
          ),
    ],
  ] as const)('%s of what is not there ends with the code of AWS', async (operation, call) => {
    const [data = {}] = of(operation, 404);
    const { Code } = (data.Error ?? {}) as { readonly Code?: string };
    await withWorld(aWorld({ accounts: [aWorldAccount()] }), async ({ clients }) => {
      const error = await call(clients).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      // The SDK's class of the error is named by the code with an ending of its own.
      expect(String((error as Error | undefined)?.name).replace(/Exception$/, '')).toBe(Code);
      expect(error).toMatchObject({ $metadata: { httpStatusCode: 404 } });
    });
  });
});
