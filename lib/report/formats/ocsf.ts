import { type Finding, nameOfUnread, parseArn, type Severity } from '../../model.ts';
import { fixInWords } from '../../plan/chosen-fix.ts';
import { ruleById } from '../../rules/catalog.ts';
import { cut, given, safeJson, visible, visibleLines } from '../../text.ts';
import type { RunReport } from '../run-report.ts';
import { gapPlace, gapReason, undecidedChecks } from '../summary.ts';

/** The version of the Open Cybersecurity Schema Framework that the events keep to. */
const ocsfVersion = '1.3.0';
/** A `string_t` of the schema holds 65,535 characters. */
const maxText = 65_000;

const complianceFinding = {
  category_uid: 2,
  category_name: 'Findings',
  class_uid: 2003,
  class_name: 'Compliance Finding',
};
const severityIds: Readonly<Record<Severity, number>> = { info: 1, low: 2, medium: 3, high: 4, critical: 5 };
const severityNames: Readonly<Record<Severity, string>> = {
  info: 'Informational',
  low: 'Low',
  medium: 'Medium',
  high: 'High',
  critical: 'Critical',
};
const standard = 'AWS re:Post: How do I troubleshoot IRSA errors in Amazon EKS?';

/** The report as an array of OCSF Compliance Finding events (class 2003). Unread and undecided parts are events with
 *  compliance status Warning, which the schema defines as "no result due to missing information". */
export const renderOcsf = (report: RunReport): string =>
  `${safeJson([...report.findings.map(finding => failed(finding, report)), ...missing(report)], 2)}\n`;

const failed = (finding: Finding, report: RunReport) => ({
  ...envelope(report, finding.severity, finding.accountId, finding.region),
  message: shown(finding.message),
  status_id: finding.waiver === undefined ? 1 : 3,
  status: finding.waiver === undefined ? 'New' : 'Suppressed',
  ...(finding.waiver === undefined
    ? {}
    : { comment: shown(`${finding.waiver.reason} (${finding.waiver.owner}, until ${finding.waiver.expires})`) }),
  finding_info: {
    uid: finding.id,
    title: ruleById(finding.ruleId)?.fault ?? finding.ruleId,
    desc: shown(finding.message),
    types: [finding.impact],
    analytic: analyticOf(finding.ruleId),
  },
  compliance: { control: finding.ruleId, standards: [standard], status_id: 3, status: 'Fail' },
  remediation: { desc: bounded([fixInWords(finding.fix), ...finding.fix.commands].map(visibleLines).join('\n')) },
  resources: [resource(finding.subject, finding.accountId, finding.region)],
});

const missing = (report: RunReport) => {
  const gaps = report.gaps.map(gap => ({
    uid: `gap ${gap.accountId} ${gap.region ?? ''} ${gap.clusterName ?? ''} ${nameOfUnread(gap)}`,
    control: 'coverage',
    accountId: gap.accountId,
    region: gap.region,
    subject: nameOfUnread(gap),
    text: `${gapPlace(gap)}: ${gapReason(gap)}`,
  }));
  const undecided = undecidedChecks(report).map(({ ruleId, subject, missing: text }) => ({
    uid: `undecided ${ruleId} ${subject}`,
    control: ruleId,
    accountId: parseArn(subject)?.accountId ?? '',
    region: undefined,
    subject,
    text,
  }));
  return [...gaps, ...undecided].map(one => ({
    ...envelope(report, 'info', one.accountId, one.region),
    message: shown(one.text),
    status_id: 1,
    status: 'New',
    finding_info: {
      uid: shown(one.uid),
      title: 'Not decided: a fact is missing',
      desc: shown(one.text),
      ...(ruleById(one.control) === undefined ? {} : { analytic: analyticOf(one.control) }),
    },
    compliance: {
      control: one.control,
      standards: [standard],
      status_id: 2,
      status: 'Warning',
      status_detail: shown(one.text),
    },
    resources: [resource(one.subject, one.accountId, one.region)],
  }));
};

const envelope = (report: RunReport, severity: Severity, accountId: string, region: string | undefined) => ({
  ...complianceFinding,
  activity_id: 1,
  activity_name: 'Create',
  type_uid: 200301,
  type_name: 'Compliance Finding: Create',
  time: Date.parse(report.endedAt),
  severity_id: severityIds[severity],
  severity: severityNames[severity],
  metadata: {
    version: ocsfVersion,
    product: { name: 'irsa-auditor', vendor_name: 'irsa-auditor', version: report.toolVersion },
    profiles: ['cloud'],
    correlation_uid: shown(report.runId),
  },
  cloud: {
    provider: 'AWS',
    ...(accountId === '' ? {} : { account: { uid: accountId, type_id: 10, type: 'AWS Account' } }),
    ...given({ region }),
  },
});

const resource = (subject: string, accountId: string, region: string | undefined) => {
  const arn = parseArn(subject);
  return {
    uid: shown(subject),
    name: shown(subject.slice(subject.lastIndexOf('/') + 1)),
    type: arn === undefined ? 'OIDC issuer' : `${arn.service} ${arn.resource.split('/')[0]}`,
    ...given({ cloud_partition: arn?.partition, region }),
    ...(accountId === '' ? {} : { owner: { account: { uid: accountId, type_id: 10, type: 'AWS Account' } } }),
  };
};

const analyticOf = (ruleId: string) => ({ uid: ruleId, name: ruleId, type_id: 1, type: 'Rule' });

const bounded = (text: string): string => (text.length <= maxText ? text : cut(text, maxText / 2));
const shown = (text: string): string => bounded(visible(text));
