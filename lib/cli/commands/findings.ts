import { Command, InvalidArgumentError, Option } from 'commander';
import type { FindingFilter, FindingQueries, Paged } from '../../audit/ports.ts';
import { renderFinding, renderRule } from '../../explain/render-explanation.ts';
import { type FindingStatus, findingStatuses } from '../../history/transition.ts';
import { type Impact, impacts, roleNameOf, type Severity } from '../../model.ts';
import { ruleById } from '../../rules/catalog.ts';
import { compareText, given, safeJson } from '../../text.ts';
import { everyItem } from '../findings/every-item.ts';
import { knownFindingNamed } from '../findings/finding-named.ts';
import { openFindings, type TableOptions, tellNewer } from '../findings/finding-queries.ts';
import { type ListFormat, listFormats, renderKnown, renderRuns, renderTransitions } from '../findings/finding-table.ts';
import { summaryCommand } from '../findings/summary.ts';
import { trendCommand } from '../findings/trend.ts';
import { waiveCommands } from '../findings/waive.ts';
import { watchFindings } from '../findings/watch-findings.ts';
import { commandOptions, findingFor } from '../kubeconfig/command-options.ts';
import type { NamedThings } from '../report/graph-names.ts';
import { type Io, UsageError } from '../shell/io.ts';
import { jsonAnswer } from '../shell/json-answer.ts';
import { once, severityOption } from '../shell/options.ts';
import { ruleIdNamed } from '../shell/rule-named.ts';
import { moreOptions, ownHeading, sharedHeadings } from '../shell/shared-options.ts';
import { styleOf } from '../shell/style.ts';
import { unknownName } from '../shell/unknown-name.ts';

interface Options extends TableOptions {
  readonly format: ListFormat;
  readonly json?: boolean;
}

interface PageOptions extends Options {
  readonly limit: number;
  readonly cursor?: string;
  readonly all?: boolean;
}

interface FilterOptions extends Options, NamedThings {
  readonly minSeverity?: Severity;
  readonly impact?: Impact;
  readonly account?: string;
  readonly rule?: string;
  readonly changedSince?: string;
}

interface ListOptions extends PageOptions, FilterOptions {
  readonly status: FindingStatus | 'any';
}

interface WatchOptions extends FilterOptions {
  readonly interval: number;
  readonly times?: number;
}

const examples = `
Examples:
  $ irsa-auditor findings list            what is open, worst first
  $ irsa-auditor findings list --cluster prod --min-severity high --format csv
  $ irsa-auditor findings list --status resolved --changed-since 2026-11-01
  $ irsa-auditor findings show 0a1b2c3d   the beginning of an id is enough
  $ irsa-auditor findings runs
  $ irsa-auditor findings trend           by severity and by cluster
  $ irsa-auditor findings summary --since 2026-09-01 -o pdf
  $ irsa-auditor findings watch
  $ irsa-auditor findings waive 0a1b2c3d --until 2026-12-31 \\
      --reason 'moves in November' --write irsa-auditor.config.json`;

/** `irsa-auditor findings`: questions to the table of a deployed auditor. `open` makes the queries; tests hand in theirs. */
export const findingsCommandOf =
  (openTable: (options: TableOptions) => Promise<FindingQueries>) =>
  (io: Io): Command => {
    const open: Open = async options => tellNewer(await openTable(options), io);
    const command = new Command('findings').addHelpText('after', examples);
    command
      .addCommand(
        withPaging(withFilter(withTable(new Command('list').description('findings, worst first'))))
          .addOption(new Option('--status <status>', 'which').choices([...findingStatuses, 'any']).default('open'))
          .action((options: ListOptions) => list(open, options, io)),
        { isDefault: true },
      )
      .addCommand(
        withTable(new Command('show').description('one finding: cause, evidence, fix, history'), ['table', 'json'])
          .argument('<id>', 'the id of a finding, or the beginning of it')
          .action((id: string, options: Options) => show(open, id, options, io)),
      )
      .addCommand(
        withPaging(withTable(new Command('history').description('how one finding came and went')))
          .argument('<id>', 'the id of a finding, or the beginning of it')
          .action((id: string, options: PageOptions) => history(open, id, options, io)),
      )
      .addCommand(
        withPaging(withTable(new Command('runs').description('runs, newest first'))).action((options: PageOptions) =>
          runs(open, options, io),
        ),
      )
      .addCommand(
        withFilter(withTable(new Command('watch').description('print changes as runs find them')))
          .option('--interval <seconds>', 'how often to look', wholeNumber, 30)
          .option('--times <count>', 'look so many times, then end', wholeNumber)
          .action((options: WatchOptions) => watch(open, options, io)),
      );
    command.addCommand(trendCommand(open, withPlace, wholeNumber, io));
    command.addCommand(summaryCommand(open, withPlace, instantOf, io));
    for (const one of waiveCommands(open, withPlace, io)) command.addCommand(one);
    return command;
  };

