import { Command, Option } from 'commander';
import type { FindingQueries } from '../../audit/ports.ts';
import { trendOfRuns } from '../../audit/trend-of-runs.ts';
import { severities } from '../../model.ts';
import { toCsv } from '../../report/formats/csv.ts';
import { renderTrend } from '../../report/overview/trend-text.ts';
import type { TrendPoint } from '../../report/run-report.ts';
import type { TextStyle } from '../../report/text-layout.ts';
import { safeJson } from '../../text.ts';
import type { Io } from '../shell/io.ts';
import { styleOf } from '../shell/style.ts';
import type { TableOptions } from './finding-queries.ts';
import { type ListFormat, listFormats } from './finding-table.ts';

interface TrendOptions extends TableOptions {
  readonly format: ListFormat;
  readonly json?: boolean;
  readonly limit: number;
}

/** `findings trend`: what was open, run by run, by severity and by cluster. `withPlace` adds the options that name the
 *  table, `wholeNumber` reads a number. */
export const trendCommand = (
  open: (options: TableOptions) => Promise<FindingQueries>,
  withPlace: (command: Command) => Command,
  wholeNumber: (text: string) => number,
  io: Io,
): Command =>
  withPlace(new Command('trend').description('open findings run by run, by severity and by cluster'))
    .addOption(new Option('-o, --format <format>', 'how to print').choices(listFormats).default('table'))
    .option('--json', 'short for --format json')
    .option('--limit <count>', 'the last runs, at most 60', wholeNumber, 20)
    .action((options: TrendOptions) => trend(open, options, io));

const trend = async (
  open: (options: TableOptions) => Promise<FindingQueries>,
  options: TrendOptions,
  io: Io,
): Promise<void> => {
  const queries = await open(options);
  const points = (await trendOfRuns(queries, io.now())).slice(-options.limit);
  io.stdout.write(rendered(points, options.json === true ? 'json' : options.format, styleOf(io)));
  if (points.length === 0) io.stderr.write('No run yet.\n');
  io.exit(0);
};

const rendered = (points: readonly TrendPoint[], format: ListFormat, style: TextStyle): string => {
  if (format === 'json') return `${safeJson(points, 2)}\n`;
  return format === 'csv' ? toCsv(columns, points.flatMap(rowsOf)) : renderTrend(points, style);
};

const columns = ['at', 'clusterArn', ...severities, 'notRead'];

/** A row for all of a run, whose `clusterArn` is `*`, and one for each cluster; empty: what is about no cluster. */
const rowsOf = ({ at, openBySeverity, openByCluster = [], gaps }: TrendPoint) => [
  { at, clusterArn: '*', ...texts(openBySeverity), notRead: String(gaps) },
  ...openByCluster.map(({ clusterArn = '', open }) => ({ at, clusterArn, ...texts(open) })),
];

const texts = (counts: TrendPoint['openBySeverity']): Readonly<Record<string, string>> =>
  Object.fromEntries(severities.map(severity => [severity, String(counts[severity])]));
