import { Command, InvalidArgumentError } from 'commander';
import { trendOfRuns } from '../../audit/trend-of-runs.ts';
import type { Format } from '../../report/formats.ts';
import { renderHtml } from '../../report/html/html.ts';
import type { RunReport } from '../../report/run-report.ts';
import { given } from '../../text.ts';
import { clientOptionsOf, openFindings, outputOf } from '../findings/finding-queries.ts';
import { type QuestionOptions, withQuestionOptions } from '../report/asked-report.ts';
import { writeReportFile } from '../report/report-filter.ts';
import { type ReportSource, reportFrom } from '../report/report-source.ts';
import { deployedRuns, type RunsLook, serveReport } from '../serve/follow-runs.ts';
import { intervalMs } from '../serve/interval.ts';
import { type Io, UsageError } from '../shell/io.ts';
import { formatOption, withOutputFile } from '../shell/options.ts';
import { type FormOptions, styleOf, withFormOptions } from '../shell/style.ts';
import { withSessionOptions } from './scan.ts';

interface Options extends ReportSource, QuestionOptions, FormOptions {
  readonly format: Format;
  readonly outputFile?: string;
  readonly table?: string;
  readonly stack?: string;
  readonly bucket?: string;
  readonly serve?: boolean;
  readonly port?: number;
  readonly interval?: number;
}

const examples = `
Examples:
  $ irsa-auditor report              audit now, write irsa-report.html
  $ irsa-auditor report --input run.json --output-file today.html
  $ irsa-auditor report --input run.json --format markdown
  $ irsa-auditor report --serve                       audit each hour, live page
  $ irsa-auditor report --serve --stack irsa-auditor  the deployed auditor’s

--serve listens on 127.0.0.1 alone and prints an address with a token in it. The
page changes by itself when a run has ended. Nothing can be changed through it.`;

/** `irsa-auditor report`: the HTML page (or another format) of a run that is stored, or of one made now. */
export const reportCommand = (io: Io): Command =>
  withOutputFile(
    withFormOptions(withQuestionOptions(withSessionOptions(new Command('report')))),
    `write there; - for stdout (default: ${pageFile} for a page, stdout for other formats)`,
  )
    .option('--input <file>', 'JSON report of a run, or its directory; without it an audit is made now')
    .option(
      '--table <name>',
      'with the trend over the runs of this table of a deployed auditor; with --serve: its runs',
    )
    .addOption(formatOption('html'))
    .option('--serve', 'serve the page on this machine, and show the next run when it ends')
    .option('--stack <name>', 'with --serve: the runs of this deployed auditor')
    .option(
      '--bucket <name>',
      'with --serve: the bucket with the pages of the deployed auditor (default: of the stack)',
    )
    .option('--port <number>', 'with --serve: listen there (default: a free port)', portNumber)
    .option(
      '--interval <seconds>',
      'with --serve: between two audits (3600, at least 60), or two looks at the table (30)',
      seconds,
    )
    .addHelpText('after', examples)
    .action((options: Options, command: Command) =>
      options.serve
        ? serve(options, name => command.getOptionValueSource(name) === 'cli', io)
        : writeReport(options, io),
    );

const wholeNumber = (most: number) => (value: string) => {
  if (!/^[1-9]\d{0,5}$/.test(value) || Number(value) > most)
    throw new InvalidArgumentError(`wanted a whole number from 1 to ${most}`);
  return Number(value);
};
const portNumber = wholeNumber(65_535);
const seconds = wholeNumber(604_800);

const reportOf = async ({ table, ...source }: Options, io: Io): Promise<RunReport> => {
  const report = await reportFrom(source, io, source);
  if (table === undefined) return report;
  return { ...report, trend: await trendOfRuns(await openFindings({ ...source, table }), report.startedAt) };
};

/** The page is opened in a browser: a file serves, a terminal full of HTML does not. */
const pageFile = 'irsa-report.html';

const writeReport = async (options: Options, io: Io): Promise<void> => {
  const { format, details, wide, group } = options;
  const named = options.outputFile ?? (format.name === 'html' ? pageFile : '-');
  const output = named === '-' ? undefined : named;
  for (const name of ['stack', 'bucket', 'port', 'interval'] as const)
    if (options[name] !== undefined) throw new UsageError(`--${name}: needs --serve`);
  const report = await reportOf(options, io);
  const rendered = format.render(report, styleOf(io, output === undefined, { details, wide, group }));
  if (output === undefined) io.stdout.write(rendered);
  else await writeReportFile(output, rendered, report, io);
  io.exit(options.input === undefined && report.gaps.length > 0 ? 3 : 0);
};

/** The deployed auditor's runs where its stack, table or bucket is named; otherwise audits made here. */
const serve = async (options: Options, isGiven: (name: keyof Options) => boolean, io: Io): Promise<void> => {
  for (const [name, value] of [
    ['--input', options.input],
    ['--output-file', options.outputFile],
  ])
    if (value !== undefined) throw new UsageError(`${name}: not with --serve, which shows runs as they end`);
  for (const name of ['format', 'details', 'wide', 'group'] as const)
    if (isGiven(name)) throw new UsageError(`--${name}: not with --serve, which shows the HTML page`);
  const isDeployed = [options.stack, options.table, options.bucket].some(name => name !== undefined);
  const { port } = options;
  const interval = intervalMs(options.interval, isDeployed);
  const look = isDeployed ? await looksAtDeployed(options, io) : () => auditOnce(options, io);
  await serveReport({ look, interval }, port === undefined ? {} : { port }, io);
};

const auditOnce = async (options: Options, io: Io): Promise<RunsLook> => {
  const report = await reportOf(options, io);
  return { page: { run: report.runId, html: renderHtml(report) }, endedAt: report.endedAt };
};

const looksAtDeployed = async (options: Options, io: Io): Promise<() => Promise<RunsLook>> => {
  const { s3Client } = await import('../../store/clients.ts');
  const endpoint = io.env.AWS_ENDPOINT_URL_S3 ?? io.env.AWS_ENDPOINT_URL;
  return deployedRuns({
    queries: await openFindings(options),
    s3: s3Client({ ...clientOptionsOf(options), ...given({ endpoint }) }),
    bucket: options.bucket ?? (await outputOf(options, 'BucketName', '--bucket')),
    now: io.now,
  });
};
