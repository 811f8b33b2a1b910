/**
 * Builders with defaults for rule examples and tests: a healthy account with one cluster, its provider and one role.
 * Every name is made up; ids have the shape of real ones. Nothing here is read by an audit.
 */

import { type AuditSettings, defaultSettings, type Facts } from '../../lib/facts/facts.ts';
import { indexOf } from '../../lib/facts/fleet-index.ts';
import { nothingAsked } from '../../lib/facts/sections.ts';
import type { Provider, Role } from '../../lib/model/account.ts';
import { providerArn } from '../../lib/model/arn.ts';
import { type Cluster, type ClusterSnapshot, insideNotAsked } from '../../lib/model/cluster.ts';
import { complete, notAskedFor } from '../../lib/model/collected.ts';
import type { HostFacts, IssuerFacts, ServedCertificate } from '../../lib/model/issuer.ts';
import {
  type AccountSnapshot,
  type FleetIndex,
  type RegionSnapshot,
  snapshotSchemaVersion,
} from '../../lib/model/snapshot.ts';

export const exampleAccountId = '111122223333';
const exampleRegion = 'eu-west-1';
export const exampleIssuer = 'https://oidc.eks.eu-west-1.amazonaws.com/id/5C1D2E3F4A5B6C7D8E9F0A1B2C3D4E5F';
const exampleNow = '2026-11-01T06:00:00.000Z';

/** SHA-1 of Amazon Root CA 1 as cross-signed by Starfield G2 (docs/facts.md §B.5). */
export const exampleRootThumbprint = '06b25927c42a721631c1efd9431e648fa62e1e39';

export const aCluster = (over: Partial<Cluster> = {}): Cluster => {
  const name = over.name ?? 'shop';
  const region = over.region ?? exampleRegion;
  const accountId = over.accountId ?? exampleAccountId;
  return {
    arn: `arn:aws:eks:${region}:${accountId}:cluster/${name}`,
    name,
    region,
    accountId,
    status: 'ACTIVE',
    version: '1.34',
    issuer: exampleIssuer,
    endpoint: 'https://ABCDEF0123456789.gr7.eu-west-1.eks.amazonaws.com',
    caCertificates: [],
    endpointPublic: true,
    authenticationMode: 'API_AND_CONFIG_MAP',
    ipFamily: 'ipv4',
    createdAt: '2026-01-10T09:00:00.000Z',
    tags: {},
    ...over,
  };
};

export const aClusterSnapshot = (over: Partial<ClusterSnapshot> = {}): ClusterSnapshot => ({
  cluster: aCluster(),
  ...insideNotAsked(),
  ...over,
});

export const aProvider = (
  over: {
    readonly issuer?: string;
    readonly arn?: string;
    readonly accountId?: string;
    readonly audiences?: readonly string[];
    readonly thumbprints?: readonly string[];
  } & Partial<Pick<Provider, 'detail'>> = {},
): Provider => {
  const issuer = over.issuer ?? exampleIssuer;
  return {
    arn: over.arn ?? providerArn('aws', over.accountId ?? exampleAccountId, issuer),
    detail:
      over.detail ??
      complete({
        url: issuer.replace('https://', ''),
        audiences: over.audiences ?? ['sts.amazonaws.com'],
        thumbprints: over.thumbprints ?? [exampleRootThumbprint],
        createdAt: '2026-01-10T09:10:00.000Z',
        tags: {},
      }),
  };
};

/** A trust policy in the form that eksctl and the AWS documentation use. */
export const aTrustPolicy = (
  over: {
    readonly issuer?: string;
    readonly accountId?: string;
    readonly subject?: string;
    readonly condition?: unknown;
  } = {},
): string => {
  const issuer = over.issuer ?? exampleIssuer;
  const hostPath = issuer.replace('https://', '');
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: providerArn('aws', over.accountId ?? exampleAccountId, issuer) },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: over.condition ?? {
          StringEquals: {
            [`${hostPath}:aud`]: 'sts.amazonaws.com',
            [`${hostPath}:sub`]: over.subject ?? 'system:serviceaccount:checkout:cart',
          },
        },
      },
    ],
  });
};

