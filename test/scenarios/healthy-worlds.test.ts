import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../lib/facts/facts.ts';
import { complete } from '../../lib/model/collected.ts';
import type { KubernetesFacts, Pod } from '../../lib/model/kubernetes.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import { everyUse } from '../support/every-use.ts';
import { aContainer, aPod, aServiceAccount, aWhollyReadCluster } from '../support/example-cluster.ts';
import {
  aCluster,
  anIssuer,
  aProvider,
  aRole,
  aTrustPolicy,
  exampleIssuer,
  exampleRootThumbprint,
  someFacts,
} from '../support/example-world.ts';
import { withoutRights } from '../support/reach-world.ts';
import { evaluate } from '../support/whole/evaluate.ts';

/** Worlds as people run them. Nothing is wrong in any, so nothing may be said above `info`, and no `info` either. */
const detail = complete({
  attachedPolicyArns: [],
  isAdministrator: false,
  tags: {},
  lastUsedAt: '2026-10-30T00:00:00.000Z',
});
type Over = Parameters<typeof someFacts>[0];
const world = (kubernetes: Partial<KubernetesFacts> = {}, over: Over = {}): Facts =>
  someFacts({
    settings: { inCluster: true },
    clusters: complete([aWhollyReadCluster(kubernetes)]),
    roles: complete([aRole({ detail })]),
    runtime: complete({ from: '2026-10-31T23:00:00Z', to: '2026-11-01T06:00:00Z', events: [] }),
    quotas: complete({ oidcProviders: 100, trustPolicyLength: 2048 }),
    controlPolicies: complete([]),
    ...everyUse(over?.roles ?? complete([aRole()])),
    ...over,
  });
const pods = (...list: readonly Pod[]) => world({ pods: complete(list) });
const bare = aContainer({ awsVariables: [], irsaEnvironment: {}, mounts: {} });
const hostPath = exampleIssuer.slice('https://'.length);
const second = exampleIssuer.replace('5C1D', '7777');

const statementsOf = (text: string): readonly unknown[] => (JSON.parse(text) as { Statement: unknown[] }).Statement;
const policyOf = (...statements: readonly unknown[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });
const trusting = (trustPolicy: string, over: Over = {}) =>
  world({}, { roles: complete([aRole({ detail, trustPolicy })]), ...over });
const withCondition = (condition: unknown) => trusting(aTrustPolicy({ condition }));
const beside = (other: unknown) => trusting(policyOf(...statementsOf(aTrustPolicy()), other));

const partitioned = (partition: string, region: string, domain: string): Facts => {
  const text = JSON.stringify(world())
    .replaceAll('arn:aws:', `arn:${partition}:`)
    .replaceAll('oidc.eks.eu-west-1.amazonaws.com', `oidc.eks.${region}.${domain}`)
    .replaceAll('"partition":"aws"', `"partition":"${partition}"`)
    .replaceAll('eu-west-1', region);
  return JSON.parse(text) as Facts;
};

const windowsPath = 'C:\\var\\run\\secrets\\eks.amazonaws.com\\serviceaccount';
const windowsContainer = aContainer({
  irsaEnvironment: {
    AWS_ROLE_ARN: 'arn:aws:iam::111122223333:role/checkout-cart',
    AWS_WEB_IDENTITY_TOKEN_FILE: `${windowsPath}\\token`,
  },
  mounts: { 'aws-iam-token': '/var/run/secrets/eks.amazonaws.com/serviceaccount' },
});
const pathRole = 'arn:aws:iam::111122223333:role/teams/checkout/checkout-cart';

