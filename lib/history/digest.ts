import { atLeast, compareFindings, type Severity } from '../model.ts';
import { compareText, hashOf } from '../text.ts';
import { areaKey } from './coverage-area.ts';
import { oneStepEach } from './one-step.ts';
import { isNotifiable, isWaivedNews } from './reconcile.ts';
import { severityOf } from './routing.ts';
import { takeTurns } from './take-turns.ts';
import type { Digest, FactChange, Transition } from './transition.ts';
import type { CoverageNotice } from './watch-coverage.ts';
import { factKey } from './watched-drift.ts';

/** Something written and not yet sent, as the store hands it out. */
export interface Unsent {
  readonly key: string;
  readonly transition?: Transition;
  readonly factChange?: FactChange;
}

/** The parts of a digest, beside the unsent transitions. */
interface DigestContext {
  readonly runId: string;
  readonly at: string;
  readonly minSeverity: Severity;
  readonly openBySeverity: Readonly<Record<Severity, number>>;
  readonly gaps: number;
  /** The moves in coverage. It is told whatever the severity that is wanted: it may hide anything. */
  readonly notices?: readonly CoverageNotice[];
  /** The notes on this digest. */
  readonly notes?: readonly string[];
  readonly toldAsWhole?: readonly string[];
  readonly links: Digest['links'];
}

/** Notices that a digest has room for. */
const maxNotices = 500;

/**
 * The digest of what is unsent and of what moved in coverage; undefined if nothing of it is worth a message. Its id is made from the keys alone: a
 * repeat after a crash has the same one, and receivers drop it.
 */
export const digestOf = (unsent: readonly Unsent[], context: DigestContext): Digest | undefined => {
  const worth = unsent.filter(item => isWorthSending(item, context.minSeverity));
  const waived = unsent.filter(({ transition }) => transition !== undefined && isWaivedNews(transition));
  const { minSeverity: _floor, notices = [], toldAsWhole = [], notes: own = [], ...rest } = context;
  if (worth.length + waived.length + notices.length === 0) return undefined;
  const notes = [...own, ...waivedNotes(waived.flatMap(({ transition }) => transition ?? []))];
  return {
    id: digestId([...[...worth, ...waived].map(item => item.key), ...notices.map(noticeKey)]),
    ...rest,
    ...(notices.length === 0 ? {} : { coverage: newsOf(notices) }),
    ...(notes.length === 0 ? {} : { notes }),
    ...(toldAsWhole.length === 0 ? {} : { toldAsWhole }),
    transitions: digestOrder(oneStepEach(worth.flatMap(item => item.transition ?? []))),
    factChanges: takeTurns(
      worth
        .flatMap(item => item.factChange ?? [])
        .sort((a, b) => compareText(factKey(a), factKey(b)) || compareText(a.at, b.at)),
      () => '',
      ({ accountId }) => accountId,
    ),
  };
};

/** New findings that a waiver covers from their first day are named in one line: so many. */
const waivedNamed = 3;

/** One line for all exposures that are new and waived; none where there are none. */
const waivedNotes = (transitions: readonly Transition[]): readonly string[] => {
  const findings = transitions.map(({ after }) => after.finding).sort(compareFindings);
  if (findings.length === 0) return [];
  const named = findings
    .slice(0, waivedNamed)
    .map(
      ({ severity, ruleId, subject, waiver }) =>
        `${ruleId} (${severity}) on ${subject} until ${waiver?.expires ?? ''} by ${waiver?.owner ?? ''}`,
    );
  const more = findings.length - named.length;
  return [`New and waived: ${named.join('; ')}${more > 0 ? `; and ${more} more` : ''}.`];
};

const noticeKey = (notice: CoverageNotice): string => `coverage ${notice.kind} ${notice.at} ${areaKey(notice)}`;

const newsOf = (notices: readonly CoverageNotice[]): NonNullable<Digest['coverage']> => {
  const told = takeTurns(
    notices,
    ({ kind }) => kind,
    ({ accountId }) => accountId,
  ).slice(0, maxNotices);
  return { notices: told, beyond: notices.length - told.length };
};

/** The worst first; of one severity the accounts take turns, so that a message with room for a few tells of each. */
export const digestOrder = (transitions: readonly Transition[]): readonly Transition[] =>
  takeTurns(
    [...transitions].sort(
      (a, b) => compareFindings(a.after.finding, b.after.finding) || a.after.version - b.after.version,
    ),
    ({ after }) => after.finding.severity,
    ({ after }) => after.finding.accountId,
  );

const isWorthSending = ({ transition, factChange }: Unsent, floor: Severity): boolean =>
  factChange !== undefined ||
  (transition !== undefined && isNotifiable(transition) && atLeast(severityOf(transition), floor));

/** 128 bits of SHA-256 over the sorted keys, as 32 hex digits. */
export const digestId = (keys: readonly string[]): string => hashOf([...keys].sort(compareText), 32);
