import { expect, test } from '@jest/globals';
import type { Facts } from '../../lib/facts/facts.ts';
import { complete } from '../../lib/model/collected.ts';
import { aContainer, aPod, aReadCluster, aServiceAccount } from '../support/example-cluster.ts';
import { aCluster, aHost, anIssuer, aProvider, aRole } from '../support/example-world.ts';
import {
  annotated,
  another,
  bare,
  barePod,
  cart,
  causesIn,
  detail,
  exact,
  host,
  identityPod,
  own,
  podsOf,
  podWith,
  roleKey,
  serviceWebhook,
  statement,
  trusting,
  webhook,
  world,
} from '../support/whole-worlds.ts';

const skip = 'eks.amazonaws.com/skip-pod-identity-webhook';
const optOut = webhook({
  objectSelector: { matchLabels: {}, matchExpressions: [{ key: skip, operator: 'DoesNotExist', values: [] }] },
});
const association = { id: 'a-1', namespace: 'checkout', serviceAccount: 'cart' };
const identityTrust = statement(undefined, {
  Principal: { Service: 'pods.eks.amazonaws.com' },
  Action: ['sts:AssumeRole', 'sts:TagSession'],
  Condition: {},
});
const young = aPod({ createdAt: '2026-11-01T05:59:00.000Z' });

