/** The default configuration behind the door: nothing that a run, a repeat of it or a failed run's event asks for is refused. */
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import type { Recorded } from '../../../sandbox/door/start-door.ts';
import { behindDoor, play } from '../../support/door/played-scenario.ts';

/** A call of a function as a line of JSON: its step, and the resource without what is drawn. */
const callOf = ({ principal, action, resource, errorCode }: Recorded, name: string): readonly string[] => {
  if (principal.kind !== 'session') return [];
  const role = principal.roleArn.slice(principal.roleArn.lastIndexOf('/') + 1);
  if (!role.startsWith(`${name}-`)) return [];
  const [arn = '', partition, service, region, account, ...rest] = resource.split(':');
  const own = rest
    .join(':')
    .replace(/\d{12}/g, '*')
    .replace(/(?<=(role|oidc-provider|cluster)\/).*/, '*')
    .replace(/runs\/[^/]+\//, 'runs/*/');
  const place = partition === undefined ? resource : [arn, '*', service, region && '*', account && '*', own].join(':');
  const plain =
    service === 's3' ? `arn:*:s3:::*${/\/.*/.exec(own)?.[0].replace(/(?<=\/)\d\d(?=\.json)/, '*') ?? ''}` : place;
  return [JSON.stringify({ step: role.slice(name.length + 1), action, resource: plain, errorCode: errorCode ?? null })];
};

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
      // The list that docs/real-aws.md compares with CloudTrail: `UPDATE_GOLDEN=1` writes it.
      const lines = recorded.flatMap(each => callOf(each, world.stack.name)).sort();
      const text = `${[...new Set(lines)].join('\n')}\n`;
      const list = 'test/fixtures/door-calls.jsonl';
      if (process.env.UPDATE_GOLDEN === '1') writeFileSync(list, text);
      expect(text).toBe(readFileSync(list, 'utf8'));
    },
  );
});
