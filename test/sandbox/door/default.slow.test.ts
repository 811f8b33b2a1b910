/** The default configuration behind the door: nothing that a run, a repeat of it or a failed run's event asks for is refused. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { callLines } from '../../support/door/door-calls.ts';
import { behindDoor, play } from '../../support/door/played-scenario.ts';

test('the default configuration: two runs and the record of a failed one, with nothing refused', async () => {
  await behindDoor(
    () => ({ operations: 'none' }),
    async world => {
      const { ends, recorded, refused, faults } = await play(world);
      expect({ refused, faults }).toEqual({ refused: [], faults: [] });
      expect(ends).toEqual([
        expect.objectContaining({ status: 'SUCCEEDED', output: expect.objectContaining({ accounts: 1, gaps: 0 }) }),
        expect.objectContaining({ status: 'SUCCEEDED', output: expect.objectContaining({ accounts: 1, sent: true }) }),
      ]);
      const actions = new Set(recorded.map(({ action }) => action));
      for (const action of ['s3:PutObject', 's3:GetObject', 'dynamodb:UpdateItem', 'iam:ListRoles', 'sns:Publish'])
        expect(actions).toContain(action);
      // The list that docs/real-aws.md compares with CloudTrail; the test over all configurations writes it.
      const listed = readFileSync('test/fixtures/door-calls.jsonl', 'utf8').split('\n');
      expect(callLines(recorded, world.stack.name).filter(line => !listed.includes(line))).toEqual([]);
    },
  );
});