/** The command over DynamoDB. */
export const findingsCommand = findingsCommandOf(openFindings);

const wholeNumber = (value: string): number => {
  if (!/^[1-9]\d{0,5}$/.test(value)) throw new InvalidArgumentError('wanted a whole number above 0');
  return Number(value);
};

const withPlace = (command: Command): Command =>
  command
    .option('--table <name>', 'the table; default: the output TableName of the stack')
    .option('--stack <name>', 'the stack that was deployed (default: irsa-auditor)')
    .optionsGroup(sharedHeadings.accounts)
    .option('--region <region>', 'where it is deployed')
    .option('--profile <name>', 'AWS profile')
    .optionsGroup(ownHeading)
    .addHelpText('after', moreOptions);

const withTable = (command: Command, formats: readonly ListFormat[] = listFormats): Command =>
  withPlace(command)
    .addOption(new Option('-o, --format <format>', 'how to print').choices(formats).default('table'))
    .option('--json', 'short for --format json');

const withPaging = (command: Command): Command =>
  command
    .option('--limit <count>', 'at most this many at once', wholeNumber, 50)
    .option('--cursor <cursor>', 'go on where an earlier page ended')
    .option('--all', 'every page');

const withFilter = (command: Command): Command =>
  command
    .optionsGroup(sharedHeadings.filters)
    .addOption(severityOption('--min-severity <severity>', 'at or above'))
    .addOption(new Option('--impact <impact>', 'with this impact').choices(impacts))
    .option('--cluster <name>', 'of this cluster', once)
    .option('--account <id>', 'of this AWS account', once)
    .option('--rule <id>', 'of this rule', once)
    .option('-n, --namespace <name>', 'in this namespace', once)
    .option('--service-account <name>', 'of this service account: name or namespace/name', once)
    .option('--role <name>', 'of this role: name or ARN', once)
    .optionsGroup(ownHeading)
    .option('--changed-since <time>', 'changed at or after: ISO 8601, a date or an instant');

type Open = (options: TableOptions) => Promise<FindingQueries>;
const formatOf = ({ json, format }: Options): ListFormat => (json === true ? 'json' : format);

const filterOf = (options: FilterOptions): FindingFilter => ({
  ...given({ minSeverity: options.minSeverity, clusterName: options.cluster, accountId: options.account }),
  ...(options.rule === undefined ? {} : { ruleId: ruleIdNamed(options.rule) }),
  ...given({ namespace: options.namespace, impact: options.impact }),
  ...(options.serviceAccount === undefined ? {} : serviceAccountNamed(options.serviceAccount, options.namespace)),
  ...given({ role: options.role }),
  ...(options.changedSince === undefined ? {} : { changedSince: instantOf(options.changedSince) }),
});

/** `refund`, or `orders/refund` with its namespace. Throws `UsageError` where that is not the one asked for. */
const serviceAccountNamed = (text: string, asked: string | undefined): FindingFilter => {
  const [name = '', namespace] = text.split('/').reverse();
  if (namespace !== undefined && asked !== undefined && namespace !== asked)
    throw new UsageError(
      `--service-account: got "${text}", which is in namespace "${namespace}", and --namespace "${asked}"; give one of the two`,
    );
  return { serviceAccount: name, ...given({ namespace }) };
};

/** Throws `UsageError` for a name of the filter that nothing in the table has. */
const refuseUnknownNames = async (options: FilterOptions, queries: FindingQueries): Promise<void> => {
  const names = await queries.names();
  const { account, cluster, namespace, serviceAccount, role } = options;
  const bare = names.serviceAccounts.map(one => one.slice(one.indexOf('/') + 1));
  const asked: readonly (readonly [string, string, string | undefined, readonly string[]])[] = [
    ['--account', 'AWS account', account, names.accounts],
    ['--cluster', 'cluster', cluster, names.clusters],
    ['--namespace', 'namespace', namespace, names.namespaces],
    [
      '--service-account',
      'service account',
      serviceAccount,
      serviceAccount?.includes('/') ? names.serviceAccounts : bare,
    ],
    ['--role', 'role', role === undefined ? undefined : roleNameOf(role), names.roles],
  ];
  for (const [option, what, got, known] of asked)
    if (got !== undefined && !known.includes(got)) throw unknownName(option, what, got, known);
};

const instantOf = (text: string, option = '--changed-since'): string => {
  const time = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) throw new UsageError(`${option}: got "${text}", wanted a date such as 2026-11-01`);
  return new Date(time).toISOString();
};

/** One page, or with `--all` every page. */
const pages = async <T>(
  options: Pick<PageOptions, 'cursor' | 'all'>,
  read: (cursor: string | undefined) => Promise<Paged<T>>,
): Promise<Paged<T>> => {
  const items: T[] = [];
  let newer = 0;
  let cursor = options.cursor;
  do {
    const page = await read(cursor);
    items.push(...page.items);
    newer += page.newer ?? 0;
    cursor = page.cursor;
  } while (options.all === true && cursor !== undefined);
  return { items, ...(newer === 0 ? {} : { newer }), ...given({ cursor }) };
};

