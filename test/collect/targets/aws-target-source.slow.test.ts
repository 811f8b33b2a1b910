import { describe, expect, test } from '@jest/globals';
import { type AccountChoice, awsTargetSource } from '../../../lib/collect/targets/aws-target-source.ts';
import { eksRegions } from '../../../lib/model/eks-regions.ts';
import { expiredCredentials, unknownCredentials } from '../../../sandbox/aws/credentials.ts';
import type { Fault, World } from '../../../sandbox/world/world.ts';
import { aMember, aWorld, aWorldAccount, mainAccount, memberAccount, region } from '../../support/aws-world.ts';
import { withWorld } from '../../support/sandbox-aws.ts';

const memberRole = { name: 'irsa-auditor-read', externalId: 'irsa-auditor' };
const everyone: AccountChoice = { from: 'organization', exclude: [], organizationalUnits: [] };
const member = (accountId: string) => ({
  accountId,
  regions: [region],
  roleArn: `arn:aws:iam::${accountId}:role/irsa-auditor-read`,
  externalId: 'irsa-auditor',
});
const list = (
  world: World,
  choice: AccountChoice,
  options: Parameters<typeof withWorld>[2] = {},
  regions: readonly string[] | 'all' = [region],
) => withWorld(world, ({ clients }) => awsTargetSource(clients, choice, { regions, memberRole }).list(), options);

const threeAccounts = (faults: Fault[] = []): World =>
  aWorld({
    accounts: [aWorldAccount(), aMember(), aMember({ accountId: '777788889999', name: 'third' })],
    organization: {
      rootId: 'r-1',
      units: [
        { id: 'ou-1', name: 'workloads', parentId: 'r-1' },
        { id: 'ou-2', name: 'production', parentId: 'ou-1' },
      ],
      parents: { [memberAccount]: 'ou-2', '777788889999': 'ou-1' },
      suspended: [],
    },
    faults,
  });

describe('the accounts to audit', () => {
  test("the caller's own, read with the caller's credentials", async () => {
    expect(await list(aWorld(), { from: 'self' })).toEqual([{ accountId: mainAccount, regions: [region] }]);
  });

  test('a list: the own account without a role, each once', async () => {
    const targets = await list(aWorld(), { from: 'list', accountIds: [memberAccount, mainAccount, memberAccount] });
    expect(targets).toEqual([member(memberAccount), { accountId: mainAccount, regions: [region] }]);
  });

  test('one role, with an external id only if given', async () => {
    const roleArn = `arn:aws:iam::${memberAccount}:role/path/auditor`;
    expect(await list(aWorld(), { from: 'role', roleArn })).toEqual([
      { accountId: memberAccount, regions: [region], roleArn },
    ]);
    expect(await list(aWorld(), { from: 'role', roleArn, externalId: 'x' })).toMatchObject([{ externalId: 'x' }]);
  });

  test.each(['arn:aws:iam::1:role/a', 'role/a', `arn:aws:iam::${memberAccount}:user/a`])(
    '%s is no role',
    async roleArn => {
      await expect(list(aWorld(), { from: 'role', roleArn })).rejects.toMatchObject({ name: 'TargetsUnreadable' });
    },
  );

  test('all regions are those of the partition of the caller', async () => {
    const [target] = await list(aWorld(), { from: 'self' }, {}, 'all');
    expect(target?.regions).toEqual(eksRegions('aws'));
    const china = aWorld({ accounts: [aWorldAccount({ partition: 'aws-cn' })] });
    expect((await list(china, { from: 'self' }, {}, 'all'))[0]?.regions).toEqual(['cn-north-1', 'cn-northwest-1']);
    const iso = aWorld({ accounts: [aWorldAccount({ partition: 'aws-iso' })] });
    await expect(list(iso, { from: 'self' }, {}, 'all')).rejects.toThrow('the regions of the partition aws-iso');
  });
});

