import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import { complete } from '../../../lib/model/collected.ts';
import { aReadCluster } from '../../support/example-cluster.ts';
import { aProvider } from '../../support/example-world.ts';
import {
  exact,
  host,
  inside,
  judge,
  other,
  otherProvider,
  own,
  policy,
  said,
  statement,
  subject,
  where,
  worldOf,
} from './judge.ts';

describe('one fault a case', () => {
  test.each<[string, () => Facts, readonly string[]]>([
    [
      'an account that is not there',
      () => worldOf(subject('system:serviceaccount:checkout:carts'), { clusters: complete([aReadCluster()]) }),
      ['trust-subject-unknown-service-account medium'],
    ],
  ])('%s', (_, facts, expected) => {
    expect(judge(facts())).toEqual(expected);
  });
});

describe('what exists, where it was read', () => {
  test.each<[string, Facts, string]>([
    [
      'the issuer is of a cluster in another account, whose inside is not read here',
      (() => {
        const facts = worldOf(where({ StringEquals: own }), inside('cart'));
        const elsewhere = {
          arn: 'arn:aws:eks:eu-west-1:444455556666:cluster/shop',
          name: 'shop',
          region: 'eu-west-1',
          accountId: '444455556666',
          issuer: `https://${host}`,
        };
        return { ...facts, fleet: { ...facts.fleet, clusters: [...facts.fleet.clusters, elsewhere] } };
      })(),
      'the Kubernetes resources of cluster shop, which is in account 444455556666',
    ],
    [
      'no cluster with the issuer was found, but a region was not read',
      (() => {
        const text = policy(
          statement({
            Principal: { Federated: otherProvider },
            Condition: { StringEquals: { [`${other}:sub`]: exact } },
          }),
        );
        const facts = worldOf(text, {
          providers: complete([aProvider({ issuer: `https://${other}` })]),
          ...inside('cart'),
        });
        return {
          ...facts,
          fleet: {
            ...facts.fleet,
            gaps: [
              {
                ...{ accountId: '111122223333', region: 'us-east-1', section: 'clusters' },
                reason: { kind: 'denied', operation: 'eks:ListClusters', message: '' },
              },
            ],
          },
        };
      })(),
      'clusters of account 111122223333 in us-east-1 (eks:ListClusters denied)',
    ],
  ])('whether the account exists is unknown: %s', (_, facts, why) => {
    expect(said('trust-subject-unknown-service-account', facts)).toEqual([`unknown unread: ${why}`]);
    expect(said('trust-subject-unknown-namespace', facts)).toEqual([`unknown unread: ${why}`]);
  });
});
