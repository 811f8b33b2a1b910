/** Nodes by the names that a person gives, in the clusters that are meant. */
import { expect, test } from '@jest/globals';
import { accountsNamed, rolesNamed, startNamed } from '../../../lib/cli/reach/named-nodes.ts';
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
  expect(ids(startNamed(table, 'sa:ci/run', 'depot'))).toBe('t-depot');
  expect(ids(accountsNamed(table, 'ci/run', '--x', 'shop'))).toBe('s-shop');
  expect([role, 'app'].map(name => ids(rolesNamed(table, name)))).toEqual(['r', 'r']);
});
