import { describe, expect, test } from '@jest/globals';
import { describedWorlds } from './described-worlds.ts';
import { eighthRoundOfCredentials } from './eighth-round-credentials.ts';
import { fifthRound } from './fifth-round.ts';
import { firstRound } from './first-round.ts';
import { fourthRound } from './fourth-round.ts';
import { healthyWorlds } from './healthy-worlds.ts';
import { foundIn, whyOf } from './judge.ts';
import { secondRound } from './second-round.ts';
import { seventhRound } from './seventh-round.ts';
import { seventhRoundOfCredentials } from './seventh-round-credentials.ts';
import { sixthRound } from './sixth-round.ts';
import { thirdRound } from './third-round.ts';

describe('the worlds of public reports', () => {
  test.each(describedWorlds.map(one => [`${one.source}: ${one.cause}`, one] as const))('%s', (_, world) => {
    const facts = world.facts();
    expect(foundIn(facts)).toEqual(world.found);
    if (world.target !== undefined) expect(whyOf(world.target, facts)).toBe(world.why);
  });

  const judged = [
    ...firstRound,
    ...secondRound,
    ...thirdRound,
    ...fourthRound,
    ...fifthRound,
    ...sixthRound,
    ...seventhRoundOfCredentials,
    ...seventhRound,
    ...eighthRoundOfCredentials,
  ].flatMap(({ facts, ...one }) => (facts ? [{ ...one, facts }] : []));
  test.each(judged.map(one => [`${one.source}: ${one.cause}`, one] as const))('judged before: %s', (_, one) => {
    const facts = one.facts();
    expect([...new Set(foundIn(facts))]).toEqual(one.found);
    expect(one.target && whyOf(one.target, facts)).toBe(one.why);
  });

  test.each(healthyWorlds.map(one => [`${one.source}: ${one.cause}`, one] as const))('healthy: %s', (_, world) => {
    expect(foundIn(world.facts())).toEqual([]);
  });
});
