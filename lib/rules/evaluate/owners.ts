/** Findings with who answers for what they are about. */
import type { Facts } from '../../facts.ts';
import { type Finding, ownerIn, valueOr } from '../../model.ts';

/**
 * Adds the owner to findings, from what a run reads anyway: the label `owner` of the namespace, else the tag of the role
 * (read with `roleDetails` alone), else the tag of the cluster. The closest wins: a namespace has a team of its own where its
 * cluster has many.
 */
export const withOwners = (findings: readonly Finding[], facts: Facts): readonly Finding[] => {
  const { snapshot, fleet } = facts;
  const clusters = new Map(fleet.clusters.map(({ arn, owner }) => [arn, owner]));
  const namespaces = new Map(
    snapshot.regions
      .flatMap(region => valueOr(region.clusters, []))
      .flatMap(({ cluster, kubernetes }) => {
        const namespaces = kubernetes.status === 'unavailable' ? [] : valueOr(kubernetes.value.namespaces, []);
        return namespaces.map(({ name, labels }) => [keyOf(cluster.arn, name), ownerIn(labels)] as const);
      }),
  );
  const roles = new Map(
    valueOr(snapshot.roles, []).map(({ arn, detail }) => [
      arn,
      detail.status === 'unavailable' ? undefined : ownerIn(detail.value.tags),
    ]),
  );
  return findings.map(finding => {
    const { clusterArn = '', namespace = '', roleArn = '' } = finding;
    const owner = namespaces.get(keyOf(clusterArn, namespace)) ?? roles.get(roleArn) ?? clusters.get(clusterArn);
    return owner === undefined ? finding : { ...finding, owner };
  });
};

const keyOf = (clusterArn: string, namespace: string): string => `${clusterArn} ${namespace}`;
