import {
  type AccountSnapshot,
  type FleetIndex,
  type IndexedCluster,
  type IndexedProvider,
  providerHostPath,
  type Role,
  valueOr,
} from '../model.ts';
import { mayTrustWebIdentity, namesInTrustPolicy, trustPolicyOf } from '../policy.ts';
import { compareText, withoutTrailingSlashes } from '../text.ts';
import { clusterNameInTags } from './cluster-name-in-tags.ts';
import { indexOf } from './fleet-index.ts';

/** The facts that the rest of the fleet needs of an account, and those that the account asks of the rest. */
export interface FleetShare extends Omit<FleetIndex, 'roles'> {
  readonly asks: {
    /** Keys of issuers (`issuerKey`) that trust policies name, beside those of the account's clusters and providers. */
    readonly issuers: readonly string[];
    /** Names of clusters that providers or roles were made for and that the account does not have. */
    readonly clusterNames: readonly string[];
  };
}

/**
 * One share of two readings of one account of which nobody knows which is the later one; the first is taken for it. An
 * entry of either is there, once; only an entry that both have read completely can be missing.
 */
export const mergedShares = (later: FleetShare, earlier: FleetShare): FleetShare => ({
  clusters: distinct([...later.clusters, ...earlier.clusters], ({ arn, issuer }) => `${arn} ${issuer}`),
  providers: distinct([...later.providers, ...earlier.providers], ({ arn }) => arn),
  accounts: later.accounts.map(account => {
    const other = earlier.accounts.find(({ accountId }) => accountId === account.accountId) ?? account;
    return {
      accountId: account.accountId,
      rolesRead: account.rolesRead && other.rolesRead,
      providersRead: account.providersRead && other.providersRead,
    };
  }),
  asks: {
    issuers: [...new Set([...later.asks.issuers, ...earlier.asks.issuers])],
    clusterNames: [...new Set([...later.asks.clusterNames, ...earlier.asks.clusterNames])],
  },
  gaps: distinct([...later.gaps, ...earlier.gaps], ({ accountId, region, section, part, reason }) =>
    JSON.stringify([accountId, region, section, part, reason.operation, reason.kind]),
  ),
});

/** The first of each key. */
const distinct = <T>(items: readonly T[], keyOf: (item: T) => string): readonly T[] =>
  [...new Map(items.toReversed().map(item => [keyOf(item), item])).values()].reverse();

/** Clusters and providers of other accounts that concern an account. */
export type FleetPart = Pick<FleetIndex, 'clusters' | 'providers'>;

/**
 * The part common to all forms in which an issuer may be written: its last part, in lower case. Of an EKS issuer that
 * is the cluster's unique id, whatever its scheme, port, region or dual-stack host (docs/facts.md §A.8). Two issuers
 * may share a key: then an account gets a cluster more than it needs.
 */
export const issuerKey = (issuer: string): string => {
  const last = withoutTrailingSlashes(issuer).split('/').at(-1) ?? '';
  return (last.split(':')[0] ?? '').toLowerCase();
};

/** The share of one account; `environmentTag` as in `indexOf`. */
export const shareOf = (snapshot: AccountSnapshot, environmentTag?: string): FleetShare => {
  const { roles: _roles, ...index } = indexOf([snapshot], [], environmentTag);
  const own = new Set(keysOf(index));
  const names = new Set(index.clusters.map(({ name }) => name));
  return {
    ...index,
    asks: {
      issuers: [...new Set(valueOr(snapshot.roles, []).flatMap(issuerKeysOf))].filter(key => !own.has(key)),
      clusterNames: [...new Set(namesAskedFor(snapshot))].filter(name => !names.has(name)),
    },
  };
};

const clusterKeys = ({ clusters }: Pick<FleetPart, 'clusters'>): readonly string[] =>
  clusters.flatMap(({ issuer }) => (issuer === undefined ? [] : issuerKey(issuer)));

const keysOf = (part: FleetPart): readonly string[] => [...clusterKeys(part), ...part.providers.map(keyOfProvider)];

const keyOfProvider = ({ arn }: IndexedProvider): string => issuerKey(providerHostPath(arn) ?? '');

