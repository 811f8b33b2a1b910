/**
 * An account of 1,500 roles and 20 clusters at the pace of the real services: each step ends within four fifths of the time that the
 * template gives its function, on the world's clock: what a service or a wait takes, and what this machine computes.
 */
import { expect, test } from '@jest/globals';
import { ofType } from '../../../sandbox/door/stack.ts';
import { clusterCount, largeScenario, roleCount } from '../../support/door/large-world.ts';
import { behindDoor } from '../../support/door/played-scenario.ts';

test('the scenario has as much as its title says', () => {
  const place = {
    ...{ partition: 'aws', region: 'sa-east-1', home: '802233445566', member: '702233445566', word: 'tarn' },
    ...{ organizationId: 'o-sandbox000', unit: 'ou-abcd-12345678' },
  };
  const [account] = largeScenario.world(
    place,
    () => ({ root: '00', leaf: '00', intermediate: '00', sent: ['00'] }),
    '2031-01-01T00:00:00.000Z',
  ).accounts;
  expect([account?.roles.length, account?.clusters.length]).toEqual([1500, 20]);
});

const everything = {
  ...{ operations: 'none', roleDetails: true, rolePermissions: true, unusedPermissions: true, rbac: true },
  ...{ cloudTrail: { enabled: true }, inCluster: { enabled: true } },
};

test('1,500 roles and 20 clusters: each step ends within four fifths of its time', async () => {
  let now = performance.now;
  const begun = new Map<string, number>();
  const longest = new Map<string, number>();
  await behindDoor(
    () => everything,
    async ({ fire, stack, settled, door, clock }) => {
      now = clock.now;
      const [world, machine] = [now(), performance.now()];
      const ended = await (await fire(stack.name)).ended;
      await settled();
      if (ended.status !== 'SUCCEEDED') throw new Error(`${JSON.stringify(ended)}\n${door.errors.join('\n')}`);
      expect(ended.output).toMatchObject({ accounts: 1 });
      expect({ refused: door.refused(), faults: door.faults }).toEqual({ refused: [], faults: [] });
      const count = (action: string) => door.recorded.filter(each => each.action === action).length;
      expect(count('eks:DescribeCluster')).toBeGreaterThanOrEqual(clusterCount);
      expect(count('iam:GetAccountAuthorizationDetails')).toBeGreaterThan(roleCount / 1000);
      const functions = ofType(stack, 'AWS::Lambda::Function').map(({ arn, properties }) => {
        const seconds = (longest.get(arn) ?? 0) / 1000;
        return { name: String(properties.FunctionName), seconds, limit: Number(properties.Timeout) * 0.8 };
      });
      // Two minutes of lookups alone, at two a second; the machine waited for none of them.
      const [worldTook, machineTook] = [now() - world, performance.now() - machine];
      process.stderr.write(
        `${functions.map(({ name, seconds }) => `${name} ${seconds.toFixed(1)} s`).join('\n')}\nworld ${worldTook}, machine ${machineTook}\n`,
      );
      expect(worldTook).toBeGreaterThan(120_000);
      expect(functions.find(({ name }) => name.endsWith('collect-account'))?.seconds).toBeGreaterThan(100);
      expect(functions.filter(({ seconds, limit }) => seconds > limit)).toEqual([]);
      expect(functions.filter(({ seconds }) => seconds > 0).length).toBe(functions.length);
    },
    {
      ...{ seed: 5, scenario: largeScenario, isPaced: true },
      onTask: ({ functionArn, input, phase }) => {
        const arn = functionArn.replace(/(:function:[^:]+):[^:]+$/, '$1');
        const key = `${arn} ${JSON.stringify(input)}`;
        if (phase === 'started') begun.set(key, now());
        else longest.set(arn, Math.max(longest.get(arn) ?? 0, now() - (begun.get(key) ?? 0)));
      },
    },
  );
}, 1_200_000);
