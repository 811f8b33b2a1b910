/** Worlds that the tests of single rules do not have: what is said of each, all of it compared with the golden file. */
import { expect, test } from '@jest/globals';
import type { Facts } from '../../lib/facts/facts.ts';
import type { ClusterSnapshot } from '../../lib/model/cluster.ts';
import { complete, unavailable, withGaps } from '../../lib/model/collected.ts';
import type { Pod } from '../../lib/model/kubernetes.ts';
import { knownAuthorities } from '../../lib/rules/oidc/served-chain.ts';
import { aContainer, aPod, aReadCluster, aServiceAccount } from '../support/example-cluster.ts';
import {
  aCertificate,
  aCluster,
  aHost,
  anIssuer,
  aProvider,
  aRole,
  aTrustPolicy,
  exampleIssuer,
  someFacts,
} from '../support/example-world.ts';
import {
  aGap,
  annotatedWith,
  bareContainer,
  barePod,
  denied,
  verdicts,
  withPods,
  worldOf,
} from '../support/in-cluster-world.ts';
import { proxy, reason, registered, selfHosted, trust } from './issuer/worlds.ts';
import { ofRole, roleKey } from './pod/worlds.ts';
import { anAssociation, aPodIdentityRole } from './pod-identity/example-association.ts';
import { calling, failure, nameless, window } from './runtime/worlds.ts';
import { other, otherProvider, policy, provider, statement } from './trust/judge.ts';

const otherIssuer = `https://${other}`;
const github = 'arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com';
const ofGitHub = statement({
  Principal: { Federated: github },
  Condition: { StringLike: { 'token.actions.githubusercontent.com:sub': 'repo:shop/*' } },
});

/** The server's own certificate ends in three weeks, and the provider pins it. */
const leafEnds = aHost({
  chain: [
    aCertificate({ subject: 'CN=leaf', sha1: '1'.repeat(40), isCa: false, notAfter: '2026-11-20T00:00:00.000Z' }),
    aCertificate(),
  ],
});
const pinning = (...providers: readonly ReturnType<typeof aProvider>[]) =>
  someFacts({ providers: complete(providers), issuers: [anIssuer({ host: complete(leafEnds) })] });

const bucket = 'https://oidc-bucket.s3.eu-west-1.amazonaws.com';
const inBucket = (kind: Parameters<typeof reason>[0], message: string) =>
  someFacts({
    providers: complete([aProvider({ issuer: bucket })]),
    settings: { registeredIssuers: [bucket] },
    issuers: [
      anIssuer({
        url: bucket,
        discovery: unavailable(reason(kind, message)),
        keys: unavailable(reason('not-asked-for')),
      }),
    ],
  });

/** Two clusters whose issuers the auditor reaches through a proxy. */
const behindProxy = () =>
  someFacts({
    clusters: complete([
      aReadCluster(),
      aReadCluster({}, { cluster: aCluster({ name: 'second', issuer: otherIssuer }) }),
    ]),
    issuers: [exampleIssuer, otherIssuer].map(url =>
      anIssuer({ url, host: complete(aHost({ trust: trust('it ends there'), chain: [proxy] })) }),
    ),
  });

const outside = (over: Parameters<typeof someFacts>[0] = {}): Facts =>
  someFacts({
    providers: complete([aProvider(), aProvider({ issuer: otherIssuer })]),
    roles: complete([aRole(), aRole({ name: 'b', trustPolicy: aTrustPolicy({ issuer: otherIssuer }) })]),
    issuers: [anIssuer(), anIssuer({ url: otherIssuer })],
    ...over,
  });
const withFleetGap = (facts: Facts, region?: string): Facts => ({
  ...facts,
  fleet: {
    ...facts.fleet,
    gaps: [
      { accountId: '444455556666', section: 'clusters', reason: denied, ...(region === undefined ? {} : { region }) },
    ],
  },
});

const associated = (role: string, roles: readonly ReturnType<typeof aRole>[]) =>
  someFacts({
    roles: complete(roles),
    clusters: complete([
      aReadCluster(
        {},
        { podIdentity: complete([anAssociation({ roleArn: `arn:aws:iam::111122223333:role/${role}` })]) },
      ),
    ]),
  });
const named = (name: string, path = '/') => ({
  ...aPodIdentityRole(),
  name,
  path,
  arn: `arn:aws:iam::111122223333:role${path}${name}`,
});

