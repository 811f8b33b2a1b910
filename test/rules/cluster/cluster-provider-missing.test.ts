import { expect, test } from '@jest/globals';
import { indexOf } from '../../../lib/facts/fleet-index.ts';
import { complete, unavailable } from '../../../lib/model/collected.ts';
import type { RuntimeFacts } from '../../../lib/model/runtime.ts';
import { catalog } from '../../../lib/rules/catalog.ts';
import { aReadCluster, aServiceAccount } from '../../support/example-cluster.ts';
import {
  aCluster,
  aClusterSnapshot,
  aProvider,
  aRole,
  aSnapshot,
  exampleIssuer,
  someFacts,
} from '../../support/example-world.ts';
import { says } from '../../support/says.ts';
import { evaluate } from '../../support/whole/evaluate.ts';
import { denied, noIssuer, ofStatus } from './worlds.ts';

const alias = exampleIssuer.replace('oidc.eks.eu-west-1.amazonaws.com', 'oidc-eks.eu-west-1.api.aws');

const none = complete([]);

const foreign = aServiceAccount({ annotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::999988887777:role/x' } });

const elsewhere = aProvider({ accountId: '999988887777' });

const ipv6 = (announced?: string) => {
  const cluster = aCluster({ ipFamily: 'ipv6' });
  return complete([
    announced === undefined
      ? aClusterSnapshot({ cluster })
      : aReadCluster({ issuer: complete(announced) }, { cluster }),
  ]);
};

const providerId = `arn:aws:iam::111122223333:oidc-provider/${exampleIssuer.slice('https://'.length)}`;
const asked = (providerArn = providerId): RuntimeFacts => ({
  ...{ from: '2026-10-31T06:00:00.000Z', to: '2026-11-01T06:00:00.000Z' },
  events: [
    {
      ...{
        roleArn: 'arn:aws:iam::111122223333:role/gone',
        subject: 'system:serviceaccount:checkout:cart',
        providerArn,
      },
      ...{
        region: 'eu-west-1',
        successes: 0,
        userAgents: [],
        verificationMethods: [],
        lastAt: '2026-10-31T07:00:00.000Z',
      },
      failures: [
        {
          ...{ errorCode: 'InvalidIdentityTokenException', errorMessage: 'No OpenIDConnect provider found' },
          ...{ count: 3, lastAt: '2026-10-31T07:00:00.000Z' },
        },
      ],
    },
  ],
});

says('cluster-provider-missing', [
  ['the exact provider', () => someFacts(), []],
  ['a role needs it', () => someFacts({ providers: none }), [/^high: needed .*"users":\["the role checkout-cart"\]/]],
  ['nothing needs it', () => someFacts({ providers: none, roles: none }), [/^info: unused/]],
  [
    'a service account names a role of the account',
    () => someFacts({ providers: none, roles: none, clusters: complete([aReadCluster()]) }),
    [/^high: needed .*"users":\["the service account checkout\/cart"\]/],
  ],
  [
    'a service account asks by it, as CloudTrail saw, and no role trusts it any more',
    () => someFacts({ providers: none, roles: none, runtime: complete(asked()) }),
    [/^high: needed .*"users":\["the service account checkout\/cart"\]/],
  ],
  [
    'whether one asks by it was not read, and another account has the provider',
    () => {
      const facts = someFacts({ providers: none, roles: none, runtime: unavailable(denied) });
      return { ...facts, fleet: { ...facts.fleet, providers: [{ arn: elsewhere.arn, accountId: '999988887777' }] } };
    },
    [/^unknown: .*needs a provider for cluster/],
  ],
  [
    'a service account of another cluster asks',
    () => someFacts({ providers: none, roles: none, runtime: complete(asked(`${providerId}0`)) }),
    [/^info: unused/],
  ],
  [
    "a service account names another account's role: that account needs the provider",
    () =>
      someFacts({
        providers: none,
        roles: none,
        clusters: complete([aReadCluster({ serviceAccounts: complete([foreign]) })]),
      }),
    [/^info/],
  ],
  [
    'its roles are all in another account, which has the provider',
    () => {
      const hub = aSnapshot({
        accountId: '999988887777',
        providers: complete([elsewhere]),
        roles: none,
        clusters: none,
      });
      const facts = someFacts({ providers: none, roles: none });
      return { ...facts, fleet: indexOf([facts.snapshot, hub]) };
    },
    [],
  ],
  ...[
    ['the providers of another account were not read', false],
    ['another account was not read at all', true],
  ].map(
    ([title, isGone]) =>
      [
        String(title),
        () => {
          const hub = aSnapshot({ accountId: '999988887777', providers: unavailable(denied), clusters: none });
          const facts = someFacts({ providers: none, roles: none });
          return { ...facts, fleet: isGone ? indexOf([facts.snapshot], ['9']) : indexOf([facts.snapshot, hub]) };
        },
        [/^unknown: whether another account has a provider for https:.*account 9(99988887777)?$/],
      ] as const,
  ),
  [
    'another account has the provider, and a role of this one needs it too',
    () => {
      const facts = someFacts({ providers: none });
      return { ...facts, fleet: { ...facts.fleet, providers: [{ arn: elsewhere.arn, accountId: '999988887777' }] } };
    },
    [/^high/],
  ],
  [
    'roles that could not be read may need it',
    () => someFacts({ providers: none, roles: unavailable(denied) }),
    [/^unknown: whether anything needs a provider for cluster shop: list pods: 403/],
  ],
  [
    'a role that was read needs it, others were not read',
    () =>
      someFacts({
        providers: none,
        roles: { status: 'partial', value: [aRole()], gaps: [{ what: 'page 2', reason: denied }] },
      }),
    [/^high/],
  ],
  [
    'providers that could not all be listed',
    () => someFacts({ providers: { status: 'partial', value: [], gaps: [{ what: 'some', reason: denied }] } }),
    [/^unknown: all providers/],
  ],
  [
    'a provider that differs by case is none',
    () => someFacts({ providers: complete([aProvider({ issuer: exampleIssuer.toLowerCase() })]) }),
    [/^high/],
  ],
  ...['CREATING', 'DELETING', 'FAILED'].map(
    status => [status, () => someFacts({ providers: none, clusters: ofStatus(status) }), []] as const,
  ),
  ['no issuer, no provider', () => someFacts({ providers: none, clusters: noIssuer('ACTIVE') }), []],
  [
    'the alias, for an IPv6 cluster of unknown issuer',
    () => someFacts({ providers: complete([aProvider({ issuer: alias })]), clusters: ipv6() }),
    [/^unknown: the issuer in tokens of the IPv6 cluster shop: its Kubernetes resources were not read/],
  ],
  [
    'the alias, for an IPv6 cluster that announces the other',
    () => someFacts({ providers: complete([aProvider({ issuer: alias })]), clusters: ipv6(exampleIssuer) }),
    [/^high/],
  ],
]);

test('a role that trusts the missing provider is the same cause', () => {
  const { findings } = evaluate(someFacts({ providers: none }), { rules: catalog });
  expect(findings.map(({ ruleId }) => ruleId)).toEqual(['cluster-provider-missing']);
  expect(findings[0]?.explains.map(({ ruleId }) => ruleId)).toContain('trust-provider-missing');
  expect(findings[0]).toMatchObject({
    podError: `InvalidIdentityToken: No OpenIDConnect provider found in your account for ${exampleIssuer}`,
    articleStep: 'provider-exists',
  });
});

test.each([
  ['aws', 'eu-west-1', ''],
  ['aws-cn', 'cn-northwest-1', ' --region cn-north-1'],
  ['aws-us-gov', 'us-gov-east-1', ' --region us-gov-west-1'],
])('the command to create a provider in %s', (partition, region, suffix) => {
  const issuer = `https://oidc.eks.${region}.amazonaws.com/id/A`;
  const clusters = complete([aClusterSnapshot({ cluster: aCluster({ region, issuer, name: 'shop' }) })]);
  const { findings } = evaluate(someFacts({ partition, clusters, providers: none, roles: none }), { rules: catalog });
  const fix = findings.find(({ ruleId }) => ruleId === 'cluster-provider-missing')?.fix;
  expect(fix?.commands).toEqual([
    `[ "$(aws sts get-caller-identity --query Account --output text${suffix})" = 111122223333 ] && aws iam create-open-id-connect-provider --url ${issuer} --client-id-list sts.amazonaws.com${suffix}`,
  ]);
  expect(fix?.summary).toContain(
    `eksctl utils associate-iam-oidc-provider --cluster shop --region ${region} --approve`,
  );
});
