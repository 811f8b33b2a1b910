/** A small world for failures: faults on both pages of the roles, in both regions and both accounts, beside healthy ones. */
import { anAccount, aWorldCluster, aWorldProvider, aWorldRole, exactly, trust } from '../build.ts';
import type { World, WorldIssuer } from '../world.ts';
import type { ThumbprintsOf } from './first-audit.ts';

/** The account of the auditor, and a member account. */
export const own = '111122223333';
export const member = '444455556666';

/** Audited regions. */
export const twoRegions = ['eu-west-1', 'eu-central-1'] as const;

const issuerOf = (region: string, id: string): string =>
  `https://oidc.eks.${region}.amazonaws.com/id/${id.repeat(32).slice(0, 32)}`;

/** Issuers by cluster: `lost` and `stray` have no provider, `wide` has one without an audience. */
const fleetIssuers = {
  shop: issuerOf('eu-west-1', '5C'),
  lost: issuerOf('eu-west-1', '7A'),
  wide: issuerOf('eu-central-1', 'B2'),
  stray: issuerOf('eu-central-1', 'C3'),
} as const;

/** The issuers' servers. */
export const fleetServers = (): WorldIssuer[] =>
  Object.values(fleetIssuers).map(url => ({ url, chain: 'public', discovery: 'valid' }));

/** 1,002 roles in the own account: `a-first` lies on the first page of the list, `z-open` on the second. */
export const twoAccounts = (thumbprints: ThumbprintsOf, now: string): World => {
  const used = { lastUsedAt: now };
  const { shop, lost, wide, stray } = fleetIssuers;
  const provider = (issuer: string, audiences = ['sts.amazonaws.com']) =>
    aWorldProvider(issuer, [thumbprints(issuer).root], { audiences });
  const open = (accountId: string, issuer: string) =>
    trust(accountId, issuer, { StringEquals: { aud: 'sts.amazonaws.com' } });
  const plain = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  };
  return {
    accounts: [
      anAccount(own, 'own', {
        providers: [provider(shop), provider(wide, ['wrong.example'])],
        clusters: [
          aWorldCluster('shop', 'eu-west-1', shop),
          aWorldCluster('lost', 'eu-west-1', lost),
          aWorldCluster('wide', 'eu-central-1', wide),
        ],
        roles: [
          aWorldRole('a-first', trust(own, shop, exactly('web', 'cart')), used),
          ...Array.from({ length: 1000 }, (_, index) => aWorldRole(`m-${String(index).padStart(4, '0')}`, plain)),
          aWorldRole('z-open', open(own, shop), used),
        ],
      }),
      anAccount(member, 'member', {
        providers: [provider(shop)],
        clusters: [aWorldCluster('stray', 'eu-central-1', stray)],
        roles: [
          aWorldRole('reader', trust(member, shop, exactly('web', 'cart')), used),
          aWorldRole('open', open(member, shop), used),
          readRole(own),
        ],
      }),
    ],
    issuers: fleetServers(),
    kubernetes: new Map(),
    faults: [],
  };
};

/** The same two accounts in an organization whose policy on the member's unit trusts GitHub as the one issuer of web
 *  identities: no pod gets a role of the member account. */
export const governedAccounts = (thumbprints: ThumbprintsOf, now: string): World => ({
  ...twoAccounts(thumbprints, now),
  organization: {
    rootId: 'r-sbox',
    units: [{ id: 'ou-sbox-workload', name: 'workloads', parentId: 'r-sbox' }],
    parents: { [member]: 'ou-sbox-workload' },
    suspended: [],
    controlPolicies: [
      {
        id: 'p-trusted0',
        name: 'trusted-issuers',
        targets: ['ou-sbox-workload'],
        content: JSON.stringify({
          Version: '2012-10-17',
          Statement: {
            Sid: 'EnforceTrustedOIDCProviders',
            Effect: 'Deny',
            Principal: '*',
            Action: 'sts:AssumeRoleWithWebIdentity',
            Resource: '*',
            Condition: { Null: { 'token.actions.githubusercontent.com:sub': 'true' } },
          },
        }),
      },
    ],
  },
});

/** The role in a member account that the auditor assumes. */
const readRole = (auditor: string) =>
  aWorldRole('irsa-auditor-read', {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${auditor}:root` },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'sts:ExternalId': 'irsa-auditor' } },
      },
    ],
  });

const fleetIssuer = (index: number): string =>
  issuerOf('eu-west-1', (index + 16).toString(16).toUpperCase().padStart(2, '0'));

/** The issuers of a fleet of small accounts: all at one host. */
export const manyServers = (count: number): WorldIssuer[] =>
  Array.from({ length: count }, (_, index) => ({ url: fleetIssuer(index), chain: 'public', discovery: 'valid' }));

/** `count` accounts with a cluster each. Each cluster has a provider in its own account and one in the next account. */
export const manyAccounts =
  (count: number) =>
  (thumbprints: ThumbprintsOf, now: string): World => {
    const idOf = (index: number): string => String(100_000_000_000 + index);
    const accounts = Array.from({ length: count }, (_, index) => {
      const here = fleetIssuer(index);
      const before = fleetIssuer((index + count - 1) % count);
      return anAccount(idOf(index), `account-${index}`, {
        providers: [here, before].map(issuer => aWorldProvider(issuer, [thumbprints(issuer).root])),
        clusters: [aWorldCluster(`cluster-${index}`, 'eu-west-1', here)],
        roles: [
          aWorldRole('cart', trust(idOf(index), here, exactly('web', 'cart')), { lastUsedAt: now }),
          readRole(idOf(0)),
        ],
      });
    });
    return { accounts, issuers: manyServers(count), kubernetes: new Map(), faults: [] };
  };
