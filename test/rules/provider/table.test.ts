import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import { indexOf } from '../../../lib/facts/fleet-index.ts';
import { subjectsOfAccount } from '../../../lib/facts/subjects-of.ts';
import type { Provider } from '../../../lib/model/account.ts';
import { complete, type ReadFailure, unavailable } from '../../../lib/model/collected.ts';
import type { ChainTrust, HostFacts } from '../../../lib/model/issuer.ts';
import { evaluate } from '../../../lib/rules/evaluate/evaluate.ts';
import { providerRules } from '../../../lib/rules/provider/rules.ts';
import { aPod, aReadCluster, aServiceAccount } from '../../support/example-cluster.ts';
import {
  aCertificate,
  aCluster,
  aClusterSnapshot,
  aHost,
  anIssuer,
  aProvider,
  aRole,
  aSnapshot,
  aTrustPolicy,
  exampleIssuer,
  exampleRootThumbprint as root,
  someFacts,
} from '../../support/example-world.ts';
import { expectSaid } from '../../support/verdict-of.ts';

type Case = readonly [string, string, () => Facts, readonly RegExp[]];

const denied: ReadFailure = { kind: 'denied', operation: 'iam:Get', message: 'denied' };
const host = 'oidc.eks.eu-west-1.amazonaws.com';
const ownIssuer = 'https://s3.eu-west-1.amazonaws.com/issuer-of-one-cluster';
const withIssuer = (issuer: string) => () => someFacts({ providers: complete([aProvider({ issuer })]) });
const withAudiences =
  (...audiences: readonly string[]) =>
  () =>
    someFacts({ providers: complete([aProvider({ audiences })]) });
const [leaf, middle, historic, other] = [
  '1'.repeat(40),
  '2'.repeat(40),
  '9e99a48a9960b14926bb7f3b02e22da2b0ab7280',
  'ab'.repeat(20),
] as const;
const sees = (
  thumbprints: readonly string[],
  over: Partial<HostFacts> = {},
  more: Partial<Parameters<typeof someFacts>[0]> = {},
) =>
  someFacts({
    providers: complete([aProvider({ thumbprints })]),
    issuers: [anIssuer({ host: complete(aHost(over)) })],
    ...more,
  });
const pins =
  (...thumbprints: readonly string[]) =>
  () =>
    sees(thumbprints);
const untrusted: ChainTrust = { verdict: 'untrusted', why: 'the chain ends at CN=X' };
const noDetail: Provider = aProvider({ detail: unavailable(denied) });
const gone = exampleIssuer.replace('5C1D', '0000');
const dead = (over: Partial<Parameters<typeof someFacts>[0]> = {}) =>
  someFacts({
    providers: complete([aProvider(), aProvider({ issuer: gone, thumbprints: [other, root], audiences: ['x'] })]),
    ...over,
  });
const ipv6 = (announced?: string) => {
  const cluster = aCluster({ ipFamily: 'ipv6' });
  return announced === undefined
    ? aClusterSnapshot({ cluster })
    : aReadCluster({ issuer: complete(announced) }, { cluster });
};
const alias = exampleIssuer.replace(host, 'oidc-eks.eu-west-1.api.aws');
const event = {
  roleArn: 'arn:aws:iam::111122223333:role/x',
  region: 'eu-west-1',
  successes: 1,
  failures: [],
  userAgents: [],
  lastAt: '2026-10-31T00:00:00.000Z',
};
const runtime = (providerArn: string, verificationMethods: readonly string[]) =>
  complete({ from: '', to: '', events: [{ ...event, providerArn, verificationMethods }] });

