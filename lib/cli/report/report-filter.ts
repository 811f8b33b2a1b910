import type { Facts } from '../../facts.ts';
import { atLeast, type Finding, type Impact, roleNameOf, type Severity } from '../../model.ts';
import { isCauseFor } from '../../report/graph/graph-focus.ts';
import { isAboutRoles, type RoleAnswer } from '../../report/graph/role-answer.ts';
import type { RunReport } from '../../report/run-report.ts';
import { ruleById } from '../../rules/catalog.ts';
import { counted, given, visible } from '../../text.ts';
import { writeOutput } from '../shell/files.ts';
import type { Io } from '../shell/io.ts';
import { type FailOn, failsAt } from '../shell/options.ts';
import type { AskedPlaces } from './asked-roles.ts';
import { concernsCluster } from './concerns-cluster.ts';
import { inQuestion, questionPlaceOf } from './in-question.ts';

/** The part of a report that a person wants to see; all that are given must hold. */
export interface ReportFilter extends AskedPlaces {
  readonly rule?: readonly string[];
  readonly impact?: Impact;
  readonly minSeverity?: Severity;
  /** Whole ids. */
  readonly ids?: readonly string[];
  /** Those about roles of some levels, or of a namespace: the answer stands in the report. */
  readonly roles?: RoleAnswer;
}

/** Whether a finding was asked for. A namespace is answered by its roles where these are known. */
export const isAskedFinding =
  (filter: ReportFilter, facts: readonly Facts[]) =>
  (finding: Finding): boolean =>
    (filter.minSeverity === undefined || atLeast(finding.severity, filter.minSeverity)) &&
    (filter.rule === undefined || isOf(finding, filter.rule)) &&
    (filter.impact === undefined || hasImpact(finding, filter.impact)) &&
    (filter.ids === undefined || filter.ids.includes(finding.id)) &&
    (filter.roles === undefined || isAboutRoles(finding, filter.roles)) &&
    (filter.namespace === undefined || filter.roles !== undefined || isOfNamespace(finding, filter.namespace)) &&
    (filter.account === undefined || filter.account.includes(finding.accountId)) &&
    (filter.role === undefined || filter.role.some(role => isOfRole(finding, role))) &&
    (filter.serviceAccount === undefined || filter.serviceAccount.some(name => isOfServiceAccount(finding, name))) &&
    (filter.cluster === undefined || filter.cluster.some(name => concernsCluster(finding, name, facts)));

const isOfNamespace = (finding: Finding, namespace: string): boolean =>
  finding.namespace === namespace || finding.explains.some(({ subject }) => placeOf(subject) === namespace);

const placeOf = (subject: string): string | undefined => questionPlaceOf(subject).namespace;

/** Leaves out findings and transitions that were not asked for, and says so. Gaps stay: what was not read may matter. */
export const filterReport = (report: RunReport, filter: ReportFilter, facts: readonly Facts[]): RunReport => {
  const rules = filter.rule;
  const shows = isAskedFinding(filter, facts);
  const findings = report.findings.filter(shows);
  const left = report.findings.length - findings.length;
  const { stillOpen } = report;
  const isAsked = inQuestion(filter, facts);
  const undecided = report.undecided.filter(
    ({ ruleId, subject }) =>
      (rules === undefined || rules.includes(ruleId)) &&
      (filter.impact === undefined || ruleById(ruleId)?.impact === filter.impact) &&
      isAsked(questionPlaceOf(subject)),
  );
  return {
    ...report,
    findings,
    gaps: report.gaps.filter(isAsked),
    ...(report.notReached === undefined ? {} : { notReached: report.notReached.filter(isAsked) }),
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

const isFilter = (filter: ReportFilter): boolean => Object.values(pick(filter)).some(each => each !== undefined);

const pick = ({ cluster, account, role, serviceAccount, rule, impact, minSeverity, ids, roles }: ReportFilter) => ({
  ...{ cluster, account, role, serviceAccount, rule, impact, minSeverity, ids, roles },
});

const isOfRole = ({ roleArn }: Finding, role: string): boolean =>
  roleArn !== undefined && (roleArn === role || roleNameOf(roleArn) === role);

/** A finding is of a service account if it is on it, or the cause of what is wrong with it. */
const isOfServiceAccount = (finding: Finding, name: string): boolean => {
  const [namespace, serviceAccount] = name.split('/');
  return (
    (finding.namespace === namespace && finding.serviceAccount === serviceAccount) ||
    isCauseFor(finding, { namespace, serviceAccount })
  );
};

/** A finding is of a rule if it is that rule's own, or the cause of one of its failures. */
const isOf = (finding: Finding, rules: readonly string[]): boolean =>
  rules.includes(finding.ruleId) || finding.explains.some(folded => rules.includes(folded.ruleId));

/** A finding has an impact if it is its own, or that of a failure with the same cause. */
const hasImpact = (finding: Finding, impact: Impact): boolean =>
  finding.impact === impact || finding.explains.some(({ ruleId }) => ruleById(ruleId)?.impact === impact);

/** The report with the reason of its exit code, where one reason masks another: incomplete masks findings. */
export const withExitNote = (report: RunReport, failOn: FailOn): RunReport => {
  const count = failing(report, failOn).length;
  if (report.gaps.length === 0 || count === 0) return report;
  const gaps = counted(report.gaps.length, 'thing');
  const note = `exit code 3: ${gaps} could not be read; beside that, ${counted(count, 'finding')} at or above ${failOn} would give exit code 1`;
  return { ...report, notes: [...report.notes, note] };
};

const failing = (report: RunReport, failOn: FailOn): readonly Finding[] =>
  [...report.findings, ...(report.stillOpen ?? [])].filter(
    finding => finding.waiver === undefined && failsAt(finding.severity, failOn),
  );

/** The exit code of a report: 3 if anything that was asked for was not read, else 1 if a finding that is not waived is at
 *  or above the floor, confirmed or still open since the baseline, else 0. */
export const reportExitCode = (report: RunReport, failOn: FailOn): 0 | 1 | 3 => {
  if (report.gaps.length > 0) return 3;
  return failing(report, failOn).length > 0 ? 1 : 0;
};

/** Writes a report to the file that a person named, and says what is in it. */
export const writeReportFile = async (path: string, text: string, report: RunReport, io: Io): Promise<void> => {
  await writeOutput(path, '--output-file', text, io);
  io.stderr.write(
    `${visible(path)}: ${counted(report.findings.length, 'finding')}, ${counted(report.gaps.length, 'gap')}\n`,
  );
};
