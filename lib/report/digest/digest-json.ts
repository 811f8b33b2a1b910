/** The digest for machines. Its schema is published as docs/schema/digest.json; a test holds the two together. */

import { digestOrder } from '../../history/digest.ts';
import type { CoverageNews, Digest, FactChange, StillOpen, Transition } from '../../history/transition.ts';
import type { CoverageNotice } from '../../history/watch-coverage.ts';
import { type ChangeEvent, type Finding, type Severity, sectionName } from '../../model.ts';
import { fixFor } from '../../plan/chosen-fix.ts';
import { given } from '../../text.ts';

/** One transition of a digest, flat. */
interface DigestTransition extends Omit<Finding, 'id' | 'explains'> {
  readonly findingId: string;
  readonly kind: Transition['kind'];
  readonly at: string;
  readonly runId: string;
  readonly summary: string;
  readonly status: string;
  readonly version: number;
  readonly firstSeenAt: string;
  readonly previousSeverity?: Severity;
  /** `findingId` of its cause, where it is explained. */
  readonly explainedBy?: string;
  readonly resolution?: string;
  readonly changedBy?: readonly ChangeEvent[];
}

/** The document. `omitted` counts what was cut to fit. */
export interface DigestDocument {
  readonly schemaVersion: 1;
  readonly source: 'irsa-auditor';
  readonly digestId: string;
  readonly runId: string;
  readonly at: string;
  readonly openBySeverity: Readonly<Record<Severity, number>>;
  readonly coverageGaps: number;
  readonly transitions: readonly DigestTransition[];
  readonly factChanges: readonly FactChange[];
  /** The sections that fell out of coverage or came back; absent where people know that already. */
  readonly coverage?: CoverageDocument;
  /** The notes on the auditor itself. */
  readonly notes?: readonly string[];
  readonly omitted: { readonly transitions: number; readonly factChanges: number };
  readonly links: Digest['links'];
  /** Only in the weekly summary, which has no transitions. */
  readonly stillOpen?: OpenDocument;
}

/** Coverage that moved; `beyond` counts what is left out. */
interface CoverageDocument {
  readonly notices: readonly (Omit<CoverageNotice, 'section' | 'failures'> & { readonly what: string })[];
  readonly beyond: number;
}

/** The moves in coverage as a document, the first `limit` of them. */
export const coverageDocument = (
  { notices, beyond }: CoverageNews,
  limit = Number.POSITIVE_INFINITY,
): CoverageDocument => {
  const shown = notices
    .slice(0, limit)
    .map(({ section, failures: _count, ...notice }) => ({ ...notice, what: sectionName(section) }));
  return { notices: shown, beyond: beyond + notices.length - shown.length };
};

/** The open findings, worst first; `beyond` counts the rest. */
interface OpenDocument {
  readonly findings: readonly (Pick<Finding, 'ruleId' | 'severity' | 'subject' | 'accountId' | 'message'> & {
    readonly findingId: string;
    readonly firstSeenAt: string;
  })[];
  readonly beyond: number;
}

/** The open findings as a document, the worst `limit` of them. */
export const openDocument = ({ findings, beyond }: StillOpen, limit = Number.POSITIVE_INFINITY): OpenDocument => {
  const shown = findings
    .slice(0, limit)
    .map(({ finding, firstSeenAt }) => ({
      findingId: finding.id,
      ruleId: finding.ruleId,
      severity: finding.severity,
      subject: finding.subject,
      accountId: finding.accountId,
      message: finding.message,
      firstSeenAt,
    }));
  return { findings: shown, beyond: beyond + findings.length - shown.length };
};

const transitionOf = ({ kind, at, runId, summary, before, after, changedBy }: Transition): DigestTransition => {
  const { id, explains: _folded, volatile: _volatile, evidence, ...finding } = after.finding;
  return {
    findingId: id,
    kind,
    at,
    runId,
    summary,
    status: after.status,
    version: after.version,
    firstSeenAt: after.firstSeenAt,
    ...given({ previousSeverity: before?.finding.severity, explainedBy: after.explainedBy }),
    ...given({ resolution: after.resolution, changedBy }),
    ...finding,
    fix: writtenFix(finding.fix),
    evidence: evidence.map(({ data: _data, volatile: _moves, ...shown }) => shown),
  };
};

/** The fix as the published schema has it: `irsa-auditor fix` has the steps, the other ways and the forms of managing tools,
 *  which are as long as all the rest. */
const writtenFix = (whole: Finding['fix']): Finding['fix'] => {
  const { steps: _, alternatives: __, managers: ___, ...fix } = fixFor(whole);
  return fix;
};

/** The digest as a document with at most `limit` transitions, as many changed facts and open findings, worst first. */
export const digestJson = (digest: Digest, limit = Number.POSITIVE_INFINITY): DigestDocument => {
  const transitions = digestOrder(digest.transitions).slice(0, limit).map(transitionOf);
  const factChanges = digest.factChanges.slice(0, limit);
  return {
    schemaVersion: 1,
    source: 'irsa-auditor',
    digestId: digest.id,
    runId: digest.runId,
    at: digest.at,
    openBySeverity: digest.openBySeverity,
    coverageGaps: digest.gaps,
    transitions,
    factChanges,
    ...(digest.coverage === undefined ? {} : { coverage: coverageDocument(digest.coverage, limit) }),
    ...given({ notes: digest.notes }),
    omitted: {
      transitions: digest.transitions.length - transitions.length,
      factChanges: digest.factChanges.length - factChanges.length,
    },
    links: digest.links,
    ...(digest.stillOpen === undefined ? {} : { stillOpen: openDocument(digest.stillOpen, limit) }),
  };
};

/** The largest document that `fits`, found by halving: everything if it does, else the worst of it with a count of the
 *  rest. `fits` must hold for a document without any. */
export const digestThatFits = (digest: Digest, fits: (document: DigestDocument) => boolean): DigestDocument => {
  const whole = digestJson(digest);
  if (fits(whole)) return whole;
  let good = 0;
  let bad = Math.max(
    ...[digest.transitions, digest.factChanges, digest.coverage?.notices ?? [], digest.stillOpen?.findings ?? []].map(
      ({ length }) => length,
    ),
  );
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (fits(digestJson(digest, middle))) good = middle;
    else bad = middle;
  }
  return digestJson(digest, good);
};
