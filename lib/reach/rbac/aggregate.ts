/** The rules of aggregated ClusterRoles, as the controller writes them (Kubernetes, "Aggregated ClusterRoles"). */
import { unmetRequirement } from '../../facts.ts';
import type { RbacRole } from '../../model.ts';

/**
 * The ClusterRoles with their rules as they are in force. The rules of an aggregated one are those of every other ClusterRole
 * that one of its selectors takes, whatever was written in it; where `isWhole` is false some of those may not have been read, and
 * the written ones, which the controller made of them, count too. One aggregated role may take another: the controller repeats
 * until nothing changes. Roles that take each other in a ring keep what was written in them.
 */
export const withAggregation = (clusterRoles: readonly RbacRole[], isWhole: boolean): readonly RbacRole[] => {
  const takes = new Map(
    clusterRoles.flatMap(role => (role.aggregation === undefined ? [] : [[role, takenBy(role, clusterRoles)]])),
  );
  const keepsWritten = (role: RbacRole): boolean =>
    role.aggregation === undefined || !isWhole || below(role, takes).has(role);
  return clusterRoles.map(role =>
    role.aggregation === undefined
      ? role
      : {
          ...role,
          rules: [...new Set([role, ...below(role, takes)])].flatMap(one => (keepsWritten(one) ? one.rules : [])),
        },
  );
};

type Takes = ReadonlyMap<RbacRole, readonly RbacRole[]>;

const takenBy = ({ name, aggregation = [] }: RbacRole, all: readonly RbacRole[]): readonly RbacRole[] =>
  all.filter(
    other =>
      other.name !== name && aggregation.some(selector => unmetRequirement(selector, other.labels ?? {}) === undefined),
  );

/** Everything that is taken, over any number of aggregated roles: a role is below itself in a ring alone. */
const below = (role: RbacRole, takes: Takes): ReadonlySet<RbacRole> => {
  const seen = new Set(takes.get(role) ?? []);
  for (const one of seen) for (const taken of takes.get(one) ?? []) seen.add(taken);
  return seen;
};
