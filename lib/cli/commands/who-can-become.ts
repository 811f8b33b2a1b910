import { Command } from 'commander';
import { roleNameOf } from '../../model/arn.ts';
import { pathsTo } from '../../reach/graph/paths.ts';
import type { ReachNode } from '../../reach/node/reach-graph.ts';
import { graphOfTable, type ReachTable } from '../../report/graph/reach-table.ts';
import { listed } from '../../text/message.ts';
import { accountsNamed, clusterIdsNamed, idsOfEnd, inCluster, rolesNamed, startNamed } from '../reach/named-nodes.ts';
import { type ReachOptions, reachFrom } from '../reach/reach-source.ts';
import { type Told, tellAnswer } from '../reach/tell-paths.ts';
import { type Io, UsageError } from '../shell/io.ts';
import { withReachOptions } from './reach-options.ts';

interface Options extends ReachOptions {
  readonly role?: string;
  readonly serviceAccount?: string;
  readonly from?: string;
}

const examples = `
Examples:
  $ irsa-auditor who-can-become --role platform-admin
  $ irsa-auditor who-can-become --service-account ci/runner --from group:devs
  $ irsa-auditor who-can-become --role platform-admin --input run.json --json

Each with the shortest way. A way over new pods is an upper bound: admission
policies are not read. Exit codes: 0 known, 2 usage, 3 something was not read.`;

/** `who-can-become`: everybody of a cluster who can become a service account or a role, each with the shortest way. */
export const whoCanBecome = (io: Io): Command =>
  withReachOptions(new Command('who-can-become'))
    .option('--role <name>', 'the role (name or ARN)')
    .option('--service-account <namespace/name>', 'the service account')
    .option('--from <who>', 'only group:NAME, user:NAME, sa:NAMESPACE/NAME or an ARN')
    .addHelpText('after', examples)
    .action((options: Options) => answer(options, io));

/** Those who do things; places and pods only lead from one to the other. */
const isSomebody = ({ kind }: ReachNode): boolean => ['group', 'user', 'principal', 'rights'].includes(kind);

const answer = async (options: Options, io: Io): Promise<void> => {
  if ((options.role === undefined) === (options.serviceAccount === undefined))
    throw new UsageError('who-can-become: give --role or --service-account, one of them');
  const table = await reachFrom(options, io);
  const graph = graphOfTable(table);
  const ends =
    options.role === undefined
      ? accountsNamed(table, options.serviceAccount ?? '', '--service-account', options.cluster)
      : rolesNamed(table, options.role);
  const only = options.from === undefined ? undefined : startNamed(table, options.from, options.cluster);
  const clusters = clusterIdsNamed(table, options.cluster);
  const starts = only?.map(({ id }) => id);
  const told = ends.flatMap(to =>
    [...pathsTo(graph, idsOfEnd(table, to))].flatMap(([id, path]): readonly Told[] => {
      const from = graph.nodes.get(id);
      const isAsked = starts === undefined ? isOf(clusters, from) : starts.includes(id);
      return from !== undefined && isSomebody(from) && isAsked ? [{ from, to, path }] : [];
    }),
  );
  const name = ends.map(end => inCluster(table, end)).join(', ');
  // Whoever is asked about is in a cluster that was read.
  const elsewhere = only === undefined && clusters === undefined ? ends.flatMap(end => elsewhereIn(table, end)) : [];
  tellAnswer(
    {
      ...{ table, graph, told, namedBy: 'from', unknown: elsewhere, heading: `Who can become ${name}` },
      nothing: `Nobody in ${clustersInWords(table, clusters)}.`,
    },
    options.json,
    io,
  );
};

const isOf = (clusters: readonly string[] | undefined, from: ReachNode | undefined): boolean =>
  clusters === undefined || from?.clusterArn === undefined || clusters.includes(from.clusterArn);

/** Why others than those of the clusters that were read may have a role. */
const elsewhereIn = ({ elsewhere }: ReachTable, { id, name }: ReachNode): readonly string[] =>
  (elsewhere[id] ?? []).map(why => `role ${roleNameOf(name)}: ${why}`);

/** The clusters of an answer: it says nothing of others. */
const clustersInWords = ({ clusters }: ReachTable, wanted: readonly string[] | undefined): string => {
  const names = (wanted ?? Object.keys(clusters)).map(arn => clusters[arn] ?? arn);
  return `cluster${names.length === 1 ? '' : 's'} ${listed(names, 10)}`;
};
