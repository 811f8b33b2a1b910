import type { Facts } from '../facts/facts.ts';
import { clustersOf } from '../facts/subjects-of.ts';
import { providerArn } from '../model/arn.ts';
import type { ClusterSnapshot } from '../model/cluster.ts';
import { type Collected, valueOr } from '../model/collected.ts';
import type { CoverageGap } from './evaluation.ts';

/** Everything that was asked for and not read, with where and why. A choice of the configuration is no gap. */
export const coverageGaps = (facts: Facts): readonly CoverageGap[] => {
  const { snapshot, issuers } = facts;
  const { accountId } = snapshot;
  const here = { accountId };
  const gaps: CoverageGap[] = [
    ...gapsOf(here, 'OIDC providers', snapshot.providers),
    ...gapsOf(here, 'roles', snapshot.roles),
    ...gapsOf(here, 'quotas', snapshot.quotas),
    ...gapsOf(here, 'CloudTrail events', snapshot.runtime),
    ...valueOr(snapshot.providers, []).flatMap(provider => gapsOf(here, provider.arn, provider.detail)),
    ...distinct(valueOr(snapshot.roles, []).flatMap(role => gapsOf(here, 'role details', role.detail))),
  ];
  for (const { region, clusters } of snapshot.regions) {
    gaps.push(...gapsOf({ accountId, region }, 'clusters', clusters));
    for (const cluster of valueOr(clusters, [])) gaps.push(...insideGaps(cluster));
  }
  for (const { cluster } of clustersOf(snapshot)) {
    const facts = cluster.issuer === undefined ? undefined : issuers[cluster.issuer];
    if (facts?.fromPrivateNetwork && facts.host.status === 'unavailable')
      gaps.push({
        accountId,
        region: cluster.region,
        clusterName: cluster.name,
        what: `issuer ${facts.url}`,
        reason: facts.host.reason,
      });
  }
  return gaps;
};

type Where = Pick<CoverageGap, 'accountId' | 'region' | 'clusterName'>;

const gapsOf = (where: Where, what: string, section: Collected<unknown>): CoverageGap[] => {
  if (section.status === 'complete') return [];
  if (section.status === 'unavailable')
    return section.reason.kind === 'not-asked-for' ? [] : [{ ...where, what, reason: section.reason }];
  return section.gaps
    .filter(gap => gap.reason.kind !== 'not-asked-for')
    .map(gap => ({ ...where, what: `${what}: ${gap.what}`, reason: gap.reason }));
};

const insideGaps = ({ cluster, kubernetes, podIdentity }: ClusterSnapshot): CoverageGap[] => {
  const where = { accountId: cluster.accountId, region: cluster.region, clusterName: cluster.name };
  const gaps = [
    ...gapsOf(where, 'inside of the cluster', kubernetes),
    ...gapsOf(where, 'Pod Identity associations', podIdentity),
  ];
  if (kubernetes.status === 'unavailable') return gaps;
  const { version, namespaces, serviceAccounts, pods, webhook, issuer } = kubernetes.value;
  return [
    ...gaps,
    ...gapsOf(where, 'version', version),
    ...gapsOf(where, 'namespaces', namespaces),
    ...gapsOf(where, 'service accounts', serviceAccounts),
    ...gapsOf(where, 'pods', pods),
    ...gapsOf(where, 'webhook configuration', webhook),
    ...gapsOf(where, 'issuer of the API server', issuer),
  ];
};

const distinct = (gaps: readonly CoverageGap[]): CoverageGap[] => [
  ...new Map(gaps.map(gap => [`${gap.what} ${gap.reason.operation} ${gap.reason.kind}`, gap])).values(),
];

/** Prefixes of subjects whose population is known (closed) or not (open). See `fateOf`. */
export const scopesOf = (facts: Facts): { readonly closed: readonly string[]; readonly open: readonly string[] } => {
  const { snapshot } = facts;
  const { accountId, partition } = snapshot;
  const closed: string[] = ['waiver:'];
  const open: string[] = [];
  const put = (prefix: string, isRead: boolean) => (isRead ? closed : open).push(prefix);
  put(providerArn(partition, accountId, ''), snapshot.providers.status === 'complete');
  put(`arn:${partition}:iam::${accountId}:role/`, snapshot.roles.status === 'complete');
  for (const { region, clusters } of snapshot.regions)
    put(`arn:${partition}:eks:${region}:${accountId}:cluster/`, clusters.status === 'complete');
  put(
    'https://',
    // Registered issuers are subjects through their providers, all others through clusters.
    snapshot.providers.status === 'complete' && snapshot.regions.every(region => region.clusters.status === 'complete'),
  );
  for (const { cluster, kubernetes } of clustersOf(snapshot)) {
    const inside = kubernetes.status === 'unavailable' ? undefined : kubernetes.value;
    open.push(`${cluster.arn}/`);
    const accountsRead = inside?.serviceAccounts.status === 'complete';
    if (accountsRead) closed.push(`${cluster.arn}/serviceaccount/`);
    if (accountsRead && inside?.pods.status === 'complete') closed.push(`${cluster.arn}/pod/`);
  }
  return { closed, open };
};
