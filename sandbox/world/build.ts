import { stripScheme } from '../../lib/model.ts';
import { given } from '../../lib/text.ts';
import type { WorldAccount, WorldCluster, WorldProvider, WorldRole } from './world.ts';

/** Builders that keep a scenario readable: only what is peculiar is written out. Times are fixed: a world is data. */

export const anAccount = (accountId: string, name: string, over: Partial<WorldAccount> = {}): WorldAccount => ({
  accountId,
  name,
  partition: 'aws',
  providers: [],
  roles: [],
  clusters: [],
  events: [],
  ...over,
});

export const aWorldCluster = (
  name: string,
  region: string,
  issuer: string | undefined,
  over: Partial<WorldCluster> = {},
): WorldCluster => ({
  name,
  region,
  ...given({ issuer }),
  status: 'ACTIVE',
  version: '1.34',
  createdAt: '2026-01-10T09:00:00.000Z',
  authenticationMode: 'API_AND_CONFIG_MAP',
  ipFamily: 'ipv4',
  associations: [],
  addons: [{ name: 'eks-pod-identity-agent' }],
  ...over,
});

export const aWorldProvider = (
  issuer: string,
  thumbprints: readonly string[],
  over: Partial<WorldProvider> = {},
): WorldProvider => ({
  url: stripScheme(issuer),
  audiences: ['sts.amazonaws.com'],
  thumbprints: [...thumbprints],
  createdAt: '2026-01-10T09:10:00.000Z',
  tags: {},
  ...over,
});

export const aWorldRole = (name: string, trustPolicy: unknown, over: Partial<WorldRole> = {}): WorldRole => ({
  name,
  path: '/',
  trustPolicy: typeof trustPolicy === 'string' ? trustPolicy : JSON.stringify(trustPolicy),
  attachedPolicyArns: [],
  createdAt: '2026-01-10T09:20:00.000Z',
  ...over,
});

/** The tests of a condition, by operator and claim: `{ StringEquals: { sub: '…', aud: '…' } }`. */
export type ClaimTests = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** A trust policy of one statement for one issuer; claims become the issuer's condition keys. */
export const trust = (
  accountId: string,
  issuer: string,
  tests: ClaimTests,
  over: { readonly keyIssuer?: string; readonly action?: string } = {},
) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Federated: `arn:aws:iam::${accountId}:oidc-provider/${stripScheme(issuer)}` },
      Action: over.action ?? 'sts:AssumeRoleWithWebIdentity',
      Condition: Object.fromEntries(
        Object.entries(tests).map(([operator, claims]) => [
          operator,
          Object.fromEntries(
            Object.entries(claims).map(([claim, value]) => [
              `${over.keyIssuer ?? stripScheme(issuer)}:${claim}`,
              value,
            ]),
          ),
        ]),
      ),
    },
  ],
});

/** The tests that AWS's documentation recommends: one service account, one audience. */
export const exactly = (namespace: string, name: string): ClaimTests => ({
  StringEquals: { aud: 'sts.amazonaws.com', sub: `system:serviceaccount:${namespace}:${name}` },
});

/** The trust policy of the AWS documentation for EKS Pod Identity. */
export const podIdentityTrust = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { Service: 'pods.eks.amazonaws.com' }, Action: ['sts:AssumeRole', 'sts:TagSession'] },
  ],
};
