/** Between two whole runs every change is told, and nothing else, whatever the runs before them had not read. */
import { expect, test } from '@jest/globals';
import { nothingKnown } from '../../lib/history/known-state.ts';
import { explained, materialDifferences } from '../../lib/history/material.ts';
import { compareReadings, hasOtherEntries, judgedWithout } from '../../lib/history/reading.ts';
import { reconcile } from '../../lib/history/reconcile.ts';
import { complete } from '../../lib/model/collected.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import { evaluate } from '../../lib/rules/evaluate/evaluate.ts';
import { aRun, stateAfter } from '../support/drift-builders.ts';
import { type Fate, factsFrom, fates } from '../support/partial-reading.ts';
import { aWorld, type World } from '../support/partial-worlds.ts';
import { fc } from '../support/properties.ts';
import { casesOf } from '../support/sample.ts';

const judge = (world: World, drawn: readonly Fate[] = []) => evaluate(factsFrom(world, drawn), { rules: catalog });

/** Every role has its details: what is asked for of some roles and not of others is another reading by itself. */
const detailed = (world: World): World => {
  const { roles } = world.snapshot;
  const detail = complete({ attachedPolicyArns: [], isAdministrator: false, tags: {} });
  const whole = roles.status === 'unavailable' ? [] : roles.value;
  const all = whole.map(role => (role.detail.status === 'complete' ? role : { ...role, detail }));
  return { ...world, snapshot: { ...world.snapshot, roles: complete(all) } };
};

/** A world, and what it becomes: its roles, its providers or what is in a region is that of another one. */
const changing = fc
  .tuple(aWorld, aWorld, fc.constantFrom('roles', 'providers', 'regions'))
  .map(([one, other, part]) => {
    const changed = { ...one.snapshot, [part]: other.snapshot[part] };
    return [detailed(one), detailed({ ...one, snapshot: changed })] as const;
  });

test('what changes between two whole runs is told, whatever was unread before', () => {
  let changes = 0;
  fc.assert(
    fc.property(changing, fc.array(fates, { minLength: 1, maxLength: 3 }), ([one, two], parts) => {
      const [before, after] = [judge(one), judge(two)];
      let known = nothingKnown;
      const runs = [...parts.map(drawn => judge(one, drawn)), before, before, after];
      const steps = runs.map((evaluation, index) => {
        const change = reconcile(known, evaluation, aRun(index + 1));
        known = stateAfter(known, change, aRun(index + 1).at);
        return change.transitions;
      });
      expect(steps.at(-2)).toEqual([]);
      const told = new Map(steps.at(-1)?.map(({ kind, after: { finding } }) => [finding.id, kind]));
      const old = new Map(before.findings.map(finding => [finding.id, finding]));
      const changed = after.findings.filter(finding => {
        const was = old.get(finding.id) ?? finding;
        const reading = compareReadings(judgedWithout(before)(was), judgedWithout(after)(finding));
        return (
          reading === 'comparable' &&
          materialDifferences(was, finding).some(
            part => part !== explained || !hasOtherEntries(judgedWithout(after)(finding)),
          )
        );
      });
      changes += changed.length;
      expect(changed.filter(({ id }) => !/^(changed|escalated)$/.test(told.get(id) ?? ''))).toEqual([]);
    }),
    { numRuns: casesOf(45) },
  );
  expect(changes).toBeGreaterThan(50);
});
