/** Nodes by the names that a person gives, in the clusters that are meant. */
import { expect, test } from '@jest/globals';
import { endsNamed, startNamed } from '../../../lib/cli/reach/named-nodes.ts';
import type { ReachNode } from '../../../lib/reach/node/reach-graph.ts';
import type { ReachTable } from '../../../lib/report/graph/reach-table.ts';

const principal = 'arn:aws:iam::111122223333:user/ann';
const role = 'arn:aws:iam::111122223333:role/team/app';
const of = (id: string, kind: ReachNode['kind'], name: string, clusterArn?: string): ReachNode => ({
  ...{ id, kind, name },
  ...(clusterArn === undefined ? {} : { clusterArn }),
});
const table = {
  ...{ edges: [], missing: [], elsewhere: {}, levels: {}, clusters: { 'arn:shop': 'shop', 'arn:depot': 'depot' } },
  nodes: [
    of('p', 'principal', principal),
    of('r', 'role', role),
    ...['shop', 'depot'].flatMap(name => [
      of(`g-${name}`, 'group', 'devs', `arn:${name}`),
      of(`s-${name}`, 'service-account', 'ci/run', `arn:${name}`),
      of(`t-${name}`, 'rights', 'ci/run', `arn:${name}`),
    ]),
  ],
} as ReachTable;
const ids = (nodes: readonly ReachNode[]): string => nodes.map(({ id }) => id).join(' ');

test('what is of no cluster is found whichever cluster is meant; the others in theirs alone', () => {
  expect([undefined, 'shop', 'arn:depot'].map(cluster => ids(startNamed(table, principal, cluster)))).toEqual([
    'p',
    'p',
    'p',
  ]);
  expect([undefined, 'shop', 'arn:depot'].map(cluster => ids(startNamed(table, 'group:devs', cluster)))).toEqual([
    ...['g-shop g-depot', 'g-shop', 'g-depot'],
  ]);
  for (const text of ['sa/ci/run', 'sa:ci/run', 'serviceaccount/ci/run', 'ci/run'])
    expect([text, ids(startNamed(table, text, 'depot'))]).toEqual([text, 's-depot']);
  expect(ids(endsNamed(table, 'sa/ci/run', 'shop').known)).toBe('s-shop');
  expect([role, 'role/app', 'role:app'].map(name => ids(endsNamed(table, name).known))).toEqual(['r', 'r', 'r']);
});

test.each(['devs', 'role/app', 'sa/run', 'sa/ci/run/x', 'group/', ''])('%j is nobody to start from', text => {
  expect(() => startNamed(table, text)).toThrow(/^--from is .*, wanted group\/NAME/);
});
