/** Whether something lies in a cluster, or is about what its pods may assume. */
import { clustersOf, type Facts } from '../../facts.ts';
import { type FindingLocation, type Role, stripScheme, valueOr } from '../../model.ts';
import { isForAnyone, namesInTrustPolicy, trustPolicyOf } from '../../policy.ts';

type Place = Partial<Pick<FindingLocation, 'clusterName' | 'issuer' | 'providerArn' | 'roleArn'>>;

/** A finding concerns a cluster by name, by its issuer, or by a role that its pods may assume: whose trust policy names the
 *  issuer or everyone, or that an association of the cluster names. */
export const concernsCluster = (finding: Place, clusterName: string, facts: readonly Facts[]): boolean => {
  if (finding.clusterName === clusterName || isAssociated(finding, clusterName, facts)) return true;
  const issuers = facts.flatMap(({ fleet }) =>
    fleet.clusters.filter(cluster => cluster.name === clusterName).flatMap(cluster => cluster.issuer ?? []),
  );
  return issuers.some(issuer => {
    const hostPath = stripScheme(issuer);
    if (finding.issuer === issuer || finding.providerArn?.endsWith(`/${hostPath}`)) return true;
    const role = facts
      .flatMap(({ snapshot }) => valueOr(snapshot.roles, []))
      .find(each => each.arn === finding.roleArn);
    return (
      role !== undefined && (isForEveryone(role) || namesInTrustPolicy(role).some(name => name.includes(hostPath)))
    );
  });
};

const isAssociated = ({ roleArn }: Place, clusterName: string, facts: readonly Facts[]): boolean =>
  roleArn !== undefined &&
  facts.some(({ snapshot }) =>
    clustersOf(snapshot).some(
      ({ cluster, podIdentity }) =>
        cluster.name === clusterName && valueOr(podIdentity, []).some(one => one.roleArn === roleArn),
    ),
  );

/** A statement about everyone may be one about the pods of any cluster. */
const isForEveryone = (role: Role): boolean => {
  const parsed = trustPolicyOf(role);
  return parsed.ok && parsed.policy.statements.some(isForAnyone);
};
