import { describe, expect, test } from '@jest/globals';
import { complete, unavailable } from '../../lib/model/collected.ts';
import type { AccountSnapshot } from '../../lib/model/snapshot.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import { aReadCluster } from '../support/example-cluster.ts';
import {
  aClusterSnapshot,
  aProvider,
  aRole,
  aTrustPolicy,
  exampleIssuer,
  someFacts,
} from '../support/example-world.ts';
import { evaluate } from '../support/whole/evaluate.ts';

const host = exampleIssuer.slice('https://'.length);
const other = exampleIssuer.replace('5C1D', '7777');
const cart = 'system:serviceaccount:checkout:cart';
const aud = 'sts.amazonaws.com';

const statementsOf = (text: string): readonly unknown[] => (JSON.parse(text) as { Statement: unknown[] }).Statement;
const found = (...policies: readonly string[]) =>
  evaluate(
    someFacts({
      clusters: complete([
        aReadCluster(),
        aClusterSnapshot({
          cluster: {
            ...aReadCluster().cluster,
            arn: 'arn:aws:eks:eu-west-1:111122223333:cluster/b',
            name: 'b',
            issuer: other,
          },
        }),
      ]),
      providers: complete([aProvider(), aProvider({ issuer: other })]),
      roles: complete([
        aRole({ trustPolicy: JSON.stringify({ Version: '2012-10-17', Statement: policies.flatMap(statementsOf) }) }),
      ]),
    }),
    { rules: catalog },
  ).findings;

/** `rule <- folded rules` of each finding about the role or its account. */
const told = (...policies: readonly string[]) =>
  found(...policies)
    .filter(one => !/audience|cluster-|webhook/.test(one.ruleId))
    .map(one => [one.ruleId, ...one.explains.map(({ ruleId }) => ruleId)].join(' <- '))
    .sort();

const contradictory = (issuer: string, name: string) =>
  aTrustPolicy({
    issuer,
    condition: {
      StringEquals: { [`${issuer.slice(8)}:sub`]: 'system:serviceaccount:shipping:x', [`${issuer.slice(8)}:aud`]: aud },
      StringLike: { [`${issuer.slice(8)}:sub`]: `system:serviceaccount:${name}:*` },
    },
  });
const withMail = (subject: string) =>
  aTrustPolicy({
    condition: { StringEquals: { [`${host}:sub`]: subject, [`${host}:aud`]: aud, [`${host}:email`]: 'a@b.example' } },
  });

describe('a refused account is folded only into what keeps it out', () => {
  test('its own statement can match nobody', () => {
    expect(told(withMail(cart))).toEqual(['trust-never-matches <- service-account-role-not-trusting']);
  });

  test('of two statements that match nobody, into its own', () => {
    const findings = found(contradictory(other, 'basket'), withMail(cart)).filter(
      one => one.ruleId === 'trust-never-matches',
    );
    expect(findings.map(one => [one.issuer === other, one.explains.length])).toEqual(
      expect.arrayContaining([
        [true, 0],
        [false, 1],
      ]),
    );
  });

  test('not into a statement for somebody else that matches nobody', () => {
    expect(told(withMail('system:serviceaccount:kube-system:orders'))).toContain('service-account-role-not-trusting');
  });

  test('not into a contradiction of others', () => {
    expect(told(contradictory(exampleIssuer, 'basket'))).toContain('service-account-role-not-trusting');
  });

  test('not into a mistyped subject of somebody else', () => {
    const policy = aTrustPolicy({ subject: 'system:serviceaccount:Checkout:orders' });
    expect(told(policy)).toContain('service-account-role-not-trusting');
  });

  test('not into the wrong action of a statement for somebody else', () => {
    const policy = aTrustPolicy({ subject: 'system:serviceaccount:kube-system:orders' }).replace(
      'sts:AssumeRoleWithWebIdentity',
      'sts:AssumeRole',
    );
    expect(told(policy)).toContain('service-account-role-not-trusting');
  });

  test('into the wrong action of a statement for a service account that is gone only where the provider was read', () => {
    const action = aTrustPolicy({ subject: 'system:serviceaccount:checkout:gone' });
    const roles = complete([aRole({ trustPolicy: action.replace('sts:AssumeRoleWithWebIdentity', 'sts:AssumeRole') })]);
    const foldedInto = (providers: Partial<AccountSnapshot>) =>
      evaluate(someFacts({ clusters: complete([aReadCluster()]), roles, ...providers }), { rules: catalog })
        .findings.filter(({ explains }) => explains.some(one => one.ruleId === 'service-account-role-not-trusting'))
        .map(({ ruleId }) => ruleId);
    expect(foldedInto({})).toEqual(['trust-action-wrong']);
    const reason = { kind: 'denied', operation: 'iam:ListOpenIDConnectProviders', message: 'not authorized' } as const;
    expect(foldedInto({ providers: unavailable(reason) })).toEqual([]);
  });

  test('not into the impossible audience of a statement for somebody else', () => {
    const policy = aTrustPolicy({ subject: 'system:serviceaccount:kube-system:orders' }).replace(aud, 'vault');
    expect(told(policy)).toContain('service-account-role-not-trusting');
  });

  test('but into the impossible audience of its own', () => {
    expect(told(aTrustPolicy().replace(aud, 'vault'))).not.toContain('service-account-role-not-trusting');
  });
});