const refusal = { failures: [failure('AccessDenied')] };
const { userAgents, verificationMethods } = nameless;
const ofNobody = (trustPolicy: string, more: readonly ReturnType<typeof aRole>[] = []) =>
  someFacts({
    ...window({ ...nameless, userAgents, verificationMethods, ...refusal }),
    roles: complete([...more, aRole({ trustPolicy })]),
  });

/** `default` has this role by its annotation, beside the service accounts and with the pods given. */
const onDefault = (
  roleArn: string,
  others: readonly ReturnType<typeof aServiceAccount>[] = [],
  pods: readonly Pod[] = [],
) =>
  worldOf({
    serviceAccounts: complete([aServiceAccount({ name: 'default', annotations: { [roleKey]: roleArn } }), ...others]),
    pods: complete(pods),
  });
/** The role names a subject wrongly, and service accounts have it by their annotation. */
const misnamed = (text: string, ...users: readonly (readonly [namespace: string, name: string])[]) =>
  worldOf(
    { serviceAccounts: complete(users.map(([namespace, name]) => aServiceAccount({ namespace, name }))) },
    { roles: complete([aRole({ trustPolicy: aTrustPolicy({ subject: text }) })]) },
  );
/** The service account asks for an audience, which alone the provider lists, and this pod runs as it. */
const asking = (audience: string, pod: Pod) =>
  worldOf(
    {
      serviceAccounts: complete([
        aServiceAccount({ annotations: { [roleKey]: aRole().arn, 'eks.amazonaws.com/audience': audience } }),
      ]),
      ...withPods(pod),
    },
    { providers: complete([aProvider({ audiences: [audience] })]) },
  );
/** The annotated role trusts Pod Identity and no provider. */
const annotatedForPods = (podIdentity: ClusterSnapshot['podIdentity']) =>
  worldOf(
    annotatedWith({ [roleKey]: aPodIdentityRole().arn }),
    { roles: complete([aPodIdentityRole()]) },
    { podIdentity },
  );
const roleArn = (name: string): string => `arn:aws:iam::111122223333:role/${name}`;
const asDefault = (over: Partial<Pod> = {}): Pod => barePod({ serviceAccount: 'default', ...over });
const { owner: _owner, ...naked } = asDefault();

