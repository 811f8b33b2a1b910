/** Builders of sandbox worlds for the tests of collectors and endpoints. Names and ids are made up. */
import type { World, WorldAccount, WorldCluster, WorldProvider, WorldRole } from '../../sandbox/world/world.ts';

export const mainAccount = '111122223333';
export const memberAccount = '444455556666';
export const region = 'eu-west-1';
export const issuer = 'https://oidc.eks.eu-west-1.amazonaws.com/id/5C1D2E3F4A5B6C7D8E9F0A1B2C3D4E5F';
const created = '2026-01-10T09:00:00.000Z';

export const aWorldProvider = (over: Partial<WorldProvider> = {}): WorldProvider => ({
  url: issuer.slice('https://'.length),
  audiences: ['sts.amazonaws.com'],
  thumbprints: ['06b25927c42a721631c1efd9431e648fa62e1e39'],
  createdAt: created,
  tags: {},
  ...over,
});

/** A policy that lets one service account of the issuer in. */
export const irsaTrust = (accountId: string, subject: string, from = issuer): string => {
  const host = from.slice('https://'.length);
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: `arn:aws:iam::${accountId}:oidc-provider/${host}` },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: { StringEquals: { [`${host}:aud`]: 'sts.amazonaws.com', [`${host}:sub`]: subject } },
      },
    ],
  });
};

/** The trust policy of the member role: the auditor's account, with an external id. */
export const memberTrust = (accountId: string, externalId: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${accountId}:root` },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'sts:ExternalId': externalId } },
      },
    ],
  });

export const aWorldRole = (over: Partial<WorldRole> = {}): WorldRole => ({
  name: 'checkout-cart',
  path: '/',
  trustPolicy: irsaTrust(mainAccount, 'system:serviceaccount:checkout:cart'),
  attachedPolicyArns: [],
  createdAt: created,
  ...over,
});

export const aWorldCluster = (over: Partial<WorldCluster> = {}): WorldCluster => ({
  name: 'shop',
  region,
  issuer,
  status: 'ACTIVE',
  version: '1.34',
  createdAt: created,
  authenticationMode: 'API_AND_CONFIG_MAP',
  ipFamily: 'ipv4',
  associations: [],
  ...over,
});

export const aWorldAccount = (over: Partial<WorldAccount> = {}): WorldAccount => ({
  accountId: mainAccount,
  name: 'main',
  partition: 'aws',
  providers: [aWorldProvider()],
  roles: [aWorldRole()],
  clusters: [aWorldCluster()],
  events: [],
  ...over,
});

export const aMember = (over: Partial<WorldAccount> = {}): WorldAccount =>
  aWorldAccount({
    accountId: memberAccount,
    name: 'member',
    providers: [],
    roles: [aWorldRole({ name: 'irsa-auditor-read', trustPolicy: memberTrust(mainAccount, 'irsa-auditor') })],
    clusters: [],
    ...over,
  });

export const aWorld = (over: Partial<World> = {}): World => ({
  accounts: [aWorldAccount()],
  issuers: [{ url: issuer, chain: 'public', discovery: 'valid' }],
  kubernetes: new Map(),
  faults: [],
  ...over,
});
