/** Nodes by the names that a person gives: those of the kind that the name is of, and of the clusters that are meant. */
import { expect, test } from '@jest/globals';
import { accountsNamed, rolesNamed, startNamed } from '../../../lib/cli/reach/named-nodes.ts';
import type { ReachKind, ReachNode } from '../../../lib/reach/node/reach-graph.ts';
import type { ReachTable } from '../../../lib/report/graph/reach-table.ts';

const role = 'arn:aws:iam::111122223333:role/team/ops';
const shop = 'arn:aws:eks:eu-west-1:111122223333:cluster/shop';
const depot = 'arn:aws:eks:eu-west-1:111122223333:cluster/depot';
const node = (id: string, kind: ReachKind, name: string, clusterArn?: string): ReachNode => ({
  ...{ id, kind, name },
  ...(clusterArn === undefined ? {} : { clusterArn }),
});
const table: ReachTable = {
  nodes: [
    node('caller', 'principal', role),
    node('role', 'role', role),
    node('group', 'group', 'ops', shop),
    node('group of depot', 'group', 'ops', depot),
    node('user', 'user', 'ops', shop),
    node('rights', 'rights', 'ci/ops', shop),
    node('account', 'service-account', 'ci/ops', shop),
  ],
  ...{ edges: [], missing: [], elsewhere: {}, levels: {} },
  clusters: { [shop]: 'shop', [depot]: 'depot' },
};
const ids = (nodes: readonly ReachNode[]) => nodes.map(({ id }) => id);

test.each<readonly [text: string, cluster: string | undefined, wanted: readonly string[]]>([
  [role, undefined, ['caller']],
  [role, 'depot', ['caller']],
  ['group:ops', undefined, ['group', 'group of depot']],
  ['group:ops', 'depot', ['group of depot']],
  ['group:ops', shop, ['group']],
  ['user:ops', undefined, ['user']],
  ['sa:ci/ops', undefined, ['rights']],
  ['serviceaccount:ci/ops', 'shop', ['rights']],
])('who starts as %s, of cluster %s', (text, cluster, wanted) => {
  expect(ids(startNamed(table, text, cluster))).toEqual(wanted);
});

test('a role by its name or ARN, a service account by namespace and name', () => {
  expect([rolesNamed(table, 'ops'), rolesNamed(table, role)].map(ids)).toEqual([['role'], ['role']]);
  expect(ids(accountsNamed(table, 'ci/ops', '--to'))).toEqual(['account']);
});

test.each<readonly [string, () => unknown, string]>([
  ['a principal that nobody has', () => startNamed(table, 'arn:aws:iam::1:user/x'), 'principal'],
  ['a user of another cluster', () => startNamed(table, 'user:ops', 'depot'), 'user'],
  ['an account of another cluster', () => startNamed(table, 'sa:ci/ops', 'depot'), 'service account'],
  ['a cluster', () => startNamed(table, 'user:ops', 'none'), 'cluster'],
])('%s is refused by its kind', (_, ask, kind) => {
  expect(ask).toThrow(new RegExp(kind));
});
