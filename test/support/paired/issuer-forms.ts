/** Forms of an issuer, of its provider, and of the clusters and roles that use it. */
import type { AuditSettings, Facts } from '../../../lib/facts/facts.ts';
import { indexOf } from '../../../lib/facts/fleet-index.ts';
import type { Provider, Role } from '../../../lib/model/account.ts';
import type { ClusterSnapshot } from '../../../lib/model/cluster.ts';
import { type Collected, complete, notAskedFor, unavailable, withGaps } from '../../../lib/model/collected.ts';
import type { HostFacts, IssuerFacts } from '../../../lib/model/issuer.ts';
import type { AccountQuotas } from '../../../lib/model/quotas.ts';
import type { AccountSnapshot } from '../../../lib/model/snapshot.ts';
import { aReadCluster, aServiceAccount } from '../example-cluster.ts';
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
} from '../example-world.ts';
import { aGap, denied } from '../in-cluster-world.ts';
import { oldHost } from '../whole-worlds.ts';
import { type Forms, formsOf } from './paired-worlds.ts';

interface Parts {
  readonly url?: string;
  readonly providers?: (issuer: string) => Collected<readonly Provider[]>;
  readonly host?: Collected<HostFacts>;
  readonly issuer?: (url: string) => Partial<IssuerFacts>;
  readonly clusters?: (issuer: string) => Collected<readonly ClusterSnapshot[]>;
  readonly roles?: (issuer: string) => Collected<readonly Role[]>;
  readonly settings?: (issuer: string) => Partial<AuditSettings>;
  readonly account?: Partial<AccountSnapshot> & { readonly quotas?: Collected<AccountQuotas> };
}

const dualStack = exampleIssuer.replace('oidc.eks.', 'oidc-eks.').replace('amazonaws.com', 'api.aws');
const forms = formsOf<Parts>();
const leaf = aCertificate({
  subject: 'CN=leaf',
  sha1: '1'.repeat(40),
  isCa: false,
  notAfter: '2026-11-20T00:00:00.000Z',
});
const own = aCertificate({ subject: 'CN=Shop CA', issuer: 'CN=Shop CA', sha1: '3'.repeat(40), isSelfSigned: true });
const proxy = aCertificate({ subject: 'CN=Zscaler Root CA', issuer: 'CN=Zscaler Root CA', sha1: '4'.repeat(40) });
const broken = (kind: 'unreachable' | 'invalid' | 'denied' | 'throttled', message: string) =>
  unavailable<never>({ kind, operation: 'GET discovery', message });
const detailed = (issuer: string, over: object) =>
  aProvider({
    issuer,
    detail: complete({
      url: issuer.replace('https://', ''),
      audiences: ['sts.amazonaws.com'],
      thumbprints: ['9e99a48a9960b14926bb7f3b02e22da2b0ab7280'],
      tags: {},
      ...over,
    }),
  });
const annotated = (audience: string) =>
  aServiceAccount({
    annotations: { 'eks.amazonaws.com/role-arn': aRole().arn, 'eks.amazonaws.com/audience': audience },
  });

