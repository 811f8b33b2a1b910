import type { Facts } from '../../facts/facts.ts';
import { clustersOf } from '../../facts/subjects-of.ts';
import type { Role } from '../../model/account.ts';
import { stripScheme } from '../../model/arn.ts';
import { valueOr } from '../../model/collected.ts';
import { atLeast, type Finding, type Impact, type Severity } from '../../model/finding.ts';
import { isForAnyone } from '../../policy/decide/web-identity.ts';
import { namesInTrustPolicy, trustPolicyOf } from '../../policy/parse/trust-policy-of.ts';
import { isAboutRoles, type RoleAnswer } from '../../report/graph/role-answer.ts';
import type { RunReport } from '../../report/run-report.ts';
import { ruleById } from '../../rules/catalog.ts';
import { counted } from '../../text/counted.ts';
import { given } from '../../text/given.ts';

/** The part of a report that a person wants to see; all that are given must hold. */
export interface ReportFilter {
  readonly cluster?: readonly string[];
  readonly rule?: readonly string[];
  readonly impact?: Impact;
  readonly minSeverity?: Severity;
  /** Whole ids. */
  readonly ids?: readonly string[];
  /** Those about roles of some levels, or of a namespace: the answer stands in the report. */
  readonly roles?: RoleAnswer;
}

/** Leaves out findings and transitions that were not asked for, and says so. Gaps stay: what was not read may matter. */
export const filterReport = (report: RunReport, filter: ReportFilter, facts: readonly Facts[]): RunReport => {
  const rules = filter.rule;
  const shows = (finding: Finding): boolean =>
    (filter.minSeverity === undefined || atLeast(finding.severity, filter.minSeverity)) &&
    (rules === undefined || isOf(finding, rules)) &&
    (filter.impact === undefined || hasImpact(finding, filter.impact)) &&
    (filter.ids === undefined || filter.ids.includes(finding.id)) &&
    (filter.roles === undefined || isAboutRoles(finding, filter.roles)) &&
    (filter.cluster === undefined || filter.cluster.some(name => concerns(finding, name, facts)));
  const findings = report.findings.filter(shows);
  const left = report.findings.length - findings.length;
  const { stillOpen } = report;
  const undecided = report.undecided.filter(
    ({ ruleId }) =>
      (rules === undefined || rules.includes(ruleId)) &&
      (filter.impact === undefined || ruleById(ruleId)?.impact === filter.impact),
  );
  return {
    ...report,
    findings,
    ...(stillOpen ? { stillOpen: stillOpen.filter(shows) } : {}),
    ...(isFilter(filter) ? { leftOut: left } : {}),
    undecided,
    ...given({ roles: filter.roles }),
    transitions: report.transitions.filter(({ after }) => shows(after.finding)),
    notes:
      left === 0
        ? report.notes
        : [...report.notes, `${left} ${left === 1 ? 'finding is' : 'findings are'} left out by the filters given`],
  };
};

const isFilter = (filter: ReportFilter): boolean =>
  [filter.cluster, filter.rule, filter.impact, filter.minSeverity, filter.ids, filter.roles].some(
    each => each !== undefined,
  );

/** A finding is of a rule if it is that rule's own, or the cause of one of its failures. */
const isOf = (finding: Finding, rules: readonly string[]): boolean =>
  rules.includes(finding.ruleId) || finding.explains.some(folded => rules.includes(folded.ruleId));

/** A finding has an impact if it is its own, or that of a failure with the same cause. */
const hasImpact = (finding: Finding, impact: Impact): boolean =>
  finding.impact === impact || finding.explains.some(({ ruleId }) => ruleById(ruleId)?.impact === impact);

/** A finding concerns a cluster by name, by its issuer, or by a role that its pods may assume: whose trust policy names the
 *  issuer or everyone, or that an association of the cluster names. */
const concerns = (finding: Finding, clusterName: string, facts: readonly Facts[]): boolean => {
  if (finding.clusterName === clusterName || isAssociated(finding, clusterName, facts)) return true;
  const issuers = facts.flatMap(({ fleet }) =>
    fleet.clusters.filter(cluster => cluster.name === clusterName).flatMap(cluster => cluster.issuer ?? []),
  );
  return issuers.some(issuer => {
    const hostPath = stripScheme(issuer);
    if (finding.issuer === issuer || finding.providerArn?.endsWith(`/${hostPath}`)) return true;
    const role = facts
      .flatMap(({ snapshot }) => valueOr(snapshot.roles, []))
      .find(each => each.arn === finding.roleArn);
    return (
      role !== undefined && (isForEveryone(role) || namesInTrustPolicy(role).some(name => name.includes(hostPath)))
    );
  });
};

const isAssociated = ({ roleArn }: Finding, clusterName: string, facts: readonly Facts[]): boolean =>
  roleArn !== undefined &&
  facts.some(({ snapshot }) =>
    clustersOf(snapshot).some(
      ({ cluster, podIdentity }) =>
        cluster.name === clusterName && valueOr(podIdentity, []).some(one => one.roleArn === roleArn),
    ),
  );

/** A statement about everyone may be one about the pods of any cluster. */
const isForEveryone = (role: Role): boolean => {
  const parsed = trustPolicyOf(role);
  return parsed.ok && parsed.policy.statements.some(isForAnyone);
};

/** The report with the reason of its exit code, where one reason masks another: incomplete masks findings. */
export const withExitNote = (report: RunReport, failOn: Severity): RunReport => {
  const count = failing(report, failOn).length;
  if (report.gaps.length === 0 || count === 0) return report;
  const gaps = counted(report.gaps.length, 'thing');
  const note = `exit code 3, for ${gaps} that could not be read; ${counted(count, 'finding')} at or above ${failOn} alone would be exit code 1`;
  return { ...report, notes: [...report.notes, note] };
};

const failing = (report: RunReport, failOn: Severity): readonly Finding[] =>
  [...report.findings, ...(report.stillOpen ?? [])].filter(
    finding => finding.waiver === undefined && atLeast(finding.severity, failOn),
  );

/** The exit code of a report: 3 if anything that was asked for was not read, else 1 if a finding that is not waived is at
 *  or above the floor, confirmed or still open since the baseline, else 0. */
export const reportExitCode = (report: RunReport, failOn: Severity): 0 | 1 | 3 => {
  if (report.gaps.length > 0) return 3;
  return failing(report, failOn).length > 0 ? 1 : 0;
};
