import { expect, test } from '@jest/globals';
import type { Facts } from '../../lib/facts/facts.ts';
import { complete } from '../../lib/model/collected.ts';
import { aPod, aServiceAccount, aWhollyReadCluster } from '../support/example-cluster.ts';
import { aCluster, anIssuer, aProvider, exampleIssuer } from '../support/example-world.ts';
import { besideRole, identity, identityWorld, selfManaged, sub, withPolicy } from '../support/rare-worlds.ts';
import {
  annotated,
  bare,
  barePod,
  cart,
  causesIn,
  exact,
  host,
  identityPod,
  own,
  podsOf,
  podWith,
  statement,
  trusting,
  undecidedIn,
  webhook,
  world,
} from '../support/whole-worlds.ts';

const second = exampleIssuer.replace('eu-west-1', 'us-east-1').replace('5C1D', '7777');
const blue = aWhollyReadCluster(
  { issuer: complete(second), serviceAccounts: complete([]), pods: complete([]) },
  {
    cluster: {
      ...aWhollyReadCluster().cluster,
      ...aCluster({ issuer: second, region: 'us-east-1' }),
      caCertificates: aWhollyReadCluster().cluster.caCertificates,
    },
  },
);
const svc = (service: string, actions: unknown = 'sts:AssumeRole') => ({
  Effect: 'Allow',
  Principal: { Service: service },
  Action: actions,
});
const kops = 'https://shop-oidc.s3.eu-west-1.amazonaws.com/shop.example.com';
const { issuer: _none, ...withoutIssuer } = aCluster({ name: 'new' });

/** Nothing says what runs inside of a cluster that is not of EKS and that no context leads to. */
const unreadInside = [
  `provider-audience-missing: which audience the webhook of ${kops.slice(8)} gives to tokens`,
  `provider-audience-unexpected: which audiences the service accounts and pods of ${kops} use: not all of them were read`,
  `trust-subject-unknown-namespace: the cluster of ${kops}: it is not of EKS, and was not read inside`,
  `trust-subject-unknown-service-account: the cluster of ${kops}: it is not of EKS, and was not read inside`,
];
/** The undecidable parts of some of them, and why that is right. In all others everything is. */
const stillOpen: Readonly<Record<string, readonly string[]>> = {
  'kOps on S3 with its own audience': unreadInside,
  'kOps without thumbprints': unreadInside,
};

/** Healthy, as clusters, providers and policies rarely are. Judged by the documentation before it was tried: nothing above
 *  info may be said. */
