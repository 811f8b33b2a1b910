import type { KnownFinding, Transition } from '../history/transition.ts';
import { type Severity, severities } from '../model.ts';
import { compareText } from '../text.ts';
import { totalOf } from './cluster-counts.ts';
import type { TrendPoint } from './run-report.ts';

/** A finding with its steps, oldest first; without any where it is as it was first seen, or its steps have expired. */
export interface FindingLife {
  readonly known: KnownFinding;
  readonly steps: readonly Transition[];
}

/** How a finding stopped being open. `fixed`: its check passed, or what it is about is gone. `explained`: it fails, and counts with
 *  its cause. `notChecked`: its rule is off, does not apply any more, or its account is no longer audited. */
export const endings = ['fixed', 'waived', 'explained', 'notChecked'] as const;
type Ending = (typeof endings)[number];

/** A time for which a finding was open, from a run to a run (ISO 8601). */
interface Stretch {
  readonly known: KnownFinding;
  readonly begin: string;
  /** Absent while it is open. */
  readonly end?: { readonly at: string; readonly how: Ending };
}

/** The movements of a period: `atStart` + `found` − the ends = `open`. A finding that came back counts again. */
export interface Moved {
  readonly atStart: number;
  readonly found: number;
  readonly ended: Readonly<Record<Ending, number>>;
  readonly open: number;
  /** Milliseconds that those that were fixed in the period had been open; undefined where none was. */
  readonly fixedAfterMs?: { readonly median: number; readonly longest: number };
  /** Milliseconds for which the oldest open one has been open; undefined where none is. */
  readonly oldestMs?: number;
}

/** What was found and fixed from one run to another, how long it stood, and whose it was. */
export interface Period {
  /** Start of the run that it is compared with, or without one the instant that was asked for; and of the last run. */
  readonly since: string;
  readonly until: string;
  /** False where no run is as old as was asked for. */
  readonly hasStart: boolean;
  readonly all: Moved;
  readonly bySeverity: readonly (Moved & { readonly severity: Severity })[];
  /** The most open ones first; without `owner` those of nobody. */
  readonly byOwner: readonly (Moved & { readonly owner?: string })[];
  /** Open at the start by the record of that run, and no longer in the table, which keeps what was fixed for
   *  `retention.resolvedDays`. */
  readonly forgotten: number;
  /** The worst that are open, then the longest. */
  readonly worst: readonly { readonly known: KnownFinding; readonly since: string }[];
  readonly trend: readonly TrendPoint[];
}

const shownWorst = 4;
/** Bars of the trend: of each part of the period the last run. */
const shownRuns = 30;

/** Sums up a period. `lives` are those that are open or changed after `since`; `points` the runs, oldest first: the first is
 *  the last one before `since`, if there is any. Throws where there is no run. */
export const sumUpPeriod = (lives: readonly FindingLife[], points: readonly TrendPoint[], since: string): Period => {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) throw new Error('a period without a run');
  const hasStart = first.at <= since;
  const span = { since: hasStart ? first.at : since, until: last.at };
  const stretches = lives.flatMap(stretchesOf).filter(({ end }) => end === undefined || end.at > span.since);
  const all = movedIn(stretches, span);
  const open = stretches.filter(({ end }) => end === undefined);
  return {
    ...span,
    hasStart,
    all,
    bySeverity: severities
      .map(severity => ({ severity, own: stretches.filter(({ known }) => known.finding.severity === severity) }))
      .filter(({ own }) => own.length > 0)
      .map(({ severity, own }) => ({ severity, ...movedIn(own, span) })),
    byOwner: [...Map.groupBy(stretches, ({ known }) => known.finding.owner)]
      .map(([owner, own]) => ({ ...(owner === undefined ? {} : { owner }), ...movedIn(own, span) }))
      .toSorted((a, b) => b.open - a.open || b.found - a.found || compareText(a.owner ?? '~', b.owner ?? '~')),
    forgotten: hasStart ? Math.max(0, totalOf(first.openBySeverity) - all.atStart) : 0,
    worst: open
      .toSorted((a, b) => rank(a) - rank(b) || compareText(a.begin, b.begin))
      .slice(0, shownWorst)
      .map(({ known, begin }) => ({ known, since: begin })),
    trend: lastOfParts(points, span),
  };
};

const rank = ({ known }: Stretch): number => severities.indexOf(known.finding.severity);

/** The times for which a finding was open. Of steps that have expired its first day and its state now are left. */
const stretchesOf = ({ known, steps }: FindingLife): readonly Stretch[] => {
  const found: Stretch[] = [];
  const [first] = steps;
  let begin = first === undefined || first.before?.status === 'open' ? known.firstSeenAt : undefined;
  for (const { at, after } of steps.length > 0 ? steps : [{ at: known.changedAt, after: known }])
    if (after.status === 'open') begin ??= at;
    else if (begin !== undefined) {
      found.push({ known, begin, end: { at, how: endingOf(after) } });
      begin = undefined;
    }
  return begin === undefined ? found : [...found, { known, begin }];
};

const endingOf = ({ status, resolution }: KnownFinding): Ending => {
  if (status !== 'resolved') return status === 'waived' ? 'waived' : 'explained';
  return resolution === 'passed' || resolution === 'gone' ? 'fixed' : 'notChecked';
};

const movedIn = (
  own: readonly Stretch[],
  { since, until }: { readonly since: string; readonly until: string },
): Moved => {
  const ended: Record<Ending, number> = { fixed: 0, waived: 0, explained: 0, notChecked: 0 };
  for (const { end } of own) if (end !== undefined) ended[end.how] += 1;
  const fixed = own
    .flatMap(({ begin, end }) => (end?.how === 'fixed' ? [msBetween(begin, end.at)] : []))
    .sort(byNumber);
  const open = own.filter(({ end }) => end === undefined).map(({ begin }) => msBetween(begin, until));
  return {
    atStart: own.filter(({ begin }) => begin <= since).length,
    found: own.filter(({ begin }) => begin > since).length,
    ended,
    open: open.length,
    ...(fixed.length === 0 ? {} : { fixedAfterMs: { median: medianOf(fixed), longest: fixed.at(-1) ?? 0 } }),
    ...(open.length === 0 ? {} : { oldestMs: open.reduce((most, each) => Math.max(most, each)) }),
  };
};

const msBetween = (from: string, to: string): number => Math.max(0, Date.parse(to) - Date.parse(from));
const byNumber = (a: number, b: number): number => a - b;

const medianOf = (sorted: readonly number[]): number => {
  const half = sorted.length / 2;
  return ((sorted[Math.ceil(half) - 1] ?? 0) + (sorted[Math.floor(half)] ?? 0)) / 2;
};

const lastOfParts = (
  points: readonly TrendPoint[],
  { since, until }: { readonly since: string; readonly until: string },
): readonly TrendPoint[] => {
  const part = (msBetween(since, until) + 1) / shownRuns;
  const parts = Map.groupBy(points, ({ at }) => Math.floor(msBetween(since, at) / part));
  return [...parts.values()]
    .flatMap(own => own.at(-1) ?? [])
    .map(({ at, openBySeverity, gaps }) => ({ at, openBySeverity, gaps }));
};
