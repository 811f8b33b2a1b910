/** Nodes of the reach graph by the names that a person gives. */
import { roleNameOf } from '../../model/arn.ts';
import { isAdministrative } from '../../model/role-level.ts';
import { nodeInWords } from '../../reach/graph/words.ts';
import type { ReachKind, ReachNode } from '../../reach/node/reach-graph.ts';
import type { ReachTable } from '../../report/graph/reach-table.ts';
import { UsageError } from '../shell/io.ts';
import { unknownName } from '../shell/unknown-name.ts';

/** The cluster that is meant, by its name or ARN; undefined for all. */
export const clusterIdsNamed = ({ clusters }: ReachTable, name: string | undefined): readonly string[] | undefined => {
  if (name === undefined) return undefined;
  const found = Object.entries(clusters).flatMap(([arn, own]) => (own === name || arn === name ? [arn] : []));
  if (found.length === 0) throw unknownName('--cluster', 'cluster', name, Object.values(clusters));
  return found;
};

/** Nodes of some kinds by name, in the clusters that are meant. Throws `UsageError` for a name that nothing has. */
const nodesNamed = (
  table: ReachTable,
  kinds: readonly ReachKind[],
  name: string,
  option: string,
  cluster: string | undefined,
): readonly ReachNode[] => {
  const clusters = clusterIdsNamed(table, cluster);
  const of = table.nodes.filter(
    ({ kind, clusterArn }) =>
      kinds.includes(kind) && (clusterArn === undefined || clusters === undefined || clusters.includes(clusterArn)),
  );
  const found = of.filter(node => node.name === name || (node.kind === 'role' && roleNameOf(node.name) === name));
  if (found.length === 0)
    throw unknownName(option, kinds[0] === 'rights' ? 'service account' : (kinds[0] ?? ''), name, [
      ...new Set(of.map(node => (node.kind === 'role' ? roleNameOf(node.name) : node.name))),
    ]);
  return found;
};

/** The roles of a name or ARN. */
export const rolesNamed = (table: ReachTable, name: string, option = '--role'): readonly ReachNode[] =>
  nodesNamed(table, ['role'], name, option, undefined);

/** Service accounts `namespace/name`, as whoever has them. */
export const accountsNamed = (
  table: ReachTable,
  name: string,
  option: string,
  cluster?: string,
): readonly ReachNode[] => {
  if (!/^[^/]+\/[^/]+$/.test(name))
    throw new UsageError(`${option} is ${name}, wanted namespace/name of a service account`);
  return nodesNamed(table, ['service-account'], name, option, cluster);
};

/**
 * The nodes that an end of a question stands for. Somebody is a service account by the account itself, by its rights at the API server,
 * and by a running pod that holds tokens of it: who gets into such a pod has these, and cannot ask for others.
 */
export const idsOfEnd = ({ nodes }: ReachTable, end: ReachNode): readonly string[] => [
  end.id,
  ...(end.kind === 'service-account' ? nodes : []).flatMap(({ id, kind, name, clusterArn, holdsTokensOf }) =>
    clusterArn === end.clusterArn &&
    ((kind === 'rights' && name === end.name) || (kind === 'pods' && holdsTokensOf === end.name))
      ? [id]
      : [],
  ),
];

const kindsOf: Readonly<Record<string, readonly ReachKind[]>> = {
  group: ['group'],
  user: ['user'],
  sa: ['rights'],
  serviceaccount: ['rights'],
};

/** Whoever starts: `group:devs`, `user:ann`, `sa:ci/runner`, or the ARN of an IAM principal. */
export const startNamed = (table: ReachTable, text: string, cluster?: string): readonly ReachNode[] => {
  if (text.startsWith('arn:')) return nodesNamed(table, ['principal'], text, '--from', cluster);
  const at = text.indexOf(':');
  const kinds = kindsOf[text.slice(0, at)];
  if (kinds === undefined)
    throw new UsageError(
      `--from is ${text}, wanted group:NAME, user:NAME, sa:NAMESPACE/NAME or the ARN of an IAM principal`,
    );
  return nodesNamed(table, kinds, text.slice(at + 1), '--from', cluster);
};

/** The roles that are administrators or can become one, and those whose level is not known. */
export const administratorsIn = ({ nodes, levels }: ReachTable) => {
  const roles = nodes.filter(({ kind }) => kind === 'role');
  const levelOf = ({ id }: ReachNode) => levels[id] ?? 'unknown';
  return {
    known: roles.filter(role => isAdministrative({ level: levelOf(role) })),
    unknown: roles.filter(role => levelOf(role) === 'unknown'),
  };
};

/** A node with its cluster, where there are several. */
export const inCluster = ({ clusters }: ReachTable, node: ReachNode): string => {
  const many = Object.keys(clusters).length > 1;
  const name = node.clusterArn === undefined ? undefined : clusters[node.clusterArn];
  return `${nodeInWords(node)}${many && name !== undefined ? ` of cluster ${name}` : ''}`;
};