const urlCases: readonly Case[] = [
  ['provider-url-mismatch', 'to the letter', () => someFacts(), []],
  [
    'provider-url-mismatch',
    'lower case',
    withIssuer(exampleIssuer.toLowerCase()),
    [/^high: differs .*"differences":"by upper and lower case"/],
  ],
  ['provider-url-mismatch', 'a slash', withIssuer(`${exampleIssuer}/`), [/by a trailing slash/]],
  ['provider-url-mismatch', 'a port', withIssuer(exampleIssuer.replace(host, `${host}:443`)), [/by a port/]],
  ['provider-url-mismatch', 'the alias', withIssuer(alias), [/by the dual-stack host name/]],
  [
    'provider-url-mismatch',
    'another region',
    withIssuer(exampleIssuer.replace('eu-west-1', 'eu-west-2')),
    [/by the region/],
  ],
  [
    'provider-url-mismatch',
    'the alias of another region, lower case, with a slash',
    withIssuer(`${alias.replace('eu-west-1', 'eu-west-2').toLowerCase()}/`),
    [
      /by the dual-stack host name, which no token carries, and by the region, and by upper and lower case, and by a trailing slash/,
    ],
  ],
  [
    'provider-url-mismatch',
    'another host with the same id',
    withIssuer(exampleIssuer.replace(host, 'oidc-eks.eu-west-1.amazonaws.com')),
    [/by the host/],
  ],
  ['provider-url-mismatch', 'another id', withIssuer(gone), []],
  [
    'provider-url-mismatch',
    'beside the exact one',
    () => someFacts({ providers: complete([aProvider(), aProvider({ issuer: `${exampleIssuer}/` })]) }),
    [],
  ],
  [
    'provider-url-mismatch',
    'the alias, for an IPv6 cluster of unknown issuer',
    () => someFacts({ clusters: complete([ipv6()]), providers: complete([aProvider({ issuer: alias })]) }),
    [/^unknown: the issuer in tokens of the IPv6 cluster shop/],
  ],
  [
    'provider-url-mismatch',
    'the alias, for an IPv6 cluster that announces the other',
    () => someFacts({ clusters: complete([ipv6(exampleIssuer)]), providers: complete([aProvider({ issuer: alias })]) }),
    [/by the dual-stack host name/],
  ],
  [
    'provider-url-mismatch',
    'a region that was not read',
    () => someFacts({ clusters: unavailable(denied), providers: complete([aProvider({ issuer: gone })]) }),
    [/^unknown: the clusters of the fleet/],
  ],
  [
    'provider-url-mismatch',
    'exact, though a region was not read',
    () => ({ ...someFacts(), fleet: indexOf([aSnapshot()], ['999988887777']) }),
    [],
  ],
];

