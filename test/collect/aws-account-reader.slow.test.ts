import { describe, expect, test } from '@jest/globals';
import { type AccountReaderOptions, awsAccountReader } from '../../lib/collect/aws-account-reader.ts';
import {
  aMember,
  aWorld,
  aWorldAccount,
  aWorldCluster,
  aWorldProvider,
  aWorldRole,
  mainAccount,
  memberAccount,
  region,
} from '../support/aws-world.ts';
import { withWorld } from '../support/sandbox-aws.ts';

const at = '2026-11-01T06:00:00.000Z';
const regions = ['eu-west-1', 'eu-central-1', 'us-east-1'];

describe('the number of calls', () => {
  const size = { roles: 2500, providers: 12, clusters: [130, 100, 1] };
  const large = () =>
    aWorld({
      accounts: [
        aWorldAccount({
          roles: Array.from({ length: size.roles }, (_, index) => aWorldRole({ name: `role-${index}` })),
          providers: Array.from({ length: size.providers }, (_, index) =>
            aWorldProvider({ url: `oidc.eks.eu-west-1.amazonaws.com/id/${index}` }),
          ),
          clusters: size.clusters.flatMap((count, place) =>
            Array.from({ length: count }, (_, index) =>
              aWorldCluster({ name: `c-${index}`, region: regions[place] ?? '' }),
            ),
          ),
        }),
      ],
    });

  test('is the formula of the design, exactly', async () => {
    await withWorld(
      large(),
      async ({ clients, aws }) => {
        const snapshot = await awsAccountReader(clients).read({ accountId: mainAccount, regions }, at);
        expect(snapshot.roles.status).toBe('complete');
        const iam = Math.ceil(size.roles / 1000) + 1 + size.providers;
        const eks = size.clusters.reduce((sum, count) => sum + Math.ceil(count / 100) + count, 0);
        const calls = aws.calls();
        const ofService = (service: string) =>
          Object.entries(calls).reduce(
            (sum, [operation, count]) => sum + (operation.startsWith(service) ? count : 0),
            0,
          );
        expect(ofService('iam:')).toBe(iam);
        expect(ofService('eks:')).toBe(eks);
        expect(ofService('')).toBe(iam + eks);
        expect(clients.calls.take()).toEqual(calls);
      },
      { requestTimeout: 15_000 },
    );
  });
});

