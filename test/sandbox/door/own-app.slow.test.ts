/** The example of an app with the construct, behind the door: it runs, and its rule has the findings that it asks for. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ofType } from '../../../sandbox/door/stack.ts';
import { behindDoor, fullRun } from '../../support/door/played-scenario.ts';
import { runApp } from '../../support/own-app.ts';
import { ownPartsApp } from '../../support/own-parts-app.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'irsa-auditor-own-app-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the example audits, is refused nothing, and its queue gets the urgent findings of this auditor alone', async () => {
  const { status, stderr, platform } = await runApp(folder, readFileSync('docs/example-app/app.ts', 'utf8'));
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  await behindDoor(
    () => ({ operations: 'none' }),
    async world => {
      const { door, stack, local, taken, putEvent } = world;
      expect(await fullRun(world)).toMatchObject({ status: 'SUCCEEDED', output: { accounts: 1, gaps: 0, sent: true } });
      expect({ refused: door.refused(), faults: door.faults }).toEqual({ refused: [], faults: [] });
      const events = taken.events.map(({ Source, DetailType, Resources, Detail }) => ({
        ...{ source: Source, 'detail-type': DetailType, resources: Resources },
        detail: JSON.parse(String(Detail)),
      }));
      const [machine] = ofType(stack, 'AWS::StepFunctions::StateMachine').map(({ arn }) => arn);
      expect(events.length).toBeGreaterThan(0);
      expect(events.filter(({ resources }) => ![resources].flat().includes(machine))).toEqual([]);
      const [queue] = ofType(stack, 'AWS::SQS::Queue').filter(({ id }) => id.startsWith('Tickets'));
      const inQueue = () =>
        local.messages.inspectQueue(String(queue?.arn.replace(/^.*:/, '')))?.messages.ready.map(({ body }) => body);
      for (const event of events) await putEvent(event);
      const urgent = events.filter(({ detail }) => ['critical', 'high'].includes(detail.severity));
      expect(urgent.length).toBeGreaterThan(0);
      expect(urgent.length).toBeLessThan(events.length);
      expect(inQueue()?.map(body => JSON.parse(body))).toEqual(urgent);
      const ofAnother = { ...urgent[0], resources: [`${machine}-of-another`] };
      await putEvent(ofAnother);
      expect(inQueue()).toHaveLength(urgent.length);
    },
    { synthesized: platform() },
  );
});

test('an auditor with the key, topics, network, boundary and path of its app is refused nothing', async () => {
  const own = mkdtempSync(join(folder, 'parts-'));
  const { status, platform } = await runApp(own, ownPartsApp);
  expect(status).toBe(0);
  await behindDoor(
    () => ({ operations: 'none' }),
    async world => {
      const { door, stack, taken } = world;
      const ended = await fullRun(world);
      expect({ refused: door.refused(), faults: door.faults }).toEqual({ refused: [], faults: [] });
      expect(ended).toMatchObject({ status: 'SUCCEEDED', output: { accounts: 1, gaps: 0, sent: true } });
      expect(taken.messages.length).toBeGreaterThan(0);
      const [key] = ofType(stack, 'AWS::KMS::Key').map(({ arn }) => arn);
      const used = new Set(door.recorded.filter(({ resource }) => resource === key).map(({ action }) => action));
      expect(used).toContain('kms:Decrypt');
    },
    { synthesized: platform() },
  );
});