/** Keys of everything in a trust policy that may be an issuer: principals and condition keys, in any form. */
const issuerKeysOf = (role: Role): readonly string[] =>
  mayTrustWebIdentity(trustPolicyOf(role)) ? namesInTrustPolicy(role).filter(isPath).map(issuerKey) : [];

/** An issuer has a path, or is a host: a subject of a token is neither. */
const isPath = (text: string): boolean => /\/|^[^:]*\./.test(text);

const namesAskedFor = (snapshot: AccountSnapshot): readonly string[] => [
  ...valueOr(snapshot.providers, []).flatMap(({ detail }) => clusterNameInTags(valueOr(detail, undefined)?.tags) ?? []),
  ...valueOr(snapshot.roles, []).flatMap(({ detail }) => clusterNameInTags(valueOr(detail, undefined)?.tags) ?? []),
];

/** The entries under a key or a name. */
interface Found {
  readonly clusters: IndexedCluster[];
  readonly providers: IndexedProvider[];
}

/**
 * Answers, for the share of any account, what of the other accounts concerns it: clusters that have an issuer of the
 * account's clusters, providers or trust policies, or are the first of a name that it asks for, and providers for its
 * clusters. A provider that all accounts have (GitHub's) is not one of a cluster: no account gets thousands of them. All that rules
 * ask of other accounts is in it; a test compares it with the whole fleet.
 */
export const fleetParts = (shares: readonly FleetShare[]): ((share: FleetShare) => FleetPart) => {
  const byName = askedClusters(shares);
  const byKey = new Map<string, Found>();
  for (const key of commonKeys(shares)) byKey.set(key, { clusters: [], providers: [] });
  for (const { issuer = '' } of byName.values()) byKey.set(issuerKey(issuer), { clusters: [], providers: [] });
  for (const { clusters, providers } of shares) {
    for (const cluster of clusters)
      if (cluster.issuer !== undefined) byKey.get(issuerKey(cluster.issuer))?.clusters.push(cluster);
    for (const provider of providers) byKey.get(keyOfProvider(provider))?.providers.push(provider);
  }
  return share => {
    const own = new Set(share.accounts.map(({ accountId }) => accountId));
    const isForeign = ({ accountId }: { readonly accountId: string }) => !own.has(accountId);
    const named = share.asks.clusterNames.flatMap(name => byName.get(name)?.issuer ?? []).map(issuerKey);
    const found = (keys: readonly string[]) => [...new Set(keys)].flatMap(key => byKey.get(key) ?? []);
    return {
      clusters: found([...keysOf(share), ...share.asks.issuers, ...named])
        .flatMap(each => each.clusters)
        .filter(isForeign),
      providers: found(clusterKeys(share))
        .flatMap(each => each.providers)
        .filter(isForeign),
    };
  };
};

/** The first cluster of each name that an account asks for. */
const askedClusters = (shares: readonly FleetShare[]): ReadonlyMap<string, IndexedCluster> => {
  const asked = new Set(shares.flatMap(({ asks }) => asks.clusterNames));
  const found = new Map<string, IndexedCluster>();
  for (const { clusters } of shares)
    for (const cluster of clusters)
      if (cluster.issuer !== undefined && asked.has(cluster.name) && !found.has(cluster.name))
        found.set(cluster.name, cluster);
  return found;
};

/** Keys of issuers that more than one account has or asks for. In a large fleet they are few: the others concern nobody else,
 *  and nothing is held of them. */
const commonKeys = (shares: readonly FleetShare[]): ReadonlySet<string> => {
  const first = new Map<string, FleetShare>();
  const common = new Set<string>();
  for (const share of shares)
    for (const key of [...keysOf(share), ...share.asks.issuers]) {
      const known = first.get(key);
      if (known === undefined) first.set(key, share);
      else if (known !== share) common.add(key);
    }
  return common;
};

/** Puts an account's own index and its part of the rest together, in the order of accounts. */
export const withFleetPart = (own: FleetIndex, part: FleetPart): FleetIndex => ({
  ...own,
  clusters: inOrder([...own.clusters, ...part.clusters]),
  providers: inOrder([...own.providers, ...part.providers]),
});

const inOrder = <T extends { readonly accountId: string }>(entries: readonly T[]): readonly T[] =>
  entries.toSorted((a, b) => compareText(a.accountId, b.accountId));
