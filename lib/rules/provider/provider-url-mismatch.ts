import { clustersWithIssuer, type Facts, noProvider, type ProviderSubject } from '../../facts.ts';
import { providerArn, readFailuresOf } from '../../model.ts';
import { createProviderFix, deletionLater } from '../access/provider-creation.ts';
import { clustersLike, differencesInWords, isDisputed, type Likeness } from '../oidc/issuer-likeness.ts';
import { hasProvider, rolesTrusting, unreadFleet } from '../oidc/issuer-users.ts';
import { defineRule, type Failure, failOrPass, failures, iamGuide, pass, unknown } from '../prelude.ts';

const fail = failures({
  differs: [
    'URL is not the issuer’s',
    'the URL of a provider differs from the issuer of cluster {cluster} ({differences}), and account {account} has no provider for that issuer',
  ],
});

/** Compares each provider with the issuers of clusters that have no exact provider: an URL that is nearly right is wrong. */
export const providerUrlMismatch = defineRule({
  id: 'provider-url-mismatch',
  kind: 'provider',
  impact: 'breaks',
  severity: 'high',
  articleStep: 'provider-exists',
  title: 'Provider URLs equal their issuers exactly',
  fault: 'The provider’s URL differs from the cluster’s issuer',
  says: fail.says,
  needs: ['providers'],
  why: 'STS looks a provider up by the exact issuer of the token. A provider that differs by upper and lower case, a trailing slash, a port, the region or the dual-stack host name (oidc-eks.<region>.api.aws) is never found, though it looks right in the console.',
  fix: 'Create a provider with the issuer that DescribeCluster gives, and name that one in the roles.',
  references: ['docs/facts.md §B.2, §B.7', iamGuide('id_roles_providers_create_oidc')],
  check: (subject, facts) => {
    if (clustersWithIssuer(facts.fleet, subject.issuer).length > 0) return pass;
    const meant = clustersLike(subject.issuer, facts).filter(({ issuer }) => !hasProvider(issuer, facts));
    const disputed = meant.find(likeness => isDisputed(likeness, facts));
    if (disputed)
      return unknown('unread', `the issuer in tokens of the IPv6 cluster ${disputed.cluster.name}: read its inside`);
    const [gap] = meant.length > 0 ? readFailuresOf(facts.snapshot.providers) : [];
    if (gap) return unknown('unread', `whether the account has the right provider: ${gap.operation}: ${gap.message}`);
    const failures = meant.map(item => failureOf(subject, item, facts));
    return failOrPass(failures, failures.length > 0 ? undefined : unreadFleet(facts));
  },
});

const failureOf = (subject: ProviderSubject, { cluster, issuer, differences }: Likeness, facts: Facts): Failure => {
  const { accountId, partition } = facts.snapshot;
  const roles = rolesTrusting(subject.id, facts);
  const wanted = providerArn(partition, accountId, issuer);
  return fail
    .differs({ cluster: cluster.name, differences: differencesInWords(differences), account: accountId })
    .discriminator(cluster.arn)
    .evidence('URL of the provider', 'iam:ListOpenIDConnectProviders', subject.issuer, issuer)
    .evidence('issuer of the cluster', `eks:DescribeCluster in ${cluster.region}`, issuer)
    .podError(noProvider(issuer))
    .place({ region: cluster.region, clusterName: cluster.name, clusterArn: cluster.arn })
    .explains([
      { ruleId: 'cluster-provider-missing', subject: cluster.arn },
      { ruleId: 'trust-provider-missing', discriminator: wanted },
      { ruleId: 'provider-orphaned', subject: subject.id },
      ...roles.map(role => ({ ruleId: 'role-trusts-dead-cluster', subject: role.arn })),
    ])
    .fix(createProviderFix(cluster, issuer, facts, deletionLater(subject.id, roles, wanted)));
};
