/** The whole reading of an account of the world: nothing refused, nothing late. */
import { type Cluster, insideNotAsked } from '../../../lib/model/cluster.ts';
import { type Collected, complete, notAskedFor } from '../../../lib/model/collected.ts';
import type { RuntimeFacts } from '../../../lib/model/runtime.ts';
import { type AccountSnapshot, snapshotSchemaVersion } from '../../../lib/model/snapshot.ts';
import {
  clusterAuthority,
  hostOf,
  type IssuerName,
  issuerUrls,
  providerArn,
  regionNames,
  roleArn,
  subjectOf,
} from './names.ts';
import { readableInside, readInside } from './read-inside.ts';
import { trustPolicies } from './trust-policies.ts';
import {
  accountOf,
  audienceLists,
  thumbprintLists,
  type World,
  type WorldAccount,
  type WorldCluster,
  type WorldRole,
} from './world.ts';

/** The sections that the configuration asks for, beside providers, roles and clusters. */
export interface Asked {
  readonly inCluster: boolean;
  readonly roleDetails: boolean;
  readonly cloudTrail: boolean;
  /** The self-hosted issuer is registered. */
  readonly registered: boolean;
}

const day = 86_400_000;

const providersOf = (accountId: string, { providers }: WorldAccount): AccountSnapshot['providers'] =>
  complete(
    Object.entries(providers).map(([issuer, { audiences, thumbprints }]) => {
      const url = issuerUrls[issuer as IssuerName];
      const detail = {
        url: hostOf(url),
        audiences: audienceLists[audiences],
        thumbprints: thumbprintLists[thumbprints],
        createdAt: '2026-01-10T00:00:00.000Z',
        tags: {},
      };
      return { arn: providerArn(accountId, url), detail: complete(detail) };
    }),
  );

const detailOf = ({ admin, used }: WorldRole, now: string) => {
  const lastUsedAt =
    used === 'recent' ? new Date(Date.parse(now) - day).toISOString() : used && '2026-01-20T00:00:00.000Z';
  return complete({
    attachedPolicyArns: [],
    isAdministrator: admin,
    tags: {},
    ...(lastUsedAt === undefined ? {} : { lastUsedAt }),
  });
};

const rolesOf = (accountId: string, { roles }: WorldAccount, now: string, asked: Asked): AccountSnapshot['roles'] =>
  complete(
    Object.entries(roles)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, role]) => ({
        arn: roleArn(accountId, name),
        name,
        path: '/',
        createdAt: '2026-01-10T00:00:00.000Z',
        trustPolicy: trustPolicies[role.policy](accountId, issuerUrls[role.issuer], name),
        detail: asked.roleDetails ? detailOf(role, now) : notAskedFor('iam:GetAccountAuthorizationDetails'),
      })),
  );

const describe = (accountId: string, { name, region, status, issuer }: WorldCluster): Cluster => ({
  arn: `arn:aws:eks:${region}:${accountId}:cluster/${name}`,
  ...{ name, region, accountId, status },
  version: '1.34',
  issuer: issuerUrls[issuer],
  endpoint: `https://${name}.eks.example`,
  caCertificates: [clusterAuthority],
  endpointPublic: true,
  authenticationMode: 'API_AND_CONFIG_MAP',
  ipFamily: 'ipv4',
  createdAt: '2026-01-10T00:00:00.000Z',
  tags: {},
});

const runtimeOf = (accountId: string, { events }: WorldAccount, now: string): Collected<RuntimeFacts> =>
  complete({
    from: new Date(Date.parse(now) - 7 * 3_600_000).toISOString(),
    to: now,
    events: events
      .filter(({ ok, failed }) => ok + failed > 0)
      .map(({ role, sa, issuer, region, ok, failed, agent, method }) => ({
        roleArn: roleArn(accountId, role),
        subject: subjectOf('checkout', sa),
        providerArn: providerArn(accountId, issuerUrls[issuer]),
        region,
        successes: ok,
        failures: failed === 0 ? [] : [{ ...refusal, count: failed, lastAt: now }],
        userAgents: [agent],
        verificationMethods: [method],
        lastAt: now,
      })),
  });

const refusal = { errorCode: 'AccessDenied', errorMessage: 'Not authorized to perform sts:AssumeRoleWithWebIdentity' };

/** The account without the inside of its clusters, as the account's reader gives it. */
export const readOutside = (world: World, accountId: string, now: string, asked: Asked): AccountSnapshot => {
  const account = accountOf(world, accountId);
  return {
    schemaVersion: snapshotSchemaVersion,
    accountId,
    partition: 'aws',
    takenAt: now,
    providers: providersOf(accountId, account),
    roles: rolesOf(accountId, account, now, asked),
    quotas: notAskedFor('iam:GetAccountSummary', 'the account is far from its quotas'),
    controlPolicies: notAskedFor('organizations:ListPolicies'),
    regions: regionNames.map(region => ({
      region,
      clusters: complete(
        Object.values(account.clusters)
          .filter(cluster => cluster.region === region)
          .map(cluster => ({ cluster: describe(accountId, cluster), ...insideNotAsked() })),
      ),
    })),
    runtime: asked.cloudTrail ? runtimeOf(accountId, account, now) : notAskedFor('cloudtrail:LookupEvents'),
  };
};

/** The account with the inside of all clusters that can be read. */
export const readWhole = (world: World, accountId: string, now: string, asked: Asked): AccountSnapshot => {
  const outside = readOutside(world, accountId, now, asked);
  if (!asked.inCluster) return outside;
  return {
    ...outside,
    regions: outside.regions.map(({ region, clusters }) => ({
      region,
      clusters:
        clusters.status === 'unavailable'
          ? clusters
          : complete(
              clusters.value.map(each =>
                readableInside(each.cluster) ? { ...each, ...readInside(world, accountId, each.cluster.name) } : each,
              ),
            ),
    })),
  };
};
