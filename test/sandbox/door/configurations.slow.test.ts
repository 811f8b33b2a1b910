/**
 * Configurations behind the door: two full runs, a skipped one, a fast run from a queue, a summary, the event of a failed run, and what
 * services ask when something goes wrong. Nothing is refused, everything that is granted is used or listed, each statement is
 * needed, and a key with one more letter is refused. `npm test` draws some, a whole run has all.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { judge } from '../../../sandbox/door/judge.ts';
import { doorConfigurations } from '../../support/door/configurations.ts';
import { isStatementUsed, isUsed, lineOf, piecesOf } from '../../support/door/granted.ts';
import { dropped, refusesSome } from '../../support/door/mutations.ts';
import { behindDoor, type Played, play } from '../../support/door/played-scenario.ts';
import { secondVoice } from '../../support/door/second-voice.ts';
import { coveredStatements, neverUsed, sometimesUsed } from '../../support/door/unused.ts';
import { isWhole, sample } from '../../support/sample.ts';

const names = Object.keys(doorConfigurations);
const used = new Set<string>();
const unused = new Set<string>();

describe.each(sample(names, 2))('%s', name => {
  let played: Played;
  beforeAll(async () => {
    const configuration = doorConfigurations[name];
    if (configuration === undefined) throw new Error(`no configuration ${name}`);
    played = await behindDoor(configuration, play, { seed: 4 + names.indexOf(name) });
  });
  afterAll(() => {
    for (const piece of piecesOf(played.law)) (isUsed(piece, played.recorded) ? used : unused).add(lineOf(piece));
  });

  test('nothing is refused, nothing unknown is asked, and every run succeeds', () => {
    const errors = played.world.door.errors.filter(error => !/NoSuchKey|ConditionalCheckFailed/.test(error));
    expect({ refused: played.refused, faults: played.faults, errors }).toEqual({ refused: [], faults: [], errors: [] });
    expect(played.ends.map(({ status }) => status)).toEqual(played.ends.map(() => 'SUCCEEDED'));
  });

  test('each grant is used, or listed with a reason', () => {
    const idle = piecesOf(played.law).filter(piece => !isUsed(piece, played.recorded));
    const listed = [...neverUsed, ...sometimesUsed];
    expect(idle.map(lineOf).filter(line => !listed.some(([grant]) => grant.test(line)))).toEqual([]);
  });

  test('each statement that is used is needed: without it a request is refused', async () => {
    const needless: string[] = [];
    for (const { role, statement, law } of dropped(played.law)) {
      if (!isStatementUsed(role, statement, played)) continue;
      if (!(await refusesSome(law, role, played.recorded))) needless.push(`${role} ${statement}`);
    }
    expect(needless.filter(line => !coveredStatements.some(([known]) => known.test(line)))).toEqual([]);
  });

  test('a key of the bucket with one more letter is refused', async () => {
    const keys = played.recorded.filter(({ action }) => /^s3:(?:Get|Put)Object$/.test(action));
    expect(keys.length).toBeGreaterThan(20);
    const taken: string[] = [];
    for (const request of new Map(keys.map(each => [each.resource, each])).values())
      if ((await judge(played.law, { ...request, resource: `${request.resource}x` })) === 'Allowed')
        taken.push(request.resource);
    expect(taken).toEqual([]);
  });

  test('a second evaluator, which shares no code with the first, decides the same', () => {
    const { agreed, disagreed } = secondVoice(played);
    expect(disagreed).toEqual([]);
    expect(agreed).toBeGreaterThan(30);
  });
});

// All are played at night alone.
if (isWhole)
  test('over all configurations, each list of what is not used is exact', () => {
    const lines = [...unused].filter(line => !used.has(line));
    expect(lines.filter(line => !neverUsed.some(([grant]) => grant.test(line)))).toEqual([]);
    expect([...used].filter(line => neverUsed.some(([grant]) => grant.test(line)))).toEqual([]);
  });
