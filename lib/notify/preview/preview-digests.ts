/** The messages that a deployed auditor would send of findings, were all of them new. */
import { digestOf } from '../../history/digest.ts';
import type { Digest, KnownFinding } from '../../history/transition.ts';
import { atLeast, compareFindings, type Severity } from '../../model.ts';
import { countBySeverity } from '../../report/summary.ts';

/** The run that the findings are of. */
interface PreviewedRun {
  readonly runId: string;
  readonly at: string;
  readonly known: readonly KnownFinding[];
  readonly gaps: number;
  readonly minSeverity: Severity;
}

/** The message after the run; undefined where no finding is worth one. */
export const digestOfRun = ({ runId, at, known, gaps, minSeverity }: PreviewedRun): Digest | undefined =>
  digestOf(
    known
      .filter(({ status }) => status === 'open')
      .map(after => ({
        key: after.finding.id,
        transition: { kind: 'opened' as const, at, runId, after, summary: `${after.finding.ruleId} opened` },
      })),
    { runId, at, minSeverity, gaps, openBySeverity: openIn(known), links: {} },
  );

/** The weekly summary of what is open after the run. Trend and waivers that end soon are known to a deployed auditor alone. */
export const weeklyDigestOfRun = ({ runId, at, known, gaps, minSeverity }: PreviewedRun): Digest => ({
  id: `weekly-${at.replace(/[^0-9TZ]/g, '')}`,
  runId,
  at,
  transitions: [],
  factChanges: [],
  openBySeverity: openIn(known),
  gaps,
  links: {},
  stillOpen: {
    findings: known
      .filter(({ status, finding }) => status === 'open' && atLeast(finding.severity, minSeverity))
      .sort((a, b) => compareFindings(a.finding, b.finding)),
    beyond: 0,
    trend: { now: openIn(known) },
  },
});

const openIn = (known: readonly KnownFinding[]): Digest['openBySeverity'] =>
  countBySeverity(known.filter(({ status }) => status === 'open').map(({ finding }) => finding));
