/** A run that its state machine ends at TimeoutSeconds, behind the door: EventBridge tells of it, and the run's record says so. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, expect, test } from '@jest/globals';
import { parseConfiguration } from '../../../lib/config/configuration.ts';
import { ofType } from '../../../sandbox/door/stack.ts';
import { synthesize } from '../../../sandbox/door/synthesize.ts';
import { handlerBundles } from '../../support/bundled.ts';
import { behindDoor, fullRun } from '../../support/door/played-scenario.ts';

const directory = mkdtempSync(join(tmpdir(), 'irsa-auditor-out-of-time-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

test('its record is of a run that ran out of time', async () => {
  const configuration = { operations: 'none' };
  const synthesized = await synthesize(parseConfiguration(JSON.stringify(configuration), 'a test'), {
    ...{ directory, bundles: await handlerBundles(), auditorAccountId: '802233445566' },
  });
  const whole = JSON.stringify(synthesized.template);
  // The machine's time alone: a task that ran out of its own time would fail the run.
  const short = whole.replaceAll(/(\\"TimeoutSeconds\\":)(?!960\b)\d+/g, (_, name: string) => `${name}1`);
  expect(short).not.toBe(whole);
  await behindDoor(
    () => configuration,
    async world => {
      expect(await fullRun(world)).toEqual({ status: 'TIMED_OUT' });
      expect({ refused: world.door.refused(), faults: world.door.faults }).toEqual({ refused: [], faults: [] });
      const [table] = ofType(world.stack, 'AWS::DynamoDB::Table').map(({ arn }) => arn.replace(/^.*\//, ''));
      const credentials = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' };
      const client = new DynamoDBClient({ endpoint: world.local.tableUrl, region: world.place.region, credentials });
      try {
        const { Items } = await client.send(new ScanCommand({ TableName: table }));
        expect(JSON.stringify(Items)).toContain('the run: ran out of time');
      } finally {
        client.destroy();
      }
    },
    { synthesized: { ...synthesized, template: JSON.parse(short) } },
  );
});
