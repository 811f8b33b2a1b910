import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { trendOfRuns } from '../../audit/trend-of-runs.ts';
import { formatByName, formats } from '../../core/report/formats.ts';
import { openFindings } from '../finding-queries.ts';
import { type Io, UsageError } from '../io.ts';
import { type ReportSource, reportFrom } from '../report-source.ts';
import { styleOf } from '../style-of.ts';
import { withSessionOptions } from './scan.ts';

interface Options extends ReportSource {
  readonly format: string;
  readonly output?: string;
  readonly table?: string;
}

const examples = `
Examples:
  $ irsa-auditor report --output report.html                 audit now, one page to look at
  $ irsa-auditor report --input run.json --output report.html
  $ irsa-auditor report --input run.json --format markdown`;

/** `irsa-auditor report`: the HTML page (or another format) of a run that is stored, or of one made now. */
export const reportCommand = (io: Io): Command =>
  withSessionOptions(new Command('report').description('write the report of a run: one self-contained page'))
    .option('--input <file>', 'JSON report of a run, or its directory; without it an audit is made now')
    .option('--output <file>', 'write there instead of stdout')
    .option('--table <name>', 'with the trend over the runs that this table of a deployed auditor has')
    .addOption(
      new Option('--format <format>', 'how to write it').choices(formats.map(format => format.name)).default('html'),
    )
    .addHelpText('after', examples)
    .action((options: Options) => writeReport(options, io));

const writeReport = async ({ format: name, output, table, ...source }: Options, io: Io): Promise<void> => {
  const format = formatByName(name);
  if (format === undefined) throw new UsageError(`--format: got "${name}"`);
  const read = await reportFrom(source, io);
  const report =
    table === undefined
      ? read
      : { ...read, trend: await trendOfRuns(await openFindings({ ...source, table }), read.startedAt) };
  const rendered = format.render(report, styleOf(io, output === undefined));
  if (output === undefined) io.stdout.write(rendered);
  else {
    await writeFile(resolve(io.cwd, output), rendered);
    io.stderr.write(`${output}: ${report.findings.length} findings, ${report.gaps.length} gaps\n`);
  }
  io.exit(source.input === undefined && report.gaps.length > 0 ? 3 : 0);
};
