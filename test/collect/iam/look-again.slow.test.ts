import { describe, expect, test } from '@jest/globals';
import { readIam as readIamAlone } from '../../../lib/collect/iam/iam-account-reader.ts';
import { beforeSecondLook } from '../../../lib/collect/iam/look-again.ts';
import { type Collected, valueOr } from '../../../lib/model/collected.ts';
import {
  type Fault,
  type World,
  type WorldAccount,
  worldProviderArn,
  worldRoleArn,
} from '../../../sandbox/world/world.ts';
import { aWorld, aWorldAccount, aWorldProvider, aWorldRole } from '../../support/aws-world.ts';
import { withWorld } from '../../support/sandbox-aws.ts';
import { recorded } from '../../support/whole/whole.ts';

const readIam = recorded('readIam', readIamAlone);

const arnsOf = (section: Collected<readonly { readonly arn: string }[]>) => valueOr(section, []).map(({ arn }) => arn);
const provider = aWorldProvider({ url: 'oidc.eks.eu-west-1.amazonaws.com/id/B' });
const role = aWorldRole({ name: 'late' });

/** An account that lacks a role and a provider of an earlier list until the second one is read. */
const accountThatShowsLate = (): { readonly account: WorldAccount; readonly show: () => void } => {
  const account = aWorldAccount({
    providers: [aWorldProvider({ url: 'oidc.eks.eu-west-1.amazonaws.com/id/A' })],
    roles: [aWorldRole({ name: 'app' })],
  });
  const show = (): void => {
    if (account.roles.length > 1) return;
    account.roles.push(role);
    account.providers.push(provider);
  };
  return { account, show };
};

/** Reads an account that earlier had all that it will have. `between`: what happens after both first lists and before a
 *  second one. */
const readAfter = async (world: World, account: WorldAccount, between: () => void, roleDetails = false) => {
  const waits: number[] = [];
  const bothWait = Promise.withResolvers<void>();
  const clock = {
    now: () => 0,
    sleep: (milliseconds: number): Promise<void> => {
      if (waits.push(milliseconds) === 2) {
        between();
        bothWait.resolve();
      }
      return bothWait.promise;
    },
  };
  const earlier = {
    providers: [...account.providers, provider].map(each => worldProviderArn(account, each)),
    roles: [...account.roles, role].map(each => worldRoleArn(account, each)),
  };
  return withWorld(world, async ({ clients, aws }) => {
    const facts = await readIam(clients.iam(), { clock, roleDetails }, earlier);
    return { ...facts, waits, calls: aws.calls(), earlier };
  });
};

describe('what an earlier list had and this one lacks', () => {
  test.each([false, true])('is there if a second list has it (details of roles: %s)', async roleDetails => {
    const { account, show } = accountThatShowsLate();
    const read = await readAfter(aWorld({ accounts: [account] }), account, show, roleDetails);
    expect([read.providers.status, read.roles.status]).toEqual(['complete', 'complete']);
    expect(arnsOf(read.providers)).toEqual(read.earlier.providers);
    expect(arnsOf(read.roles)).toEqual(read.earlier.roles);
    expect(valueOr(read.providers, []).map(({ detail }) => detail.status)).toEqual(['complete', 'complete']);
    expect(read.waits).toEqual([beforeSecondLook, beforeSecondLook]);
  });

  test('is gone if a second list lacks it too', async () => {
    const { account } = accountThatShowsLate();
    const read = await readAfter(aWorld({ accounts: [account] }), account, () => undefined);
    expect([read.providers.status, read.roles.status]).toEqual(['complete', 'complete']);
    expect([arnsOf(read.providers), arnsOf(read.roles)]).toEqual([
      read.earlier.providers.slice(0, 1),
      read.earlier.roles.slice(0, 1),
    ]);
  });

  test.each<Fault['kind']>(['deny', 'throttle', 'crash', 'reset'])(
    'is unknown, not gone, if the second list fails by %s',
    async kind => {
      const { account } = accountThatShowsLate();
      const world = aWorld({ accounts: [account] });
      const failLists = (): void => {
        world.faults.push({ operation: 'iam:ListRoles', kind }, { operation: 'iam:ListOpenIDConnectProviders', kind });
      };
      const { providers, roles } = await readAfter(world, account, failLists);
      const gap = { what: '1 entry of an earlier list' };
      expect([providers, roles]).toMatchObject([
        { status: 'partial', gaps: [gap] },
        { status: 'partial', gaps: [gap] },
      ]);
    },
  );

  test('costs nothing where all is there: one list each, no wait', async () => {
    const { account, show } = accountThatShowsLate();
    show();
    const { waits, calls } = await readAfter(aWorld({ accounts: [account] }), account, () => undefined);
    expect(waits).toEqual([]);
    expect(calls).toMatchObject({ 'iam:ListRoles': 1, 'iam:ListOpenIDConnectProviders': 1 });
  });
});
