import { type ClusterSubject, dormancyOf, type Facts, noProvider } from '../../facts.ts';
import {
  assumeEventsOf,
  parseArn,
  providerArn,
  providerHostPath,
  readFailuresOf,
  roleArnKey,
  valueOr,
} from '../../model.ts';
import { accountOfSubject } from '../../policy.ts';
import { given, phrase } from '../../text.ts';
import { createProviderFix } from '../access/provider-creation.ts';
import { aliasMayBeRight, likenessOf } from '../oidc/issuer-likeness.ts';
import { isProvidedFor, rolesTrusting } from '../oidc/issuer-users.ts';
import { defineRule, eksGuide, notApplicable, pass, unknown } from '../prelude.ts';

/** A provider is not made with the cluster: without it every token of the cluster is refused. */
export const clusterProviderMissing = defineRule({
  id: 'cluster-provider-missing',
  kind: 'cluster',
  impact: 'breaks',
  severity: 'high',
  articleStep: 'provider-exists',
  title: 'Every cluster issuer has a provider in its account',
  fault: 'The cluster has no OIDC provider in its account',
  says: {
    needed: ['no OIDC provider', 'account {account} has no OIDC provider for cluster {cluster}; needed by {users}'],
    unused: [
      'IRSA is not set up',
      'IRSA is not set up for cluster {cluster}: account {account} has no OIDC provider for it, and nothing needs one',
    ],
  },
  needs: ['providers'],
  why: 'EKS creates an issuer with every cluster, but no IAM OIDC provider. Without the provider STS does not know the issuer, and no service account can assume a role of this account. A cluster that does not use IRSA needs none.',
  fix: 'Create the provider.',
  references: [eksGuide('enable-iam-roles-for-service-accounts'), 'docs/facts.md §0.8, §B.2'],
  check: ({ cluster, snapshot }, facts, fail) => {
    const { issuer } = cluster;
    if (issuer === undefined || ['CREATING', 'DELETING', 'FAILED'].includes(cluster.status)) return notApplicable;
    const { providers, partition, accountId } = facts.snapshot;
    const arn = providerArn(partition, accountId, issuer);
    const urls = valueOr(providers, [])
      .map(provider => providerHostPath(provider.arn))
      .filter(url => url !== undefined);
    if (urls.some(url => likenessOf(url, issuer)?.length === 0)) return pass;
    const [gap] = readFailuresOf(providers);
    if (gap) return unknown('unread', `all providers of the account: ${gap.operation}: ${gap.message}`);
    if (aliasMayBeRight(snapshot) && urls.some(url => likenessOf(url, issuer)?.join() === 'dual-stack alias'))
      return unknown(
        'unread',
        `the issuer in tokens of the IPv6 cluster ${cluster.name}: its Kubernetes resources were not read`,
      );
    const users = usersOf({ cluster, snapshot }, arn, facts);
    if (users.names.length === 0 && users.unread !== undefined)
      return unknown('unread', `whether anything needs a provider for cluster ${cluster.name}: ${users.unread}`);
    const isUsed = users.names.length > 0;
    const elsewhere = isUsed ? false : isProvidedFor(issuer, facts);
    if (elsewhere !== false) return elsewhere === true ? pass : unknown('unread', elsewhere);
    return (
      isUsed
        ? fail.needed({ account: accountId, cluster: cluster.name, users: users.names })
        : fail.unused({ account: accountId, cluster: cluster.name })
    )
      .severity(isUsed ? 'high' : 'info')
      .evidence('issuer of the cluster', `eks:DescribeCluster in ${cluster.region}`, issuer)
      .changing(
        'providers of the account',
        'iam:ListOpenIDConnectProviders',
        phrase('{count:provider}, none for it', { count: urls.length }),
        arn,
      )
      .podError(noProvider(issuer))
      .place({ providerArn: arn })
      .explains([{ ruleId: 'trust-provider-missing', discriminator: arn }])
      .fix(createProviderFix(cluster, issuer, facts));
  },
});

/** Roles that trust a cluster's provider, service accounts that name a role of this account and whose annotation is in use, and those
 *  that CloudTrail saw ask by it; or what could not be read. */
const usersOf = (
  { cluster, snapshot: { kubernetes, podIdentity } }: Pick<ClusterSubject, 'cluster' | 'snapshot'>,
  arn: string,
  facts: Facts,
): { readonly names: readonly string[]; readonly unread?: string } => {
  const roles = rolesTrusting(arn, facts).map(role => `the role ${role.name}`);
  const inside = kubernetes.status === 'unavailable' ? undefined : kubernetes.value;
  const wanting = inside
    ? valueOr(inside.serviceAccounts, [])
        .filter(({ annotations }) => parseArn(annotations[roleArnKey] ?? '')?.accountId === cluster.accountId)
        .map(account => ({ ...account, dormancy: dormancyOf(account, inside, podIdentity) }))
    : [];
  const callers = assumeEventsOf(facts.snapshot.runtime)
    .filter(({ providerArn: asked }) => asked === arn)
    .flatMap(({ subject }) => (subject === undefined ? [] : (accountOfSubject(subject) ?? [])));
  const accounts = [...wanting.filter(({ dormancy }) => dormancy === false), ...callers].map(
    ({ namespace, name }) => `the service account ${namespace}/${name}`,
  );
  // An inside that the configuration does not ask for is no gap: the rule then says as much as it knows without it.
  const gaps = [facts.snapshot.roles, inside?.serviceAccounts ?? kubernetes, facts.snapshot.runtime]
    .flatMap(readFailuresOf)
    .filter(({ kind }) => kind !== 'not-asked-for')
    .map(({ operation, message }) => `${operation}: ${message}`);
  const [unread] = [...gaps, ...wanting.flatMap(({ dormancy }) => (typeof dormancy === 'string' ? [dormancy] : []))];
  return { names: [...new Set([...roles, ...accounts])], ...given({ unread }) };
};
