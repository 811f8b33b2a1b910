/** Single worlds in which one cause has several findings, or a value has an odd form: what the rules say of each, all of it. */
import { expect, test } from '@jest/globals';
import type { Facts } from '../../lib/facts/facts.ts';
import { complete, notAskedFor, unavailable, withGaps } from '../../lib/model/collected.ts';
import { aPod, aReadCluster, aServiceAccount } from '../support/example-cluster.ts';
import { aCertificate, aHost, anIssuer, aProvider, aRole, someFacts } from '../support/example-world.ts';
import { aGap, annotatedWith, barePod, denied, withPods, worldOf } from '../support/in-cluster-world.ts';
import { anAssociation } from './pod-identity/example-association.ts';
import { sayOf } from './say-of.ts';
import { audOnly, exact, other, otherProvider, policy, provider, statement, sub } from './trust/judge.ts';

const key = 'eks.amazonaws.com/role-arn';
const cart = aRole().arn;
const roles = (trustPolicy: string) => ({ roles: complete([aRole({ trustPolicy })]) });
const tested = (condition: unknown, over: Record<string, unknown> = {}) => statement({ Condition: condition, ...over });
const registered = 'https://k8s.example';
const chain = [
  aCertificate({ subject: 'CN=k8s.example', sha1: '1'.repeat(40), isCa: false, notAfter: '2026-11-20T00:00:00.000Z' }),
  aCertificate({ subject: 'CN=middle', sha1: '2'.repeat(40), notAfter: '2026-11-25T00:00:00.000Z' }),
  aCertificate({ subject: 'CN=own', issuer: 'CN=own', sha1: '3'.repeat(40), isSelfSigned: true }),
];
const ownHost = (
  thumbprints: readonly string[],
  over: Parameters<typeof aHost>[0] = {},
  more: Parameters<typeof anIssuer>[0] = {},
): Facts =>
  someFacts({
    settings: { registeredIssuers: [registered] },
    providers: complete([aProvider(), aProvider({ issuer: registered, thumbprints })]),
    issuers: [
      anIssuer(),
      anIssuer({ url: registered, host: complete(aHost({ host: 'k8s.example', chain, ...over })), ...more }),
    ],
  });
const ofChain =
  'provider-thumbprint-not-root, provider-thumbprint-mismatch, provider-thumbprint-stale, issuer-certificate-expiring, issuer-certificate-untrusted';
const untrusted = { verdict: 'untrusted', why: 'unknown issuer' } as const;
const labelled = (value: string): Facts =>
  worldOf(withPods(barePod({ labels: { 'eks.amazonaws.com/skip-pod-identity-webhook': value } })));
const refusing = (
  subject: unknown,
  over: Parameters<typeof worldOf>[1] = {},
  inside: Parameters<typeof worldOf>[0] = {},
): Facts =>
  worldOf(
    { ...annotatedWith({}), ...inside },
    { ...roles(policy(tested({ StringEquals: { ...audOnly.StringEquals, [sub]: subject } }))), ...over },
  );
const causes =
  'service-account-role-not-trusting, trust-subject-unknown-service-account, trust-subject-unknown-namespace, trust-never-matches';
const two = (...names: readonly string[]) => ({
  serviceAccounts: complete(names.map(name => aServiceAccount({ name }))),
});

