/** The rights of one request: those of a user and of all its groups together (Kubernetes, "Using RBAC Authorization"). */
import { customWorkloads } from '../become/custom-workloads.ts';
import type { FoundEdge } from '../become/place.ts';
import type { ReachEdge } from '../node/reach-graph.ts';
import type { RbacGrant } from '../rbac/grants.ts';
import type { RbacIdentity } from './identities.ts';
import { nodeInWords } from './words.ts';

/** API groups that ways ask about. */
const groups: ReadonlySet<string> = new Set([
  ...['', '*', 'apps', 'batch', 'rbac.authorization.k8s.io', 'admissionregistration.k8s.io'],
  ...customWorkloads.map(({ apiGroup }) => apiGroup),
]);

/** Rules that are a part of no way: of paths, of reviews that everyone may ask for. */
const mayCount = ({ rule }: RbacGrant): boolean =>
  rule.resources.length > 0 && rule.apiGroups.some(group => groups.has(group));

/** An identity with those that it always is, too: its groups, and its user. */
interface Joined {
  readonly identity: RbacIdentity;
  readonly parts: readonly RbacIdentity[];
  /** The others for people. */
  readonly others: string;
}

/** The identities with the rights of their groups; those alone of which two or more have rights that may count. */
export const joinedOf = (identities: readonly RbacIdentity[], edges: readonly ReachEdge[]): readonly Joined[] => {
  const byId = new Map(identities.map(one => [one.node.id, one]));
  const above = Map.groupBy(
    edges.filter(({ way, depends }) => (way === 'member' || way === 'mapped') && depends === undefined),
    ({ from }) => from,
  );
  return identities.flatMap(identity => {
    const others = (above.get(identity.node.id) ?? []).flatMap(({ to }) => byId.get(to) ?? []);
    const parts = [identity, ...new Set(others)].filter(({ grants }) => grants.some(mayCount));
    if (parts.length < 2) return [];
    const grants = [...new Set(parts.flatMap(one => one.grants))];
    const named = parts.filter(one => one !== identity).map(({ node }) => nodeInWords(node));
    return [{ identity: { node: identity.node, grants }, parts, others: named.join(' and ') }];
  });
};

/** The ways of an identity, and the roles that it can bind to itself as identities of their own. */
export interface Ways {
  readonly found: readonly FoundEdge[];
  readonly granted: readonly RbacIdentity[];
}

/** The ways by the rights of several together that no part has by itself, or that are open for each of them. */
export const joinedWays = (
  joined: Joined | undefined,
  waysOf: (one: RbacIdentity) => Ways,
  ownWays: (one: RbacIdentity) => Ways,
): readonly Ways[] => {
  if (joined === undefined) return [];
  const { found, granted } = waysOf(joined.identity);
  const known = joined.parts.flatMap(part => ownWays(part).found);
  const isKnown = (one: FoundEdge): boolean =>
    known.some(({ to, depends }) => to.id === one.to.id && (depends === undefined || one.depends !== undefined));
  const more = found.filter(one => !isKnown(one));
  return [{ found: more.map(one => ({ ...one, by: `${one.by}, with the rights of ${joined.others}` })), granted }];
};
