import { type Finding, isSectionBelow, type Severity, severities, type Unread } from '../model.ts';
import { compareText, counted } from '../text.ts';
import type { RunReport } from './run-report.ts';

/** Findings that count: those that no waiver covers, in the report's order (worst first). */
export const activeFindings = (report: RunReport): readonly Finding[] =>
  report.findings.filter(finding => finding.waiver === undefined);

/** The worst finding, the same in the terminal, on the page and in an email about the same findings: the first of the report's order,
 *  as that of a digest is by `compareFindings`. Undefined where there is none. */
export const worstFindingOf = (report: Pick<RunReport, 'findings'>): Finding | undefined =>
  report.findings.find(finding => finding.waiver === undefined);

/** Findings that a waiver covers. */
export const waivedFindings = (report: RunReport): readonly Finding[] =>
  report.findings.filter(finding => finding.waiver !== undefined);

/** How many findings of each severity. */
export const countBySeverity = (findings: readonly Finding[]): Readonly<Record<Severity, number>> => {
  const counts: Record<Severity, number> = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  for (const finding of findings) counts[finding.severity] += 1;
  return counts;
};

/** Orders counts worst first: the first severity in which they differ decides, more before fewer. */
export const compareCounts = (a: Readonly<Record<Severity, number>>, b: Readonly<Record<Severity, number>>): number =>
  severities.map(severity => b[severity] - a[severity]).find(difference => difference !== 0) ?? 0;

/** The one order of clusters, in the terminal and on the page: that of the worst finding first, the others by their counts.
 *  Stable. */
export const worstFirst = <T>(
  report: RunReport,
  groups: readonly T[],
  findingsOf: (group: T) => readonly Finding[],
): readonly T[] => {
  const worst = worstFindingOf(report);
  const counted = groups.map(group => ({ group, own: findingsOf(group), open: countBySeverity(findingsOf(group)) }));
  const hasWorst = ({ own }: { readonly own: readonly Finding[] }): number => (own.some(one => one === worst) ? 0 : 1);
  return counted.sort((a, b) => hasWorst(a) - hasWorst(b) || compareCounts(a.open, b.open)).map(({ group }) => group);
};

/** `1 critical, 2 high`; empty if there is none. */
export const severityList = (counts: Readonly<Record<Severity, number>>): string =>
  severities
    .filter(severity => counts[severity] > 0)
    .map(severity => `${counts[severity]} ${severity}`)
    .join(', ');

/** The extent of the audit, one sentence: an all-clear without it would say nothing. */
export const checkedSentence = (report: RunReport): string => {
  const { counts } = report;
  const parts = [
    counted(report.accounts.length, 'account'),
    counted(counts.clusters, 'cluster'),
    counted(counts.providers, 'OIDC provider'),
    `${counted(counts.roles, 'role')} (${counts.irsaRoles} for IRSA)`,
  ];
  if (counts.serviceAccounts > 0) parts.push(counted(counts.serviceAccounts, 'service account'));
  if (counts.pods > 0) parts.push(counted(counts.pods, 'pod'));
  return `Checked ${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}.`;
};

/** Subject of an undecided check that stands for every subject: its facts were not asked for. */
const everySubject = '*';

/** Checks whose data was asked for and is missing. */
export const undecidedChecks = (report: RunReport): RunReport['undecided'] =>
  report.undecided.filter(({ subject }) => subject !== everySubject);

/** Rules that did not run because the configuration did not ask for their facts: a choice, not a gap, but said. */
export const uncheckedRules = (report: RunReport): readonly string[] =>
  [...new Set(report.undecided.filter(({ subject }) => subject === everySubject).map(({ ruleId }) => ruleId))].sort(
    compareText,
  );

/** The verdict of a run. `incomplete`: not everything was read, so it is no all-clear. `filtered`: a filter was given, and
 *  shows nothing; this is no all-clear either. */
type Headline = 'findings' | 'incomplete' | 'undecided' | 'filtered' | 'clean';