test('the role of a member is one of the partition of the caller', async () => {
  const china = aWorld({ accounts: [aWorldAccount({ partition: 'aws-cn' })] });
  expect(await list(china, { from: 'list', accountIds: [mainAccount, memberAccount] })).toMatchObject([
    { accountId: mainAccount },
    { roleArn: member(memberAccount).roleArn.replace('arn:aws:', 'arn:aws-cn:') },
  ]);
});

describe('an organization', () => {
  test('gives its accounts with their names, in order', async () => {
    expect(await list(threeAccounts(), everyone)).toEqual([
      { accountId: mainAccount, regions: [region], name: 'main' },
      { ...member(memberAccount), name: 'member' },
      { ...member('777788889999'), name: 'third' },
    ]);
  });

  test('leaves out what is excluded and what is closed', async () => {
    const world = {
      ...threeAccounts(),
      organization: { rootId: 'r', units: [], parents: {}, suspended: ['777788889999'] },
    };
    const targets = await list(world, { ...everyone, exclude: [mainAccount] });
    expect(targets.map(({ accountId }) => accountId)).toEqual([memberAccount]);
  });

  test.each([
    [['ou-1'], [memberAccount, '777788889999']],
    [['ou-2'], [memberAccount]],
    [
      ['r-1', 'ou-2'],
      [mainAccount, memberAccount, '777788889999'],
    ],
  ])('of the units %p has %p, nested units included', async (organizationalUnits, accounts) => {
    const targets = await list(threeAccounts(), { ...everyone, organizationalUnits });
    expect(targets.map(({ accountId }) => accountId)).toEqual(accounts);
  });

  test('of 45 accounts takes three pages', async () => {
    const accounts = Array.from({ length: 44 }, (_, index) => aMember({ accountId: String(200000000000 + index) }));
    await withWorld(aWorld({ accounts: [aWorldAccount(), ...accounts] }), async ({ clients, aws }) => {
      const targets = await awsTargetSource(clients, everyone, { regions: [region], memberRole }).list();
      expect(targets.length).toBe(45);
      expect(aws.calls()).toEqual({ 'organizations:ListAccounts': 3, 'sts:GetCallerIdentity': 1 });
    });
  });

  test.each<[Fault['kind'], string]>([
    ['deny', 'TargetsUnreadable'],
    ['throttle', 'ThrottledError'],
    ['reset', 'TransientError'],
    ['time-out', 'TransientError'],
  ])('that cannot be listed by %s throws %s, with the operation', async (kind, name) => {
    const failed = list(threeAccounts([{ operation: 'organizations:ListAccounts', kind }]), everyone);
    await expect(failed).rejects.toMatchObject({
      name,
      message: expect.stringContaining('organizations:ListAccounts'),
    });
  });

  test('that cannot be listed to its end is not audited in half', async () => {
    const accounts = Array.from({ length: 44 }, (_, index) => aMember({ accountId: String(200000000000 + index) }));
    const world = aWorld({
      accounts: [aWorldAccount(), ...accounts],
      faults: [{ operation: 'organizations:ListAccounts', kind: 'cut-page' }],
    });
    await expect(list(world, everyone)).rejects.toThrow("the organization's accounts could not be read");
  });

  test('whose unit does not exist says so', async () => {
    const failed = list(threeAccounts(), { ...everyone, organizationalUnits: ['ou-9'] });
    await expect(failed).rejects.toThrow('ParentNotFoundException');
  });
});

describe('credentials that cannot work', () => {
  test.each([
    ['expired', expiredCredentials, 'the AWS credentials have expired (ExpiredToken): sign in again'],
    ['unknown', unknownCredentials, 'AWS does not accept the credentials (InvalidClientTokenId)'],
  ])('%s are one sentence', async (_, credentials, sentence) => {
    await expect(list(aWorld(), { from: 'self' }, { credentials })).rejects.toMatchObject({
      name: 'CredentialsInvalid',
      message: expect.stringContaining(sentence),
    });
  });
});
