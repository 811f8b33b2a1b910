import { describe, expect, test } from '@jest/globals';
import { complete, notAskedFor } from '../../../lib/model/collected.ts';
import type { FindingLocation } from '../../../lib/model/finding.ts';
import { ownerIn } from '../../../lib/model/owner.ts';
import { withOwners } from '../../../lib/rules/evaluate/owners.ts';
import { aRoleFinding } from '../../support/drift-builders.ts';
import { aReadCluster } from '../../support/example-cluster.ts';
import { aCluster, aRole, someFacts } from '../../support/example-world.ts';

describe('an owner', () => {
  test.each<readonly [labels: Readonly<Record<string, string>>, owner: string | undefined]>([
    [{}, undefined],
    [{ owner: 'orders' }, 'orders'],
    [{ Owner: 'orders' }, 'orders'],
    [{ OWNER: 'shouted', owner: 'orders' }, 'orders'],
    [{ owner: ' orders ' }, 'orders'],
    [{ owner: '' }, undefined],
    [{ owner: ' ', Owner: 'orders' }, 'orders'],
    [{ ownership: 'orders', 'team/owner': 'orders' }, undefined],
  ])('of %j is %s', (labels, owner) => {
    expect(ownerIn(labels)).toBe(owner);
  });
});

const bank = aCluster({ name: 'bank' });
/** A cluster of team-cluster with two namespaces, one of them of team-space, and a role of team-role. */
const facts = someFacts({
  regions: [
    {
      region: 'eu-west-1',
      clusters: complete([
        aReadCluster(
          {
            namespaces: complete([
              { name: 'owned', labels: { owner: 'team-space' }, terminating: false },
              { name: 'shared', labels: { team: 'x' }, terminating: false },
            ]),
          },
          { cluster: aCluster({ tags: { Owner: 'team-cluster' } }) },
        ),
        { ...aReadCluster(), cluster: bank, kubernetes: notAskedFor('read the cluster') },
      ]),
    },
  ],
  roles: complete([
    aRole({
      name: 'tagged',
      detail: complete({ attachedPolicyArns: [], isAdministrator: false, tags: { owner: 'team-role' } }),
    }),
    aRole({ name: 'unread' }),
  ]),
});
const arn = (name: string): string => `arn:aws:iam::111122223333:role/${name}`;
const shop = aCluster().arn;

describe('a finding', () => {
  test.each<readonly [what: string, place: Partial<FindingLocation>, owner: string | undefined]>([
    ['the label of its namespace', { clusterArn: shop, namespace: 'owned', roleArn: arn('tagged') }, 'team-space'],
    [
      'the tag of its role, where the namespace has none',
      { clusterArn: shop, namespace: 'shared', roleArn: arn('tagged') },
      'team-role',
    ],
    [
      'the tag of its cluster, where neither has one',
      { clusterArn: shop, namespace: 'shared', roleArn: arn('unread') },
      'team-cluster',
    ],
    ['the tag of its role alone', { roleArn: arn('tagged') }, 'team-role'],
    [
      'nobody, in a namespace of the same name in another cluster',
      { clusterArn: bank.arn, namespace: 'owned' },
      undefined,
    ],
    ['nobody, where nothing has an owner', { roleArn: arn('unread') }, undefined],
  ])('is owned by %s', (_, place, owner) => {
    const { roleArn: _role, clusterArn: _cluster, namespace: _namespace, ...finding } = aRoleFinding('x');
    expect(withOwners([{ ...finding, ...place }], facts)[0]?.owner).toBe(owner);
  });

  test('of a role in another account has the owner of the cluster that it is about', () => {
    const { regions: _regions, ...snapshot } = facts.snapshot;
    const elsewhere = { ...facts, snapshot: { ...snapshot, regions: [] } };
    expect(withOwners([{ ...aRoleFinding('x'), clusterArn: shop }], elsewhere)[0]?.owner).toBe('team-cluster');
  });
});
