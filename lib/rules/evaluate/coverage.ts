import type { Facts } from '../../facts/facts.ts';
import {
  type Section,
  sectionsOfAccount,
  sectionsOfCluster,
  sectionsOfProvider,
  sectionsOfRegion,
  sectionsOfRole,
} from '../../facts/sections.ts';
import { clustersOf } from '../../facts/subjects-of.ts';
import { providerArn } from '../../model/arn.ts';
import type { Cluster } from '../../model/cluster.ts';
import { valueOr } from '../../model/collected.ts';
import type { CoverageGap } from './evaluation.ts';

/** Everything that was asked for and not read, with where and why. A choice of the configuration is no gap. */
export const coverageGaps = (facts: Facts): readonly CoverageGap[] => {
  const { snapshot } = facts;
  const here = { accountId: snapshot.accountId };
  return [
    ...sectionsOfAccount(snapshot).flatMap(section => gapsOf(here, section)),
    ...valueOr(snapshot.providers, []).flatMap(provider =>
      sectionsOfProvider(provider).flatMap(section => gapsOf(here, { ...section, name: provider.arn })),
    ),
    ...distinct(
      valueOr(snapshot.roles, [])
        .flatMap(sectionsOfRole)
        .flatMap(section => gapsOf(here, section)),
    ),
    ...snapshot.regions.flatMap(region => [
      ...sectionsOfRegion(region).flatMap(section => gapsOf({ ...here, region: region.region }, section)),
      ...valueOr(region.clusters, []).flatMap(cluster =>
        sectionsOfCluster(cluster).flatMap(section => gapsOf(whereOf(cluster.cluster), section)),
      ),
    ]),
    ...clustersOf(snapshot).flatMap(({ cluster }) => issuerGaps(cluster, facts)),
  ];
};

type Where = Pick<CoverageGap, 'accountId' | 'region' | 'clusterName'>;

const whereOf = ({ accountId, region, name }: Cluster): Where => ({ accountId, region, clusterName: name });

const gapsOf = (where: Where, { name, section }: Section): readonly CoverageGap[] => {
  if (section.status === 'complete') return [];
  if (section.status === 'unavailable')
    return section.reason.kind === 'not-asked-for' ? [] : [{ ...where, what: name, reason: section.reason }];
  return section.gaps
    .filter(gap => gap.reason.kind !== 'not-asked-for')
    .map(gap => ({ ...where, what: `${name}: ${gap.what}`, reason: gap.reason }));
};

/** That an issuer does not answer is a finding. Only what a private network hides from the probe is a gap. */
const issuerGaps = (cluster: Cluster, { issuers }: Facts): readonly CoverageGap[] => {
  const probed = cluster.issuer === undefined ? undefined : issuers[cluster.issuer];
  if (!probed?.fromPrivateNetwork || probed.host.status !== 'unavailable') return [];
  return [{ ...whereOf(cluster), what: `issuer ${probed.url}`, reason: probed.host.reason }];
};

const distinct = (gaps: readonly CoverageGap[]): readonly CoverageGap[] => [
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
  for (const { cluster, kubernetes, podIdentity } of clustersOf(snapshot)) {
    const inside = kubernetes.status === 'unavailable' ? undefined : kubernetes.value;
    open.push(`${cluster.arn}/`);
    if (podIdentity.status === 'complete') closed.push(`${cluster.arn}/podidentityassociation/`);
    const accountsRead = inside?.serviceAccounts.status === 'complete';
    if (accountsRead) closed.push(`${cluster.arn}/serviceaccount/`);
    if (accountsRead && inside?.pods.status === 'complete') closed.push(`${cluster.arn}/pod/`);
  }
  return { closed, open };
};
