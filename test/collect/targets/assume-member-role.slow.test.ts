import { describe, expect, test } from '@jest/globals';
import { clientsOfTarget } from '../../../lib/collect/targets/assume-member-role.ts';
import { callerIdentity } from '../../../lib/collect/targets/caller-identity.ts';
import { aMember, aWorld, aWorldAccount, mainAccount, memberAccount, region } from '../../support/aws-world.ts';
import { withWorld } from '../../support/sandbox-aws.ts';

const roleArn = `arn:aws:iam::${memberAccount}:role/irsa-auditor-read`;
const world = () => aWorld({ accounts: [aWorldAccount(), aMember()] });

describe('the clients of a target', () => {
  test("are the caller's own where it names no role: no call is made", async () => {
    await withWorld(world(), async ({ clients, aws }) => {
      const own = await clientsOfTarget(clients, { accountId: mainAccount, regions: [region] });
      expect(own).toMatchObject({ status: 'complete', value: { region } });
      expect(aws.calls()).toEqual({});
    });
  });

  test("are the member role's, counted with the others", async () => {
    await withWorld(world(), async ({ clients }) => {
      const member = await clientsOfTarget(clients, {
        accountId: memberAccount,
        regions: [region],
        roleArn,
        externalId: 'irsa-auditor',
      });
      if (member.status !== 'complete') throw new Error('not assumed');
      const identity = await callerIdentity(member.value.sts());
      expect(identity).toEqual({
        accountId: memberAccount,
        partition: 'aws',
        arn: `arn:aws:sts::${memberAccount}:assumed-role/irsa-auditor-read/irsa-auditor`,
      });
      expect(clients.calls.take()).toEqual({ 'sts:AssumeRole': 1, 'sts:GetCallerIdentity': 1 });
      // Credentials whose end is not known are taken as ones that never end.
      expect(await member.value.sts().config.credentials()).toMatchObject({ expiration: expect.any(Date) });
    });
  });

  test.each([
    ['a wrong external id', roleArn, 'wrong'],
    ['no external id', roleArn, undefined],
    ['a role that is not there', `arn:aws:iam::${memberAccount}:role/none`, 'irsa-auditor'],
    ['an account that is not there', 'arn:aws:iam::999999999999:role/irsa-auditor-read', 'irsa-auditor'],
  ])('are refused for %s, with the permission and the role', async (_, arn, externalId) => {
    await withWorld(world(), async ({ clients }) => {
      const refused = await clientsOfTarget(clients, {
        accountId: memberAccount,
        regions: [region],
        roleArn: arn,
        ...(externalId === undefined ? {} : { externalId }),
      });
      expect(refused).toMatchObject({
        status: 'unavailable',
        reason: { kind: 'denied', operation: 'sts:AssumeRole', permission: `sts:AssumeRole on ${arn}` },
      });
    });
  });
});
