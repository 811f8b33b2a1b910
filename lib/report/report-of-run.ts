import { nothingKnown } from '../history/known-state.ts';
import type { FactChange, Transition } from '../history/transition.ts';
import { reconcileWatched } from '../history/watched-drift.ts';
import { compareFindings, type Unread } from '../model.ts';
import { fixFor } from '../plan/chosen-fix.ts';
import { catalog } from '../rules/catalog.ts';
import type { Evaluation } from '../rules/evaluate/evaluation.ts';
import { counted } from '../text.ts';
import { shortIds } from './names.ts';
import type { RunReport } from './run-report.ts';

/** The parts of a report: a run's evaluations and the changes. */
export interface RunParts {
  readonly runId: string;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly accounts: RunReport['accounts'];
  readonly evaluations: readonly Evaluation[];
  readonly transitions: readonly Transition[];
  readonly factChanges: readonly FactChange[];
  /** When each finding was first seen, ISO 8601, by id. */
  readonly firstSeen: Readonly<Record<string, string>>;
  /** All of them: accounts that were not read at all, and what was not read of the others. */
  readonly gaps: readonly Unread[];
  readonly apiCalls: Readonly<Record<string, number>>;
}

const noCounts: Evaluation['counts'] = {
  clusters: 0,
  providers: 0,
  roles: 0,
  irsaRoles: 0,
  serviceAccounts: 0,
  pods: 0,
};

/** Puts a run together for the formats: findings of all accounts worst first, sums of the counts. */
export const reportOfRun = (run: RunParts, toolVersion: string, notes: readonly string[]): RunReport => ({
  schemaVersion: 1,
  runId: run.runId,
  toolVersion,
  startedAt: run.startedAt,
  endedAt: run.endedAt,
  accounts: run.accounts,
  findings: run.evaluations
    .flatMap(({ findings }) => findings.map(one => ({ ...one, fix: fixFor(one.fix) })))
    .sort(compareFindings),
  undecided: run.evaluations.flatMap(evaluation => evaluation.undecided),
  gaps: run.gaps,
  transitions: run.transitions,
  factChanges: run.factChanges,
  firstSeen: run.firstSeen,
  watched: run.evaluations.flatMap(evaluation => evaluation.watched),
  watchedScopes: run.evaluations.map(evaluation => {
    const { readScopes, unreadFacts } = reconcileWatched(nothingKnown, evaluation, {
      runId: run.runId,
      at: run.startedAt,
    });
    return { accountId: evaluation.accountId, readScopes, unreadFacts };
  }),
  counts: run.evaluations.reduce((sum, { counts }) => addCounts(sum, counts), noCounts),
  apiCalls: run.apiCalls,
  notes,
  ...rulesOff(run.evaluations),
});

/** The report with the findings of its baseline that it could not confirm, and a note that says so. */
export const withStillOpen = (report: RunReport): RunReport => {
  const stillOpen = report.transitions.flatMap(({ kind, after }) =>
    kind === 'unconfirmed' && after.status !== 'waived' ? [after.finding] : [],
  );
  if (stillOpen.length === 0) return report;
  const nameOf = shortIds(stillOpen.map(({ id }) => id));
  const named = stillOpen.slice(0, 5).map(({ id, ruleId }) => `${nameOf(id)} ${ruleId}`);
  const note = `${counted(stillOpen.length, 'finding')} of the baseline could not be confirmed and ${stillOpen.length === 1 ? 'stays' : 'stay'} open: ${named.join(', ')}${stillOpen.length > 5 ? ', …' : ''}`;
  return { ...report, stillOpen, notes: [...report.notes, note] };
};

/** A rule that ran for no account at all is off. */
const rulesOff = (evaluations: readonly Evaluation[]): Pick<RunReport, 'rulesOff'> => {
  const ran = new Set(evaluations.flatMap(({ rulesRun }) => rulesRun));
  const off = catalog.map(({ id }) => id).filter(id => !ran.has(id));
  return evaluations.length === 0 || off.length === 0 ? {} : { rulesOff: off };
};

const addCounts = (a: Evaluation['counts'], b: Evaluation['counts']): Evaluation['counts'] => ({
  clusters: a.clusters + b.clusters,
  providers: a.providers + b.providers,
  roles: a.roles + b.roles,
  irsaRoles: a.irsaRoles + b.irsaRoles,
  serviceAccounts: a.serviceAccounts + b.serviceAccounts,
  pods: a.pods + b.pods,
});