test.each<[string, () => Facts]>([
  [
    'blue and green of the same name in two regions, one role',
    () =>
      trusting(
        [
          statement(),
          statement(
            { StringEquals: { [`${second.slice(8)}:aud`]: 'sts.amazonaws.com', [`${second.slice(8)}:sub`]: exact } },
            { Principal: { Federated: aProvider({ issuer: second }).arn } },
          ),
        ],
        {
          regions: [
            { region: 'eu-west-1', clusters: complete([aWhollyReadCluster()]) },
            { region: 'us-east-1', clusters: complete([blue]) },
          ],
          providers: complete([aProvider(), aProvider({ issuer: second })]),
          issuers: [anIssuer(), anIssuer({ url: second })],
        },
      ),
  ],
  [
    'kOps on S3 with its own audience',
    () => selfManaged(kops, ['06b25927c42a721631c1efd9431e648fa62e1e39'], { verdict: 'public' }),
  ],
  ['kOps without thumbprints', () => selfManaged(kops, [], { verdict: 'public' })],
  ['ForAnyValue on the exact subject', () => sub(exact, 'ForAnyValue:StringEquals')],
  ['ForAllValues on the exact subject: a token always has one', () => sub(exact, 'ForAllValues:StringEquals')],
  ['StringEqualsIgnoreCase', () => sub(exact, 'StringEqualsIgnoreCase')],
  [
    'a subject that must be there, and is tested',
    () => trusting([statement({ ...own, Null: { [`${host}:sub`]: 'false' } })]),
  ],
  ['version 2008-10-17', () => withPolicy({ Version: '2008-10-17', Statement: [statement()] })],
  ['no version', () => withPolicy({ Statement: [statement()] })],
  [
    'one statement that is no list, with an Id',
    () => withPolicy({ Version: '2012-10-17', Id: 'x', Statement: statement() }),
  ],
  [
    'keys in capitals',
    () => trusting([statement({ StringEquals: { [`${host}:AUD`]: 'sts.amazonaws.com', [`${host}:SUB`]: exact } })]),
  ],
  ['a node role of Karpenter', () => besideRole('KarpenterNodeRole-shop', svc('ec2.amazonaws.com'))],
  ['a node role of China beside', () => besideRole('nodes', svc('ec2.amazonaws.com.cn'))],
  [
    'a role of hybrid nodes',
    () =>
      besideRole(
        'AmazonEKSHybridNodesRole',
        svc('rolesanywhere.amazonaws.com', ['sts:AssumeRole', 'sts:SetSourceIdentity', 'sts:TagSession']),
      ),
  ],
  [
    'a role of hybrid nodes by SSM',
    () =>
      besideRole('hybrid-ssm', {
        ...svc('ssm.amazonaws.com'),
        Condition: { StringEquals: { 'aws:SourceAccount': '111122223333' } },
      }),
  ],
  [
    'the role of the control plane and of Auto Mode nodes',
    () => besideRole('AmazonEKSAutoClusterRole', svc('eks.amazonaws.com', ['sts:AssumeRole', 'sts:TagSession'])),
  ],
  [
    'a role that another IRSA role chains to',
    () => besideRole('reader', { Effect: 'Allow', Principal: { AWS: cart }, Action: 'sts:AssumeRole' }),
  ],
  [
    'GitLab beside',
    () =>
      besideRole('deploy', {
        Effect: 'Allow',
        Principal: { Federated: 'arn:aws:iam::111122223333:oidc-provider/gitlab.com' },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: { StringLike: { 'gitlab.com:sub': 'project_path:shop/infra:ref_type:branch:ref:main' } },
      }),
  ],
  [
    'Terraform Cloud beside',
    () =>
      besideRole('tfc', {
        Effect: 'Allow',
        Principal: { Federated: 'arn:aws:iam::111122223333:oidc-provider/app.terraform.io' },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: {
          StringEquals: { 'app.terraform.io:aud': 'aws.workload.identity' },
          StringLike: { 'app.terraform.io:sub': 'organization:shop:project:*:workspace:*:run_phase:*' },
        },
      }),
  ],
  [
    'Cognito beside',
    () =>
      besideRole('mobile', {
        Effect: 'Allow',
        Principal: { Federated: 'cognito-identity.amazonaws.com' },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: {
          StringEquals: { 'cognito-identity.amazonaws.com:aud': 'eu-west-1:12345678-1234-1234-1234-123456789012' },
          'ForAnyValue:StringLike': { 'cognito-identity.amazonaws.com:amr': 'authenticated' },
        },
      }),
  ],
  [
    'web identity and TagSession in one list',
    () => trusting([statement(own, { Action: ['sts:AssumeRoleWithWebIdentity', 'sts:TagSession'] })]),
  ],
  ['the action in other letters', () => trusting([statement(own, { Action: 'STS:assumeRoleWithWebIdentity' })])],
  [
    'a Deny for everybody else',
    () => trusting([statement(), statement({ StringNotEquals: { [`${host}:sub`]: exact } }, { Effect: 'Deny' })]),
  ],
  [
    'a Deny for another namespace',
    () =>
      trusting([
        statement(),
        statement({ StringLike: { [`${host}:sub`]: 'system:serviceaccount:kube-system:*' } }, { Effect: 'Deny' }),
      ]),
  ],
  [
    'a pod that runs as nobody, with a group for files',
    () => world(podsOf(aPod({ runAsNonRoot: true, runAsUser: 65534, fsGroup: 65534 }))),
  ],
  [
    'a pod that sets its region',
    () => world(podsOf(podWith({ AWS_REGION: 'eu-central-1', AWS_STS_REGIONAL_ENDPOINTS: 'regional' }))),
  ],
  [
    'a cluster that is being made',
    () =>
      world(
        {},
        {
          clusters: complete([
            aWhollyReadCluster(),
            aWhollyReadCluster({}, { cluster: { ...withoutIssuer, status: 'CREATING' } }),
          ]),
        },
      ),
  ],
  [
    'a cluster on Outposts without an issuer',
    () =>
      world(
        {},
        {
          clusters: complete([
            aWhollyReadCluster(),
            aWhollyReadCluster(
              {
                serviceAccounts: complete([aServiceAccount({ annotations: {} })]),
                pods: complete([]),
                webhook: complete(undefined),
              },
              { cluster: withoutIssuer },
            ),
          ]),
        },
      ),
  ],
  [
    'options of the webhook, all valid',
    () =>
      world(
        annotated({
          'eks.amazonaws.com/token-expiration': '86400',
          'eks.amazonaws.com/sts-regional-endpoints': 'true',
        }),
      ),
  ],
  [
    'five thumbprints, one of them right',
    () =>
      world(
        {},
        {
          providers: complete([
            aProvider({
              thumbprints: [
                '06b25927c42a721631c1efd9431e648fa62e1e39',
                ...['a', 'b', 'c', 'd'].map(x => `${x.repeat(20)}12345678901234567890`),
              ],
            }),
          ]),
        },
      ),
  ],
  [
    'a webhook with a condition that holds',
    () =>
      world(webhook({ matchConditions: [{ name: 'c', expression: "object.metadata.namespace != 'kube-system'" }] })),
  ],
  [
    'Pod Identity limited to one cluster',
    () =>
      identityWorld(
        podsOf(identityPod()),
        identity({
          Condition: {
            StringEquals: {
              'aws:SourceAccount': '111122223333',
              'aws:RequestTag/kubernetes-namespace': 'checkout',
              'aws:RequestTag/kubernetes-service-account': 'cart',
            },
            ArnEquals: { 'aws:SourceArn': aCluster().arn },
          },
        }),
      ),
  ],
  [
    'Pod Identity with the actions as a pattern',
    () => identityWorld(podsOf(identityPod()), identity({ Action: 'sts:*' })),
  ],
  [
    'Pod Identity through a self-managed agent of another name',
    () =>
      identityWorld(
        podsOf(
          identityPod(),
          aPod({
            namespace: 'kube-system',
            name: 'pia-x',
            serviceAccount: 'pia',
            containers: [bare()],
            volumes: [],
            isPodIdentityAgent: true,
            owner: { kind: 'DaemonSet', name: 'pia' },
          }),
        ),
        identity(),
        [],
      ),
  ],
  [
    'a role for pods of two namespaces of the same name in two clusters',
    () => sub([exact, 'system:serviceaccount:kube-system:cart']),
  ],
  [
    'policy with a test that everybody passes',
    () => trusting([statement({ ...own, Bool: { 'aws:SecureTransport': 'true' } })]),
  ],
  [
    'a test of the region of STS',
    () =>
      trusting([
        statement(),
        statement({ ...own, StringEquals: { ...own.StringEquals, 'aws:RequestedRegion': 'eu-west-1' } }),
      ]),
  ],
  [
    'an IRSA role that may assume itself',
    () => trusting([statement(), { Effect: 'Allow', Principal: { AWS: cart }, Action: 'sts:AssumeRole' }]),
  ],
  [
    'an access of the account root behind a condition on one role',
    () =>
      trusting([
        statement(),
        {
          Effect: 'Allow',
          Principal: { AWS: 'arn:aws:iam::111122223333:root' },
          Action: 'sts:AssumeRole',
          Condition: { ArnEquals: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/break-glass' } },
        },
      ]),
  ],
  [
    'a provider of the dual-stack alias beside the right one',
    () =>
      world(
        {},
        {
          providers: complete([
            aProvider(),
            aProvider({ issuer: exampleIssuer.replace('oidc.eks.', 'oidc-eks.').replace('amazonaws.com', 'api.aws') }),
          ]),
        },
      ),
  ],
  [
    'a token of an hour',
    () =>
      world(
        podsOf(
          aPod({
            volumes: [{ name: 'aws-iam-token', audience: 'sts.amazonaws.com', expirationSeconds: 3600, path: 'token' }],
          }),
        ),
      ),
  ],
  [
    'all pods opt out',
    () => world(podsOf(barePod({ labels: { 'eks.amazonaws.com/skip-pod-identity-webhook': 'true' } }))),
  ],
])('%s is healthy', (title, facts) => {
  expect(causesIn(facts())).toEqual([]);
  expect(undecidedIn(facts())).toEqual(stillOpen[title] ?? []);
});

/** Right, and yet open to somebody that nobody may have meant: said, as a thing of little weight. */
test.each<[string, string, () => Facts]>([
  [
    'a pod that gives STS the token of the Kubernetes API, whose audience the provider lists',
    'provider-audience-unexpected unexpected',
    () =>
      world(podsOf(podWith({ AWS_WEB_IDENTITY_TOKEN_FILE: '/var/run/secrets/kubernetes.io/serviceaccount/token' })), {
        providers: complete([aProvider({ audiences: ['sts.amazonaws.com', 'https://kubernetes.default.svc'] })]),
      }),
  ],
  [
    'an audience of China beside the usual one',
    'provider-audience-unexpected unexpected',
    () => world({}, { providers: complete([aProvider({ audiences: ['sts.amazonaws.com', 'sts.amazonaws.com.cn'] })]) }),
  ],
  [
    'two audiences in policy and provider: tokens for Vault are taken too',
    'provider-audience-unexpected unexpected',
    () =>
      trusting(
        [statement({ StringEquals: { [`${host}:aud`]: ['sts.amazonaws.com', 'vault'], [`${host}:sub`]: exact } })],
        { providers: complete([aProvider({ audiences: ['sts.amazonaws.com', 'vault'] })]) },
      ),
  ],
  [
    'StringLike with a question mark',
    'trust-subject-pattern-broad open',
    () => sub('system:serviceaccount:checkout:car?', 'StringLike'),
  ],
  [
    'a Lambda function may assume the role as well',
    'role-trust-mixed service',
    () => trusting([statement(), svc('lambda.amazonaws.com')]),
  ],
  [
    'instances may assume the role as well',
    'role-trust-mixed instances',
    () => trusting([statement(), svc('ec2.amazonaws.com')]),
  ],
])('%s: %s', (_title, cause, facts) => {
  expect(causesIn(facts())).toEqual([cause]);
});
