import { describe, expect, test } from '@jest/globals';
import { catalog } from '../../lib/rules/catalog.ts';
import { evaluate } from '../../lib/rules/evaluate/evaluate.ts';
import { incidents } from './incidents.ts';
import { judge } from './judge.ts';
import { rejectedPipeline } from './worlds.ts';

describe('public reports', () => {
  const judged = incidents.flatMap(one => {
    const answer = judge(one);
    return answer === undefined ? [] : [[`${one.source}: ${one.cause}`, answer] as const];
  });
  test.each(judged)('%s', (_, { outcome }) => expect(outcome).not.toBe('misled'));

  test('seventy describe a state, each named by the audit, and six one that no auditor sees', () => {
    const counts = Object.groupBy(judged, ([, { outcome }]) => outcome);
    expect({ exact: counts.exact?.length, unseen: counts.unseen?.length }).toEqual({ exact: 70, unseen: 6 });
  });
});

test('a pipeline of GitHub that was rejected is no finding', () =>
  expect(evaluate(rejectedPipeline(), { rules: catalog }).findings).toEqual([]));
