/** Who could become a role and should not: what rules tell of the reach graph. */
import { isController } from './controllers.ts';
import { type Path, pathsFrom, pathsTo } from './graph/paths.ts';
import { accountNode, clusterNode } from './node/ids.ts';
import type { ReachGraph, ReachNode } from './node/reach-graph.ts';
import { authenticatedGroup, serviceAccountsGroup, unauthenticatedGroup } from './rbac/identity.ts';

/** `everyone`: a group that everyone is in. `editor`: somebody with rights of a namespace. `workload`: a service account. */
export type ReacherKind = 'everyone' | 'editor' | 'workload';

/** Somebody who can become a role, for certain, with the shortest way. */
export interface Reacher {
  readonly kind: ReacherKind;
  readonly who: ReachNode;
  readonly roleArn: string;
  readonly path: Path;
}

const everyone: ReadonlySet<string> = new Set([
  authenticatedGroup,
  unauthenticatedGroup,
  serviceAccountsGroup,
  'system:anonymous',
]);

/**
 * Whoever of one cluster can become the role for certain and should not: a group of everyone, somebody whose rights are those
 * of a namespace, a service account of another workload. Left out are administrators of the cluster and people with rights in
 * all of it (who give themselves whatever they want), built-in and known controllers, whoever has it by a group that is told, and a
 * service account that gets there only by another one that is told.
 */
export const reachersOf = (graph: ReachGraph, clusterArn: string, roleArn: string): readonly Reacher[] => {
  const own = new Set(graph.edges.flatMap(({ from, to }) => (to === roleArn ? [from] : [])));
  const found = [...pathsTo(graph, [roleArn])].flatMap(([id, path]): readonly Reacher[] => {
    const who = graph.nodes.get(id);
    if (who === undefined || who.clusterArn !== clusterArn || !path.isCertain) return [];
    const kind = kindOf(who, path, graph, own);
    return kind === undefined ? [] : [{ kind, who, roleArn, path }];
  });
  const told = new Set(found.filter(({ kind }) => kind === 'workload').map(({ who }) => who.id));
  return found.filter(
    ({ kind, path }) => kind !== 'workload' || !path.steps.slice(1).some(({ from }) => told.has(from)),
  );
};

const kindOf = (who: ReachNode, path: Path, graph: ReachGraph, own: ReadonlySet<string>): ReacherKind | undefined => {
  const [first] = path.steps;
  if (first === undefined || who.isBuiltIn) return undefined;
  if (who.kind === 'rights') return workloadKind(who, path, own);
  if (!['group', 'user', 'principal'].includes(who.kind) || first.way === 'member' || first.way === 'mapped')
    return undefined;
  if (everyone.has(who.name)) return 'everyone';
  const isOfNamespace = first.namespace !== undefined || who.name.startsWith(`${serviceAccountsGroup}:`);
  const isAdministrator = pathsFrom(graph, who.id).get(clusterNode(who.clusterArn ?? '').id)?.isCertain === true;
  return isOfNamespace && !isAdministrator ? 'editor' : undefined;
};

const workloadKind = (who: ReachNode, { steps }: Path, own: ReadonlySet<string>): ReacherKind | undefined => {
  const [namespace = '', name = ''] = who.name.split('/');
  const hasIt = own.has(accountNode(who.clusterArn ?? '', namespace, name).id);
  return hasIt || steps[0]?.way === 'member' || isController(name) ? undefined : 'workload';
};