export const aRole = (over: Partial<Role> = {}): Role => {
  const name = over.name ?? 'checkout-cart';
  return {
    arn: `arn:aws:iam::${exampleAccountId}:role/${name}`,
    name,
    path: '/',
    createdAt: '2026-01-10T09:20:00.000Z',
    trustPolicy: aTrustPolicy(),
    detail: notAskedFor('iam:GetAccountAuthorizationDetails'),
    ...over,
  };
};

export const aCertificate = (over: Partial<ServedCertificate> = {}): ServedCertificate => ({
  subject: 'CN=Amazon Root CA 1,O=Amazon,C=US',
  issuer: 'CN=Starfield Services Root Certificate Authority - G2',
  sha1: exampleRootThumbprint,
  notBefore: '2015-05-25T12:00:00.000Z',
  notAfter: '2037-12-31T01:00:00.000Z',
  isCa: true,
  isSelfSigned: false,
  ...over,
});

/** Leaf, intermediate and cross-signed root, as docs/facts.md §B.5 presumes that EKS serves them. Leaf and intermediate are made up. */
export const aHost = (over: Partial<HostFacts> = {}): HostFacts => ({
  host: 'oidc.eks.eu-west-1.amazonaws.com',
  chain: [
    aCertificate({
      subject: 'CN=*.execute-api.example',
      issuer: 'CN=Amazon RSA 2048 M01',
      sha1: '1'.repeat(40),
      isCa: false,
      notBefore: '2026-06-01T00:00:00.000Z',
      notAfter: '2027-06-30T00:00:00.000Z',
    }),
    aCertificate({
      subject: 'CN=Amazon RSA 2048 M01',
      issuer: 'CN=Amazon Root CA 1,O=Amazon,C=US',
      sha1: '2'.repeat(40),
      notAfter: '2030-08-23T00:00:00.000Z',
    }),
    aCertificate(),
  ],
  trust: { verdict: 'public' },
  address: '192.0.2.10',
  overridden: false,
  ...over,
});

export const anIssuer = (over: Partial<IssuerFacts> = {}): IssuerFacts => {
  const url = over.url ?? exampleIssuer;
  return {
    url,
    host: complete(aHost()),
    discovery: complete({ issuer: url, jwksUri: `${url}/keys` }),
    keys: complete([{ kid: 'a'.repeat(40), kty: 'RSA', alg: 'RS256', use: 'sig' }]),
    fromPrivateNetwork: false,
    ...over,
  };
};

export const aSnapshot = (
  over: Partial<AccountSnapshot> & { readonly clusters?: RegionSnapshot['clusters'] } = {},
): AccountSnapshot => {
  const { clusters, ...rest } = over;
  return {
    schemaVersion: snapshotSchemaVersion,
    accountId: exampleAccountId,
    partition: 'aws',
    takenAt: exampleNow,
    ...nothingAsked(),
    providers: complete([aProvider()]),
    roles: complete([aRole()]),
    regions: [{ region: exampleRegion, clusters: clusters ?? complete([aClusterSnapshot()]) }],
    ...rest,
  };
};

/** Facts of one account alone in its fleet; the index is made from the snapshot unless given. */
export const someFacts = (
  over: Partial<AccountSnapshot> & {
    readonly clusters?: RegionSnapshot['clusters'];
    readonly fleet?: FleetIndex;
    readonly issuers?: readonly IssuerFacts[];
    readonly settings?: Partial<AuditSettings>;
    readonly now?: string;
  } = {},
): Facts => {
  const { fleet, issuers, settings, now, ...rest } = over;
  const snapshot = aSnapshot(rest);
  return {
    snapshot,
    fleet: fleet ?? indexOf([snapshot], [], settings?.environments?.tag),
    issuers: Object.fromEntries((issuers ?? [anIssuer()]).map(facts => [facts.url, facts])),
    now: now ?? exampleNow,
    settings: { ...defaultSettings, ...settings },
  };
};
