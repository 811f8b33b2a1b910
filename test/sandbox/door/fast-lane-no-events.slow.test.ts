/** A fast lane to which no event comes, behind the door: the second run finds a change, and the third says that nothing told it. */
import { expect, test } from '@jest/globals';
import { behindDoor, changeWorld, fullRun } from '../../support/door/played-scenario.ts';

test('the metric of the alarm is the count of accounts that sent no event, until a run finds no such change', async () => {
  await behindDoor(
    () => ({ operations: 'none', fastLane: { enabled: true } }),
    async world => {
      const ends = [await fullRun(world)];
      changeWorld(world.world);
      for (let runs = 0; runs < 3; runs += 1) ends.push(await fullRun(world));
      expect(ends.map(({ status }) => status)).toEqual(ends.map(() => 'SUCCEEDED'));
      const lines = world.functionNamed('-complete-run')?.lines ?? [];
      const told = lines.flatMap(line => /"AccountsWithoutEvents":(\d+)/.exec(line)?.[1] ?? []);
      expect(told).toEqual(['0', '0', '1', '0']);
      const [alarm] = world.stack.resources.filter(
        ({ properties }) => properties.MetricName === 'AccountsWithoutEvents',
      );
      expect(alarm?.properties).toMatchObject({ Namespace: 'irsa-auditor', Threshold: 1, TreatMissingData: 'ignore' });
      expect({ refused: world.door.refused(), faults: world.door.faults }).toEqual({ refused: [], faults: [] });
    },
    { seed: 9 },
  );
});
