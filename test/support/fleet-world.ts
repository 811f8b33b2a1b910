/** A fleet of twenty clusters in three accounts, each of which knows its callers by its access entries. */
import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { startAws } from '../../sandbox/aws/start-aws.ts';
import { makeAuthority } from '../../sandbox/kubernetes/authority.ts';
import { groupsByEntries } from '../../sandbox/kubernetes/groups-by-entries.ts';
import { startKubernetes } from '../../sandbox/kubernetes/start-kubernetes.ts';
import { anAccount, aWorldCluster } from '../../sandbox/world/build.ts';
import type { Fault, WorldAccessEntry, WorldAccount, WorldCluster } from '../../sandbox/world/world.ts';
import { aWorldRole, memberTrust } from './aws-world.ts';
import { recordedWorld } from './recorded-kubernetes.ts';

export const [own, shop, bank, closed] = ['111122223333', '222233334444', '333344445555', '444455556666'] as const;
export const regions = ['eu-central-1', 'eu-west-1'] as const;
const roleMadeAt = '2026-06-01T00:00:00Z';
export const readerOf = (accountId: string): string =>
  `arn:aws:iam::${accountId}:role/${accountId === own ? 'acme-collect-cluster' : 'irsa-auditor-read'}`;

const entryOf = (accountId: string, over: Partial<WorldAccessEntry> = {}): WorldAccessEntry => ({
  principalArn: readerOf(accountId),
  kubernetesGroups: ['irsa-auditor'],
  username: 'irsa-auditor',
  type: 'STANDARD',
  policies: [],
  createdAt: '2026-07-01T00:00:00Z',
  ...over,
});

/** Twenty clusters of three accounts: what the name of each says. A fourth account admits nobody. */
const kinds = ['admits', 'missing', 'outlived', 'groupless', 'configmap'] as const;
const clustersOf = (accountId: string): WorldCluster[] => {
  const entries: Readonly<Record<(typeof kinds)[number], readonly WorldAccessEntry[]>> = {
    admits: [entryOf(accountId)],
    missing: [],
    outlived: [entryOf(accountId, { createdAt: '2026-05-01T00:00:00Z' })],
    groupless: [entryOf(accountId, { kubernetesGroups: ['viewers'] })],
    configmap: [],
  };
  const all = regions.flatMap(region =>
    kinds.map(kind =>
      aWorldCluster(`${kind}-${region}`, region, undefined, {
        accessEntries: [...entries[kind]],
        ...(kind === 'configmap' ? { authenticationMode: 'CONFIG_MAP' } : {}),
      }),
    ),
  );
  return accountId === own ? all : all.filter(({ region }) => region === 'eu-west-1');
};

export const admin = 'OrganizationAccountAccessRole';
const trusting = (accountId: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${accountId}:root` }, Action: 'sts:AssumeRole' }],
});

const world = (): WorldAccount[] =>
  [own, shop, bank, closed].map(accountId =>
    anAccount(accountId, accountId, {
      clusters: accountId === closed ? [] : clustersOf(accountId),
      roles: [
        aWorldRole({
          name: readerOf(accountId).split('/').at(-1) ?? '',
          createdAt: roleMadeAt,
          ...(accountId === closed ? {} : { trustPolicy: memberTrust(own, 'irsa-auditor') }),
        }),
        ...(accountId === own || accountId === closed
          ? []
          : [aWorldRole({ name: admin, trustPolicy: JSON.stringify(trusting(own)) })]),
      ],
    }),
  );

/** The documents that ship: a cluster that has an entry has them too. */
const shipped = parseAllDocuments(readFileSync('docs/irsa-auditor-rbac.yaml', 'utf8')).map(
  one => one.toJS() as unknown,
);

/** Starts AWS and the API of each cluster. */
export const startFleet = async (faults: readonly Fault[] = []) => {
  const accounts = world();
  const authority = await makeAuthority();
  const apis = await Promise.all(
    accounts.flatMap(account =>
      account.clusters.map(async cluster => {
        const inside = recordedWorld({ others: cluster.name.startsWith('admits') ? structuredClone(shipped) : [] });
        const api = await startKubernetes(inside, {
          authority,
          authenticate: groupsByEntries(account, cluster, [admin]),
        });
        Object.assign(cluster, { endpoint: api.url, certificateAuthority: api.certificateAuthority });
        return api;
      }),
    ),
  );
  const aws = await startAws({ accounts, issuers: [], kubernetes: new Map(), faults: [...faults] });
  return {
    ...{ accounts, aws },
    requests: () => apis.flatMap(api => api.requests()),
    stop: async (): Promise<void> => {
      await Promise.all([aws.stop(), ...apis.map(api => api.stop())]);
    },
  };
};
