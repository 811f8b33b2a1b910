import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { kubernetesApi } from '../../collect/kubernetes/kubernetes-api.ts';
import { formatByName } from '../../report/formats.ts';
import type { RunReport } from '../../report/run-report.ts';
import { headlineSentence } from '../../report/summary.ts';
import { visible } from '../../text.ts';
import { applyEvents, applyPolicyReport, pushMetrics, type Undelivered } from '../cluster-job/deliver.ts';
import { kubeconfigContexts } from '../kubeconfig/kubeconfig-files.ts';
import { drawnReport } from '../report/drawn-report.ts';
import { refuseUnknownClusters } from '../report/refuse-unknown.ts';
import { filterReport } from '../report/report-filter.ts';
import { auditSession, type SessionOptions } from '../scan/audit-session.ts';
import { named } from '../scan/cluster-access.ts';
import { writeOutput } from '../shell/files.ts';
import type { Io } from '../shell/io.ts';
import { styleOf } from '../shell/style.ts';
import { withSessionOptions } from './scan.ts';

interface Options extends SessionOptions {
  readonly cluster: string;
  readonly directory?: string;
  readonly pushgateway?: URL;
  readonly policyReport?: boolean;
  readonly events?: boolean;
}

const help = `
Audits, keeps what concerns --cluster, and delivers it where the options say.
The Helm chart (charts/irsa-auditor) runs it as a CronJob inside that cluster.

Exit codes: 0 delivered, with or without findings: these are in what was
delivered; 1 something was not delivered; 2 usage or configuration; 3 delivered,
but something could not be read.`;

/** `irsa-auditor cluster-job`: one audit of a cluster from within, and its delivery. The only writes are those asked for. */
export const clusterJob = (io: Io): Command =>
  withSessionOptions(new Command('cluster-job'))
    .requiredOption('--cluster <name>', 'the cluster that this runs for')
    .option('--directory <folder>', 'write report.html, report.json and metrics.prom there')
    .option('--pushgateway <url>', 'push the metrics to this Pushgateway of Prometheus', webAddress)
    .option('--policy-report', 'apply a ClusterPolicyReport (wgpolicyk8s.io/v1alpha2)')
    .option('--events', 'apply an event for each finding about a service account')
    .addHelpText('after', help)
    .action((options: Options) => run(options, io));

const webAddress = (text: string): URL => {
  if (!URL.canParse(text) || !['http:', 'https:'].includes(new URL(text).protocol))
    throw new InvalidArgumentError('wanted an address such as http://pushgateway.monitoring:9091');
  return new URL(text);
};

const run = async (options: Options, io: Io): Promise<void> => {
  const { cluster } = options;
  const audited = await auditSession(options, io);
  refuseUnknownClusters([cluster], audited);
  const report = filterReport(audited.report, { cluster: [cluster] }, audited.facts);
  if (options.directory !== undefined) {
    const drawn = drawnReport(report, audited);
    for (const [file, format] of files) await writeFormat(join(options.directory, file), format, drawn, io);
  }
  const refused = [
    ...(options.pushgateway === undefined ? [] : await pushMetrics(options.pushgateway, report, cluster)),
    ...(options.policyReport || options.events ? await inCluster(options, report, io) : []),
  ];
  io.stdout.write(`${cluster}: ${headlineSentence(report)}\n`);
  for (const sentence of refused) io.stderr.write(`irsa-auditor: ${visible(sentence)}\n`);
  io.exit(refused.length > 0 ? 1 : report.gaps.length > 0 ? 3 : 0);
};

const files = [
  ['report.html', 'html'],
  ['report.json', 'json'],
  ['metrics.prom', 'prometheus'],
] as const;

const writeFormat = async (name: string, format: string, report: RunReport, io: Io): Promise<void> =>
  writeOutput(name, '--directory', formatByName(format)?.render(report, styleOf(io, false, {})) ?? '', io);

/** Writes through the first context that was given, else the kubeconfig's current one: the cluster that this runs in. */
const inCluster = async (options: Options, report: RunReport, io: Io): Promise<Undelivered> => {
  const [context] = await kubeconfigContexts(options, io);
  if (context === undefined) return ['the kubeconfig names no context to write through'];
  const api = kubernetesApi((await named(context, io)).endpoint);
  try {
    return [
      ...(options.policyReport ? await applyPolicyReport(api, report) : []),
      ...(options.events ? await applyEvents(api, report, options.cluster) : []),
    ];
  } finally {
    api.close();
  }
};