const audienceCases: readonly Case[] = [
  ['provider-audience-missing', 'listed', withAudiences('sts.amazonaws.com', 'x'), []],
  ['provider-audience-missing', 'none at all', withAudiences(), [/^high: none/]],
  [
    'provider-audience-missing',
    'of China',
    withAudiences('sts.amazonaws.com.cn'),
    [/^high: nearMiss .*"audiences":\["sts\.amazonaws\.com\.cn"\]/],
  ],
  [
    'provider-audience-missing',
    'a blank at the end',
    withAudiences('sts.amazonaws.com '),
    [/^high: nearMiss .*"audiences":\["sts\.amazonaws\.com\\\\u\{20\}"\]/],
  ],
  [
    'provider-audience-missing',
    'a zero-width space',
    withAudiences('sts.amazonaws\u200b.com'),
    [/^high: nearMiss .*"audiences":\["sts\.amazonaws\\\\u\{200b\}\.com"\]/],
  ],
  ['provider-audience-missing', 'no-break space and case', withAudiences('\u00a0STS.amazonaws.com'), [/\\u\{a0\}STS/]],
  [
    'provider-audience-missing',
    'without aws',
    withAudiences('sts.amazon.com'),
    [/^high: nearMiss .*"audiences":\["sts\.amazon\.com"\]/],
  ],
  [
    'provider-audience-missing',
    'a URL',
    withAudiences('https://sts.amazonaws.com/'),
    [/^high: nearMiss .*"audiences":\["https:\/\/sts\.amazonaws\.com\/"\]/],
  ],
  [
    'provider-audience-missing',
    'something else',
    withAudiences('vault', 'x'),
    [/^high: missing .*"audiences":\["vault","x"\]/],
  ],
  [
    'provider-audience-missing',
    'something else, and its cluster may be one that was not listed, whose inside was asked for',
    () =>
      someFacts({
        providers: complete([aProvider({ audiences: ['vault'] })]),
        clusters: unavailable({ kind: 'unreachable', operation: 'eks:ListClusters', message: 'down' }),
        settings: { inCluster: true },
      }),
    [/^unknown: .*its cluster may be one of clusters of account 111122223333 in eu-west-1/],
  ],
  [
    'provider-audience-missing',
    'mistyped, of a cluster of one’s own, which no list of EKS could have',
    () =>
      someFacts({
        providers: complete([aProvider({ issuer: ownIssuer, audiences: ['sts.amazonaws.com '] })]),
        clusters: unavailable({ kind: 'unreachable', operation: 'eks:ListClusters', message: 'down' }),
        issuers: [anIssuer({ url: ownIssuer })],
        settings: { inCluster: true, registeredIssuers: [ownIssuer] },
      }),
    [/^high: nearMiss /],
  ],
  [
    'provider-audience-missing',
    'mistyped, and only a service mesh asks for tokens yet',
    () =>
      someFacts({
        providers: complete([aProvider({ audiences: ['sts.amazon.com'] })]),
        clusters: complete([
          aReadCluster({
            serviceAccounts: complete([]),
            pods: complete([aPod({ volumes: [{ name: 'istio-token', audience: 'istio-ca', path: 'istio-token' }] })]),
          }),
        ]),
      }),
    [/^high: nearMiss .*"audiences":\["sts\.amazon\.com"\]/],
  ],
  ['provider-audience-missing', 'the provider of a cluster that is gone', () => dead(), []],
  [
    'provider-audience-missing',
    'nobody asks for the default',
    () =>
      someFacts({
        providers: complete([aProvider({ audiences: ['own'] })]),
        clusters: complete([
          aReadCluster({
            serviceAccounts: complete([
              aServiceAccount({
                annotations: { 'eks.amazonaws.com/role-arn': 'x', 'eks.amazonaws.com/audience': 'own' },
              }),
            ]),
            pods: complete([]),
          }),
        ]),
      }),
    [],
  ],
  [
    'provider-audience-missing',
    'unread',
    () => someFacts({ providers: complete([noDetail]) }),
    [/^unknown: iam:Get: denied/],
  ],
  ['provider-audience-unexpected', 'only the default', withAudiences('sts.amazonaws.com'), []],
  [
    'provider-audience-unexpected',
    'one more, inside not read',
    withAudiences('sts.amazonaws.com', 'x'),
    [/^unknown: which audiences/],
  ],
  [
    'provider-audience-unexpected',
    'one more that nobody asks for',
    () =>
      someFacts({
        providers: complete([aProvider({ audiences: ['sts.amazonaws.com', 'x y'] })]),
        clusters: complete([aReadCluster()]),
      }),
    [/^low: unexpected .*"audience":"x\\\\u\{20\}y"/],
  ],
  [
    'provider-audience-unexpected',
    'asked for by an annotation',
    () =>
      someFacts({
        providers: complete([aProvider({ audiences: ['x'] })]),
        clusters: complete([
          aReadCluster({
            serviceAccounts: complete([aServiceAccount({ annotations: { 'eks.amazonaws.com/audience': 'x' } })]),
          }),
        ]),
      }),
    [],
  ],
  [
    'provider-audience-unexpected',
    'asked for by a volume',
    () =>
      someFacts({
        providers: complete([aProvider({ audiences: ['vault'] })]),
        clusters: complete([
          aReadCluster({ pods: complete([aPod({ volumes: [{ name: 'v', audience: 'vault', path: 't' }] })]) }),
        ]),
      }),
    [],
  ],
  [
    'provider-audience-unexpected',
    'pods were not read',
    () =>
      someFacts({
        providers: complete([aProvider({ audiences: ['x'] })]),
        clusters: complete([aReadCluster({ pods: unavailable(denied) })]),
      }),
    [/^unknown/],
  ],
  [
    'provider-audience-unexpected',
    "another account's cluster has the issuer too",
    () => ({
      ...someFacts({ providers: complete([aProvider({ audiences: ['x'] })]), clusters: complete([aReadCluster()]) }),
      fleet: indexOf([
        aSnapshot(),
        aSnapshot({
          accountId: '999988887777',
          clusters: complete([aClusterSnapshot({ cluster: aCluster({ name: 'twin', accountId: '999988887777' }) })]),
        }),
      ]),
    }),
    [/^unknown/],
  ],
];

