import { Command, Option } from 'commander';
import { focusGraph } from '../../report/graph/graph-focus.ts';
import { renderDot, renderGraphJson, renderMermaid } from '../../report/graph/graph-formats.ts';
import { unreadSentences } from '../../report/overview/coverage.ts';
import { focusOf, type NamedThings, refuseUnknownThings } from '../report/graph-names.ts';
import { type ReportSource, reportFrom } from '../report/report-source.ts';
import { writeOutput } from '../shell/files.ts';
import { type Io, UsageError } from '../shell/io.ts';
import { once, withOutputFile } from '../shell/options.ts';
import { withSessionOptions } from './scan.ts';

interface Options extends ReportSource, NamedThings {
  readonly problemsOnly?: boolean;
  readonly format: 'mermaid' | 'dot' | 'json';
  readonly outputFile?: string;
}

const renderers = { mermaid: renderMermaid, dot: renderDot, json: renderGraphJson } as const;

const examples = `
Examples:
  $ irsa-auditor graph --problems-only > graph.mmd
  $ irsa-auditor graph --input run.json --format dot | dot -Tsvg > graph.svg
  $ irsa-auditor graph --input run.json --role checkout-cart --format json`;

/** `irsa-auditor graph`: who may assume which role, as Mermaid, Graphviz or JSON. */
export const graphCommand = (io: Io): Command =>
  withOutputFile(withSessionOptions(new Command('graph')), 'write there instead of stdout')
    .option('--input <file>', 'JSON report of a run with its graph; without it an audit is made now')
    .addOption(
      new Option('-o, --format <format>', 'how to write it').choices(Object.keys(renderers)).default('mermaid'),
    )
    .option('--cluster <name>', 'only what leads through this cluster', once)
    .option('-n, --namespace <name>', 'only what leads through this namespace', once)
    .option('--service-account <name>', 'only what leads through this service account: name or namespace/name', once)
    .option('--role <name>', 'only what leads through this role (name or ARN)', once)
    .option('--problems-only', 'only what has a finding, is broken or too open')
    .addHelpText('after', examples)
    .action((options: Options) => writeGraph(options, io));

const writeGraph = async (options: Options, io: Io): Promise<void> => {
  const { graph, gaps } = await reportFrom(options, io);
  if (graph === undefined)
    throw new UsageError(`--input: ${options.input} holds no graph: write it with irsa-auditor report --format json`);
  if (gaps.length === 0 || options.input !== undefined) refuseUnknownThings(graph, options);
  const part = focusGraph(graph, { ...focusOf(options), problemsOnly: options.problemsOnly });
  if (part.nodes.length === 0 && graph.nodes.length > 0) io.stderr.write('Nothing in the graph matches.\n');
  const rendered = renderers[options.format](part);
  if (options.outputFile === undefined) io.stdout.write(rendered);
  else await writeOutput(options.outputFile, '--output-file', rendered, io);
  const unread = options.input === undefined ? unreadSentences(gaps) : [];
  for (const text of unread) io.stderr.write(`not read: ${text}\n`);
  io.exit(unread.length > 0 ? 3 : 0);
};
