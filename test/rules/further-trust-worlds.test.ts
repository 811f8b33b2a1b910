/** Single worlds of trust policies in which two facts together decide: what the rules say of each, all of it. */
import { expect, test } from '@jest/globals';
import type { Facts } from '../../lib/facts/facts.ts';
import { complete, withGaps } from '../../lib/model/collected.ts';
import { nearFrom } from '../../lib/model/quotas.ts';
import { aReadCluster } from '../support/example-cluster.ts';
import { aProvider, aRole, someFacts } from '../support/example-world.ts';
import { aGap, annotatedWith, worldOf } from '../support/in-cluster-world.ts';
import { sayOf } from './say-of.ts';
import { aud, deny, exact, otherProvider, policy, provider, statement, sub } from './trust/judge.ts';

const cart = aRole().arn;
const inAccount = (arn: string): string => arn.replace('111122223333', '444455556666');
const roles = (...policies: readonly string[]) => ({
  roles: complete(policies.map((trustPolicy, at) => aRole({ trustPolicy, ...(at > 0 && { name: `role-${at}` }) }))),
});
const tested = (condition: unknown, over: Record<string, unknown> = {}) => statement({ Condition: condition, ...over });
const level = {
  rolePermissions: complete({
    roles: {},
    policies: {},
    levels: {
      [cart]: { level: 'administrator' as const, shown: { policy: 'p', statement: 's', action: '*', resource: '*' } },
    },
  }),
};
const rcp = (condition: unknown) => ({
  controlPolicies: complete([
    {
      ...{ id: 'p-1', name: 'perimeter', attachedTo: '111122223333' },
      document: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Deny', Principal: '*', Action: '*', Resource: '*', Condition: condition }],
      }),
    },
  ]),
});
const longPolicy = (length: number): string => {
  const empty = policy(statement({ Sid: '' })).replaceAll(/\s/g, '').length;
  return policy(statement({ Sid: 'x'.repeat(length - empty) }));
};