describe('a refused account is told of beside a role that trusts only the missing provider of another cluster', () => {
  const gone = exampleIssuer.replace(/[0-9A-F]{32}$/, '0F1E2D3C4B5A69788796A5B4C3D2E1F0');

  test('that was never meant for it', () => {
    const alone = told(aTrustPolicy({ issuer: gone, subject: 'system:serviceaccount:old:x' }));
    expect(alone).toContain('service-account-role-not-trusting');
    expect(alone.find(line => line.startsWith('trust-provider-missing'))).not.toContain(
      'service-account-role-not-trusting',
    );
  });

  test('but not where it names the account that has the role in a living cluster', () => {
    expect(told(aTrustPolicy({ issuer: gone })).filter(line => line.includes('account-role'))).toEqual([
      'trust-provider-missing <- role-trusts-dead-cluster <- service-account-role-not-trusting',
    ]);
  });

  test('nor where its name is a slip of the pen', () => {
    const slip = exampleIssuer.replace(/.$/, 'E');
    expect(told(aTrustPolicy({ issuer: slip })).filter(line => line.includes('account-role'))).toEqual([
      expect.stringMatching(/^trust-provider-missing <- .*service-account-role-not-trusting/),
    ]);
  });

  test('nor where the tests name its own cluster', () => {
    const policy = aTrustPolicy().replace(`oidc-provider/${host}`, `oidc-provider/${gone.slice('https://'.length)}`);
    expect(told(policy).filter(line => line.includes('account-role'))).toEqual([
      expect.stringMatching(/^trust-provider-missing <- .*service-account-role-not-trusting/),
    ]);
  });

  /** The provider of the cluster that is gone is still there, and says by its tag of which cluster it was. */
  const recreated = (subject: string, name: string) => {
    const detail = complete({
      url: gone.slice('https://'.length),
      audiences: [aud],
      thumbprints: [],
      tags: { 'alpha.eksctl.io/cluster-name': name },
    });
    return evaluate(
      someFacts({
        clusters: complete([aReadCluster()]),
        providers: complete([aProvider(), aProvider({ issuer: gone, detail })]),
        roles: complete([aRole({ trustPolicy: aTrustPolicy({ issuer: gone, subject }) })]),
      }),
      { rules: catalog },
    ).findings.map(one => [one.ruleId, ...one.explains.map(({ ruleId }) => ruleId)].join(' <- '));
  };

  test('a cluster created again is the cause for its own accounts', () => {
    expect(recreated(cart, 'shop')).toContain(
      'role-trusts-dead-cluster <- provider-orphaned <- service-account-role-not-trusting',
    );
  });

  test('a cluster in whose place another one has the account is it, too', () => {
    expect(recreated(cart, 'old')).toContain(
      'role-trusts-dead-cluster <- provider-orphaned <- service-account-role-not-trusting',
    );
  });

  test.each([
    ['of a cluster that is gone for good', 'system:serviceaccount:old:x', 'old'],
    ['for somebody else in the cluster that was created again', 'system:serviceaccount:old:x', 'shop'],
  ])('a role %s', (_title, subject, name) => {
    expect(recreated(subject, name)).toContain('service-account-role-not-trusting');
  });
});
