import { type Finding, nameOfUnread, type Severity } from '../../model.ts';
import { fixInWords } from '../../plan/chosen-fix.ts';
import { cut, safeJson, visible } from '../../text.ts';
import type { RunReport } from '../run-report.ts';
import { gapPlace, gapReason, uncheckedRules, undecidedChecks } from '../summary.ts';

/** Most results in one object: etcd takes 1.5 MiB of it. */
const maxResults = 300;
const maxText = 500;

/** v1alpha2 knows these three everywhere; some of its versions know `critical` and `info` too. The real one is a property. */
const policySeverity: Readonly<Record<Severity, 'high' | 'medium' | 'low'>> = {
  critical: 'high',
  high: 'high',
  medium: 'medium',
  low: 'low',
  info: 'low',
};

/** One `result` of a PolicyReport. */
interface Result {
  readonly rule: string;
  readonly result: 'fail' | 'warn' | 'error' | 'skip';
  readonly message: string;
  readonly category?: string;
  readonly severity?: 'high' | 'medium' | 'low';
  readonly resources?: readonly object[];
  readonly properties?: Readonly<Record<string, string>>;
}

/**
 * The report as one ClusterPolicyReport of wgpolicyk8s.io/v1alpha2, which the policy reporters of Kubernetes read. One object
 * for all namespaces, set as a whole by each run: a healed namespace keeps no old report, and one name is all that may be
 * written. A finding is `fail`, an informational one `warn`, a waived one `skip`; what was not read or not decided is
 * `error`. Passed checks are not counted: `pass` is 0. Apply it on the server (`kubectl apply
 * --server-side`): it is too large for the annotation of a client's apply.
 */
export const renderPolicyReport = (report: RunReport): string => `${safeJson(policyReportOf(report), 2)}\n`;

/** The object itself. */
export const policyReportOf = (report: RunReport) => {
  const all = [
    ...report.findings.map(findingResult),
    ...(report.stillOpen ?? []).map(stillOpenResult),
    ...gapResults(report),
    ...undecidedResults(report),
  ];
  const counts = Object.groupBy(all, ({ result }) => result);
  const shown =
    all.length <= maxResults ? all : [leftOut(all.length - maxResults + 1), ...all.slice(0, maxResults - 1)];
  return {
    apiVersion: 'wgpolicyk8s.io/v1alpha2',
    kind: 'ClusterPolicyReport',
    metadata: { name: 'irsa-auditor', labels: { 'app.kubernetes.io/managed-by': 'irsa-auditor' } },
    summary: {
      pass: 0,
      fail: counts.fail?.length ?? 0,
      warn: counts.warn?.length ?? 0,
      error: counts.error?.length ?? 0,
      skip: counts.skip?.length ?? 0,
    },
    results: shown.map(each => ({
      source: 'irsa-auditor',
      policy: 'irsa-auditor',
      timestamp: { seconds: Math.floor(Date.parse(report.endedAt) / 1000), nanos: 0 },
      ...each,
    })),
  };
};

const findingResult = (finding: Finding): Result => ({
  rule: finding.ruleId,
  result: finding.waiver !== undefined ? 'skip' : finding.severity === 'info' ? 'warn' : 'fail',
  message: text(finding.message),
  category: finding.impact,
  severity: policySeverity[finding.severity],
  ...resourcesOf(finding),
  properties: {
    id: finding.id,
    severity: finding.severity,
    subject: text(finding.subject),
    account: finding.accountId,
    fix: text(fixInWords(finding.fix)),
    ...(finding.clusterName === undefined ? {} : { cluster: text(finding.clusterName) }),
    ...(finding.waiver === undefined ? {} : { waiver: text(finding.waiver.reason) }),
  },
});

const stillOpenResult = (finding: Finding): Result => ({
  ...findingResult(finding),
  result: 'error',
  message: text(`found before, and not confirmed: ${finding.message}`),
});

/** The service account that a finding is about; of AWS's resources Kubernetes has no reference. */
const resourcesOf = ({ namespace, serviceAccount }: Finding): Pick<Result, 'resources'> =>
  namespace === undefined || serviceAccount === undefined
    ? {}
    : {
        resources: [
          { apiVersion: 'v1', kind: 'ServiceAccount', namespace: text(namespace), name: text(serviceAccount) },
        ],
      };

const gapResults = (report: RunReport): readonly Result[] =>
  report.gaps.map(gap => ({
    rule: 'coverage',
    result: 'error',
    message: text(`${nameOfUnread(gap)} not read: ${gapPlace(gap)}: ${gapReason(gap)}`),
  }));

const undecidedResults = (report: RunReport): readonly Result[] => [
  ...undecidedChecks(report).map(
    ({ ruleId, subject, missing }): Result => ({
      rule: ruleId,
      result: 'error',
      message: text(`not decided: ${missing}`),
      properties: { subject: text(subject) },
    }),
  ),
  ...uncheckedRules(report).map((rule): Result => ({ rule, result: 'skip', message: 'its facts were not asked for' })),
];

const leftOut = (count: number): Result => ({
  rule: 'coverage',
  result: 'error',
  message: `${count} more results have no room in this object: read the report itself`,
});

const text = (value: string): string => cut(visible(value), maxText);
