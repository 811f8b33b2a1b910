import { compareFindings, compareText, type Severity, severities } from '../model/finding.ts';
import { visible } from '../report/visible-text.ts';
import type { KnownFinding } from './transition.ts';

/** What is still open, for the weekly message. */
export interface WeeklySummary {
  readonly at: string;
  readonly openBySeverity: Readonly<Record<Severity, number>>;
  /** Worst first, then longest open: what to take on next. */
  readonly worst: readonly KnownFinding[];
  /** Open for more than thirty days. */
  readonly old: number;
  /** The rules with the most open findings, most first. */
  readonly byRule: readonly { readonly ruleId: string; readonly open: number }[];
}

const day = 86_400_000;
const oldAfterDays = 30;
const shown = 10;

/** Sums up the findings that are open. Resolved and waived ones do not count. */
export const weeklySummary = (known: readonly KnownFinding[], at: string): WeeklySummary => {
  const open = known.filter(({ status }) => status === 'open');
  const openBySeverity: Record<Severity, number> = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  const rules = new Map<string, number>();
  for (const { finding } of open) {
    openBySeverity[finding.severity] += 1;
    rules.set(finding.ruleId, (rules.get(finding.ruleId) ?? 0) + 1);
  }
  return {
    at,
    openBySeverity,
    worst: [...open]
      .sort(
        (a, b) =>
          severities.indexOf(a.finding.severity) - severities.indexOf(b.finding.severity) ||
          compareText(a.firstSeenAt, b.firstSeenAt) ||
          compareFindings(a.finding, b.finding),
      )
      .slice(0, shown),
    old: open.filter(({ firstSeenAt }) => daysBetween(firstSeenAt, at) > oldAfterDays).length,
    byRule: [...rules]
      .map(([ruleId, count]) => ({ ruleId, open: count }))
      .sort((a, b) => b.open - a.open || compareText(a.ruleId, b.ruleId))
      .slice(0, shown),
  };
};

const daysBetween = (from: string, to: string): number => Math.floor((Date.parse(to) - Date.parse(from)) / day);

/** The summary as plain text, readable on a phone. */
export const weeklySummaryText = (summary: WeeklySummary): string => {
  const total = severities.reduce((sum, severity) => sum + summary.openBySeverity[severity], 0);
  if (total === 0) return 'IRSA audit, this week: nothing is open.\n';
  const counts = severities
    .filter(severity => summary.openBySeverity[severity] > 0)
    .map(severity => `${summary.openBySeverity[severity]} ${severity}`);
  return [
    `IRSA audit, this week: ${total} open (${counts.join(', ')})${summary.old > 0 ? `, ${summary.old} of them for more than ${oldAfterDays} days` : ''}.`,
    '',
    'Worst and oldest first:',
    ...summary.worst.map(
      ({ finding, firstSeenAt }, index) =>
        `${index + 1}. [${finding.severity}] ${visible(finding.message)} (open for ${daysBetween(firstSeenAt, summary.at)} days)`,
    ),
    ...(total > summary.worst.length ? [`And ${total - summary.worst.length} more: irsa-auditor findings list`] : []),
    '',
    `By rule: ${summary.byRule.map(({ ruleId, open }) => `${ruleId} ${open}`).join(', ')}.`,
    '',
  ].join('\n');
};
