import { clustersOf, type Facts, unreadOf } from '../../facts.ts';
import { providerArn, type Unread } from '../../model.ts';

/** Everything that was asked for and not read, for people: the details of all roles that fail in one way are one gap. */
export const coverageGaps = (facts: Facts): readonly Unread[] => [
  ...new Map(unreadOf(facts).map(({ roleArn: _role, ...gap }) => [gapKey(gap), gap])).values(),
];

const gapKey = ({ reason, ...place }: Unread): string => JSON.stringify([place, reason.operation, reason.kind]);

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
