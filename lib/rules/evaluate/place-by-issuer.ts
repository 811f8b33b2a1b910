/** Findings on roles and providers, placed in the cluster whose issuer they are about. */
import { clustersWithIssuer, eksPrincipalsOf, type Facts, type RoleSubject } from '../../facts.ts';
import { type Finding, providerHostPath } from '../../model.ts';

/**
 * Adds the cluster to findings that name none: the one of the finding's issuer, else of its provider, else of the only
 * issuer that the role trusts. A finding about the issuers of several clusters stays without one. It is not done while
 * rules are asked: which findings explain each other goes by the places that rules give.
 */
export const placedByIssuer = (
  findings: readonly Finding[],
  roles: readonly RoleSubject[],
  facts: Facts,
): readonly Finding[] => {
  const policies = new Map(roles.map(({ id, policy }) => [id, policy]));
  const issuersOf = ({ issuer, providerArn, roleArn = '' }: Finding): readonly string[] => {
    if (issuer !== undefined) return [issuer];
    if (providerArn !== undefined) return [providerHostPath(providerArn) ?? ''];
    const policy = policies.get(roleArn);
    if (!policy?.ok) return [];
    const principals = policy.policy.statements.flatMap(({ principal }) => eksPrincipalsOf(principal, facts));
    return [...new Set(principals.map(({ hostPath }) => hostPath))];
  };
  return findings.map(finding => {
    if (finding.clusterName !== undefined) return finding;
    const [issuer = '', ...more] = issuersOf(finding);
    const [cluster, ...others] = more.length === 0 ? clustersWithIssuer(facts.fleet, issuer) : [];
    if (cluster === undefined || others.length > 0) return finding;
    return { ...finding, clusterName: cluster.name, clusterArn: cluster.arn, region: cluster.region };
  });
};
