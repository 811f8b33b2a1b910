import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../lib/facts/facts.ts';
import { nothingKnown } from '../../lib/history/known-state.ts';
import { isNotifiable, reconcile } from '../../lib/history/reconcile.ts';
import { complete } from '../../lib/model/collected.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import { evaluate } from '../../lib/rules/evaluate/evaluate.ts';
import { aRun, stateAfter } from '../support/drift-builders.ts';
import { aContainer, aPod, aReadCluster, aServiceAccount } from '../support/example-cluster.ts';
import { aProvider, aRole, aTrustPolicy, exampleIssuer, someFacts } from '../support/example-world.ts';

/** The news of the second of two worlds, the first being known. */
const told = (before: Facts, after: Facts): readonly string[] => {
  const first = evaluate(before, { rules: catalog });
  expect(first.findings).not.toEqual([]);
  const known = stateAfter(nothingKnown, reconcile(nothingKnown, first, aRun(1)), aRun(1).at);
  const { transitions } = reconcile(known, evaluate(after, { rules: catalog }), aRun(2));
  return transitions
    .filter(isNotifiable)
    .map(({ kind, summary, after: { finding } }) => `${kind} ${finding.ruleId}: ${summary}`);
};

const bare = { containers: [aContainer({ awsVariables: [], irsaEnvironment: {}, mounts: {} })], volumes: [] };
const withPods = (...names: readonly string[]) =>
  someFacts({ clusters: complete([aReadCluster({ pods: complete(names.map(name => aPod({ name, ...bare }))) })]) });

describe('a world that changes in nothing that matters tells nobody anything', () => {
  test('pods of a deployment that never got their role are replaced by others, and are more', () => {
    expect(told(withPods('cart-1-a', 'cart-1-b'), withPods('cart-1-c', 'cart-1-d', 'cart-1-e'))).toEqual([]);
  });

  test('a role for something else is made while an account names a missing role', () => {
    const account = aServiceAccount({
      annotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::111122223333:role/zzz' },
    });
    const clusters = complete([aReadCluster({ serviceAccounts: complete([account]), pods: complete([]) })]);
    const unrelated = aRole({ name: 'other-thing-entirely', trustPolicy: '{"Version":"2012-10-17","Statement":[]}' });
    expect(told(someFacts({ clusters }), someFacts({ clusters, roles: complete([aRole(), unrelated]) }))).toEqual([]);
  });

  test('another provider is made while a cluster has none', () => {
    const other = aProvider({ issuer: 'https://token.actions.githubusercontent.com' });
    expect(told(someFacts({ providers: complete([]) }), someFacts({ providers: complete([other]) }))).toEqual([]);
  });

  test('a namespace is made while a role trusts one that does not exist', () => {
    const roles = complete([
      aRole(),
      aRole({ name: 'b', trustPolicy: aTrustPolicy({ subject: 'system:serviceaccount:gone:x' }) }),
    ]);
    const inside = (...names: string[]) =>
      someFacts({
        roles,
        clusters: complete([
          aReadCluster({
            namespaces: complete(['checkout', ...names].map(name => ({ name, labels: {}, terminating: false }))),
          }),
        ]),
      });
    expect(told(inside(), inside('new'))).toEqual([]);
  });

  test('an unrelated cluster is made while a provider has none', () => {
    const old = exampleIssuer.replace('5C1D', '0000');
    const providers = complete([aProvider(), aProvider({ issuer: old })]);
    const more = aReadCluster(
      {},
      {
        cluster: {
          ...aReadCluster().cluster,
          name: 'two',
          arn: 'arn:aws:eks:eu-west-1:111122223333:cluster/two',
          issuer: exampleIssuer.replace('5C1D', '2222'),
        },
      },
    );
    const third = aProvider({ issuer: exampleIssuer.replace('5C1D', '2222') });
    expect(
      told(
        someFacts({ providers, clusters: complete([aReadCluster()]) }),
        someFacts({
          providers: complete([...(providers.status === 'complete' ? providers.value : []), third]),
          clusters: complete([aReadCluster(), more]),
        }),
      ).filter(line => line.includes('provider-orphaned')),
    ).toEqual([]);
  });
});

test('but a pod that was sound and is not any more is told', () => {
  const roleOf = (name: string) =>
    someFacts({
      clusters: complete([
        aReadCluster({
          pods: complete([
            aPod({
              containers: [
                aContainer({
                  irsaEnvironment: {
                    ...aContainer().irsaEnvironment,
                    AWS_ROLE_ARN: `arn:aws:iam::111122223333:role/${name}`,
                  },
                }),
              ],
            }),
          ]),
        }),
      ]),
    });
  expect(told(roleOf('old-one'), roleOf('old-two'))).toHaveLength(1);
});