const pageOf = ({ limit }: Pick<PageOptions, 'limit'>, cursor: string | undefined) => ({ limit, ...given({ cursor }) });

const print = <T>(found: Paged<T>, rendered: string, none: string, io: Io): void => {
  io.stdout.write(rendered);
  if (found.items.length === 0 && found.newer === undefined) io.stderr.write(`${none}\n`);
  if (found.cursor !== undefined) io.stderr.write(`There is more: add --cursor ${found.cursor} or --all\n`);
  io.exit(found.newer === undefined ? 0 : 3);
};

const list = async (open: Open, options: ListOptions, io: Io): Promise<void> => {
  const filter = { ...filterOf(options), ...(options.status === 'any' ? {} : { status: options.status }) };
  const queries = await open(options);
  const found = await pages(options, cursor => queries.list(filter, pageOf(options, cursor)));
  if (found.items.length + (found.newer ?? 0) === 0 && found.cursor === undefined)
    await refuseUnknownNames(options, queries);
  const own = (await commandOptions({}, io, 'before')).options;
  const items = found.items.map(one => ({ ...one, finding: findingFor(one.finding, own) }));
  print(found, renderKnown(items, formatOf(options), styleOf(io)), 'No findings match.', io);
  if (found.items.length > 0 && formatOf(options) === 'table')
    io.stderr.write('Cause, evidence, fix and history: findings show ID\n');
};

const history = async (open: Open, id: string, options: PageOptions, io: Io): Promise<void> => {
  const queries = await open(options);
  const whole = /^[0-9a-f]{32}$/.test(id) ? id : (await knownFindingNamed(id, queries)).finding.id;
  const found = await pages(options, cursor => queries.history(whole, pageOf(options, cursor)));
  print(found, renderTransitions(found.items, formatOf(options), styleOf(io)), `No history of ${id}.`, io);
};

const runs = async (open: Open, options: PageOptions, io: Io): Promise<void> => {
  const queries = await open(options);
  const found = await pages(options, cursor => queries.runs(pageOf(options, cursor)));
  // A page tells the skipped runs from its own newest run, or from now, to the newest run of the next page.
  const next = found.cursor === undefined ? undefined : await queries.runs({ limit: 1, cursor: found.cursor });
  const newest = options.cursor === undefined ? undefined : (found.items[0]?.startedAt ?? '');
  const after = await queries.skippedRuns(next?.items[0]?.startedAt ?? '');
  const skipped = after.filter(({ startedAt }) => newest === undefined || startedAt <= newest);
  const all = [...found.items, ...skipped].sort((a, b) => compareText(b.startedAt, a.startedAt));
  print({ ...found, items: all }, renderRuns(all, formatOf(options), styleOf(io)), 'No run yet.', io);
};

const show = async (open: Open, id: string, options: Options, io: Io): Promise<void> => {
  const queries = await open(options);
  const stored = await knownFindingNamed(id, queries);
  const own = (await commandOptions({}, io, 'before')).options;
  const known = { ...stored, finding: findingFor(stored.finding, own) };
  const items = await everyItem(50, page => queries.history(known.finding.id, page));
  const style = styleOf(io);
  const rule = ruleById(known.finding.ruleId);
  if (formatOf(options) === 'json') io.stdout.write(jsonAnswer({ ...known, history: items }));
  else {
    io.stdout.write(
      `${renderFinding(known.finding, style)}\n${known.status}${known.explainedBy === undefined ? '' : ` by ${known.explainedBy}`} since ${known.changedAt}, first seen ${known.firstSeenAt}\n\n`,
    );
    io.stdout.write(renderTransitions(items, 'table', style));
    if (rule !== undefined) io.stdout.write(`\n${renderRule(rule, style)}`);
  }
  io.exit(0);
};

const watch = async (open: Open, options: WatchOptions, io: Io): Promise<void> => {
  const queries = await open(options);
  const style = styleOf(io);
  let looks = 0;
  await watchFindings(
    queries,
    {
      filter: filterOf(options),
      since: options.changedSince === undefined ? io.now() : instantOf(options.changedSince),
      interval: options.interval * 1000,
      isHeard: () => io.stdout.writable,
      ...given({ times: options.times }),
    },
    found => {
      const format = formatOf(options);
      const rendered = renderTransitions(found, format, style);
      looks += 1;
      if (format === 'json') io.stdout.write(found.map(one => `${safeJson(one)}\n`).join(''));
      else io.stdout.write(format === 'csv' && looks > 1 ? rendered.slice(rendered.indexOf('\n') + 1) : rendered);
    },
  );
  io.exit(0);
};
