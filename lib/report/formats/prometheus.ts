import { type Finding, severities } from '../../model.ts';
import { compareText, visible } from '../../text.ts';
import type { RunReport } from '../run-report.ts';
import { activeFindings, countBySeverity, undecidedChecks, waivedFindings } from '../summary.ts';

type Labels = Readonly<Record<string, string>>;

interface Sample {
  readonly labels?: Labels;
  readonly value: number;
}

/**
 * The report in the text format of Prometheus 0.0.4, for a Pushgateway or the textfile collector of node_exporter. All are
 * gauges of one run, without timestamps: a Pushgateway refuses them. Counts by severity are there with zero too, so that an
 * alert has a series to compare. An alert on `irsa_auditor_findings` alone is no all-clear: `irsa_auditor_not_read`,
 * `irsa_auditor_undecided` and the age of `irsa_auditor_run_timestamp_seconds` say what was not seen.
 */
export const renderPrometheus = (report: RunReport): string =>
  [
    metric('info', 'The version that made this run.', [{ labels: { version: report.toolVersion }, value: 1 }]),
    metric('run_timestamp_seconds', 'When the run ended.', [{ value: Date.parse(report.endedAt) / 1000 }]),
    metric('findings', 'Findings that no waiver covers, by severity.', bySeverity(activeFindings(report))),
    metric('findings_waived', 'Findings that a waiver covers.', [{ value: waivedFindings(report).length }]),
    metric('findings_still_open', 'Findings of the baseline that could not be confirmed.', [
      { value: report.stillOpen?.length ?? 0 },
    ]),
    metric('findings_left_out', 'Findings that filters left out.', [{ value: report.leftOut ?? 0 }]),
    metric('rule_findings', 'Findings that no waiver covers, by rule and place.', byRule(activeFindings(report))),
    metric('not_read', 'Parts that were asked for and could not be read.', [{ value: report.gaps.length }]),
    metric('undecided', 'Checks that could not be decided.', [{ value: undecidedChecks(report).length }]),
    metric('subjects', 'Subjects of the audit, by kind.', [
      { labels: { kind: 'account' }, value: report.accounts.length },
      { labels: { kind: 'cluster' }, value: report.counts.clusters },
      { labels: { kind: 'provider' }, value: report.counts.providers },
      { labels: { kind: 'role' }, value: report.counts.roles },
      { labels: { kind: 'service_account' }, value: report.counts.serviceAccounts },
      { labels: { kind: 'pod' }, value: report.counts.pods },
    ]),
  ].join('');

const bySeverity = (findings: readonly Finding[]): readonly Sample[] => {
  const counts = countBySeverity(findings);
  return severities.map(severity => ({ labels: { severity }, value: counts[severity] }));
};

/** One series a rule, severity, account, region and cluster: as many as a dashboard needs, and no subject. */
const byRule = (findings: readonly Finding[]): readonly Sample[] => {
  const groups = Map.groupBy(findings, finding => labelsInText(ruleLabels(finding)));
  return [...groups]
    .sort(([a], [b]) => compareText(a, b))
    .flatMap(([, [first, ...others]]) =>
      first === undefined ? [] : [{ labels: ruleLabels(first), value: 1 + others.length }],
    );
};

const ruleLabels = ({ ruleId, severity, impact, accountId, region, clusterName }: Finding): Labels => ({
  rule: ruleId,
  severity,
  impact,
  account: accountId,
  region: region ?? '',
  cluster: clusterName ?? '',
});

const metric = (name: string, help: string, samples: readonly Sample[]): string =>
  [
    `# HELP irsa_auditor_${name} ${help}`,
    `# TYPE irsa_auditor_${name} gauge`,
    ...samples.map(({ labels = {}, value }) => `irsa_auditor_${name}${labelsInText(labels)} ${value}`),
    '',
  ].join('\n');

const labelsInText = (labels: Labels): string => {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
};

/** A label's value: backslash, quotation mark and line end are escaped; `visible` has made the line ends text already. */
const escaped = (text: string): string => visible(text).replaceAll('\\', '\\\\').replaceAll('"', '\\"');
