import { isPlaceBelow } from '../model.ts';
import { compareText } from '../text.ts';
import { areaKey, type CoverageArea, noTarget } from './coverage-area.ts';

/** One notice of what a person has to know of what is read. */
export interface CoverageNotice extends CoverageArea {
  /** `fell`: it was read before, or should have been, and is not; `returned`: it is read again, or is gone. */
  readonly kind: 'fell' | 'returned';
  readonly at: string;
  /** When it was first not read, ISO 8601. */
  readonly since: string;
  /** It fell and returned shortly before: nothing more is said until it was read in `steadyRuns` runs in a row. */
  readonly comesAndGoes: boolean;
}

/** The last word on one area. */
interface ToldArea extends CoverageArea {
  readonly since: string;
  /** Start of the newest run that did not read it. */
  readonly unreadAt: string;
  /** The last word to people. */
  readonly told: 'unread' | 'read';
  readonly comesAndGoes: boolean;
  /** Runs in a row that read it. */
  readonly goodRuns: number;
}

/** The memory of coverage between runs. */
export interface CoverageState {
  readonly runId: string;
  /** Start of the newest run that it was made from. */
  readonly at: string;
  /** Accounts that were ever audited. */
  readonly accounts: readonly string[];
  readonly areas: readonly ToldArea[];
  /** Accounts that a fast run has read since `at`, each with the start of the newest such run. */
  readonly later?: Readonly<Record<string, string>>;
}

/** The reading of one account by a run. Without `areas` nothing is known of it, and nothing changes. */
export interface AccountCoverage {
  readonly accountId: string;
  readonly areas?: readonly CoverageArea[];
  /** A newer run has written the account: this reading tells of no fall. */
  readonly isOvertaken?: boolean;
}

/** Runs in a row after which an area that came and went counts as read, and is forgotten. */
export const steadyRuns = 5;

/**
 * Compares what a run did not read with what people know. A fall is told at once, and again where nothing is read of what
 * was read in part, or twice as many reads of it fail. A return is told at the first run that reads it; one that falls
 * again within `steadyRuns` runs is told once more, as one that comes and goes, and then only when it was read in so many
 * runs in a row. An older run than the last one, or the same one again, says nothing. Of an account that a newer fast run
 * has read, an older run tells no fall, and no return of an area that the newer one did not read.
 */
export const watchCoverage = (
  before: CoverageState | undefined,
  run: { readonly runId: string; readonly at: string; readonly accounts: readonly AccountCoverage[] },
): { readonly state: CoverageState; readonly notices: readonly CoverageNotice[] } => {
  if (before !== undefined && (before.runId === run.runId || before.at > run.at)) return { state: before, notices: [] };
  const now = areasOfRun(before, run);
  const isUnknown = unknownIn(run.accounts, [...now.values()]);
  const known = new Map((before?.areas ?? []).map(area => [areaKey(area), area]));
  const later = Object.entries(before?.later ?? {}).filter(([, at]) => at > run.at);
  const overtaken = new Set([
    ...later.map(([accountId]) => accountId),
    ...run.accounts.flatMap(({ accountId, isOvertaken }) => (isOvertaken ? [accountId] : [])),
  ]);
  const steps: readonly Step[] = [
    ...[...now.values()].map((area): Step => {
      const told = known.get(areaKey(area));
      if (!overtaken.has(area.accountId)) return fall(told, area, run.at);
      return told === undefined ? {} : { area: told };
    }),
    ...[...known.values()]
      .filter(area => !now.has(areaKey(area)))
      .map(area => (isUnknown(area) || area.unreadAt > run.at ? { area } : recover(area, run.at))),
  ];
  const accounts = new Set([...(before?.accounts ?? []), ...run.accounts.map(({ accountId }) => accountId)]);
  return {
    state: {
      runId: run.runId,
      at: run.at,
      accounts: [...accounts].sort(compareText),
      areas: steps.flatMap(({ area }) => area ?? []),
      ...(later.length === 0 ? {} : { later: Object.fromEntries(later) }),
    },
    notices: steps.flatMap(({ notice }) => notice ?? []).sort(compareNotices),
  };
};

