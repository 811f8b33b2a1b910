import { resolve } from 'node:path';
import { Command } from 'commander';
import { trendOfRuns } from '../../audit/trend-of-runs.ts';
import type { Format } from '../../core/report/formats.ts';
import { openFindings } from '../finding-queries.ts';
import { formatOption } from '../format-option.ts';
import type { Io } from '../io.ts';
import { type ReportSource, reportFrom } from '../report-source.ts';
import { type FormOptions, styleOf, withFormOptions } from '../style-of.ts';
import { writeText } from '../write-text.ts';
import { withSessionOptions } from './scan.ts';

interface Options extends ReportSource, FormOptions {
  readonly format: Format;
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
  withFormOptions(withSessionOptions(new Command('report')))
    .option('--input <file>', 'JSON report of a run, or its directory; without it an audit is made now')
    .option('--output <file>', 'write there instead of stdout')
    .option('--table <name>', 'with the trend over the runs that this table of a deployed auditor has')
    .addOption(formatOption('html'))
    .addHelpText('after', examples)
    .action((options: Options) => writeReport(options, io));

const writeReport = async ({ format, output, table, details, wide, ...source }: Options, io: Io): Promise<void> => {
  const read = await reportFrom(source, io);
  const report =
    table === undefined
      ? read
      : { ...read, trend: await trendOfRuns(await openFindings({ ...source, table }), read.startedAt) };
  const rendered = format.render(report, styleOf(io, output === undefined, { details, wide }));
  if (output === undefined) io.stdout.write(rendered);
  else {
    await writeText(resolve(io.cwd, output), '--output', rendered);
    io.stderr.write(`${output}: ${report.findings.length} findings, ${report.gaps.length} gaps\n`);
  }
  io.exit(source.input === undefined && report.gaps.length > 0 ? 3 : 0);
};
