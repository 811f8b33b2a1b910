/** A run that a person named, behind the door. A name may have any of `+!@.()='` and characters beyond ASCII (Step Functions API Reference,
 *  `StartExecution`; Developer Guide, "Creating state machines"), and stands in keys, their patterns and links. */
import { expect, test } from '@jest/globals';
import { behindDoor } from '../../support/door/played-scenario.ts';

const names = ['nightly+eu=west@jane', 'A.(1)!', "it's-réseau-日本"];

test('a run with signs in its name is told, read again and linked like any other', async () => {
  await behindDoor(
    () => ({ operations: 'none' }),
    async world => {
      const { machineNamed, stack, settled, door, taken } = world;
      for (const name of names) {
        expect(await machineNamed(stack.name)?.start(name).ended).toMatchObject({ status: 'SUCCEEDED' });
        await settled();
      }
      expect({ refused: door.refused(), faults: door.faults }).toEqual({ refused: [], faults: [] });
      const written = door.recorded.flatMap(({ action, resource }) => (action === 's3:PutObject' ? [resource] : []));
      for (const name of names)
        expect(written.some(arn => arn.endsWith(`/runs/${encodeURIComponent(name)}/report.html`))).toBe(true);
      expect(taken.messages.flatMap(({ Subject, Message }) => (Subject === undefined ? [] : [Message]))).toEqual([
        expect.stringContaining(encodeURIComponent(`runs/${encodeURIComponent(names[0] ?? '')}/report.html`)),
      ]);
    },
    { seed: 6 },
  );
});