const pinned = (subject: string, sha1: string) => aCertificate({ subject, sha1, isSelfSigned: true });
const rootSent = [pinned('CN=leaf', leaf), pinned('CN=M01', middle), pinned('CN=Root', root)];
const thumbprintCases: readonly Case[] = [
  ['provider-thumbprint-mismatch', 'the last', pins(root), []],
  [
    'provider-thumbprint-mismatch',
    'upper case and colons',
    pins((root.match(/../g) ?? []).join(':').toUpperCase()),
    [],
  ],
  ['provider-thumbprint-mismatch', 'any of several', pins(other, middle), []],
  ['provider-thumbprint-mismatch', 'none', pins(other), [/^low: notConsulted/]],
  ['provider-thumbprint-mismatch', 'none configured', pins(), []],
  ['provider-thumbprint-mismatch', 'a root of earlier years', pins(historic), [/^info: root/]],
  [
    'provider-thumbprint-mismatch',
    'the root that was not sent',
    () => sees([other], { trust: { verdict: 'public', root: { subject: 'CN=R', sha1: other } } }),
    [/^info/],
  ],
  ['provider-thumbprint-mismatch', 'not public', () => sees([other], { trust: untrusted }), [/^high: consulted/]],
  [
    'provider-thumbprint-mismatch',
    'CloudTrail says Thumbprint',
    () => sees([other], {}, { runtime: runtime(aProvider().arn, ['Thumbprint']) }),
    [/^high/],
  ],
  [
    'provider-thumbprint-mismatch',
    'CloudTrail says IAMTrustStore',
    () => sees([other], {}, { runtime: runtime(aProvider().arn, ['IAMTrustStore']) }),
    [/^low/],
  ],
  [
    'provider-thumbprint-mismatch',
    "CloudTrail says Thumbprint of another account's provider",
    () => sees([other], {}, { runtime: runtime('arn:other', ['Thumbprint']) }),
    [/^low/],
  ],
  [
    'provider-thumbprint-mismatch',
    'no handshake',
    () =>
      someFacts({
        issuers: [anIssuer({ host: unavailable({ kind: 'timed-out', operation: 'TLS', message: 'late' }) })],
      }),
    [/^unknown: .*TLS: late/],
  ],
  ['provider-thumbprint-mismatch', 'not probed', () => someFacts({ issuers: [] }), [/^unknown: .*it was not probed/]],
  ['provider-thumbprint-mismatch', 'the provider of a cluster that is gone', () => dead(), []],
  ['provider-thumbprint-mismatch', 'unread', () => someFacts({ providers: complete([noDetail]) }), [/^unknown/]],
  ['provider-thumbprint-not-root', 'the last', pins(root), []],
  [
    'provider-thumbprint-not-root',
    'the leaf',
    pins(leaf),
    [/^low: lower .*"certificate":"CN=\*\.execute-api\.example".*"end":"2027-06-30"/],
  ],
  [
    'provider-thumbprint-not-root',
    'a lower intermediate',
    pins(middle),
    [/^low: lower .*"certificate":"CN=Amazon RSA 2048 M01".*"end":"2030-08-23"/],
  ],
  ['provider-thumbprint-not-root', 'all of them', pins(leaf, middle, root), []],
  [
    'provider-thumbprint-not-root',
    'the top intermediate below a root that is sent',
    () => sees([middle], { chain: rootSent }),
    [],
  ],
  [
    'provider-thumbprint-not-root',
    'the leaf below',
    () => sees([leaf], { chain: rootSent }),
    [/^low: lower .*"certificate":"CN=leaf".*"end":"2037-12-31"/],
  ],
  [
    'provider-thumbprint-not-root',
    'the leaf and the root that was not sent',
    () => sees([leaf, other], { trust: { verdict: 'public', root: { subject: 'CN=R', sha1: other } } }),
    [],
  ],
  ['provider-thumbprint-not-root', 'none matches: the business of another rule', pins(other), []],
  [
    'provider-thumbprint-not-root',
    'the leaf of a chain that is not public',
    () => sees([leaf], { trust: untrusted }),
    [/^low: lower .*"certificate":"CN=\*\.execute-api\.example".*"end":"2027-06-30"/],
  ],
  ['provider-thumbprint-not-root', 'not probed', () => someFacts({ issuers: [] }), [/^unknown/]],
  ['provider-thumbprint-not-root', 'the provider of a cluster that is gone', () => dead(), []],
  ['provider-thumbprint-stale', 'one', pins(root), []],
  ['provider-thumbprint-stale', 'the same twice', pins(root, root.toUpperCase()), []],
  ['provider-thumbprint-stale', 'a root of earlier years', pins(root, historic), [/^info: one .*"dead":1/]],
  [
    'provider-thumbprint-stale',
    'placeholders',
    pins(root, 'f'.repeat(40), '0'.repeat(40)),
    [/^info: several .*"dead":2/],
  ],
  ['provider-thumbprint-stale', 'none matches: the business of another rule', pins(other, historic), []],
  [
    'provider-thumbprint-stale',
    'the root that was not sent is no dead weight',
    () => sees([root, other], { trust: { verdict: 'public', root: { subject: 'CN=R', sha1: other } } }),
    [],
  ],
  [
    'provider-thumbprint-stale',
    'not probed, two',
    () => someFacts({ issuers: [], providers: complete([aProvider({ thumbprints: [root, other] })]) }),
    [/^unknown/],
  ],
  ['provider-thumbprint-stale', 'the provider of a cluster that is gone', () => dead(), []],
];

