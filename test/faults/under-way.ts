/** A schedule under way: its runs, each with what is checked after it. */
import { disturbSummary, drawSecondLook, drawSkew, drawVanishing, type Profile } from './draw.ts';
import { checkRun, type firstSeenChecker, isWhole } from './promises/after-run.ts';
import { judgedBy } from './promises/fast-truth.ts';
import type { steadiness } from './promises/steadiness.ts';
import type { summaryChecker } from './promises/summaries.ts';
import type { tableOrderChecker } from './promises/table-order.ts';
import { viewOf } from './promises/table-view.ts';
import type { Judged, Truth } from './promises/truth.ts';
import type { Verdicts } from './promises/verdicts.ts';
import type { watchedChecker } from './promises/watched.ts';
import type { Random } from './random.ts';
import { hasEnded, isClean, type Run } from './simulation/run.ts';
import type { Simulation } from './simulation/simulation.ts';
import { summarize } from './simulation/workflow.ts';
import type { ReadingFault } from './world/reading-faults.ts';
import type { World } from './world/world.ts';

/** A schedule while it runs. */
export interface Schedule {
  readonly random: Random;
  /** Draws summaries and clocks: apart, so that the rest of a schedule is the same without them. */
  readonly beside: Random;
  /** Draws what vanishes from lists. */
  readonly vanishing: Random;
  readonly profile: Profile;
  readonly accounts: readonly string[];
  /** Draws the fast lane, hung destinations, waivers and targets that come and go. */
  readonly comings: Random;
  /** An account that is not among the targets now. */
  missing?: string | undefined;
  /** A destination that takes nothing until the end. */
  dead?: string;
  readonly simulation: Simulation;
  readonly world: World;
  readonly verdicts: Verdicts;
  readonly say: ((line: string) => void) | undefined;
  readonly truthOf: (judged: Judged) => Truth;
  readonly watched: ReturnType<typeof watchedChecker>;
  readonly firstSeen: ReturnType<typeof firstSeenChecker>;
  readonly tableOrder: ReturnType<typeof tableOrderChecker>;
  readonly summaries: ReturnType<typeof summaryChecker>;
  runs: number;
  faults: readonly ReadingFault[];
  readonly steadiness: ReturnType<typeof steadiness>;
  /** The run before was alone, and nothing befell it. */
  isClean: boolean;
}

/** Milliseconds. */
export const minute = 60_000;
export const hour = 60 * minute;

/** Between two runs. */
const gaps = [15 * minute, 6 * hour, 6 * hour, 25 * hour, 3 * hour + 1234];

/** A run that begins some time after the one before. */
export const newRun = (schedule: Schedule, kind: string, faults: readonly ReadingFault[], gap?: number): Run => {
  const { simulation, random, world, missing } = schedule;
  const accounts = schedule.accounts.filter(accountId => accountId !== missing);
  simulation.time += gap ?? random.pick(gaps);
  schedule.runs += 1;
  const skew = drawSkew(schedule.beside);
  const vanishing = drawVanishing(schedule.vanishing);
  // Runs that must read everything are of other kinds.
  const again = kind === 'single' ? drawSecondLook(vanishing, accounts[0]) : [];
  return {
    runId: `run-${String(schedule.runs).padStart(3, '0')}`,
    startedAt: simulation.now(),
    world: structuredClone(world),
    outcome: 'not begun',
    ...{ kind, accounts },
    faults: [...faults, ...again],
    ...skew,
    ...vanishing,
  };
};

const told = (run: Run): string => {
  const { runId, startedAt, kind, outcome, faults, crash, repeat, denied, rates, vanishing, notified } = run;
  return `${runId} ${startedAt} ${kind} ${outcome} ${JSON.stringify({ faults, crash, repeat, denied, rates, vanishing, notified })}`;
};

const tell = ({ simulation, say }: Schedule, run: Run): void => {
  say?.(told(run));
  for (const step of say === undefined ? [] : viewOf(simulation.table).history)
    if (step.runId === run.runId)
      say?.(`  ${step.accountId} ${step.kind} ${step.ruleId} ${step.state.subject}: ${step.summary}`);
};

/** The weekly summary, alone or while runs are under way. */
export const runSummary = async (schedule: Schedule, isAlone: boolean): Promise<void> => {
  const { simulation, beside, profile, summaries } = schedule;
  const run = newRun(schedule, 'summary', [], 0);
  disturbSummary(beside, profile, run);
  await summarize(simulation, run);
  if (run.repeat) await simulation.invocations.release();
  tell(schedule, run);
  summaries.follow(run, isAlone && simulation.table.lagging() === 0);
};

const truthFor = ({ simulation, truthOf }: Schedule, runId: string): Truth | undefined => {
  const run = simulation.runs.get(runId);
  if (run === undefined || (run.isFast && run.base === undefined)) return undefined;
  return truthOf(run.isFast ? judgedBy(run) : run);
};

/** Tells of a run, and checks what must hold after it. `overtaken`: accounts that a run has written which began later. */
export const checkAfter = (schedule: Schedule, run: Run, overtaken: readonly string[] = []): void => {
  const { simulation, verdicts, steadiness } = schedule;
  tell(schedule, run);
  schedule.watched.follow();
  schedule.tableOrder();
  schedule.firstSeen(viewOf(simulation.table));
  if (run.isFast) verdicts.note(run.base === undefined ? 'a fast run before any full one' : 'a run of the fast lane');
  steadiness.begin(run);
  if (run.base !== undefined || !run.isFast)
    checkRun(simulation, run, { truthOf: runId => truthFor(schedule, runId), overtaken }, verdicts);
  steadiness.end(run, overtaken.length === 0 && isWhole(simulation, run));
  simulation.shown.follow(run, !run.isFast && isClean(run) && hasEnded(run));
};
