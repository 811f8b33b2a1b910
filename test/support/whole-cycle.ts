import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { undoInWords } from '../../lib/fixes/change-table.ts';
import type { Change } from '../../lib/model/step.ts';
import type { FixBench } from './fix-bench.ts';
import { changes, type FixCase, prepareWorld } from './fix-cases.ts';
import { changedBetween, findingOf, inShell, isNamedBy, stateOf } from './fix-cycle.ts';

const canBack = (change: Change): boolean => undoInWords(change).startsWith('can be undone');
const changesIn = (steps: ReturnType<typeof changes>): readonly Change[] =>
  steps.flatMap(({ change }) => (change === undefined ? [] : [change]));

/** A fix of the catalogue from the plan to the way back: dry run, script, script again, apply, apply again, undo, undo again. The
 *  state of all objects is compared after each. */
export const wholeCycle = async (one: FixCase, bench: FixBench): Promise<void> => {
  const name = one.title.replace(/\W+/g, '-');
  const within: typeof bench.within = (facts, _, act) => bench.within(facts, world => prepareWorld(world, one), act);
  const nothing = (): void => undefined;
  const scripted = await within(one.facts, nothing, async running => {
    const finding = await findingOf(one, running, bench);
    const fix = ['fix', finding.id, '--choose', String(one.way ?? 1)];
    const before = await stateOf(running);
    const dry = await bench.command(running, fix);
    expect(dry.stdout).toContain('Step 1: ');
    const written = await bench.command(running, [...fix, '--script', `${name}.sh`]);
    expect(written.stderr).toMatch(/: [1-9]\d* steps?\n/);
    expect(changedBetween(before, await stateOf(running))).toEqual([]);
    expect(await inShell(running, bench, `${name}.sh`)).toMatchObject({ code: 0 });
    const after = await stateOf(running);
    const again = await inShell(running, bench, `${name}.sh`);
    const later = changedBetween(after, await stateOf(running));
    const named = changesIn(changes(finding));
    return { named, changed: changedBetween(before, after), again, later };
  });
  // A restart replaces pods, whose names are new; a webhook was read in a version that is past.
  const isOfPods = (object: string): boolean => object.startsWith('pod/');
  expect(scripted.later.filter(object => !isOfPods(object))).toEqual([]);
  const isOfVersion = scripted.named.some(({ kind }) => kind === 'webhook-restored');
  if (!isOfVersion) expect(scripted.again.code).toBe(0);
  expect(scripted.changed.filter(object => !scripted.named.some(change => isNamedBy(change, object)))).toEqual([]);

  await within(one.facts, nothing, async running => {
    const finding = await findingOf(one, running, bench);
    const fix = ['fix', finding.id, '--choose', String(one.way ?? 1)];
    const named = changesIn(changes(finding));
    const before = await stateOf(running);
    const journal = `${name}.journal`;
    const applied = await bench.command(running, [...fix, '--apply', '--yes', '--journal', journal]);
    expect(applied.stderr).toContain('step 1: done');
    const after = await stateOf(running);
    const changed = changedBetween(before, after);
    expect(changed.filter(object => !isOfPods(object))).toEqual(scripted.changed.filter(object => !isOfPods(object)));
    const again = await bench.command(running, [...fix, '--apply', '--yes', '--journal', `${name}-again.journal`]);
    const kinds = new Set(named.map(({ kind }) => kind));
    if (!kinds.has('quota-requested')) {
      expect(again.stderr).not.toContain('step 1: done');
      expect(existsSync(join(bench.folder, `${name}-again.journal`))).toBe(false);
    }
    expect(changedBetween(after, await stateOf(running)).filter(object => !isOfPods(object))).toEqual([]);
    const undone = await bench.command(running, ['fix', '--undo', journal], 'y\n'.repeat(20));
    const kept = named.filter(change => !canBack(change));
    expect([undone.stderr, undone.code]).toEqual([expect.stringMatching(/steps? undone/), kept.length > 0 ? 3 : 0]);
    const back = await stateOf(running);
    const left = changedBetween(before, back).filter(object => !kept.some(change => isNamedBy(change, object)));
    expect(left.map(object => [object, before[object], back[object]])).toEqual([]);
    const second = await bench.command(running, ['fix', '--undo', journal], 'y\n'.repeat(20));
    expect(second.stderr).toContain('0 steps undone');
  });
};
