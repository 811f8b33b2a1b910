import { describe, expect, test } from '@jest/globals';
import { catalog } from '../../lib/rules/catalog.ts';
import { evaluate } from '../../lib/rules/evaluate/evaluate.ts';
import { incidents } from './incidents.ts';
import { judge } from './judge.ts';
import { rejectedPipeline } from './worlds.ts';

describe('public reports', () => {
  test.each(incidents.map(one => [`${one.source}: ${one.cause}`, one] as const))('%s', (_, incident) => {
    const { outcome, message, rank } = judge(incident);
    expect(['exact', 'candidate', 'unseen']).toContain(outcome);
    if (incident.explained === undefined) return;
    expect(message).toBe(incident.explained[0]);
    expect(rank).toBeGreaterThan(0);
  });

  test('have a way to be seen each, or the reason why there is none', () => {
    const odd = incidents.filter(({ world, found, text, explained, unseen }) => {
      const isSeen = (world === undefined) === (found === undefined) && (world ?? text) !== undefined;
      return (unseen === undefined) !== isSeen || (text === undefined) !== (explained === undefined);
    });
    expect(odd.map(({ source }) => source)).toEqual([]);
  });

  // A text without a state often has several causes, which only the state tells apart.
  test.each([
    ['with a state', incidents.filter(({ group }) => group !== 'text alone'), 0.85],
    ['of text alone', incidents.filter(({ group }) => group === 'text alone'), 0.74],
  ])('%s are named first as often as they were', (_, list, least) => {
    const seen = list.map(judge).filter(({ outcome }) => outcome !== 'unseen');
    const exact = seen.filter(({ outcome }) => outcome === 'exact');
    expect(exact.length / seen.length).toBeGreaterThanOrEqual(least);
  });
});

test('a pipeline of GitHub that was rejected is no finding', () =>
  expect(evaluate(rejectedPipeline(), { rules: catalog }).findings).toEqual([]));