test.each<readonly [rules: string, title: string, facts: () => Facts]>([
  [
    'role-denied-by-rcp',
    'a provider of another account beside its own',
    () =>
      someFacts({
        ...rcp({ Null: { [sub]: 'true' } }),
        ...roles(policy(statement({ Principal: { Federated: [provider, inAccount(otherProvider)] } }))),
      }),
  ],
  [
    'role-denied-by-rcp',
    'one of two audiences is denied, for which one account asks',
    () =>
      worldOf(annotatedWith({ 'eks.amazonaws.com/audience': 'vault' }), {
        ...rcp({ StringEquals: { [aud]: 'sts.amazonaws.com' } }),
        ...roles(policy(tested({ StringLike: { [sub]: 'system:serviceaccount:*:cart' } }))),
        providers: complete([aProvider({ audiences: ['sts.amazonaws.com', 'vault'] })]),
      }),
  ],
  [
    'role-denied-by-rcp',
    'one of two policies is none',
    () => {
      const { controlPolicies } = rcp({ StringEquals: { 'aws:SourceVpc': 'vpc-1' } });
      const [first] = controlPolicies.status === 'unavailable' ? [] : controlPolicies.value;
      return someFacts({
        controlPolicies: complete(first ? [first, { ...first, id: 'p-2', name: 'odd', document: '[]' }] : []),
      });
    },
  ],
  [
    'trust-audience-impossible',
    'only audiences are excluded',
    () =>
      someFacts({
        ...roles(
          policy(
            tested({ StringEquals: { [sub]: exact }, StringNotEquals: { [aud]: ['sts.amazonaws.com', 'vault'] } }),
          ),
        ),
      }),
  ],
  [
    'trust-audience-impossible',
    'one test names an audience, and another excludes it',
    () =>
      someFacts({
        ...roles(policy(tested({ StringEquals: { [sub]: exact, [aud]: 'vault' }, StringNotLike: { [aud]: 'sts*' } }))),
      }),
  ],
  [
    'trust-condition-expired',
    'another statement allows the same, and one of two audiences is for nobody',
    () =>
      someFacts({
        ...roles(
          policy(
            statement(),
            tested({
              StringEquals: { [sub]: exact, [aud]: 'sts.amazonaws.com' },
              DateLessThan: { 'aws:CurrentTime': '2026-01-01T00:00:00Z' },
            }),
          ),
        ),
        providers: complete([aProvider({ audiences: ['sts.amazonaws.com', 'vault'] })]),
      }),
  ],
  [
    'trust-principal-wildcard',
    'two kinds of everyone, in a role of an administrator',
    () => someFacts({ ...roles(policy(statement({ Principal: { AWS: '*', Federated: '*' } }))), ...level }),
  ],
  [
    'trust-principal-wildcard',
    'every account, and tokens of one namespace',
    () =>
      someFacts({
        ...roles(
          policy(tested({ StringLike: { [sub]: 'system:serviceaccount:checkout:*' } }, { Principal: { AWS: '*' } })),
        ),
        ...level,
      }),
  ],
  [
    'trust-principal-wildcard',
    'every account, and tokens of some names of one namespace',
    () =>
      someFacts({
        ...roles(
          policy(tested({ StringLike: { [sub]: 'system:serviceaccount:checkout:c*' } }, { Principal: { AWS: '*' } })),
        ),
      }),
  ],
  ...[-1, 0, 1].flatMap(more =>
    [2048, 1000].map(
      quota =>
        [
          'trust-size-near-limit',
          `a policy of ${more} characters more than where ${quota} are near`,
          () =>
            someFacts({
              ...roles(longPolicy(nearFrom(quota) + more)),
              quotas: complete({ oidcProviders: 100, trustPolicyLength: quota }),
            }),
        ] as const,
    ),
  ),
  [
    'trust-never-matches',
    'dates that never meet, and two subjects that contradict each other',
    () =>
      someFacts(
        roles(
          policy(
            tested({
              ...{ StringEquals: { [sub]: exact }, StringLike: { [sub]: 'system:serviceaccount:web:*' } },
              ...{
                DateLessThan: { 'aws:CurrentTime': '2020-01-01T00:00:00Z' },
                DateGreaterThan: { 'aws:CurrentTime': '2027-01-01T00:00:00Z' },
              },
            }),
          ),
        ),
      ),
  ],
  [
    'trust-never-matches, trust-provider-missing',
    'one of two clusters is gone, and whether the other lives is not known',
    () =>
      someFacts({
        ...roles(policy(statement({ Principal: { Federated: [provider, otherProvider] } }))),
        providers: withGaps([aProvider()], [aGap('iam:ListOpenIDConnectProviders')]),
      }),
  ],
  [
    'trust-never-matches, trust-provider-missing',
    'one of two clusters is gone, and no region was read to its end',
    () =>
      someFacts({
        ...roles(policy(statement({ Principal: { Federated: [provider, otherProvider] } }))),
        clusters: withGaps([aReadCluster()], [aGap('eks:ListClusters')]),
      }),
  ],
  [
    'trust-subject-literal-wildcard',
    'a Deny of all but a wildcard that is not expanded, where one account is allowed',
    () =>
      someFacts(roles(policy(statement(), deny({ StringNotEquals: { [sub]: 'system:serviceaccount:checkout:*' } })))),
  ],
  [
    'trust-subject-literal-wildcard',
    'a Deny of a wildcard that is not expanded, where one account is allowed',
    () => someFacts(roles(policy(statement(), deny({ StringEquals: { [sub]: 'system:serviceaccount:checkout:*' } })))),
  ],
  [
    'trust-open-to-accounts',
    'a role that trusts everyone, and itself',
    () =>
      someFacts(
        roles(policy({ Effect: 'Allow', Principal: { AWS: ['*', cart] }, Action: 'sts:AssumeRole' }, statement())),
      ),
  ],
  [
    'trust-open-to-accounts',
    'a role that trusts one which may be open, by a test that is open',
    () =>
      someFacts(
        roles(
          policy(
            {
              Effect: 'Allow',
              Principal: { AWS: cart.replace('checkout-cart', 'role-1') },
              Action: 'sts:AssumeRole',
              Condition: { StringEquals: { 'aws:Odd': 'x' } },
            },
            statement(),
          ),
          policy({
            Effect: 'Allow',
            Principal: { AWS: inAccount(cart) },
            Action: 'sts:AssumeRole',
            Condition: { StringEquals: { 'aws:Odder': 'x' } },
          }),
        ),
      ),
  ],
  [
    'trust-any-namespace, trust-any-service-account-in-namespace',
    'patterns of two statements beside a Deny of others',
    () =>
      someFacts(
        roles(
          policy(
            tested({
              StringLike: { [sub]: [...'abcdefghijklmnopqr'].map(letter => `system:serviceaccount:${letter}*:cart`) },
            }),
            tested({
              StringLike: { [sub]: [...'stuvwxyz0123456789'].map(letter => `system:serviceaccount:${letter}*:cart`) },
            }),
            deny({ StringLike: { [sub]: 'system:serviceaccount:*:web' } }),
          ),
        ),
      ),
  ],
])('%s: %s', (rules, _title, facts) => {
  expect(sayOf(rules, facts())).toEqual([]);
});