const rows: readonly (readonly [rule: string, title: string, facts: () => Facts, expected: readonly string[]])[] = [
  [
    'issuer-certificate-expiring',
    'the second provider pins it',
    () => pinning(aProvider({ issuer: otherIssuer }), aProvider({ thumbprints: ['1'.repeat(40)] })),
    ['low pinnedEnds'],
  ],
  ['issuer-certificate-expiring', 'nothing pins it', () => pinning(aProvider()), []],
  [
    'issuer-certificate-expiring',
    'it is not known whether something pins it',
    () => pinning(aProvider({ detail: unavailable(denied) })),
    ['unknown unread'],
  ],
  [
    'issuer-certificate-untrusted',
    'thumbprints of a registered issuer were not read',
    () => ({
      ...registered({ host: complete(aHost({ host: 'k8s.example', trust: trust('x'), chain: [proxy] })) })(),
      snapshot: {
        ...registered({})().snapshot,
        providers: complete([aProvider({ issuer: selfHosted, detail: unavailable(denied) })]),
      },
    }),
    ['unknown unread'],
  ],
  ['issuer-certificate-untrusted', 'a proxy before two issuers', behindProxy, ['low proxy']],
  ['issuer-outside', 'an issuer that answers', () => outside(), ['low foreign']],
  [
    'issuer-outside',
    'another registered one',
    () => outside({ settings: { registeredIssuers: ['https://x.example', `${otherIssuer}`] } }),
    [],
  ],
  [
    'issuer-outside',
    'it answers for another issuer',
    () =>
      outside({
        issuers: [
          anIssuer(),
          anIssuer({ url: otherIssuer, discovery: complete({ issuer: exampleIssuer, jwksUri: 'https://x' }) }),
        ],
      }),
    [],
  ],
  [
    'issuer-outside',
    'its documents were read in part',
    () =>
      outside({
        issuers: [
          anIssuer(),
          anIssuer({
            url: otherIssuer,
            discovery: withGaps({ issuer: otherIssuer, jwksUri: 'https://x' }, [aGap('GET discovery')]),
          }),
        ],
      }),
    ['unknown unread'],
  ],
  [
    'issuer-outside',
    'roles were read in part, and none trusts it',
    () => outside({ roles: withGaps([aRole()], [aGap('iam:ListRoles')]) }),
    ['unknown unread'],
  ],
  ['issuer-outside', 'nothing trusts it', () => outside({ roles: complete([aRole()]) }), []],
  [
    'issuer-outside',
    'clusters of its region were not read',
    () => withFleetGap(outside(), 'eu-west-1'),
    ['unknown unread'],
  ],
  [
    'issuer-outside',
    'clusters of another region were not read',
    () => withFleetGap(outside(), 'us-east-1'),
    ['low foreign'],
  ],
  ['issuer-outside', 'an account was not read', () => withFleetGap(outside()), ['unknown unread']],
  [
    'issuer-unreachable',
    'a bucket refuses',
    () => inBucket('denied', 'AccessDenied'),
    ['medium document', 'unknown not-asked-for'],
  ],
  [
    'issuer-unreachable',
    'a bucket answers 403',
    () => inBucket('unreachable', 'HTTP 403'),
    ['medium document', 'unknown not-asked-for'],
  ],
  [
    'issuer-unreachable',
    'a bucket answers 500',
    () => inBucket('unreachable', 'HTTP 500'),
    ['medium document', 'unknown not-asked-for'],
  ],
  [
    'pod-identity-role-missing',
    'a role of the name lies in a path',
    () => associated('cart', [named('other'), named('cart', '/team/')]),
    ['high role'],
  ],
  [
    'pod-identity-role-missing',
    'a role of a near name trusts the service',
    () => associated('checkout-cart', [named('checkout-carts')]),
    ['high role'],
  ],
  [
    'pod-identity-role-missing',
    'a role of a near name does not',
    () => associated('checkout-cart', [aRole({ name: 'checkout-carts' })]),
    ['high role'],
  ],
  [
    'pod-identity-role-missing',
    'both',
    () => associated('checkout-cart', [named('checkout-cart', '/team/'), named('checkout-carts')]),
    ['high role'],
  ],
  ['runtime-assume-failing', 'the role trusts GitHub alone', () => ofNobody(policy(ofGitHub)), []],
  [
    'runtime-assume-failing',
    'the role trusts GitHub and pods',
    () => ofNobody(policy(ofGitHub, statement())),
    ['high callerUnknown'],
  ],
  [
    'runtime-assume-failing',
    'the role trusts nobody by web identity',
    () => ofNobody(policy(statement({ Principal: { AWS: '111122223333' } }))),
    ['high callerUnknown'],
  ],
  [
    'runtime-assume-failing',
    'the role trusts everyone',
    () => ofNobody(policy(statement({ Principal: '*' }))),
    ['high callerUnknown'],
  ],
  ['runtime-assume-failing', 'the policy of the role is cut off', () => ofNobody('{'), ['high callerUnknown']],
  [
    'runtime-assume-failing',
    'another role trusts GitHub alone',
    () => ofNobody(policy(statement()), [aRole({ name: 'a', trustPolicy: policy(ofGitHub) })]),
    ['high callerUnknown'],
  ],
  [
    'runtime-assume-failing',
    'the provider of the call is gone',
    () => calling({ ...refusal, providerArn: otherProvider }),
    ['high providerMissing'],
  ],
  [
    'runtime-assume-failing',
    'providers were read in part',
    () =>
      calling(
        { ...refusal, providerArn: otherProvider },
        { providers: withGaps([aProvider()], [aGap('iam:ListOpenIDConnectProviders')]) },
      ),
    ['high denied'],
  ],
  [
    'runtime-assume-failing',
    'the second of two providers was read',
    () =>
      calling(
        { failures: [failure('InvalidIdentityToken')] },
        { providers: complete([aProvider({ issuer: otherIssuer, detail: unavailable(denied) }), aProvider()]) },
      ),
    ['high unexplained'],
  ],
  [
    'service-account-on-default',
    'an association whose role was not read',
    () =>
      worldOf(
        { serviceAccounts: complete([aServiceAccount({ name: 'default', annotations: {} })]) },
        {},
        { podIdentity: complete([{ id: 'a-1', namespace: 'checkout', serviceAccount: 'default' }]) },
      ),
    ['medium associated'],
  ],
  [
    'service-account-on-default',
    'a role with a long name',
    () => onDefault(roleArn('Very.Long_Name'.repeat(4))),
    ['medium onDefault'],
  ],
  [
    'service-account-on-default',
    'a role whose name has no letter of a service account',
    () => onDefault(roleArn('__')),
    ['medium onDefault'],
  ],
  [
    'service-account-on-default',
    'a role that is called default',
    () => onDefault(roleArn('default')),
    ['medium onDefault'],
  ],
  [
    'service-account-on-default',
    'the name is taken',
    () => onDefault(aRole().arn, [aServiceAccount({ name: 'checkout-cart', annotations: {} })]),
    ['medium onDefault'],
  ],
  [
    'service-account-on-default',
    'the name is that of a service account with the role',
    () => onDefault(aRole().arn, [aServiceAccount({ name: 'checkout-cart' })]),
    ['medium onDefault'],
  ],
  [
    'service-account-on-default',
    'the name is taken in another namespace',
    () => onDefault(aRole().arn, [aServiceAccount({ namespace: 'b', name: 'checkout-cart', annotations: {} })]),
    ['medium onDefault'],
  ],
  [
    'service-account-on-default',
    'a pod of its own runs as default',
    () => onDefault(aRole().arn, [], [naked, asDefault({ name: 'b' })]),
    ['medium onDefault'],
  ],
  [
    'service-account-on-default',
    'the role is of another account',
    () => onDefault('arn:aws:iam::444455556666:role/cart'),
    ['medium onDefault'],
  ],
  [
    'service-account-on-default',
    'pods were read in part',
    () =>
      worldOf({
        serviceAccounts: complete([aServiceAccount({ name: 'default' })]),
        pods: withGaps([asDefault()], [aGap('list pods')]),
      }),
    ['medium onDefault'],
  ],
  [
    'pod-role-stale',
    'the old role has the same name',
    () => worldOf(withPods(aPod({ containers: [ofRole(roleArn('team/checkout-cart'))] }))),
    ['high stale'],
  ],
  [
    'pod-role-not-trusting',
    'the role of the template is gone',
    () => worldOf(withPods(aPod({ containers: [ofRole(roleArn('gone'))] }))),
    ['high missing'],
  ],
  [
    'pod-role-not-trusting',
    'the role of the template is of an account that is not audited',
    () => worldOf(withPods(aPod({ containers: [ofRole('arn:aws:iam::444455556666:role/x')] }))),
    ['unknown not-asked-for'],
  ],
  [
    'pod-role-not-trusting',
    'the role of the template trusts no cluster',
    () =>
      worldOf(withPods(aPod({ containers: [ofRole(roleArn('b'))] })), {
        roles: complete([aRole(), aRole({ name: 'b', trustPolicy: policy(ofGitHub) })]),
      }),
    ['high refused'],
  ],
  [
    'pod-service-account-gone',
    'its namespace is going',
    () =>
      worldOf({
        ...withPods(aPod({ serviceAccount: 'gone' })),
        namespaces: complete([{ name: 'checkout', labels: {}, terminating: true }]),
      }),
    [],
  ],
  [
    'pod-service-account-gone',
    'pods have two roles',
    () =>
      worldOf(
        withPods(aPod({ serviceAccount: 'gone', containers: [aContainer(), ofRole(roleArn('b'), { name: 'b' })] })),
      ),
    ['medium gone'],
  ],
  [
    'pod-service-account-gone',
    'pods have none',
    () => worldOf(withPods(aPod({ serviceAccount: 'gone', containers: [bareContainer()] }))),
    ['medium gone'],
  ],
  [
    'pod-service-account-gone',
    'a pod of its own',
    () =>
      worldOf(withPods({ ...naked, ...aPod({ serviceAccount: 'gone' }), owner: { kind: 'Pod', name: 'x' } } as Pod)),
    ['medium gone'],
  ],
  [
    'pod-static-credentials',
    'the null device of Windows',
    () =>
      worldOf(
        withPods(
          aPod({
            containers: [
              aContainer({
                awsVariables: [...aContainer().awsVariables, 'AWS_SHARED_CREDENTIALS_FILE'],
                irsaEnvironment: { ...aContainer().irsaEnvironment, AWS_SHARED_CREDENTIALS_FILE: 'NUL:' },
              }),
            ],
          }),
        ),
      ),
    [],
  ],
  [
    'pod-static-credentials',
    'a file',
    () =>
      worldOf(
        withPods(
          aPod({
            containers: [
              aContainer({
                awsVariables: [...aContainer().awsVariables, 'AWS_SHARED_CREDENTIALS_FILE'],
                irsaEnvironment: { ...aContainer().irsaEnvironment, AWS_SHARED_CREDENTIALS_FILE: '/nul/x' },
              }),
            ],
          }),
        ),
      ),
    ['low dependsOnSdk'],
  ],
  [
    'service-account-role-missing',
    'roles of a partition that is not the account’s',
    () => worldOf(annotatedWith({ [roleKey]: 'arn:aws-cn:iam::111122223333:role/checkout-cart' })),
    [],
  ],
  [
    'trust-subject-malformed',
    'a name alone, which one user of the role has',
    () => misnamed('cart', ['checkout', 'cart']),
    ['high prefix'],
  ],
  [
    'trust-subject-malformed',
    'a name alone, which users of two namespaces have',
    () => misnamed('cart', ['checkout', 'cart'], ['orders', 'cart']),
    ['high prefix'],
  ],
  [
    'trust-subject-malformed',
    'a name alone, which nobody with the role has',
    () => misnamed('cart', ['checkout', 'basket']),
    ['high prefix'],
  ],
  [
    'provider-audience-missing',
    'a pod still has the token that nobody asks for now',
    () => asking('vault', aPod({ volumes: [{ name: 'aws-iam-token', audience: 'sts.amazonaws.com', path: 'token' }] })),
    [],
  ],
  [
    'provider-audience-missing',
    'a pod asks for the usual audience by a volume of its own',
    () => asking('vault', aPod({ volumes: [{ name: 'own', audience: 'sts.amazonaws.com', path: 'token' }] })),
    ['high missing'],
  ],
  ...[
    'sts.amazon.com',
    'sts.amazonaws.com.cn',
    'sts.amazonaws.cn',
    'sts.aws.amazon.com',
    'https://sts.amazonaws.com/',
  ].map(
    audience =>
      [
        'provider-audience-missing',
        `the provider lists ${audience}`,
        () => someFacts({ providers: complete([aProvider({ audiences: [audience] })]) }),
        ['high nearMiss'],
      ] as const,
  ),
  [
    'provider-audience-missing',
    'the provider lists another audience',
    () => someFacts({ providers: complete([aProvider({ audiences: ['vault.example'] })]) }),
    ['high missing'],
  ],
  [
    'provider-audience-missing',
    'service accounts of a cluster that is not of EKS ask for two audiences',
    () =>
      worldOf(
        {
          serviceAccounts: complete([
            aServiceAccount({ annotations: { [roleKey]: aRole().arn, 'eks.amazonaws.com/audience': 'vault' } }),
            aServiceAccount({ name: 'web' }),
          ]),
          ...withPods(),
        },
        {
          providers: complete([aProvider({ issuer: selfHosted, audiences: ['vault'] })]),
          settings: { registeredIssuers: [selfHosted] },
        },
        { cluster: aCluster({ issuer: selfHosted }) },
      ),
    [],
  ],
  [
    'trust-action-wrong',
    'of two providers another statement allows one',
    () =>
      someFacts({
        roles: complete([
          aRole({
            trustPolicy: policy(
              statement({ Principal: { Federated: [provider, otherProvider] }, Action: 'sts:AssumeRole' }),
              statement(),
            ),
          }),
        ]),
        providers: complete([aProvider(), aProvider({ issuer: otherIssuer })]),
      }),
    ['high action'],
  ],
  [
    'service-account-role-not-trusting',
    'the role trusts Pod Identity',
    () => annotatedForPods(complete([])),
    ['high otherPrincipal'],
  ],
  [
    'service-account-role-not-trusting',
    'the role trusts Pod Identity, and associations were read in part',
    () => annotatedForPods(withGaps([], [aGap('eks:ListPodIdentityAssociations')])),
    ['unknown unread'],
  ],
  ...['IDPCommunicationError', 'ThrottlingException', 'ServiceUnavailable', 'InternalFailure'].map(
    code =>
      [
        'runtime-assume-failing',
        `some calls fail with ${code}`,
        () => calling({ successes: 1, failures: [failure(code)] }),
        ['low transient'],
      ] as const,
  ),
  [
    'runtime-assume-failing',
    'most calls fail with a transient error',
    () => calling({ successes: 1, failures: [failure('ServiceUnavailable', { count: 2 })] }),
    ['high unexplained'],
  ],
  [
    'provider-thumbprint-mismatch',
    'the provider of an issuer that is not of EKS lists a root of Amazon',
    () => registered({}, Object.keys(knownAuthorities)[0])(),
    ['low notConsulted'],
  ],
  [
    'cluster-node-role-reachable',
    'groups of nodes with several hop limits',
    () =>
      worldOf(
        {},
        {},
        {
          nodes: complete(
            [1, 2, 4, 3].map(hopLimit => ({
              ...{ kind: `group ${hopLimit}`, hopLimit, tokensRequired: true, enabled: true, nodes: hopLimit },
            })),
          ),
        },
      ),
    ['low hops'],
  ],
];

test.each(rows)('%s: %s', (ruleId, _title, facts, expected) => {
  expect(verdicts(ruleId, facts())).toEqual(expected);
});
