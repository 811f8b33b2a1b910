/**
 * An upgrade, behind the door: the table, the documents and the role of a member are those that an earlier version left, and the version
 * of this checkout runs over the same world. The versions are the files of test/fixtures/upgrade, each by the day of its commit
 * (docs/upgrade.md).
 */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { parseConfiguration } from '../../../lib/config/configuration.ts';
import { synthesize } from '../../../sandbox/door/synthesize.ts';
import { handlerBundles } from '../../support/bundled.ts';
import { itemsOf, putBack } from '../../support/door/kept-state.ts';
import { type KeptVersion, keptVersion, readVersion } from '../../support/door/kept-version.ts';
import { behindDoor, changeWorld, type DoorWorld, fullRun } from '../../support/door/played-scenario.ts';
import { upgraded } from '../../support/door/upgraded.ts';

const folder = 'test/fixtures/upgrade';
const directory = mkdtempSync(join(tmpdir(), 'irsa-auditor-upgrade-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Deploys this version over what the file's version audited, with the role that a member had then. */
const afterVersion = async (file: string, body: (world: DoorWorld, kept: KeptVersion) => Promise<void>) => {
  const path = join(folder, file);
  const { world, place, memberTemplate } = readVersion(path);
  const today = await synthesize(parseConfiguration(JSON.stringify(upgraded.configuration(place)), 'a test'), {
    ...{
      directory: mkdtempSync(join(directory, 'stack-')),
      bundles: await handlerBundles(),
      auditorAccountId: place.home,
    },
  });
  let kept: KeptVersion | undefined;
  await behindDoor(
    upgraded.configuration,
    async deployed => {
      if (kept === undefined) throw new Error('the world was not asked for');
      await body(deployed, kept);
      expect({ refused: deployed.door.refused(), faults: deployed.door.faults }).toEqual({ refused: [], faults: [] });
    },
    {
      seed: upgraded.seed,
      synthesized: { ...today, memberTemplate },
      scenario: {
        issuers: () => world.issuers,
        world: (_place, thumbprints, now) => {
          kept = keptVersion(path, thumbprints, now);
          return kept.world;
        },
      },
    },
  );
};

type Items = Awaited<ReturnType<typeof itemsOf>>;
/** The history: which finding moved, and how. One that a newer version words or proves otherwise is confirmed, which nobody is told. */
const movesIn = (items: Items): readonly string[] =>
  items
    .flatMap(({ type, kind, ruleId, pk }) =>
      type?.S === 'history' && kind?.S !== 'confirmed' ? [`${kind?.S} ${ruleId?.S} ${pk?.S}`] : [],
    )
    .sort();
const openIn = (items: Items): readonly string[] =>
  items.flatMap(({ type, sk, status }) => (type?.S === 'finding' ? [`${status?.S} ${sk?.S}`] : [])).sort();
const lastRun = (items: Items) =>
  items
    .filter(({ type }) => type?.S === 'run')
    .sort((a, b) => ((a.sk?.S ?? '') < (b.sk?.S ?? '') ? -1 : 1))
    .at(-1);

const mailsOf = ({ taken }: DoorWorld) => taken.messages.filter(({ Subject }) => Subject !== undefined);

describe.each(readdirSync(folder))('after the version of %s', file => {
  test('nothing opens again, nothing is told twice, and a member with the older role is read', async () => {
    await afterVersion(file, async (deployed, kept) => {
      await putBack(deployed, kept.items, kept.documents);
      const before = { moves: movesIn(kept.items), open: openIn(kept.items) };
      expect(before.open).toHaveLength(4);
      expect(await fullRun(deployed)).toMatchObject({ status: 'SUCCEEDED', output: { accounts: 2, gaps: 0 } });
      const after = await itemsOf(deployed);
      expect({ moves: movesIn(after), open: openIn(after) }).toEqual(before);
      expect(deployed.taken.messages).toEqual([]);
      expect(lastRun(after)?.sk).not.toEqual(lastRun(kept.items)?.sk);

      changeWorld(deployed.world);
      expect(await fullRun(deployed)).toMatchObject({ status: 'SUCCEEDED' });
      expect(mailsOf(deployed)).toHaveLength(1);
    });
  });

  test('without what it left, the same findings are new and are told', async () => {
    await afterVersion(file, async (deployed, kept) => {
      expect(await fullRun(deployed)).toMatchObject({ status: 'SUCCEEDED' });
      expect(openIn(await itemsOf(deployed))).toEqual(openIn(kept.items));
      expect(mailsOf(deployed)).toHaveLength(kept.messages);
    });
  });
});
