/** Nodes of the reach graph by the names that a person gives. */
import { isAdministrative, roleNameOf } from '../../model.ts';
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

/** Nodes of a kind by name, in the clusters that are meant. Throws `UsageError` for a name that nothing has. */
const nodesNamed = (
  table: ReachTable,
  kind: ReachKind,
  name: string,
  option: string,
  cluster: string | undefined,
): readonly ReachNode[] => {
  const clusters = clusterIdsNamed(table, cluster);
  const of = table.nodes.filter(
    one =>
      one.kind === kind &&
      (one.clusterArn === undefined || clusters === undefined || clusters.includes(one.clusterArn)),
  );
  const found = of.filter(node => node.name === name || (node.kind === 'role' && roleNameOf(node.name) === name));
  if (found.length === 0)
    throw unknownName(option, kind.replace('-', ' '), name, [
      ...new Set(of.map(node => (node.kind === 'role' ? roleNameOf(node.name) : node.name))),
    ]);
  return found;
};

const kindsOf: Readonly<Record<string, ReachKind>> = {
  group: 'group',
  user: 'user',
  role: 'role',
  sa: 'service-account',
  serviceaccount: 'service-account',
};

/** Nodes as `TYPE/NAME`, of the types that an option takes; a service account as `namespace/name` too. Throws `UsageError`. */
const typed = (
  table: ReachTable,
  text: string,
  asked: {
    readonly option: string;
    readonly kinds: readonly ReachKind[];
    readonly wanted: string;
    readonly cluster?: string | undefined;
  },
): readonly ReachNode[] => {
  const { option, kinds, wanted, cluster } = asked;
  const at = text.search(/[/:]/);
  const kind = kindsOf[text.slice(0, at)];
  const name = kind === undefined ? text : text.slice(at + 1);
  const found = kind ?? 'service-account';
  const isName = found !== 'service-account' || /^[^/:]+\/[^/:]+$/.test(name);
  if (!kinds.includes(found) || !isName || name === '') throw new UsageError(`${option} is ${text}, wanted ${wanted}`);
  return nodesNamed(table, found, name, option, cluster);
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

/** Whoever starts: `group/devs`, `user/ann`, `sa/ci/runner` as whoever has its token, or the ARN of an IAM principal. */
export const startNamed = (table: ReachTable, text: string, cluster?: string): readonly ReachNode[] =>
  text.startsWith('arn:')
    ? nodesNamed(table, 'principal', text, '--from', cluster)
    : typed(table, text, {
        ...{ option: '--from', kinds: ['group', 'user', 'service-account'], cluster },
        wanted: 'group/NAME, user/NAME, sa/NAMESPACE/NAME or the ARN of an IAM principal',
      });

/** The ends `role/NAME`, `sa/NAMESPACE/NAME`, the ARN of a role or `admin`; `unknown` are roles whose level is not known. */
export const endsNamed = (table: ReachTable, text: string, cluster?: string) => {
  if (text === 'admin') return administratorsIn(table);
  const wanted = 'admin, role/NAME or sa/NAMESPACE/NAME';
  const known = text.startsWith('arn:')
    ? nodesNamed(table, 'role', text, '--to', undefined)
    : typed(table, text, { option: '--to', kinds: ['role', 'service-account'], wanted, cluster });
  return { known, unknown: [] };
};

/** The roles that are administrators or can become one, and those whose level is not known. */
const administratorsIn = ({ nodes, levels }: ReachTable) => {
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
