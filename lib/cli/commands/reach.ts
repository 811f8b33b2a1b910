import { Command } from 'commander';
import { roleNameOf } from '../../model.ts';
import { pathsFrom, pathsTo } from '../../reach/graph/paths.ts';
import type { ReachGraph, ReachNode } from '../../reach/node/reach-graph.ts';
import { graphOfTable, type ReachTable } from '../../report/graph/reach-table.ts';
import { clusterIdsNamed, endsNamed, idsOfEnd, inCluster, startNamed } from '../reach/named-nodes.ts';
import { type ReachOptions, reachFrom } from '../reach/reach-source.ts';
import { clustersInWords, leftOut, type PathsAnswer, type Told, tellAnswer } from '../reach/tell-paths.ts';
import { type Io, UsageError } from '../shell/io.ts';
import { once } from '../shell/options.ts';
import { withSessionOptions } from './scan.ts';

interface Options extends ReachOptions {
  readonly from?: string;
  readonly to?: string;
}

const examples = `
Examples:
  $ irsa-auditor reach --to role/platform-admin       who can become this role
  $ irsa-auditor reach --from sa/ci/runner            what it can become
  $ irsa-auditor reach --from group/devs --to admin   the way to administrator
  $ irsa-auditor reach --to sa/ci/runner --input run.json --json

Each with the shortest way. admin is every role that is an administrator or can
become one. A way over new pods is an upper bound: admission policies are not
read. With --context, ways through other clusters are not asked for.
Exit codes: 0 known, 2 usage, 3 something was not read.`;

/** `reach`: who can become a role or a service account, and what somebody can become, each with the shortest way. */
export const reachCommand = (io: Io): Command =>
  withSessionOptions(new Command('reach'))
    .option('--from <who>', 'group/NAME, user/NAME, sa/NAMESPACE/NAME or the ARN of an IAM principal')
    .option('--to <end>', 'role/NAME, sa/NAMESPACE/NAME or admin')
    .option('--input <file>', 'JSON report of a run with --rbac; without it an audit is made now')
    .option('--cluster <name>', 'only this cluster', once)
    .option('--json', 'the answer as JSON')
    .addHelpText('after', examples)
    .action((options: Options) => answer(options, io));

const answer = async (options: Options, io: Io): Promise<void> => {
  const { from, to, cluster } = options;
  if (from === undefined && to === undefined)
    throw new UsageError('reach: got neither --from nor --to, wanted one or both');
  // Without permissions no role is known to be an administrator.
  const table = await reachFrom(to === 'admin' ? { rolePermissions: true, ...options } : options, io);
  const graph = graphOfTable(table);
  const starts = from === undefined ? undefined : startNamed(table, from, cluster);
  const ends = to === undefined ? undefined : endsNamed(table, to, cluster);
  const found = (those: readonly ReachNode[] | undefined): readonly Told[] =>
    starts === undefined ? waysTo(table, graph, those ?? [], cluster) : waysFrom(table, graph, starts, those);
  const open = ends === undefined ? [] : found(ends.unknown);
  // Whoever is asked about is in a cluster that was read.
  const elsewhere =
    starts === undefined && cluster === undefined ? (ends?.known ?? []).flatMap(end => elsewhereIn(table, end)) : [];
  const told = found(ends?.known);
  const unknown = [
    ...open.map(({ to: end }) => `${end.name}: can be become, and its permissions are not known`),
    ...elsewhere,
  ];
  const notAsked = leftOut(table, options.input === undefined ? options.context : []);
  const answered = { table, graph, told, unknown, notAsked };
  tellAnswer({ ...answered, ...wordsFor(answered, starts, ends?.known, options) }, options.json, io);
};

/** Heading, name of each way and the sentence for no way, by the direction of the question. */
const wordsFor = (
  { table, notAsked }: Pick<PathsAnswer, 'table' | 'notAsked'>,
  starts: readonly ReachNode[] | undefined,
  ends: readonly ReachNode[] | undefined,
  { to, cluster }: Options,
): Pick<PathsAnswer, 'heading' | 'namedBy' | 'nothing'> => {
  const names = (nodes: readonly ReachNode[] = []): string => nodes.map(one => inCluster(table, one)).join(', ');
  if (ends === undefined) return { namedBy: 'to', heading: `${names(starts)} can become`, nothing: 'Nothing else.' };
  if (starts !== undefined)
    return { namedBy: 'to', heading: `From ${names(starts)} to ${to}`, nothing: 'There is no way.' };
  // An answer says nothing of other clusters.
  const asked = Object.keys(table.clusters).filter(arn => !notAsked.includes(arn));
  return {
    namedBy: 'from',
    heading: `Who can become ${to === 'admin' ? 'an administrator' : names(ends)}`,
    nothing: `Nobody in ${clustersInWords(table, clusterIdsNamed(table, cluster) ?? asked)}.`,
  };
};

const isGain = ({ kind }: ReachNode): boolean => ['role', 'service-account', 'cluster'].includes(kind);

/** The ways from the starts, to the ends where there are any. */
const waysFrom = (
  table: ReachTable,
  graph: ReachGraph,
  starts: readonly ReachNode[],
  ends: readonly ReachNode[] | undefined,
): readonly Told[] =>
  starts.flatMap(from => {
    const paths = pathsFrom(graph, from.id);
    const all = ends ?? [...paths.keys()].flatMap(id => graph.nodes.get(id) ?? []).filter(isGain);
    return all.flatMap(to => {
      const [path] = (ends === undefined ? [to.id] : idsOfEnd(table, to))
        .flatMap(id => paths.get(id) ?? [])
        .toSorted((a, b) => Number(b.isCertain) - Number(a.isCertain) || a.steps.length - b.steps.length);
      return path === undefined ? [] : [{ from, to, path }];
    });
  });

/** Those who do things; places and pods only lead from one to the other. */
const isSomebody = ({ kind }: ReachNode): boolean => ['group', 'user', 'principal', 'rights'].includes(kind);

/** Everybody of the clusters who can become one of the ends. */
const waysTo = (
  table: ReachTable,
  graph: ReachGraph,
  ends: readonly ReachNode[],
  cluster: string | undefined,
): readonly Told[] => {
  const clusters = clusterIdsNamed(table, cluster);
  const isOf = ({ clusterArn }: ReachNode): boolean =>
    clusters === undefined || clusterArn === undefined || clusters.includes(clusterArn);
  return ends.flatMap(to =>
    [...pathsTo(graph, idsOfEnd(table, to))].flatMap(([id, path]): readonly Told[] => {
      const from = graph.nodes.get(id);
      return from !== undefined && isSomebody(from) && isOf(from) ? [{ from, to, path }] : [];
    }),
  );
};

/** Why others than those of the clusters that were read may have a role. */
const elsewhereIn = ({ elsewhere }: ReachTable, { id, name }: ReachNode): readonly string[] =>
  (elsewhere[id] ?? []).map(why => `role ${roleNameOf(name)}: ${why}`);
