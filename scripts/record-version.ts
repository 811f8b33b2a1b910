/**
 * `node scripts/record-version.ts FILE`: what this version leaves in an account after a run, for the test of upgrades
 * (test/sandbox/door/upgrade.slow.test.ts): the world that was audited, the items of the table, the documents, the messages, and the
 * template of the role of a member. Run it in a checkout of a version when it is released.
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfiguration } from '../lib/config/configuration.ts';
import { synthesize } from '../sandbox/door/synthesize.ts';
import { handlerBundles } from '../test/support/bundled.ts';
import { documentsOf, itemsOf } from '../test/support/door/kept-state.ts';
import { packed } from '../test/support/door/kept-version.ts';
import { behindDoor, fullRun } from '../test/support/door/played-scenario.ts';
import { upgraded } from '../test/support/door/upgraded.ts';

const [, , file] = process.argv;
if (file === undefined) throw new Error('got no file, wanted the one to write: node scripts/record-version.ts FILE');
await behindDoor(
  upgraded.configuration,
  async deployed => {
    const { status } = await fullRun(deployed);
    if (status !== 'SUCCEEDED') throw new Error(`the run ended as ${status}`);
    const { place, world, taken } = deployed;
    const { memberTemplate } = await synthesize(
      parseConfiguration(JSON.stringify(upgraded.configuration(place)), 'a'),
      {
        ...{ directory: mkdtempSync(join(tmpdir(), 'irsa-auditor-record-')), bundles: await handlerBundles() },
        auditorAccountId: place.home,
      },
    );
    const [items, documents] = [
      await itemsOf(deployed),
      (await documentsOf(deployed)).filter(({ key }) => !key.endsWith('.html')),
    ];
    const messages = taken.messages.filter(({ Subject }) => Subject !== undefined).length;
    const at = new Date().toISOString();
    writeFileSync(
      file,
      packed({
        at,
        place,
        world,
        items,
        documents,
        messages,
        memberTemplate: JSON.parse(JSON.stringify(memberTemplate)),
      }),
    );
  },
  { seed: upgraded.seed },
);
process.exit();
