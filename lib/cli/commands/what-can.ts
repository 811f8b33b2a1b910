import { Command } from 'commander';
import { pathsFrom } from '../../reach/graph/paths.ts';
import { graphOfTable } from '../../report/graph/reach-table.ts';
import { accountsNamed, inCluster } from '../reach/named-nodes.ts';
import { type ReachOptions, reachFrom } from '../reach/reach-source.ts';
import { type Told, tellAnswer } from '../reach/tell-paths.ts';
import type { Io } from '../shell/io.ts';
import { withReachOptions } from './reach-options.ts';

const examples = `
Examples:
  $ irsa-auditor what-can ci/runner
  $ irsa-auditor what-can ci/runner --role-permissions   with levels of roles

Every role and service account that it can become, each with the shortest way.
Exit codes: 0 known, 2 usage, 3 something was not read.`;

/** `what-can`: the roles and service accounts that a service account can become. */
export const whatCan = (io: Io): Command =>
  withReachOptions(new Command('what-can'))
    .argument('<service-account>', 'namespace/name')
    .addHelpText('after', examples)
    .action((name: string, options: ReachOptions) => answer(name, options, io));

const answer = async (name: string, options: ReachOptions, io: Io): Promise<void> => {
  const table = await reachFrom(options, io);
  const graph = graphOfTable(table);
  const starts = accountsNamed(table, name, 'what-can', options.cluster);
  const told = starts.flatMap(from =>
    [...pathsFrom(graph, from.id)].flatMap(([id, path]): readonly Told[] => {
      const to = graph.nodes.get(id);
      return to !== undefined && ['role', 'service-account', 'cluster'].includes(to.kind) ? [{ from, to, path }] : [];
    }),
  );
  const heading = `${starts.map(one => inCluster(table, one)).join(', ')} can become`;
  tellAnswer({ table, graph, told, namedBy: 'to', heading, nothing: 'Nothing else.' }, options.json, io);
};