/** The unread parts of the run, by key: an account that is no longer among the targets is unread, too. */
const areasOfRun = (
  before: CoverageState | undefined,
  run: { readonly accounts: readonly AccountCoverage[] },
): ReadonlyMap<string, CoverageArea> => {
  const audited = new Set(run.accounts.map(({ accountId }) => accountId));
  const left = (before?.accounts ?? []).filter(accountId => !audited.has(accountId));
  const areas = [...run.accounts.flatMap(account => account.areas ?? []), ...left.map(noTarget)];
  return new Map(areas.map(area => [areaKey(area), area]));
};

/**
 * Adds the falls that a run of a few accounts, between two full runs, is the first to see. Returns, and that an account is
 * no longer audited, only a full run tells. A run that is older than what is known of an account adds nothing to it.
 */
export const noteFalls = (
  before: CoverageState,
  run: { readonly at: string; readonly accounts: readonly AccountCoverage[] },
): { readonly state: CoverageState; readonly notices: readonly CoverageNotice[] } => {
  const known = new Map(before.areas.map(area => [areaKey(area), area]));
  const { later = {} } = before;
  const read = run.accounts.filter(
    ({ accountId, areas, isOvertaken }) =>
      areas !== undefined && !isOvertaken && before.at <= run.at && (later[accountId] ?? '') <= run.at,
  );
  const steps = read
    .flatMap(({ areas = [] }) => areas)
    .map((area): Step & { readonly area: ToldArea } => fall(known.get(areaKey(area)), area, run.at));
  const told = new Map(steps.map(({ area }) => [areaKey(area), area]));
  const others = before.areas.filter(area => !told.has(areaKey(area)));
  const newest = { ...later, ...Object.fromEntries(read.map(({ accountId }) => [accountId, run.at])) };
  return {
    state: { ...before, areas: [...others, ...told.values()], later: newest },
    notices: steps.flatMap(({ notice }) => notice ?? []).sort(compareNotices),
  };
};

/** An area with its notice, where there is one. Without an area it is forgotten. */
interface Step {
  readonly area?: ToldArea;
  readonly notice?: CoverageNotice;
}

const fall = (known: ToldArea | undefined, area: CoverageArea, at: string): Step & { readonly area: ToldArea } => {
  const isTold = known?.told === 'unread';
  const since = isTold ? known.since : at;
  const comesAndGoes = known !== undefined && (known.told === 'read' || known.comesAndGoes);
  const whole = area.whole || (isTold && known.whole);
  const isWorse = isTold && ((area.whole && !known.whole) || area.failures >= 2 * known.failures);
  const failures = isTold && !isWorse ? known.failures : area.failures;
  const next: ToldArea = { ...area, whole, failures, since, unreadAt: at, told: 'unread', comesAndGoes, goodRuns: 0 };
  const isNews = !isTold || isWorse;
  return { area: next, ...(isNews ? { notice: noticeOf('fell', next, at) } : {}) };
};

const recover = (known: ToldArea, at: string): Step => {
  const area: ToldArea = { ...known, goodRuns: known.goodRuns + 1 };
  if (known.told === 'read') return area.goodRuns > steadyRuns ? {} : { area };
  if (known.comesAndGoes && area.goodRuns < steadyRuns) return { area };
  const read: ToldArea = { ...area, told: 'read', goodRuns: 1 };
  return { area: read, notice: noticeOf('returned', read, at) };
};

/** Says of an area whether anything is known of it: not while what stands over it is unread. */
const unknownIn = (
  accounts: readonly AccountCoverage[],
  now: readonly CoverageArea[],
): ((area: CoverageArea) => boolean) => {
  const unread = Map.groupBy(now, ({ accountId }) => accountId);
  const unknown = new Set(accounts.filter(({ areas }) => areas === undefined).map(({ accountId }) => accountId));
  return area =>
    unknown.has(area.accountId) || (unread.get(area.accountId) ?? []).some(over => isPlaceBelow(area, over));
};

const noticeOf = (
  kind: CoverageNotice['kind'],
  { told: _told, goodRuns: _runs, unreadAt: _at, ...area }: ToldArea,
  at: string,
): CoverageNotice => ({ ...area, kind, at });

/** The first fall comes first, whole accounts before their parts. */
const compareNotices = (a: CoverageNotice, b: CoverageNotice): number =>
  compareText(a.kind, b.kind) ||
  Number(a.section !== 'account') - Number(b.section !== 'account') ||
  Number(b.whole) - Number(a.whole) ||
  compareText(areaKey(a), areaKey(b));