describe('a snapshot', () => {
  test('has every section, regions in order, and asks CloudTrail only if told to', async () => {
    await withWorld(aWorld(), async ({ clients }) => {
      const snapshot = await awsAccountReader(clients).read({ accountId: mainAccount, regions, name: 'main' }, at);
      expect(snapshot).toMatchObject({
        schemaVersion: 3,
        accountId: mainAccount,
        partition: 'aws',
        alias: 'main',
        takenAt: at,
        providers: { status: 'complete' },
        roles: { status: 'complete' },
        quotas: { reason: { kind: 'not-asked-for' } },
        runtime: { reason: { kind: 'not-asked-for' } },
      });
      expect(snapshot.regions.map(entry => entry.region)).toEqual(regions);
    });
  });

  test('of a member account is read through its role', async () => {
    await withWorld(
      aWorld({ accounts: [aWorldAccount(), aMember({ clusters: [aWorldCluster({ name: 'theirs' })] })] }),
      async ({ clients }) => {
        const roleArn = `arn:aws:iam::${memberAccount}:role/irsa-auditor-read`;
        const target = { accountId: memberAccount, regions: [region], roleArn, externalId: 'irsa-auditor' };
        const snapshot = await awsAccountReader(clients).read(target, at);
        expect(snapshot).toMatchObject({
          roles: { value: [{ arn: roleArn }] },
          regions: [{ clusters: { value: [{ cluster: { name: 'theirs', accountId: memberAccount } }] } }],
        });
      },
    );
  });

  test('of an account that refuses says in every section asked for why', async () => {
    await withWorld(aWorld(), async ({ clients }) => {
      const target = {
        accountId: memberAccount,
        regions: [region],
        roleArn: `arn:aws:iam::${memberAccount}:role/none`,
      };
      const reason = { kind: 'denied', operation: 'sts:AssumeRole' };
      const snapshot = await awsAccountReader(clients).read(target, at);
      expect(snapshot).toMatchObject({
        providers: { status: 'unavailable', reason },
        roles: { status: 'unavailable', reason },
        regions: [{ region, clusters: { status: 'unavailable', reason } }],
        runtime: { reason: { kind: 'not-asked-for' } },
      });
    });
  });

  test('reads of CloudTrail what no earlier run has read', async () => {
    const lookups: string[] = [];
    await withWorld(aWorld(), async ({ clients }) => {
      const client = clients.cloudTrail('us-east-1');
      client.middlewareStack.add(
        next => args => {
          const { StartTime } = args.input as { readonly StartTime?: Date };
          lookups.push(StartTime?.toISOString() ?? '');
          return next(args);
        },
        { step: 'initialize' },
      );
      const reader = awsAccountReader(clients, { cloudTrail: { lookbackMinutes: 60, maxCalls: 10 } });
      const target = { accountId: mainAccount, regions: ['us-east-1'] };
      const { seen } = await reader.read(target, at);
      expect(Object.keys(seen ?? {})).toEqual(['us-east-1']);
      await reader.read(target, '2026-11-01T06:30:00.000Z', { ...(seen && { seen }) });
      const until = seen?.['us-east-1']?.until ?? '';
      expect(until > '2026-11-01T05:00:00.000Z').toBe(true);
      expect(lookups).toEqual(['2026-11-01T05:00:00.000Z', new Date(until).toISOString()]);
    });
  });

  test.each<readonly [string, AccountReaderOptions, boolean, readonly string[]]>([
    ['nothing', {}, false, []],
    ['permissions', { rolePermissions: true }, false, ['rolePermissions']],
    ['the use of permissions', { unusedPermissions: { days: 90 } }, false, ['rolePermissions', 'serviceUse']],
    ['the use of permissions in a fast run', { unusedPermissions: { days: 90 } }, true, ['rolePermissions']],
    ['CloudTrail', { cloudTrail: { lookbackMinutes: 60, maxCalls: 10 } }, false, ['runtime']],
  ])('of an account that refuses has the sections that are asked for: %s', async (_, options, isFast, sections) => {
    await withWorld(aWorld(), async ({ clients }) => {
      const roleArn = `arn:aws:iam::${memberAccount}:role/none`;
      const fast = isFast ? { fast: { changes: [], leftOut: 0 } } : {};
      const snapshot = await awsAccountReader(clients, options).read(
        { accountId: memberAccount, regions: [region], roleArn, ...fast },
        at,
      );
      const kindOf = (name: 'rolePermissions' | 'serviceUse' | 'runtime') => {
        const section = snapshot[name];
        return section?.status === 'unavailable' ? section.reason.kind : section?.status;
      };
      const kinds = { rolePermissions: 'not-asked-for', serviceUse: 'not-asked-for', runtime: 'not-asked-for' };
      expect({
        rolePermissions: kindOf('rolePermissions'),
        serviceUse: kindOf('serviceUse'),
        runtime: kindOf('runtime'),
      }).toEqual({ ...kinds, ...Object.fromEntries(sections.map(name => [name, 'denied'])) });
    });
  });

  test('of a partition that has no us-east-1 asks CloudTrail in its own regions alone', async () => {
    await withWorld(aWorld(), async ({ clients, aws }) => {
      const cloudTrail = { lookbackMinutes: 60, maxCalls: 10 };
      const snapshot = await awsAccountReader(clients, { cloudTrail }).read(
        { accountId: mainAccount, regions: ['cn-north-1'] },
        at,
      );
      expect([snapshot.partition, aws.calls()['cloudtrail:LookupEvents']]).toEqual(['aws-cn', 1]);
    });
  });

  test('with CloudTrail looks into us-east-1 too: calls of the global endpoint are recorded there', async () => {
    await withWorld(aWorld(), async ({ clients, aws }) => {
      const cloudTrail = { lookbackMinutes: 60, maxCalls: 10 };
      const snapshot = await awsAccountReader(clients, { cloudTrail }).read(
        { accountId: mainAccount, regions: [region] },
        at,
      );
      expect(snapshot.runtime.status).toBe('complete');
      expect(aws.calls()['cloudtrail:LookupEvents']).toBe(2);
    });
  });

  test('of all regions leaves out opt-in regions that are not enabled; a refusal elsewhere stays a gap', async () => {
    const world = aWorld({ accounts: [aWorldAccount({ disabledRegions: ['af-south-1', region] })] });
    await withWorld(world, async ({ clients }) => {
      const target = { accountId: mainAccount, regions: ['af-south-1', region, 'us-east-1'] };
      const snapshot = await awsAccountReader(clients, { allRegions: true }).read(target, at);
      expect(snapshot.regions).toMatchObject([
        { region: 'af-south-1', clusters: { reason: { kind: 'not-asked-for' } } },
        { region, clusters: { reason: { kind: 'denied' } } },
        { region: 'us-east-1', clusters: { status: 'complete' } },
      ]);
    });
  });

  test('of all regions CloudTrail is asked in those that are enabled: a disabled one is no gap there either', async () => {
    const world = aWorld({ accounts: [aWorldAccount({ disabledRegions: ['af-south-1'] })] });
    await withWorld(world, async ({ clients }) => {
      const target = { accountId: mainAccount, regions: ['af-south-1', 'us-east-1'] };
      const cloudTrail = { lookbackMinutes: 60, maxCalls: 10 };
      const snapshot = await awsAccountReader(clients, { allRegions: true, cloudTrail }).read(target, at);
      expect(snapshot.runtime).toMatchObject({ status: 'complete' });
    });
  });

  test('of all regions CloudTrail is asked in one whose clusters were refused, too', async () => {
    const world = aWorld({ accounts: [aWorldAccount({ disabledRegions: ['af-south-1', region] })] });
    await withWorld(world, async ({ clients, aws }) => {
      const target = { accountId: mainAccount, regions: ['af-south-1', region, 'us-east-1'] };
      const cloudTrail = { lookbackMinutes: 60, maxCalls: 10 };
      await awsAccountReader(clients, { allRegions: true, cloudTrail }).read(target, at);
      expect(aws.calls()['cloudtrail:LookupEvents']).toBe(2);
    });
  });

  test('over a dead endpoint is all gaps and no exception', async () => {
    await withWorld(aWorld(), async ({ clients, aws }) => {
      await aws.stop();
      const snapshot = await awsAccountReader(clients).read({ accountId: mainAccount, regions: [region] }, at);
      expect(snapshot).toMatchObject({
        providers: { status: 'unavailable', reason: { kind: 'unreachable' } },
        roles: { status: 'unavailable', reason: { kind: 'unreachable' } },
        regions: [{ clusters: { status: 'unavailable', reason: { kind: 'unreachable' } } }],
      });
    });
  });
});
