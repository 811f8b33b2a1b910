/** Shortest ways of odd graphs. */
import { expect, test } from '@jest/globals';
import { pathsFrom, pathsTo } from '../../../lib/reach/graph/paths.ts';

test('a way of a hundred thousand steps takes no memory that grows with its square', () => {
  const length = 100_000;
  const edges = Array.from({ length }, (_, at) => ({
    ...{ from: String(at), to: String(at + 1), by: 'x' },
    way: 'exec' as const,
  }));
  const graph = { nodes: new Map(), edges, missing: [], elsewhere: {} };
  expect(
    pathsFrom(graph, '0')
      .get(String(length))
      ?.steps.map(({ to }) => Number(to)),
  ).toEqual(edges.map((_, at) => at + 1));
  expect(pathsTo(graph, [String(length)]).get('0')?.steps).toHaveLength(length);
});
