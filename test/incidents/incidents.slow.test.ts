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

  test('of which many describe a state', () =>
    expect(judged.filter(([, { outcome }]) => outcome === 'exact').length).toBeGreaterThan(60));
});

test('a pipeline of GitHub that was rejected is no finding', () =>
  expect(evaluate(rejectedPipeline(), { rules: catalog }).findings).toEqual([]));
