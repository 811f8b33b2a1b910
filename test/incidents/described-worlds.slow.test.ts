import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../lib/facts/facts.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import { evaluate } from '../../lib/rules/evaluate/evaluate.ts';
import { whyChain } from '../../lib/why/why-chain.ts';
import type { WhyTarget } from '../../lib/why/why-subject.ts';
import { aCluster } from '../support/example-world.ts';
import { describedWorlds } from './described-worlds.ts';
import { firstRound } from './first-round.ts';
import { healthyWorlds } from './healthy-worlds.ts';
import { secondRound } from './second-round.ts';

/** Rule and message of each finding above info. */
const foundIn = (facts: Facts): readonly string[] =>
  evaluate(facts, { rules: catalog })
    .findings.filter(({ severity }) => severity !== 'info')
    .map(({ ruleId, messageId }) => `${ruleId} ${messageId}`);

const whyOf = (target: WhyTarget, facts: Facts): string => {
  const { cause, suspect, verdict } = whyChain({ target, facts, clusterArn: aCluster().arn });
  if (cause !== undefined) return `cause: ${cause.ruleId ?? cause.fix.summary}`;
  return suspect === undefined ? verdict : `suspect: ${suspect.ruleId}`;
};

describe('the worlds of public reports', () => {
  test.each(describedWorlds.map(one => [`${one.source}: ${one.cause}`, one] as const))('%s', (_, world) => {
    const facts = world.facts();
    expect(foundIn(facts)).toEqual(world.found);
    if (world.target !== undefined) expect(whyOf(world.target, facts)).toBe(world.why);
  });

  const judged = [...firstRound, ...secondRound].flatMap(({ facts, ...one }) => (facts ? [{ ...one, facts }] : []));
  test.each(judged.map(one => [`${one.source}: ${one.cause}`, one] as const))('judged before: %s', (_, one) => {
    const facts = one.facts();
    expect([...new Set(foundIn(facts))]).toEqual(one.found);
    expect(one.target && whyOf(one.target, facts)).toBe(one.why);
  });

  test.each(healthyWorlds.map(one => [`${one.source}: ${one.cause}`, one] as const))('healthy: %s', (_, world) => {
    expect(evaluate(world.facts(), { rules: catalog }).findings.filter(({ severity }) => severity !== 'info')).toEqual(
      [],
    );
  });
});