/** Healthy, though not as the documentation shows it. Nothing above info may be said. */
test.each<[string, () => Facts]>([
  [
    'a pod that opts out by label',
    () => world({ ...optOut, ...podsOf(aPod(), barePod({ name: 'b', labels: { [skip]: 'true' } })) }),
  ],
  [
    'a pod that opts out, and the configuration does not look at the label',
    () => world(podsOf(aPod(), barePod({ name: 'b', labels: { [skip]: 'x' } }))),
  ],
  [
    'a webhook under another name that injected a pod a minute ago',
    () => world({ webhook: complete(undefined), ...podsOf(young) }),
  ],
  [
    'a webhook behind a service of the cluster',
    () => world(serviceWebhook({ namespace: 'kube-system', name: 'pod-identity-webhook', path: '/mutate' })),
  ],
  [
    'a webhook whose only pod is restarting',
    () =>
      world({
        ...serviceWebhook({ namespace: 'kube-system', name: 'pod-identity-webhook', path: '/mutate' }, 0),
        ...podsOf(young),
      }),
  ],
  [
    'a webhook on another host that injected a pod a minute ago',
    () => world({ ...webhook({ url: 'https://webhook.example/mutate' }), ...podsOf(young) }),
  ],
  ['kube2iam’s annotation beside the role', () => world(annotated({ 'iam.amazonaws.com/role': 'cart' }))],
  [
    'skip-containers for a service mesh',
    () =>
      world(
        podsOf(
          aPod({
            annotations: { 'eks.amazonaws.com/skip-containers': '"istio-proxy"' },
            containers: [aContainer(), bare({ name: 'istio-proxy' })],
          }),
        ),
      ),
  ],
  [
    'a service mesh that was injected later',
    () => world(podsOf(aPod({ containers: [aContainer(), bare({ name: 'linkerd-proxy' })] }))),
  ],
  [
    'a service account that a job creates on demand',
    () =>
      trusting([
        statement({
          StringEquals: { ...own.StringEquals, [`${host}:sub`]: [exact, 'system:serviceaccount:checkout:nightly'] },
        }),
      ]),
  ],
  [
    'an empty access key',
    () =>
      world(
        podsOf(
          podWith(
            {},
            {
              awsVariables: ['AWS_ACCESS_KEY_ID', 'AWS_ROLE_ARN', 'AWS_WEB_IDENTITY_TOKEN_FILE'],
              emptyVariables: ['AWS_ACCESS_KEY_ID'],
            },
          ),
        ),
      ),
  ],
  [
    'the null device as credentials file',
    () => world(podsOf(podWith({ AWS_SHARED_CREDENTIALS_FILE: '/dev/null', AWS_CONFIG_FILE: '/dev/null' }))),
  ],
  ['a chained profile in a configuration file', () => world(podsOf(podWith({ AWS_CONFIG_FILE: '/etc/aws/config' })))],
  [
    'the same role by Pod Identity and by IRSA',
    () => ({
      ...trusting([statement(), identityTrust]),
      ...world(
        {},
        { roles: trusting([statement(), identityTrust]).snapshot.roles },
        { podIdentity: complete([{ ...association, roleArn: cart }]) },
      ),
    }),
  ],
  [
    'Pod Identity alone, on EKS Auto Mode',
    () =>
      world(
        { ...podsOf(identityPod()), serviceAccounts: complete([aServiceAccount({ annotations: {} })]) },
        { roles: trusting([statement(), identityTrust]).snapshot.roles },
        {
          cluster: { ...aReadCluster().cluster, autoMode: true },
          podIdentity: complete([{ ...association, roleArn: cart }]),
        },
      ),
  ],
  [
    'migrated to Pod Identity, old pods still on IRSA',
    () =>
      world(
        { serviceAccounts: complete([aServiceAccount({ annotations: {} })]) },
        { roles: trusting([statement(), identityTrust]).snapshot.roles },
        { podIdentity: complete([{ ...association, roleArn: cart }]) },
      ),
  ],
  [
    'a private authority whose thumbprint is pinned, not of EKS',
    () => {
      const url = 'https://oidc.shop.example';
      const provider = aProvider({ issuer: url, thumbprints: ['9'.repeat(40)] });
      const served = aHost({ host: 'oidc.shop.example' });
      const chain = served.chain.map((one, at) =>
        at === served.chain.length - 1 ? { ...one, sha1: '9'.repeat(40) } : one,
      );
      const hostFacts = complete({
        ...served,
        chain,
        trust: { verdict: 'untrusted' as const, why: 'a private authority' },
      });
      const policy = JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          statement(
            { StringEquals: { 'oidc.shop.example:aud': 'sts.amazonaws.com', 'oidc.shop.example:sub': exact } },
            { Principal: { Federated: provider.arn } },
          ),
        ],
      });
      return world(
        {},
        {
          settings: { inCluster: true, registeredIssuers: [url] },
          providers: complete([aProvider(), provider]),
          issuers: [anIssuer(), anIssuer({ url, host: hostFacts })],
          roles: complete([
            aRole({ detail: detail() }),
            aRole({ name: 'private', detail: detail(), trustPolicy: policy }),
          ]),
        },
      );
    },
  ],
  [
    'a limit on source addresses that no audit can test',
    () => trusting([statement(), statement({ ...own, IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } })]),
  ],
  [
    'a date test that ends next year',
    () => trusting([statement({ ...own, DateLessThan: { 'aws:CurrentTime': '2027-12-31T00:00:00Z' } })]),
  ],
  [
    'a statement that expired beside the one that replaced it',
    () => trusting([statement({ ...own, DateLessThan: { 'aws:CurrentTime': '2026-01-31T00:00:00Z' } }), statement()]),
  ],
  [
    'IfExists for two clusters in one statement',
    () => {
      const blue = `https://${host.replace('5C1D', '7777')}`;
      const tests = Object.fromEntries(
        [host, blue.slice(8)].flatMap(one => [
          [`${one}:sub`, exact],
          [`${one}:aud`, 'sts.amazonaws.com'],
        ]),
      );
      const other = aReadCluster(
        { issuer: complete(blue) },
        {
          cluster: {
            ...aReadCluster().cluster,
            ...aCluster({ name: 'blue', issuer: blue }),
            caCertificates: aReadCluster().cluster.caCertificates,
          },
        },
      );
      return trusting(
        [
          statement(
            { StringEqualsIfExists: tests },
            { Principal: { Federated: [aProvider().arn, aProvider({ issuer: blue }).arn] } },
          ),
        ],
        {
          clusters: complete([aReadCluster(), other]),
          providers: complete([aProvider(), aProvider({ issuer: blue })]),
          issuers: [anIssuer(), anIssuer({ url: blue })],
        },
      );
    },
  ],
  [
    'a Deny that guards an organization',
    () =>
      trusting([
        statement(),
        {
          Effect: 'Deny',
          Principal: { AWS: '*' },
          Action: 'sts:AssumeRole',
          Condition: {
            StringNotEqualsIfExists: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' },
            BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
          },
        },
      ]),
  ],
  [
    'people of one SSO permission set beside the service account',
    () =>
      trusting([
        statement(),
        {
          Effect: 'Allow',
          Principal: { AWS: 'arn:aws:iam::111122223333:root' },
          Action: 'sts:AssumeRole',
          Condition: {
            ArnLike: {
              'aws:PrincipalArn':
                'arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Admin_*',
            },
          },
        },
      ]),
  ],
  [
    'sts:TagSession for the provider without a condition',
    () => trusting([statement(), statement({}, { Action: 'sts:TagSession' })]),
  ],
  [
    'a role set by hand in the pod, with a token volume of its own',
    () =>
      world(
        {
          ...podsOf(
            aPod({
              serviceAccount: 'jobs',
              containers: [
                aContainer({
                  irsaEnvironment: {
                    AWS_ROLE_ARN: cart.replace('checkout-cart', 'jobs'),
                    AWS_WEB_IDENTITY_TOKEN_FILE: '/tokens/aws',
                  },
                  mounts: { 'jobs-token': '/tokens' },
                }),
              ],
              volumes: [{ name: 'jobs-token', audience: 'sts.amazonaws.com', path: 'aws' }],
            }),
          ),
          serviceAccounts: complete([aServiceAccount(), aServiceAccount({ name: 'jobs', annotations: {} })]),
        },
        { roles: complete([aRole({ detail: detail() }), another('jobs', 'system:serviceaccount:checkout:jobs')]) },
      ),
  ],
  [
    'token volumes of other programs',
    () => world(podsOf(aPod({ volumes: [...aPod().volumes, { name: 'vault', audience: 'vault', path: 'token' }] }))),
  ],
  [
    'a pod with a token expiration of its own',
    () => world(podsOf(aPod({ annotations: { 'eks.amazonaws.com/token-expiration': '3600' } }))),
  ],
  [
    'a workload of like name on default',
    () =>
      world(
        podsOf(aPod(), barePod({ name: 'x', serviceAccount: 'default', owner: { kind: 'Deployment', name: 'cart' } })),
      ),
  ],
  [
    'a namespace that is being deleted',
    () =>
      world({
        namespaces: complete([
          { name: 'checkout', labels: {}, terminating: true },
          { name: 'kube-system', labels: {}, terminating: false },
        ]),
      }),
  ],
  [
    'two annotated service accounts for one role',
    () =>
      world(
        { serviceAccounts: complete([aServiceAccount(), aServiceAccount({ name: 'basket' })]) },
        {
          roles: trusting([
            statement({
              StringEquals: { ...own.StringEquals, [`${host}:sub`]: [exact, 'system:serviceaccount:checkout:basket'] },
            }),
          ]).snapshot.roles,
        },
      ),
  ],
  [
    'a custom audience that provider and role accept',
    () =>
      world(
        {
          ...annotated({ 'eks.amazonaws.com/audience': 'shop' }),
          ...podsOf(aPod({ volumes: [{ name: 'aws-iam-token', audience: 'shop', path: 'token' }] })),
        },
        {
          providers: complete([aProvider({ audiences: ['shop'] })]),
          roles: trusting([statement({ StringEquals: { [`${host}:aud`]: 'shop', [`${host}:sub`]: exact } })]).snapshot
            .roles,
        },
      ),
  ],
  [
    'a role of an old cluster that was emptied',
    () =>
      world(
        {},
        {
          roles: complete([
            aRole({ detail: detail() }),
            aRole({
              name: 'plain',
              detail: detail(),
              trustPolicy: JSON.stringify({ Version: '2012-10-17', Statement: [] }),
            }),
          ]),
        },
      ),
  ],
  [`annotations of ${roleKey} on a service account without pods`, () => world(podsOf())],
])('%s is healthy', (_title, facts) => {
  expect(causesIn(facts())).toEqual([]);
});