const worlds: readonly (readonly [string, () => Facts])[] = [
  ['the plain one', () => world()],
  [
    'an IPv6 cluster',
    () =>
      world(
        {},
        {
          clusters: complete([
            aWhollyReadCluster({}, { cluster: { ...aWhollyReadCluster().cluster, ipFamily: 'ipv6' } }),
          ]),
        },
      ),
  ],
  ['GovCloud', () => partitioned('aws-us-gov', 'us-gov-west-1', 'amazonaws.com')],
  ['China', () => partitioned('aws-cn', 'cn-north-1', 'amazonaws.com.cn')],
  ['a Windows pod', () => pods(aPod({ isWindows: true, containers: [windowsContainer] }))],
  [
    'a Fargate pod',
    () =>
      pods(
        aPod({
          labels: { 'eks.amazonaws.com/fargate-profile': 'fp' },
          annotations: { CapacityProvisioned: '0.25vCPU 0.5GB' },
        }),
      ),
  ],
  [
    'a Job that ended, its pod without a role',
    () => pods(aPod(), aPod({ name: 'done', phase: 'Succeeded', containers: [bare], volumes: [] })),
  ],
  [
    'a failed pod without a role',
    () => pods(aPod(), aPod({ name: 'done', phase: 'Failed', containers: [bare], volumes: [] })),
  ],
  ['a pod on the host network', () => pods(aPod({ hostNetwork: true }))],
  ['a CronJob between two runs', () => pods()],
  ['a native sidecar', () => pods(aPod({ containers: [aContainer(), aContainer({ name: 'proxy', init: true })] }))],
  ['a rollout: two replica sets', () => pods(aPod(), aPod({ name: 'cart-new', phase: 'Pending' }))],
  [
    'a role with a path',
    () =>
      world(
        {
          serviceAccounts: complete([aServiceAccount({ annotations: { 'eks.amazonaws.com/role-arn': pathRole } })]),
          pods: complete([
            aPod({
              containers: [
                aContainer({ irsaEnvironment: { ...aContainer().irsaEnvironment, AWS_ROLE_ARN: pathRole } }),
              ],
            }),
          ]),
        },
        { roles: complete([aRole({ detail, arn: pathRole, path: '/teams/checkout/' })]) },
      ),
  ],
  [
    'a role for two clusters',
    () =>
      trusting(policyOf(...statementsOf(aTrustPolicy()), ...statementsOf(aTrustPolicy({ issuer: second }))), {
        clusters: complete([
          aWhollyReadCluster(),
          aWhollyReadCluster(
            { issuer: complete(second) },
            {
              cluster: {
                ...aWhollyReadCluster().cluster,
                ...aCluster({ name: 'blue', issuer: second }),
                caCertificates: aWhollyReadCluster().cluster.caCertificates,
              },
            },
          ),
        ]),
        providers: complete([aProvider(), aProvider({ issuer: second })]),
        issuers: [anIssuer(), anIssuer({ url: second })],
      }),
  ],
  [
    'GitHub beside EKS',
    () =>
      beside({
        Effect: 'Allow',
        Principal: { Federated: 'arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com' },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: {
          StringEquals: { 'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com' },
          StringLike: { 'token.actions.githubusercontent.com:sub': 'repo:example/shop:*' },
        },
      }),
  ],
  [
    'SAML beside EKS',
    () =>
      beside({
        Effect: 'Allow',
        Principal: { Federated: 'arn:aws:iam::111122223333:saml-provider/adfs' },
        Action: ['sts:AssumeRoleWithSAML', 'sts:TagSession'],
        Condition: { StringEquals: { 'SAML:aud': 'https://signin.aws.amazon.com/saml' } },
      }),
  ],
  [
    'Pod Identity beside EKS',
    () =>
      beside({
        Effect: 'Allow',
        Principal: { Service: 'pods.eks.amazonaws.com' },
        Action: ['sts:AssumeRole', 'sts:TagSession'],
      }),
  ],
  [
    'a Deny for plain HTTP beside EKS',
    () =>
      beside({
        Effect: 'Deny',
        Principal: { AWS: '*' },
        Action: 'sts:*',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
  ],
  [
    'StringLike without wildcards (eksctl of old, kOps)',
    () =>
      withCondition({
        StringLike: {
          [`${hostPath}:aud`]: 'sts.amazonaws.com',
          [`${hostPath}:sub`]: 'system:serviceaccount:checkout:cart',
        },
      }),
  ],
  [
    'lists of one, as Terraform modules write them',
    () =>
      withCondition({
        StringEquals: {
          [`${hostPath}:aud`]: ['sts.amazonaws.com'],
          [`${hostPath}:sub`]: ['system:serviceaccount:checkout:cart'],
        },
      }),
  ],
  [
    'eksctl',
    () =>
      world(
        {},
        { providers: complete([withTags({ 'alpha.eksctl.io/cluster-name': 'shop' }, [exampleRootThumbprint])]) },
      ),
  ],
  [
    'Terraform',
    () => world({}, { providers: complete([withTags({ Name: 'shop-eks-irsa' }, [exampleRootThumbprint])]) }),
  ],
  ['CDK', () => world({}, { providers: complete([withTags({}, [exampleRootThumbprint.toUpperCase()])]) })],
  ['Pulumi', () => world({}, { providers: complete([withTags({ 'pulumi:project': 'x' }, [exampleRootThumbprint])]) })],
  ['no thumbprints at all', () => world({}, { providers: complete([withTags({}, [])]) })],
];

function withTags(tags: Readonly<Record<string, string>>, thumbprints: readonly string[]) {
  return aProvider({
    detail: complete({
      url: hostPath,
      audiences: ['sts.amazonaws.com'],
      thumbprints,
      createdAt: '2026-01-10T09:10:00.000Z',
      tags,
    }),
  });
}

describe('a healthy world is silent', () => {
  test.each(worlds)('%s', (_title, facts) => {
    const { findings, undecided } = evaluate(withoutRights(facts()), { rules: catalog });
    expect(findings.map(one => `${one.severity} ${one.ruleId}: ${one.message}`)).toEqual([]);
    expect(undecided.map(one => `${one.ruleId}: ${one.missing}`)).toEqual([]);
  });
});
