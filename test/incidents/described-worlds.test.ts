import { describe, expect, test } from '@jest/globals';
import { catalog } from '../../lib/rules/catalog.ts';
import { evaluate } from '../../lib/rules/evaluate/evaluate.ts';
import { whyChain } from '../../lib/why/why-chain.ts';
import { aCluster } from '../support/example-world.ts';
import { describedWorlds } from './described-worlds.ts';
import { healthyWorlds } from './healthy-worlds.ts';

describe('the worlds of public reports', () => {
  test.each(describedWorlds.map(one => [`${one.source}: ${one.cause}`, one] as const))('%s', (_, world) => {
    const facts = world.facts();
    const findings = evaluate(facts, { rules: catalog }).findings.filter(({ severity }) => severity !== 'info');
    expect(findings.map(({ ruleId, messageId }) => `${ruleId} ${messageId}`)).toEqual(world.found);
    if (world.target === undefined) return;
    const { cause, suspect, verdict } = whyChain({ target: world.target, facts, clusterArn: aCluster().arn });
    const answer =
      cause !== undefined
        ? `cause: ${cause.ruleId ?? cause.fix.summary}`
        : suspect !== undefined
          ? `suspect: ${suspect.ruleId}`
          : verdict;
    expect(answer).toBe(world.why);
  });

  test.each(healthyWorlds.map(one => [`${one.source}: ${one.cause}`, one] as const))('healthy: %s', (_, world) => {
    expect(evaluate(world.facts(), { rules: catalog }).findings.filter(({ severity }) => severity !== 'info')).toEqual(
      [],
    );
  });
});