const ofRegion = (region: string) =>
  someFacts({ providers: complete([aProvider({ issuer: gone.replace('eu-west-1', region) })]) });
const many = (count: number) =>
  complete(
    Array.from({ length: count }, (_, at) => aProvider({ issuer: exampleIssuer.replace(/.{4}$/, String(1000 + at)) })),
  );
const quotas = (oidcProviders: number) => complete({ oidcProviders, trustPolicyLength: 2048 });
const notAsked = unavailable<never>({ kind: 'not-asked-for', operation: 'GET', message: 'the host was not reached' });
const unreached = {
  host: unavailable<never>({ kind: 'unreachable', operation: 'TLS handshake', message: 'DNS: ENOTFOUND' }),
  discovery: notAsked,
  keys: notAsked,
};
const noSuchIssuer = unavailable<never>({ kind: 'not-found', operation: 'GET', message: 'HTTP 404' });
const otherCases: readonly Case[] = [
  ['provider-orphaned', 'its cluster exists', () => someFacts(), []],
  ['provider-orphaned', 'no cluster anywhere', () => dead(), [/^medium: orphaned .*"accounts":1/]],
  [
    'provider-orphaned',
    'roles still trust it',
    () =>
      dead({
        roles: complete([
          aRole({ name: 'b', trustPolicy: aTrustPolicy({ issuer: gone }) }),
          aRole({ name: 'a', trustPolicy: aTrustPolicy({ issuer: gone }) }),
          aRole(),
        ]),
      }),
    [/^medium: trusted .*"accounts":1.*"roles":\["a","b"\]/],
  ],
  [
    'provider-orphaned',
    'an account was not read',
    () => ({ ...dead(), fleet: indexOf([dead().snapshot], ['999988887777']) }),
    [/^unknown: all clusters of eu-west-1: account 999988887777/],
  ],
  [
    'provider-orphaned',
    "another account's cluster",
    () => ({
      ...dead(),
      fleet: indexOf([
        dead().snapshot,
        aSnapshot({
          accountId: '999988887777',
          clusters: complete([aClusterSnapshot({ cluster: aCluster({ issuer: gone, accountId: '999988887777' }) })]),
        }),
      ]),
    }),
    [],
  ],
  [
    'provider-orphaned',
    'a region that is not audited',
    () => ofRegion('us-east-1'),
    [/^unknown: the clusters of the region us-east-1: it is not audited/],
  ],
  [
    'provider-orphaned',
    'its issuer is alive',
    () => dead({ issuers: [anIssuer(), anIssuer({ url: gone })] }),
    [/^unknown: .*the issuer still answers/],
  ],
  [
    'provider-orphaned',
    'the issuer answers for another one',
    () => dead({ issuers: [anIssuer({ url: gone, discovery: complete({ issuer: 'x' }) })] }),
    [/^medium/],
  ],
  [
    'provider-orphaned',
    'its host was not reached',
    () => dead({ issuers: [anIssuer(), anIssuer({ url: gone, ...unreached })] }),
    [/^unknown: whether the issuer still answers: .*ENOTFOUND/],
  ],
  [
    'provider-orphaned',
    'its host has a private address here',
    () => dead({ issuers: [anIssuer(), anIssuer({ url: gone, ...unreached, fromPrivateNetwork: true })] }),
    [/^unknown: whether the issuer still answers/],
  ],
  [
    'provider-orphaned',
    'a proxy that inspects TLS answers 404 in its place',
    () =>
      dead({
        issuers: [
          anIssuer(),
          anIssuer({
            url: gone,
            host: complete(aHost({ trust: untrusted })),
            discovery: noSuchIssuer,
            keys: noSuchIssuer,
          }),
        ],
      }),
    [/^unknown: whether the issuer still answers: the chain ends at CN=X/],
  ],
  [
    'provider-orphaned',
    'its issuer answers 404',
    () => dead({ issuers: [anIssuer(), anIssuer({ url: gone, discovery: noSuchIssuer, keys: noSuchIssuer })] }),
    [/^medium/],
  ],
  [
    'provider-orphaned',
    'CloudTrail shows its tokens',
    () => dead({ runtime: runtime(aProvider({ issuer: gone }).arn, []) }),
    [/^unknown: .*CloudTrail shows/],
  ],
  [
    'provider-orphaned',
    'a registered issuer has no cluster in EKS',
    () =>
      someFacts({
        providers: complete([aProvider({ issuer: 'https://k8s.example' })]),
        settings: { registeredIssuers: ['https://k8s.example'] },
      }),
    [],
  ],
  ['provider-quota-near', 'far', () => someFacts({ quotas: quotas(100), providers: many(79) }), []],
  [
    'provider-quota-near',
    'eighty of a hundred, said once',
    () => someFacts({ quotas: quotas(100), providers: many(80) }),
    [/^low: near .*"count":80.*"quota":100/],
  ],
  [
    'provider-quota-near',
    'unread',
    () => someFacts({ providers: many(80) }),
    [/^unknown: the account's quota of OIDC providers \(80 are in use\)/],
  ],
  [
    'provider-quota-near',
    'unread, and near the most that there is',
    () => someFacts({ providers: many(560) }),
    [/^low: near .*"count":560.*"quota":700/],
  ],
];

const moreCases: readonly Case[] = [
  [
    'provider-audience-missing',
    'its cluster lives in an account that is not audited',
    () => dead({ issuers: [anIssuer(), anIssuer({ url: gone })] }),
    [/^high: missing .*"audiences":\["x"\]/],
  ],
  [
    'provider-thumbprint-not-root',
    'the leaf of a chain that is not public',
    () => sees([leaf], { trust: untrusted }),
    [/^low: lower .*"certificate":"CN=\*\.execute-api\.example".*"end":"2027-06-30"/],
  ],
  [
    'provider-thumbprint-mismatch',
    'a private network',
    () => sees([leaf], {}, { issuers: [anIssuer({ fromPrivateNetwork: true })] }),
    [/^unknown: .*private network/],
  ],
  ['provider-orphaned', 'roles were not read', () => dead({ roles: unavailable(denied) }), [/^medium/]],
  [
    'provider-quota-near',
    'beyond what AWS grants',
    () => someFacts({ quotas: quotas(700), providers: many(700) }),
    [/^low: near .*"count":700.*"quota":700/],
  ],
  [
    'provider-url-mismatch',
    'a registered issuer with a slash',
    () =>
      someFacts({
        providers: complete([aProvider({ issuer: 'https://k8s.example/' })]),
        settings: { registeredIssuers: ['https://k8s.example'] },
      }),
    [],
  ],
  [
    'provider-url-mismatch',
    "the alias of another account's cluster of unknown family",
    () => ({
      ...withIssuer(alias)(),
      fleet: indexOf([
        aSnapshot({
          accountId: '999988887777',
          clusters: complete([aClusterSnapshot({ cluster: aCluster({ accountId: '999988887777' }) })]),
        }),
      ]),
    }),
    [/^unknown: the issuer in tokens/],
  ],
];

describe('rules of providers', () => {
  test('asked without what they need, they answer unknown', () => {
    const facts = someFacts({ providers: complete([noDetail]) });
    const [subject] = subjectsOfAccount(facts).provider;
    if (subject === undefined) throw new Error('no provider');
    const rules = providerRules.filter(({ needs }) => needs.includes('provider-detail'));
    expect(rules).toHaveLength(5);
    for (const rule of rules)
      expect(rule.kind === 'provider' && rule.check(subject, facts)).toMatchObject({ outcome: 'unknown' });
  });

  test.each([...urlCases, ...audienceCases, ...thumbprintCases, ...otherCases, ...moreCases])(
    '%s: %s',
    (id, _what, facts, expected) => expectSaid(id, facts(), expected),
  );

  test.each([
    [100, 80, '80', 'servicequotas:GetServiceQuota', /at most 700\) or to delete/],
    [undefined, 560, '560', 'the most that AWS grants (IAM quotas)', /AWS grants at most 700/],
  ])('near a quota of %s the count and the quota are told, as they were read', (quota, count, near, from, choice) => {
    const rules = providerRules.filter(({ id }) => id === 'provider-quota-near');
    const read = quota === undefined ? {} : { quotas: quotas(quota) };
    const [found] = evaluate(someFacts({ ...read, providers: many(count) }), { rules }).findings;
    expect(found?.evidence).toEqual([
      {
        what: 'OIDC providers',
        got: String(count),
        wanted: `fewer than ${near}`,
        readFrom: 'iam:ListOpenIDConnectProviders',
        volatile: true,
        data: expect.anything(),
      },
      { what: 'quota', got: String(quota ?? 700), readFrom: from },
    ]);
    expect(found?.fix.choice).toMatch(choice);
  });
});

test('a chain that leads to no publicly trusted CA is pinned by no step: it may be a stranger’s', () => {
  const { findings } = evaluate(sees([other], { trust: untrusted }), { rules: providerRules });
  const fixes = findings.flatMap(({ ruleId, fix }) => (ruleId === 'provider-thumbprint-mismatch' ? [fix] : []));
  expect(fixes).toEqual([
    expect.objectContaining({ steps: [], commands: [], choice: expect.stringContaining('only if') }),
  ]);
  expect(fixes[0]).not.toHaveProperty('terraform');
});