/** The forms of each part. */
export const issuerForms: Forms<Parts> = {
  url: forms('url', {
    'an issuer of EKS': exampleIssuer,
    'an issuer of one’s own': 'https://k8s.example',
    'a bucket': 'https://oidc-shop.s3.eu-west-1.amazonaws.com',
    'an issuer that imitates EKS': exampleIssuer.replace('amazonaws.com', 'amazonaws.example'),
  }),
  providers: forms('providers', {
    'its provider': issuer => complete([aProvider({ issuer })]),
    'a provider with many audiences': issuer =>
      complete([aProvider({ issuer, audiences: ['sts.amazonaws.com', 'vault', 'sts.amazonaws.com.cn'] })]),
    'a provider with a near audience': issuer =>
      complete([aProvider({ issuer, audiences: ['sts.amazonaws.com\u200b'] })]),
    'a provider without audience': issuer => complete([aProvider({ issuer, audiences: [] })]),
    'thumbprint of the leaf': issuer => complete([aProvider({ issuer, thumbprints: ['1'.repeat(40)] })]),
    'an old thumbprint': issuer => complete([detailed(issuer, {})]),
    'an old thumbprint beside its own': issuer =>
      complete([detailed(issuer, { thumbprints: ['9e99a48a9960b14926bb7f3b02e22da2b0ab7280', '3'.repeat(40)] })]),
    'its dual-stack name': () => complete([aProvider({ issuer: dualStack })]),
    'details in part': issuer =>
      complete([
        aProvider({
          issuer,
          detail: withGaps({ url: issuer.replace('https://', ''), audiences: [], thumbprints: [], tags: {} }, [
            aGap('iam:ListOpenIDConnectProviderTags'),
          ]),
        }),
      ]),
    'no thumbprint': issuer => complete([detailed(issuer, { thumbprints: [], createdAt: '2026-10-31T00:00:00Z' })]),
    'another case of its URL': issuer => complete([aProvider({ issuer: `${issuer.toLowerCase()}/` })]),
    'provider of another issuer': issuer =>
      complete([
        detailed(`https://${oldHost}`, { tags: { 'alpha.eksctl.io/cluster-name': 'shop' } }),
        aProvider({ issuer: issuer.replace('eu-west-1', 'us-east-1') }),
      ]),
    'no provider': () => complete([]),
    'details refused': issuer => complete([aProvider({ issuer, detail: unavailable(denied) })]),
    'providers in part': () => withGaps([], [aGap('iam:ListOpenIDConnectProviders')]),
    'providers refused': () => unavailable(denied),
  }),
  host: forms('host', {
    'a public chain': complete(aHost()),
    'a public chain whose leaf ends': complete(aHost({ chain: [leaf, aCertificate()] })),
    'a chain of its own': complete(
      aHost({
        chain: [leaf, own],
        trust: { verdict: 'untrusted', why: 'self-signed certificate in certificate chain' },
      }),
    ),
    'a chain of its own that ends': complete(
      aHost({
        chain: [{ ...own, notAfter: '2026-11-04T00:00:00.000Z' }],
        trust: { verdict: 'untrusted', why: 'self-signed certificate' },
      }),
    ),
    'a proxy': complete(aHost({ chain: [leaf, proxy], trust: { verdict: 'untrusted', why: 'x' }, proxied: true })),
    'a certificate that is over': complete(
      aHost({
        chain: [
          { ...leaf, notAfter: '2026-10-01T00:00:00.000Z' },
          aCertificate({ notAfter: '2027-02-01T00:00:00.000Z' }),
        ],
        trust: { verdict: 'untrusted', why: 'certificate has expired' },
      }),
    ),
    'another address': complete(aHost({ overridden: true, address: '10.0.0.7' })),
    'not asked for': notAskedFor('GET discovery'),
    'no answer': broken('unreachable', 'connect ECONNREFUSED'),
    'no such name': broken('unreachable', 'getaddrinfo ENOTFOUND'),
    'host in part': withGaps(aHost({ chain: [] }), [aGap('TLS')]),
  }),
  issuer: forms('issuer', {
    'a discovery document': () => ({}),
    'of another issuer': () => ({
      discovery: complete({ issuer: 'https://other.example', jwksUri: 'https://other.example/k' }),
    }),
    'without keys': url => ({ discovery: complete({ issuer: url }), keys: complete([]) }),
    'with odd keys': url => ({
      discovery: complete({ issuer: `${url}/`, jwksUri: 'http://keys.example/k' }),
      keys: complete([
        { kid: 'a', kty: 'oct', alg: 'HS256' },
        { kid: 'a', kty: 'RSA', use: 'enc' },
      ]),
    }),
    'with too many keys': () => ({
      keys: complete(Array.from({ length: 101 }, (_, at) => ({ kid: `${at}`, kty: 'EC', alg: 'ES256' }))),
    }),
    'that is no JSON': () => ({
      discovery: broken('invalid', 'it is not JSON'),
      keys: broken('unreachable', 'HTTP 404'),
    }),
    'that is refused': () => ({ discovery: broken('denied', 'HTTP 403'), keys: unavailable(denied) }),
    'whose bucket is gone': () => ({
      discovery: broken('unreachable', 'HTTP 404'),
      keys: broken('unreachable', 'HTTP 404'),
      missing: { kind: 'bucket', name: 'oidc-shop' } as const,
    }),
    'whose domain is free': () => ({
      host: broken('unreachable', 'getaddrinfo ENOTFOUND'),
      discovery: broken('unreachable', 'getaddrinfo ENOTFOUND'),
      keys: broken('unreachable', 'getaddrinfo ENOTFOUND'),
      missing: { kind: 'domain', name: 'k8s.example' } as const,
    }),
    'from a private network': () => ({ fromPrivateNetwork: true, discovery: broken('unreachable', 'timeout') }),
  }),
  clusters: forms('clusters', {
    'a cluster': issuer => complete([aReadCluster({}, { cluster: aCluster({ issuer }) })]),
    'two clusters': issuer =>
      complete([
        aReadCluster({}, { cluster: aCluster({ issuer }) }),
        aReadCluster(
          { serviceAccounts: complete([]) },
          { cluster: aCluster({ name: 'second', issuer: `https://${oldHost}` }) },
        ),
      ]),
    'a cluster of another issuer': () =>
      complete([aReadCluster({}, { cluster: aCluster({ issuer: `https://${oldHost}` }) })]),
    'a cluster that asks for vault': issuer =>
      complete([
        aReadCluster(
          { serviceAccounts: complete([annotated('vault'), aServiceAccount()]) },
          { cluster: aCluster({ issuer }) },
        ),
      ]),
    'a cluster that failed': issuer =>
      complete([aReadCluster({}, { cluster: aCluster({ issuer, status: 'FAILED' }) })]),
    'a cluster whose inside was refused': issuer =>
      complete([aReadCluster({}, { cluster: aCluster({ issuer }), kubernetes: unavailable(denied) })]),
    'service accounts in part': issuer =>
      complete([
        aReadCluster(
          { serviceAccounts: withGaps([], [aGap('list serviceaccounts')]) },
          { cluster: aCluster({ issuer }) },
        ),
      ]),
    'a cluster of IPv6': issuer => complete([aReadCluster({}, { cluster: aCluster({ issuer, ipFamily: 'ipv6' }) })]),
    'a cluster of IPv6 that announces another issuer': issuer =>
      complete([aReadCluster({ issuer: complete(dualStack) }, { cluster: aCluster({ issuer, ipFamily: 'ipv6' }) })]),
    'a cluster of IPv6 whose inside was refused': issuer =>
      complete([
        aReadCluster({}, { cluster: aCluster({ issuer, ipFamily: 'ipv6' }), kubernetes: unavailable(denied) }),
      ]),
    'a cluster of no family': issuer => {
      const { ipFamily: _none, ...cluster } = aCluster({ issuer });
      return complete([aReadCluster({}, { cluster })]);
    },
    'no cluster': () => complete([]),
    'clusters refused': () => unavailable(denied),
    'clusters in part': () => withGaps([], [aGap('eks:ListClusters')]),
  }),
  roles: forms('roles', {
    'a role': issuer => complete([aRole({ trustPolicy: aTrustPolicy({ issuer }) })]),
    'two roles': issuer =>
      complete([
        aRole({ trustPolicy: aTrustPolicy({ issuer }) }),
        aRole({
          name: 'second',
          trustPolicy: aTrustPolicy({ issuer, subject: 'system:serviceaccount:checkout:web' }),
          detail: complete({
            attachedPolicyArns: [],
            isAdministrator: true,
            tags: { 'alpha.eksctl.io/cluster-name': 'shop' },
          }),
        }),
      ]),
    'a role of the cluster before': () =>
      complete([aRole({ trustPolicy: aTrustPolicy({ issuer: `https://${oldHost}` }) })]),
    'no role': () => complete([]),
    'roles refused': () => unavailable(denied),
    'roles in part': issuer => withGaps([aRole({ trustPolicy: aTrustPolicy({ issuer }) })], [aGap('iam:ListRoles')]),
    'a policy that is cut off': () => complete([aRole({ trustPolicy: '{' })]),
  }),
  settings: forms('settings', {
    'nothing registered': () => ({}),
    registered: issuer => ({ registeredIssuers: [issuer] }),
    trusted: issuer => ({
      trusted: { organizations: [], accounts: [], principals: [], issuers: [issuer], owners: [] },
      inCluster: true,
    }),
  }),
  account: forms('account', {
    'an account': {},
    'a quota that is near': { quotas: complete({ oidcProviders: 2, trustPolicyLength: 400 }) },
    'quotas refused': { quotas: unavailable(denied) },
    'a thumbprint that was consulted': {
      runtime: complete({
        from: '2026-10-31T23:00:00Z',
        to: '2026-11-01T06:00:00Z',
        events: [
          {
            roleArn: aRole().arn,
            subject: 'system:serviceaccount:checkout:cart',
            providerArn: aProvider().arn,
            region: 'eu-west-1',
            successes: 1,
            failures: [
              {
                errorCode: 'InvalidIdentityToken',
                errorMessage: "OpenIDConnect provider's HTTPS certificate doesn't match configured thumbprint",
                count: 2,
                lastAt: '2026-11-01T05:30:00Z',
              },
            ],
            userAgents: ['Boto3/1.34.0'],
            verificationMethods: ['Thumbprint'],
            lastAt: '2026-11-01T05:30:00Z',
          },
        ],
      }),
    },
  }),
};

/** A world of these forms. */
export const issuerWorld = (of: Parts): Facts => {
  const url = of.url ?? exampleIssuer;
  const facts = someFacts({
    providers: of.providers?.(url) ?? complete([]),
    roles: of.roles?.(url) ?? complete([]),
    clusters: of.clusters?.(url) ?? complete([]),
    issuers: [
      anIssuer({ url, host: of.host ?? complete(aHost()), ...of.issuer?.(url) }),
      anIssuer({ url: `https://${oldHost}`, host: of.host ?? complete(aHost()) }),
    ],
    settings: of.settings?.(url) ?? {},
    ...of.account,
  });
  return { ...facts, fleet: indexOf([facts.snapshot], []) };
};
