import { clustersOf, type Facts } from '../../facts.ts';
import { type ClusterSnapshot, type IndexedCluster, stripScheme } from '../../model.ts';
import { withoutTrailingSlashes } from '../../text.ts';

/** In what two issuers differ that were plainly meant to be one. */
const differenceKinds = ['case', 'trailing slash', 'port', 'dual-stack alias', 'region', 'host'] as const;
type Difference = (typeof differenceKinds)[number];

interface Parts {
  readonly host: string;
  readonly port: string;
  readonly path: string;
  readonly slash: string;
}

const partsOf = (issuer: string): Parts => {
  const bare = stripScheme(issuer);
  const authority = bare.replace(/\/.*$/s, '');
  const host = authority.replace(/:\d+$/, '');
  const path = withoutTrailingSlashes(bare.slice(authority.length));
  return { host, port: authority.slice(host.length), path, slash: bare.slice(authority.length + path.length) };
};

/** EKS names an issuer by 32 hexadecimal digits, unique to the cluster: equal ones mean the same cluster. */
const clusterId = /^\/id\/[0-9a-f]{32}$/i;
const eksHost = /^oidc([.-])eks\.([^.]+)\.(.+)$/i;

/**
 * The differences of two issuers that mean the same cluster; empty if they are equal to the letter, undefined if they
 * are simply two issuers. A different region or host counts only where the path is an EKS cluster's unique id.
 */
export const likenessOf = (written: string, meant: string): readonly Difference[] | undefined => {
  const [a, b] = [partsOf(written), partsOf(meant)];
  if (a.path.toLowerCase() !== b.path.toLowerCase()) return undefined;
  const differences: Difference[] = [];
  if (a.host.toLowerCase() !== b.host.toLowerCase()) {
    if (!clusterId.test(a.path)) return undefined;
    differences.push(...hostDifferences(a.host, b.host));
  } else if (a.host !== b.host || a.path !== b.path) differences.push('case');
  if (differences.length > 0 && a.path !== b.path && !differences.includes('case')) differences.push('case');
  if (a.slash !== b.slash) differences.push('trailing slash');
  if (a.port !== b.port) differences.push('port');
  return differences;
};

const hostDifferences = (written: string, meant: string): Difference[] => {
  const [, dash, region = '', suffix = ''] = eksHost.exec(written.toLowerCase()) ?? [];
  const [, otherDash, otherRegion = '', otherSuffix = ''] = eksHost.exec(meant.toLowerCase()) ?? [];
  if (region === '' || otherRegion === '') return ['host'];
  const differences: Difference[] = [];
  if (dash !== otherDash && suffix !== otherSuffix) differences.push('dual-stack alias');
  else if (dash !== otherDash || suffix !== otherSuffix) differences.push('host');
  if (region !== otherRegion) differences.push('region');
  return differences;
};

/** The differences in words, for a message. */
export const differencesInWords = (differences: readonly Difference[]): string =>
  differences.map(difference => words[difference]).join(', and ');

const words: Readonly<Record<Difference, string>> = {
  case: 'by upper and lower case',
  'trailing slash': 'by a trailing slash',
  port: 'by a port',
  'dual-stack alias': 'by the dual-stack host name, which no token carries',
  region: 'by the region',
  host: 'by the host',
};

/**
 * True while it is open whether tokens of a cluster carry the dual-stack issuer. AWS's pages contradict each other for
 * IPv6 clusters (docs/facts.md §B.7); what the API server itself announces decides. A cluster that is not known here,
 * being another account's, is open too.
 */
export const aliasMayBeRight = (snapshot: ClusterSnapshot | undefined): boolean => {
  if (snapshot === undefined) return true;
  const { cluster, kubernetes } = snapshot;
  if (cluster.ipFamily !== 'ipv6') return false;
  const announced = kubernetes.status === 'unavailable' ? undefined : kubernetes.value.issuer;
  return announced?.status !== 'complete' || announced.value !== cluster.issuer;
};

/** A cluster whose issuer an URL was plainly meant to be, and the differences. */
export interface Likeness {
  readonly cluster: IndexedCluster;
  readonly issuer: string;
  readonly differences: readonly Difference[];
}

/** The clusters that an issuer means without being equal to theirs. */
export const clustersLike = (written: string, { fleet }: Facts): readonly Likeness[] =>
  fleet.clusters.flatMap(cluster => {
    const { issuer } = cluster;
    const differences = issuer === undefined ? undefined : likenessOf(written, issuer);
    return issuer === undefined || differences === undefined || differences.length === 0
      ? []
      : [{ cluster, issuer, differences }];
  });

/** True while it is open whether the issuer is not the right one after all. */
export const isDisputed = ({ cluster, differences }: Likeness, { snapshot }: Facts): boolean =>
  differences.length === 1 &&
  differences[0] === 'dual-stack alias' &&
  aliasMayBeRight(clustersOf(snapshot).find(one => one.cluster.arn === cluster.arn));
