import {
  type AuditedAccount,
  type FindingQueries,
  type FindingStore,
  maxPending,
  type RunRecord,
  type StateChange,
} from '../audit/ports.ts';
import { maxSkipped, type SkippedRecord } from '../audit/skipped-run.ts';
import type { Unsent } from '../history/digest.ts';
import { type KnownState, nothingKnown } from '../history/known-state.ts';
import { isToSend } from '../history/reconcile.ts';
import { takeTurns } from '../history/take-turns.ts';
import type { KnownFinding, Transition } from '../history/transition.ts';
import { factKey } from '../history/watched-drift.ts';
import { StateConflict } from '../kit/errors.ts';
import { countBySeverity } from '../report/summary.ts';
import type { WatchedFact } from '../rules/evaluate/evaluation.ts';
import { compareText } from '../text.ts';
import { pageOf } from './cursor.ts';
import { watchedPrefix } from './keys.ts';
import { keyOfFact, keyOfStep, keysToSend } from './keys-to-send.ts';
import { knownNamesOf } from './known-names.ts';
import { memoryLeases, rightsOf } from './lease.ts';
import { passes, sortLevelOf, worstFirstKey } from './worst-first.ts';

/** One account's state, and the run that confirmed it last. */
interface Account {
  runId?: string;
  readonly findings: Map<string, KnownFinding>;
  readonly watched: Map<string, WatchedFact>;
  known: KnownState;
}

/** Findings in memory: for one process, with the same laws as the table. `seed` is what is known beforehand, by account. */
export const memoryFindingStore = (seed: Readonly<Record<string, KnownState>> = {}): FindingStore & FindingQueries => {
  const accounts = new Map<string, Account>();
  const unsent = new Map<string, Unsent>();
  const history = new Map<string, Transition[]>();
  const runs: RunRecord[] = [];
  const skipped = new Map<string, SkippedRecord>();
  const absences = new Map<string, AuditedAccount>();
  for (const [accountId, known] of Object.entries(seed)) accounts.set(accountId, accountFrom(known));

  const account = (accountId: string): Account => {
    const known = accounts.get(accountId) ?? accountFrom(nothingKnown);
    accounts.set(accountId, known);
    return known;
  };
  const all = () => [...accounts.values()].flatMap(({ findings }) => [...findings.values()]);

  return {
    load: async accountId => {
      const { findings, watched, known } = account(accountId);
      const unsentKeys = [...unsent.values()].filter(each => accountOf(each) === accountId).map(({ key }) => key);
      return {
        ...known,
        findings: [...findings.values()],
        watched: [...watched.values()],
        ...(unsentKeys.length === 0 ? {} : { unsentKeys }),
      };
    },
    apply: async change => {
      const target = account(change.accountId);
      refuseStale(target, change);
      writeFindings(target, change, history, unsent);
      writeFacts(target, change, unsent);
      target.known = { ...baselineOf(change), findings: [], watched: [] };
      target.runId = change.runId;
      if (change.presence === 'back') absences.delete(change.accountId);
      return { written: change.transitions.length + change.factChanges.length, unsentKeys: keysToSend(change) };
    },
    ...rightsOf(memoryLeases()),
    pending: async () => {
      const rank = ({ transition }: Unsent): string => {
        const now = transition && accounts.get(transition.after.finding.accountId)?.findings;
        return worstOrWatched(transition && (now?.get(transition.after.finding.id) ?? transition.after));
      };
      const sorted = [...unsent.values()].sort((a, b) => compareText(rank(a), rank(b)));
      return takeTurns(sorted, each => sortLevelOf(rank(each)), accountOf).slice(0, maxPending);
    },
    markSent: async (_digestId, keys) => {
      for (const key of keys) unsent.delete(key);
    },
    accounts: async () =>
      [...accounts]
        .filter(([, { known }]) => known.confirmedAt !== undefined)
        .map(([accountId]) => absences.get(accountId) ?? { accountId }),
    noteAbsence: async note => {
      if (accounts.has(note.accountId)) absences.set(note.accountId, note);
    },
    recordRun: async run => {
      const at = runs.findIndex(({ runId }) => runId === run.runId);
      runs.splice(at < 0 ? runs.length : at, at < 0 ? 0 : 1, run);
    },
    recordSkipped: async run => {
      skipped.set(run.runId, run);
    },
    skippedRuns: async after =>
      [...skipped.values()]
        .filter(({ startedAt }) => startedAt > after)
        .sort((a, b) => compareText(b.startedAt, a.startedAt))
        .slice(0, maxSkipped),
    openBySeverity: async () =>
      countBySeverity(
        all()
          .filter(({ status }) => status === 'open')
          .map(({ finding }) => finding),
      ),
    list: async (filter, page) =>
      pageOf(
        all()
          .filter(item => passes(filter, item))
          .sort((a, b) => compareText(worstFirstKey(a), worstFirstKey(b))),
        page,
      ),
    names: async () =>
      knownNamesOf(
        all().map(({ finding }) => finding),
        [...accounts.values()].flatMap(({ watched }) => [...watched.values()]),
      ),
    show: async id => all().find(({ finding }) => finding.id === id),
    history: async (id, page) => pageOf(history.get(id) ?? [], page),
    runs: async page =>
      pageOf(
        [...runs].sort((a, b) => compareText(b.startedAt, a.startedAt)),
        page,
      ),
  };
};

const accountFrom = (known: KnownState): Account => ({
  findings: new Map(known.findings.map(item => [item.finding.id, item])),
  watched: new Map(known.watched.map(fact => [factKey(fact), fact])),
  known,
});

const refuseStale = (target: Account, change: StateChange): void => {
  const { confirmedAt, readAt = '' } = target.known;
  if (readAt > change.at || (confirmedAt !== change.basis && target.runId !== change.runId))
    throw new StateConflict(`another run has written account ${change.accountId}`);
  for (const { after } of change.transitions) {
    const version = target.findings.get(after.finding.id)?.version ?? 0;
    if (version !== after.version - 1)
      throw new StateConflict(`finding ${after.finding.id} is at version ${version}, wanted ${after.version - 1}`);
  }
};

const writeFindings = (
  target: Account,
  change: StateChange,
  history: Map<string, Transition[]>,
  unsent: Map<string, Unsent>,
): void => {
  for (const transition of change.transitions) {
    const { id } = transition.after.finding;
    target.findings.set(id, transition.after);
    history.set(id, [...(history.get(id) ?? []), transition]);
    const key = keyOfStep(transition);
    if (isToSend(transition)) unsent.set(key, { key, transition });
  }
};

const writeFacts = (target: Account, change: StateChange, unsent: Map<string, Unsent>): void => {
  for (const fact of change.watched) target.watched.set(factKey(fact), fact);
  for (const factChange of change.factChanges) {
    if (factChange.after === undefined) target.watched.delete(factKey(factChange));
    const key = keyOfFact(factChange);
    unsent.set(key, { key, factChange });
  }
};

/** The account's state in a store beside findings and facts. */
const baselineOf = (change: StateChange): Omit<KnownState, 'findings' | 'watched'> => ({
  hasBaseline: true,
  readScopes: change.readScopes,
  unreadFacts: change.unreadFacts,
  confirmedAt: change.at,
  readAt: change.at,
  ...(change.presence === 'left' ? { hasLeft: true } : {}),
});

/** Facts come after findings. */
const accountOf = ({ transition, factChange }: Unsent): string =>
  transition?.after.finding.accountId ?? factChange?.accountId ?? '';

const worstOrWatched = (known: KnownFinding | undefined): string =>
  known === undefined ? watchedPrefix : worstFirstKey(known);