/** Which of the five a run is; findings that are only informational do not spoil a clean run. */
export const headlineOf = (report: RunReport): Headline => {
  if (activeFindings(report).some(finding => finding.severity !== 'info')) return 'findings';
  if (report.gaps.length > 0) return 'incomplete';
  if (undecidedChecks(report).length > 0) return 'undecided';
  return report.leftOut === undefined ? 'clean' : 'filtered';
};

/** The headline as one sentence. */
export const headlineSentence = (report: RunReport): string => {
  const active = activeFindings(report);
  const unread = `${counted(report.gaps.length, 'thing')} could not be read`;
  const undecided = `${counted(undecidedChecks(report).length, 'check')} could not be decided`;
  const asked = report.leftOut === undefined ? '' : ` that match${active.length > 1 ? '' : 'es'} the filters`;
  // Remarks are listed below the sentence.
  const none = `${active.length === 0 ? 'No finding' : counted(active.length, 'remark')}${asked}`;
  switch (headlineOf(report)) {
    case 'findings':
      return `${counted(active.length, 'finding')}: ${severityList(countBySeverity(active))}.`;
    case 'incomplete':
      return `${none} in what was read, but ${unread}: this is not an all-clear.`;
    case 'undecided':
      return `${none}, but ${undecided}.`;
    case 'filtered':
      return `${none}; the filters left out ${counted(report.leftOut ?? 0, 'finding')}.`;
    case 'clean':
      return active.length === 0 ? 'All clear.' : `All clear, with ${counted(active.length, 'remark')}.`;
  }
};

/** Where a gap lies, for people: `account 111122223333, eu-west-1, cluster shop`. */
export const gapPlace = (gap: Unread): string =>
  [
    `account ${gap.accountId}`,
    ...(gap.region === undefined ? [] : [gap.region]),
    ...(gap.clusterName === undefined ? [] : [`cluster ${gap.clusterName}`]),
  ].join(', ');

/** True for a read inside a cluster that the cluster itself refused: to a caller that it does not know, or that lacks a right. */
export const isRefusedInside = ({ section, reason }: Pick<Unread, 'section' | 'reason'>): boolean =>
  isSectionBelow(section, 'inside') && /^40[13]:/.test(reason.message);

/** How many clusters were not wholly read from inside, and how many of them the auditor may be let into: one sentence, or none. `isCut`:
 *  there are more gaps than these. */
export const insideSentence = (gaps: readonly Unread[], isCut = false): readonly string[] => {
  const clustersOf = (some: readonly Unread[]): number =>
    new Set(some.map(gap => `${gap.accountId} ${gap.region} ${gap.clusterName}`)).size;
  const clusters = clustersOf(gaps.filter(({ section }) => isSectionBelow(section, 'inside')));
  if (clusters === 0) return [];
  const refused = clustersOf(gaps.filter(isRefusedInside));
  const which = clusters === 1 ? 'it' : `${refused} of them`;
  return [
    `Inside ${isCut ? 'at least ' : ''}${counted(clusters, 'cluster')} not everything was read${refused === 0 ? '.' : `; ${which} refused the auditor: irsa-auditor init cluster gives it access, with --all to every one.`}`,
  ];
};

/** A gap's reason as one sentence that ends with what to grant, where a permission is missing. */
export const gapReason = (gap: Unread): string => {
  const { reason } = gap;
  const grant = reason.permission === undefined ? '' : `; grant ${reason.permission}`;
  return `${reason.operation} ${reason.kind}: ${reason.message}${grant}`;
};

/** Undecided checks by rule, in rule order, with their reasons counted. */
export const undecidedByRule = (
  report: RunReport,
): readonly {
  readonly ruleId: string;
  readonly subjects: readonly string[];
  readonly missing: readonly string[];
}[] => {
  const byRule = new Map<string, { subjects: Set<string>; missing: Set<string> }>();
  for (const { ruleId, subject, missing } of undecidedChecks(report)) {
    const group = byRule.get(ruleId) ?? { subjects: new Set(), missing: new Set() };
    byRule.set(ruleId, group);
    group.subjects.add(subject);
    group.missing.add(missing);
  }
  return [...byRule]
    .map(([ruleId, group]) => ({ ruleId, subjects: [...group.subjects], missing: [...group.missing] }))
    .sort((a, b) => compareText(a.ruleId, b.ruleId));
};
