/** An absent way proves nothing where something of the accounts was not read; and roles that nobody has are roles all the same. */
import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import { indexOf } from '../../../lib/facts/fleet-index.ts';
import { complete, notAskedFor, unavailable, withGaps } from '../../../lib/model/collected.ts';
import { pathsFrom } from '../../../lib/reach/graph/paths.ts';
import { accountNode } from '../../../lib/reach/node/ids.ts';
import { aServiceAccount } from '../../support/example-cluster.ts';
import { aCluster, aRole, aTrustPolicy, someFacts } from '../../support/example-world.ts';
import { type Bound, rbacWith, reachCluster } from '../../support/reach-world.ts';
import { reachOf } from '../../support/whole/reach-of.ts';

const reason = { kind: 'denied', operation: 'iam:ListRoles', message: 'not authorized' } as const;
const denied = unavailable<never>(reason);
const devs: Bound = { who: 'group:devs', in: 'checkout', rules: ['create pods'] };
const clusters = complete([reachCluster(rbacWith([devs]))]);

const missingOf = (...facts: readonly Facts[]) => reachOf(facts).missing.map(({ why }) => why);

describe('parts of an account that were not read', () => {
  test('nothing is missing of a world that was read', () => {
    expect(missingOf(someFacts({ clusters }))).toEqual([]);
  });

  test('a gap of the fleet is missing where its account was not read here, and is not of clusters alone', () => {
    const facts = someFacts({ clusters });
    const gapOf = (accountId: string, section: 'account' | 'clusters' | 'roles') => {
      const gaps = [{ accountId, section, part: section, reason }];
      return missingOf({ ...facts, fleet: { ...indexOf([facts.snapshot], []), gaps } });
    };
    const [own, other] = [facts.snapshot.accountId, '444455556666'];
    expect([gapOf(own, 'account'), gapOf(own, 'roles'), gapOf(other, 'clusters')]).toEqual([[], [], []]);
    expect(gapOf(other, 'roles')).toEqual([`account ${other}: iam:ListRoles: not authorized`]);
  });

  test.each<[string, Facts, string]>([
    ['roles', someFacts({ clusters, roles: denied }), 'roles of account 111122223333: iam:ListRoles: not authorized'],
    [
      'some roles',
      someFacts({ clusters, roles: withGaps([aRole()], [{ what: 'page 2', reason }]) }),
      'roles of account 111122223333: iam:ListRoles: not authorized',
    ],
    [
      'providers',
      someFacts({ clusters, providers: denied }),
      'providers of account 111122223333: iam:ListRoles: not authorized',
    ],
    [
      'clusters of a region',
      someFacts({ clusters: denied }),
      'clusters of account 111122223333 in eu-west-1: iam:ListRoles: not authorized',
    ],
    [
      'an account',
      (() => {
        const facts = someFacts({ clusters });
        const gap = { accountId: '444455556666', section: 'account', part: 'account', reason } as const;
        return { ...facts, fleet: { ...indexOf([facts.snapshot], []), gaps: [gap] } };
      })(),
      'account 444455556666: iam:ListRoles: not authorized',
    ],
    [
      'clusters that nobody asked for',
      someFacts({ clusters: notAskedFor('eks:ListClusters') }),
      'clusters of account 111122223333 in eu-west-1: eks:ListClusters: not asked for',
    ],
  ])('%s', (_, facts, why) => {
    expect(missingOf(facts)).toContain(why);
  });
});

describe('roles that no service account of a cluster has', () => {
  const elsewhereOf = (trustPolicy: string) => {
    const role = aRole({ name: 'other', trustPolicy });
    const graph = reachOf([someFacts({ clusters, roles: complete([aRole(), role]) })]);
    return { isThere: graph.nodes.has(role.arn), why: graph.elsewhere[role.arn] ?? [] };
  };
  const trusting = (...principals: readonly object[]) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: principals.map(Principal => ({ Effect: 'Allow', Principal, Action: 'sts:*' })),
    });
  const foreignIssuer = `oidc.eks.us-west-2.amazonaws.com/id/${'B'.repeat(32)}`;
  const elsewhere = { Federated: `arn:aws:iam::111122223333:oidc-provider/${foreignIssuer}` };

  test.each<[string, string, { readonly isThere: boolean; readonly why: readonly string[] }]>([
    [
      'the issuer of a cluster that was not read',
      trusting(elsewhere),
      { isThere: true, why: [`it trusts the issuer ${foreignIssuer}, which no cluster that was read has`] },
    ],
    ['EKS Pod Identity alone', trusting({ Service: 'pods.eks.amazonaws.com' }), { isThere: true, why: [] }],
    [
      'instances beside pods',
      trusting({ Service: ['pods.eks.amazonaws.com', 'ec2.amazonaws.com'] }),
      { isThere: true, why: ['EC2 instances may have it, and who takes it from a node is not followed'] },
    ],
    ['no policy', '{', { isThere: true, why: ['its trust policy is no policy'] }],
    ['a function', trusting({ Service: 'lambda.amazonaws.com' }), { isThere: false, why: [] }],
    [
      'the cluster, and no service account that is there',
      aTrustPolicy({ subject: 'system:serviceaccount:nowhere:*' }),
      { isThere: true, why: [] },
    ],
  ])('%s', (_, policy, wanted) => {
    expect(elsewhereOf(policy)).toEqual(wanted);
  });
});

test('a role of an account that was not read is open to the service account that names it', () => {
  const there = 'arn:aws:iam::999988887777:role/lake';
  const account = aServiceAccount({
    namespace: 'ci',
    name: 'runner',
    annotations: { 'eks.amazonaws.com/role-arn': there },
  });
  const graph = reachOf([
    someFacts({ clusters: complete([reachCluster(rbacWith([devs]), { serviceAccounts: complete([account]) })]) }),
  ]);
  const path = pathsFrom(graph, accountNode(aCluster().arn, 'ci', 'runner').id).get(there);
  expect(path?.isCertain).toBe(false);
  expect(path?.steps[0]?.depends).toBe('the role trusts it: account 999988887777 was not read');
});
