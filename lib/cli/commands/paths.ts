import { Command } from 'commander';
import { pathsFrom } from '../../reach/graph/paths.ts';
import type { ReachNode } from '../../reach/node/reach-graph.ts';
import { graphOfTable, type ReachTable } from '../../report/graph/reach-table.ts';
import { accountsNamed, administratorsIn, idsOfEnd, inCluster, rolesNamed, startNamed } from '../reach/named-nodes.ts';
import { type ReachOptions, reachFrom } from '../reach/reach-source.ts';
import { type Told, tellAnswer } from '../reach/tell-paths.ts';
import type { Io } from '../shell/io.ts';
import { UsageError } from '../shell/io.ts';
import { withReachOptions } from './reach-options.ts';

interface Options extends ReachOptions {
  readonly from: string;
  readonly to: string;
}

const examples = `
Examples:
  $ irsa-auditor paths --from group:devs --to admin
  $ irsa-auditor paths --from sa:ci/runner --to role:platform-admin

admin is every role that is an administrator or can become one.
Exit codes: 0 known, 2 usage, 3 something was not read.`;

/** `paths`: the shortest way from somebody to administrator roles, a role or a service account. */
export const pathsCommand = (io: Io): Command =>
  withReachOptions(new Command('paths'))
    .requiredOption('--from <who>', 'group:NAME, user:NAME, sa:NAMESPACE/NAME or an ARN')
    .requiredOption('--to <kind>', 'admin, role:NAME or sa:NAMESPACE/NAME')
    .addHelpText('after', examples)
    .action((options: Options) => answer(options, io));

const answer = async (options: Options, io: Io): Promise<void> => {
  // Without permissions no role is known to be an administrator.
  const wanted = options.to === 'admin' ? { rolePermissions: true, ...options } : options;
  const table = await reachFrom(wanted, io);
  const graph = graphOfTable(table);
  const starts = startNamed(table, options.from, options.cluster);
  const { ends, unknown } = endsOf(table, options);
  const found = (wanted: readonly ReachNode[]): readonly Told[] =>
    starts.flatMap(from => {
      const paths = pathsFrom(graph, from.id);
      return wanted.flatMap(to => {
        const [path] = idsOfEnd(table, to)
          .flatMap(id => paths.get(id) ?? [])
          .toSorted((a, b) => Number(b.isCertain) - Number(a.isCertain) || a.steps.length - b.steps.length);
        return path === undefined ? [] : [{ from, to, path }];
      });
    });
  const open = found(unknown).map(({ to }) => `${to.name}: can be become, and its permissions are not known`);
  const name = starts.map(one => inCluster(table, one)).join(', ');
  tellAnswer(
    {
      ...{ table, graph, told: found(ends), namedBy: 'to', unknown: open },
      heading: `From ${name} to ${options.to}`,
      nothing: 'There is no way.',
    },
    options.json,
    io,
  );
};

const endsOf = (table: ReachTable, { to, cluster }: Options) => {
  if (to === 'admin') {
    const { known, unknown } = administratorsIn(table);
    return { ends: known, unknown };
  }
  const [kind, name = ''] = [to.slice(0, to.indexOf(':')), to.slice(to.indexOf(':') + 1)];
  if (to.startsWith('arn:')) return { ends: rolesNamed(table, to, '--to'), unknown: [] };
  if (kind === 'role') return { ends: rolesNamed(table, name, '--to'), unknown: [] };
  if (kind === 'sa' || kind === 'serviceaccount')
    return { ends: accountsNamed(table, name, '--to', cluster), unknown: [] };
  throw new UsageError(`--to is ${to}, wanted admin, role:NAME or sa:NAMESPACE/NAME`);
};
