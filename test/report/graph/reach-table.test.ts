import { expect, test } from '@jest/globals';
import { complete, notAskedFor, unavailable } from '../../../lib/model/collected.ts';
import type { RoleLevel } from '../../../lib/model/role-level.ts';
import { asksReach, graphOfTable, reachTableOf } from '../../../lib/report/graph/reach-table.ts';
import { administrator } from '../../rules/reach/worlds.ts';
import { aReadCluster } from '../../support/example-cluster.ts';
import { aCluster, aRole, aTrustPolicy, someFacts } from '../../support/example-world.ts';
import { rbacWith, reachCluster } from '../../support/reach-world.ts';

const denied = { kind: 'denied', operation: 'list roles', message: 'no' } as const;
/** A role that no pod can have. */
const forLambda = aRole({
  ...{ name: 'other', arn: 'arn:aws:iam::111122223333:role/other' },
  trustPolicy: JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  }),
});

test('levels are of the roles that stand in the graph, and clusters by their names', () => {
  const table = reachTableOf([
    someFacts({ clusters: complete([reachCluster(rbacWith([]))]), roles: complete([aRole(), forLambda]) }),
  ]);
  expect(Object.keys(table.levels)).toEqual([aRole().arn]);
  expect(Object.values(table.clusters)).toEqual(['shop']);
  expect([...graphOfTable(table).nodes.keys()]).toEqual(table.nodes.map(({ id }) => id));
});

test('the level of a role is that of its own account', () => {
  const factsOf = (accountId: string, level: RoleLevel) => {
    const role = aRole({
      ...{ arn: `arn:aws:iam::${accountId}:role/checkout-cart`, trustPolicy: aTrustPolicy({ accountId }) },
    });
    return someFacts({
      accountId,
      clusters: complete([aReadCluster({}, { cluster: aCluster({ accountId }) })]),
      roles: complete([role]),
      rolePermissions: complete({ roles: {}, policies: {}, levels: { [role.arn]: level } }),
    });
  };
  const { levels } = reachTableOf([
    factsOf('111122223333', { level: 'little' }),
    factsOf('444455556666', administrator),
  ]);
  expect(Object.entries(levels).map(([arn, level]) => [arn.split(':')[4], level])).toEqual([
    ['111122223333', 'little'],
    ['444455556666', 'administrator'],
  ]);
});

test.each([
  ['read', complete(rbacWith([])), true],
  ['refused', unavailable<never>(denied), true],
  ['not asked for', undefined, false],
])('roles and bindings that were %s', (_, rbac, isAsked) => {
  const cluster = aReadCluster(rbac === undefined ? {} : { rbac });
  expect(asksReach([someFacts({ clusters: complete([cluster]) })])).toBe(isAsked);
});

test('of a cluster that was not reached nothing was asked for', () => {
  const kubernetes = notAskedFor<never>('list roles');
  expect(asksReach([someFacts({ clusters: complete([aReadCluster({}, { kubernetes })]) })])).toBe(false);
});