test.each<readonly [rules: string, title: string, facts: () => Facts]>([
  ...[chain, chain.slice(0, 2), chain.slice(1), chain.slice(2)].flatMap((sent, at) =>
    ['1', '2', '3', '4'].map(
      digit =>
        [ofChain, `chain ${at} with a pin of ${digit}`, () => ownHost([digit.repeat(40)], { chain: sent })] as const,
    ),
  ),
  [ofChain, 'two pins, of which one is the authority’s', () => ownHost(['3'.repeat(40), '4'.repeat(40)])],
  [
    ofChain,
    'a host with a port, connected to elsewhere',
    () => ownHost(['1'.repeat(40)], { host: 'k8s.example:8443', overridden: true }),
  ],
  [
    ofChain,
    'an authority of its own that is pinned',
    () =>
      ownHost([`${'3'.repeat(39)}A`], {
        chain: chain.with(-1, aCertificate({ subject: 'CN=own', issuer: 'CN=own', sha1: `${'3'.repeat(39)}a` })),
        trust: untrusted,
      }),
  ],
  [
    ofChain,
    'a chain that is not trusted, by a proxy that says so',
    () => ownHost(['1'.repeat(40)], { trust: untrusted, proxied: true }),
  ],
  [ofChain, 'a chain that is not trusted', () => ownHost(['4'.repeat(40)], { trust: untrusted })],
  [ofChain, 'a chain from a private network', () => ownHost(['1'.repeat(40)], {}, { fromPrivateNetwork: true })],
  ...(['invalid', 'not-found', 'denied'] as const).map(
    kind =>
      [
        ofChain,
        `a document that is ${kind}`,
        () => ownHost(['1'.repeat(40)], {}, { discovery: unavailable({ kind, operation: 'GET', message: 'x' }) }),
      ] as const,
  ),
  [
    ofChain,
    'keys on another host',
    () =>
      ownHost(['1'.repeat(40)], {}, { discovery: complete({ issuer: registered, jwksUri: 'https://keys.example/k' }) }),
  ],
  ...['false', 'No', 'OFF', '0', 'off ', 'true', ''].map(
    value => ['pod-not-injected', `the label "${value}"`, () => labelled(value)] as const,
  ),
  [causes, 'another account of its namespace that is not there', () => refusing('system:serviceaccount:checkout:gone')],
  [
    causes,
    'the account of its name in a namespace that is not there',
    () => refusing('system:serviceaccount:gone:cart'),
  ],
  [causes, 'another account in a namespace that is not there', () => refusing('system:serviceaccount:gone:web')],
  [
    causes,
    'another account in a namespace that is not there, and two that name the role',
    () => refusing('system:serviceaccount:gone:web', {}, two('cart', 'api')),
  ],
  [
    causes,
    'two accounts in a namespace that is not there',
    () => refusing(['system:serviceaccount:gone:web', 'system:serviceaccount:gone:api']),
  ],
  [
    causes,
    'another account of another namespace that is not there',
    () => refusing('system:serviceaccount:kube-system:web'),
  ],
  [
    causes,
    'another account that is not there, and providers were not asked for',
    () => refusing('system:serviceaccount:checkout:gone', { providers: notAskedFor('iam:ListOpenIDConnectProviders') }),
  ],
  [
    causes,
    'another account that is not there, and providers were refused',
    () => refusing('system:serviceaccount:checkout:gone', { providers: unavailable(denied) }),
  ],
  [
    causes,
    'two tests that fail, of which one is nobody’s cause',
    () =>
      worldOf(
        annotatedWith({}),
        roles(
          policy(
            tested({
              StringEquals: {
                ...audOnly.StringEquals,
                [sub]: 'system:serviceaccount:checkout:gone',
                'aws:PrincipalOrgID': 'o-1',
              },
            }),
          ),
        ),
      ),
  ],
  [
    'trust-subject-pattern-broad, trust-any-service-account-in-namespace',
    'an account whose name is of a revision',
    () =>
      worldOf(
        two('provider-aws-0123456789ab'),
        roles(policy(tested({ ...audOnly, StringLike: { [sub]: 'system:serviceaccount:checkout:provider-aws-*' } }))),
      ),
  ],
  [
    'trust-provider-missing',
    'the right provider stands beside the wrong one',
    () => someFacts(roles(policy(statement({ Principal: { Federated: [provider, `${provider}0`] } })))),
  ],
  [
    'trust-provider-missing',
    'a condition names another provider of the account',
    () =>
      someFacts({
        ...roles(
          policy(
            tested(
              { StringEquals: { [`${other}:sub`]: exact } },
              { Principal: { Federated: provider.replace('5C1D', 'FFFF') } },
            ),
          ),
        ),
        providers: complete([aProvider(), aProvider({ issuer: `https://${other}` })]),
      }),
  ],
  [
    'trust-provider-missing, trust-never-matches',
    'what a gone cluster left beside one that lives, and one that was not read',
    () =>
      someFacts({
        ...roles(
          policy(statement({ Principal: { Federated: [provider, otherProvider, provider.replace('5C1D', 'FFFF')] } })),
        ),
        clusters: withGaps([aReadCluster()], [{ ...aGap('eks:DescribeCluster'), what: 'cluster web' }]),
      }),
  ],
  [
    'trust-any-namespace',
    'two statements for namespaces of one beginning',
    () =>
      someFacts(
        roles(
          policy(
            ...['a', 'b'].map(letter =>
              tested({ ...audOnly, StringLike: { [sub]: `system:serviceaccount:team-${letter}*:cart` } }),
            ),
          ),
        ),
      ),
  ],
  [
    'trust-action-wrong',
    'one of two providers is trusted by another statement',
    () =>
      someFacts({
        ...roles(
          policy(
            statement({ Action: 'sts:AssumeRole', Principal: { Federated: [provider, otherProvider] } }),
            statement(),
          ),
        ),
        providers: complete([aProvider(), aProvider({ issuer: `https://${other}` })]),
      }),
  ],
  [
    'service-account-pod-identity-overrides',
    'an empty annotation and an association',
    () => worldOf(annotatedWith({ [key]: '' }), {}, { podIdentity: complete([anAssociation()]) }),
  ],
  [
    'service-account-role-not-trusting',
    'a role of Pod Identity, for which there is an association',
    () =>
      worldOf(
        annotatedWith({}),
        roles(
          JSON.stringify({
            Statement: { Effect: 'Allow', Principal: { Service: 'pods.eks.amazonaws.com' }, Action: 'sts:AssumeRole' },
          }),
        ),
        { podIdentity: complete([anAssociation({ roleArn: cart })]) },
      ),
  ],
  [
    'service-account-role-not-trusting',
    'dates that begin before now and after it',
    () =>
      worldOf(
        annotatedWith({}),
        roles(
          policy(
            statement({
              Condition: {
                ...(statement().Condition as object),
                DateGreaterThan: { 'aws:CurrentTime': '2026-12-01T00:00:00Z' },
              },
            }),
            statement({
              Condition: {
                StringEquals: { [sub]: 'system:serviceaccount:a:b' },
                DateLessThan: { 'aws:CurrentTime': '2026-01-01T00:00:00Z' },
              },
            }),
          ),
        ),
      ),
  ],
  [
    'service-account-role-not-trusting',
    'a date that is over',
    () =>
      worldOf(
        annotatedWith({}),
        roles(
          policy(
            statement({
              Condition: {
                ...(statement().Condition as object),
                DateLessThan: { 'aws:CurrentTime': '2026-01-01T00:00:00Z' },
              },
            }),
          ),
        ),
      ),
  ],
  [
    'pod-not-injected',
    'a pod of no owner',
    () => {
      const { owner: _owner, ...naked } = barePod();
      return worldOf(withPods(naked, aPod({ name: 'other' })));
    },
  ],
])('%s: %s', (rules, _title, facts) => {
  expect(sayOf(rules, facts())).toEqual([]);
});
