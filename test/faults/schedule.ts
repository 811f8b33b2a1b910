/**
 * One schedule: a world that changes, an auditor whose calls fail, some runs, and at the end some quiet ones. Everything
 * is drawn from the seed; the promises are checked after each run and at the end.
 */
import { maxAttempts } from '../../lib/audit/drain.ts';
import {
  calm,
  disturb,
  drawAccounts,
  drawOptions,
  drawProfile,
  drawWaivers,
  drawWeather,
  type Profile,
} from './draw.ts';
import { newFastRun, runFast } from './fast-lane.ts';
import { firstSeenChecker } from './promises/after-run.ts';
import { checkAlerts } from './promises/alerts.ts';
import { followBase } from './promises/fast-truth.ts';
import { checkHistory } from './promises/history.ts';
import { checkIdle, somethingWaits } from './promises/idle.ts';
import { steadiness } from './promises/steadiness.ts';
import { summaryChecker } from './promises/summaries.ts';
import { tableOrderChecker } from './promises/table-order.ts';
import { truths } from './promises/truth.ts';
import { type Verdicts, type Violation, verdictsOf } from './promises/verdicts.ts';
import { watchedChecker } from './promises/watched.ts';
import { randomOf } from './random.ts';
import type { Destinations } from './simulation/destinations.ts';
import { settle } from './simulation/invocations.ts';
import { machines } from './simulation/machine.ts';
import { hasEnded, isClean, type Run } from './simulation/run.ts';
import { simulationOf } from './simulation/simulation.ts';
import { withoutRealTime } from './simulation/without-real-time.ts';
import { execute } from './simulation/workflow.ts';
import { checkAfter, hour, minute, newRun, runSummary, type Schedule } from './under-way.ts';
import { drawFaults, type ReadingFault } from './world/reading-faults.ts';
import { makeWorld, mutate } from './world/world.ts';

/** How one schedule ended. */
export interface Outcome {
  readonly seed: number;
  readonly profile: Profile;
  readonly runs: number;
  readonly violations: readonly Violation[];
  readonly notes: Readonly<Record<string, number>>;
  readonly allowances: Verdicts['allowances'];
  readonly stats: Readonly<Record<string, number>>;
}

export interface ScheduleOptions {
  readonly profile?: Profile | undefined;
  /** Is told what happens, line by line. */
  readonly say?: ((line: string) => void) | undefined;
}

const day = 24 * hour;

const someFaults = ({ random, world, simulation, faults }: Schedule): readonly ReadingFault[] => {
  if (random.chance(0.4)) return [];
  return random.chance(0.3) && faults.length > 0 ? faults : drawFaults(random, world, simulation.options.asked);
};

const someChanges = ({ random, world, say }: Schedule, most: number): void => {
  const changes = Array.from({ length: 1 + random.int(most) }, () => mutate(random, world));
  say?.(`the world changes: ${changes.join(', ')}`);
};

const overlapping = (schedule: Schedule, faults: readonly ReadingFault[], gap?: number): Run => {
  const { random, profile } = schedule;
  const run = newRun(schedule, 'overlap', faults, gap);
  disturb(random, profile, run);
  return beside(run, profile);
};

/** A run that another one is at work beside. */
const beside = (run: Run, profile: Profile): Run => {
  run.overlapped = true;
  run.ticks = 4;
  if (profile !== 'storm') {
    run.crash = undefined;
    run.repeat = undefined;
  }
  return run;
};

/** The newer one of two runs: a fast one in some schedules. */
const drawNewer = async (schedule: Schedule, shift: number): Promise<Run> => {
  const { random, profile, comings } = schedule;
  const faults = random.chance(0.6) ? [] : someFaults(schedule);
  if (!comings.chance(0.25)) return overlapping(schedule, faults, shift);
  return beside(await newFastRun(schedule), profile);
};

/** Two runs at once, the world changing between what they read. */
const runTwo = async (schedule: Schedule, faults: readonly ReadingFault[]): Promise<void> => {
  const { random, simulation, profile } = schedule;
  const older = overlapping(schedule, faults);
  const shift = random.pick([0, 1000, minute, 5 * minute]);
  if (random.chance(0.7)) someChanges(schedule, 3);
  const ahead = random.int(60);
  const first = execute(simulation, older);
  await settle(ahead);
  // The lists of the newer run lack nothing by IAM's consistency that this one may have seen gone.
  simulation.shown.follow(older, false);
  // A run whose execution is stopped gives way while its functions are still at work: so two are at work at once.
  if (!schedule.beside.chance(0.2)) await simulation.store.releaseRun(older.runId);
  const newer = await drawNewer(schedule, shift);
  const second = execute(simulation, newer);
  if (profile === 'storm' && random.chance(0.5)) {
    await settle(random.int(20));
    await simulation.invocations.release();
  }
  const third = schedule.beside.chance(0.2) ? runSummary(schedule, false) : undefined;
  await Promise.all([first, second, third]);
  if (profile === 'storm') {
    if (random.chance(0.7)) await simulation.invocations.release();
    await settle(300);
  }
  if (newer.isFast) followBase(simulation, newer, schedule.verdicts);
  checkAfter(schedule, older, newer.outcome === 'skipped' ? [] : newer.accounts);
  // Two that began at the same instant have no order: either may be the last.
  checkAfter(schedule, newer, newer.startedAt > older.startedAt ? [] : older.accounts);
  schedule.isClean = false;
};

const runOne = async (schedule: Schedule, faults: readonly ReadingFault[]): Promise<void> => {
  const { random, simulation, profile } = schedule;
  const run = newRun(schedule, 'single', faults);
  if (!random.chance(0.25)) disturb(random, profile, run);
  const clean = isClean(run);
  if (run.repeat?.kind === 'zombie' && random.chance(0.5))
    run.beforeNotify = async () => {
      if (random.chance(0.5)) await simulation.invocations.release();
    };
  await execute(simulation, run);
  if (run.repeat) await simulation.invocations.release();
  else await settle(3);
  checkAfter(schedule, run);
  schedule.isClean = clean && hasEnded(run);
};

/** Only that what came and went is read again: that is told after some runs in a row, whatever they are. */
const isReturnOfCoverage = ({ delivered }: Destinations, { runId }: Run): boolean => {
  const digests = delivered.flatMap(({ by, digest }) => (by === runId ? [digest] : []));
  return (
    digests.length > 0 &&
    digests.every(
      ({ transitions, factChanges, coverage }) =>
        transitions.length + factChanges.length === 0 &&
        coverage?.notices.every(({ kind, comesAndGoes }) => kind === 'returned' && comesAndGoes) === true,
    )
  );
};

/** The same once more, a minute later: nothing is written, nothing is sent. */
const runAgain = async (schedule: Schedule): Promise<void> => {
  const { simulation, verdicts } = schedule;
  calm(simulation);
  const mark = simulation.table.writes.length;
  const attempts = simulation.destinations.attempts();
  const waits = somethingWaits(simulation);
  const run = newRun(schedule, 'again', [], minute);
  await execute(simulation, run);
  if (run.outcome !== 'succeeded') verdicts.bad('clean-run-failed', `${run.runId}: ${run.outcome}`);
  const wrote = simulation.table.writes
    .slice(mark)
    .map(({ operation, key }) => ({ operation, key: key.replace('\u0000', ' ') }))
    .filter(({ key }) => !/watermark|lease|^runs/.test(key));
  const [first] = wrote;
  const isMarked = first === undefined || (waits && wrote.every(({ operation }) => operation === 'UpdateItem'));
  const isSent = simulation.destinations.attempts() > attempts;
  if (!isMarked)
    verdicts.bad('unchanged-writes', `${run.runId} wrote ${wrote.length}: ${first.operation} ${first.key}`);
  if (waits && (first !== undefined || isSent)) verdicts.allow('an unchanged run sends what waited');
  else if (isSent) {
    if (isReturnOfCoverage(simulation.destinations, run))
      verdicts.allow('an unchanged run tells that coverage is back');
    else verdicts.bad('unchanged-sends', run.runId);
  }
  checkAfter(schedule, run);
  schedule.isClean = true;
};

/** Waivers and targets come and go; what came too late for its sender is there. */
const comeAndGo = ({ accounts, comings, simulation, world, ...schedule }: Schedule): Pick<Schedule, 'missing'> => {
  simulation.destinations.arriveLate();
  if (comings.chance(0.12)) world.waivers = drawWaivers(comings, accounts.length === 1);
  if (accounts.length === 1 || !comings.chance(0.12)) return { missing: schedule.missing };
  return { missing: schedule.missing === undefined ? comings.pick(accounts) : undefined };
};

const round = async (schedule: Schedule, number: number): Promise<void> => {
  const { random, simulation, profile } = schedule;
  if (number > 0 && !random.chance(0.35)) someChanges(schedule, 4);
  if (random.chance(0.06)) simulation.time += 100 * day;
  simulation.invocations.kill();
  simulation.sweep();
  simulation.table.flush();
  drawWeather(random, schedule.comings, profile, simulation);
  const dead = simulation.destinations.states.get(schedule.dead ?? '');
  if (dead !== undefined) dead.down = true;
  if (number > 0) schedule.missing = comeAndGo(schedule).missing;
  if (number > 0 && schedule.beside.chance(0.15)) await runSummary(schedule, true);
  const faults = profile === 'infra' && random.chance(0.6) ? [] : someFaults(schedule);
  schedule.faults = faults;
  if (
    profile === 'overlap' ||
    (profile === 'storm' && random.chance(0.7)) ||
    (profile === 'mix' && random.chance(0.3))
  ) {
    await runTwo(schedule, faults);
    return;
  }
  if (number > 0 && schedule.comings.chance(0.2)) await runFast(schedule);
  await runOne(schedule, faults);
  if (schedule.isClean && random.chance(0.5)) await runAgain(schedule);
};

/** Everything works again: after three runs all is told and nothing is left over. */
const finish = async (schedule: Schedule): Promise<void> => {
  const { simulation, verdicts } = schedule;
  simulation.invocations.kill();
  calm(simulation);
  schedule.missing = undefined;
  for (const gap of [7 * hour, minute, 12 * hour + 1]) {
    simulation.sweep();
    simulation.time += gap;
    const at = new Date(simulation.time).getUTCHours();
    // By day: no quiet hours.
    if (at < 8 || at > 20) simulation.time += 12 * hour;
    const run = newRun(schedule, 'final', [], 0);
    await execute(simulation, run);
    checkAfter(schedule, run);
    if (run.outcome !== 'succeeded') verdicts.bad('does-not-converge', `${run.runId}: ${run.outcome}`);
  }
  await checkHistory(simulation, verdicts);
  checkAlerts(simulation, verdicts);
  schedule.watched.check();
  schedule.summaries.check();
  checkIdle(simulation, verdicts);
};

/** Runs the schedule of a seed. One at a time: it takes real time away from the whole process. */
export const runSchedule = async (seed: number, options: ScheduleOptions = {}): Promise<Outcome> => {
  await machines();
  return withoutRealTime(seed, () => runDrawn(seed, options));
};

const runDrawn = async (seed: number, { profile: given, say }: ScheduleOptions): Promise<Outcome> => {
  const random = randomOf(seed);
  const profile = given ?? drawProfile(random);
  const accounts = drawAccounts(random);
  const options = drawOptions(random, accounts);
  const waivers = drawWaivers(random, accounts.length === 1);
  // The faults of single calls are drawn apart: a product that makes one call more still has the same world and faults.
  const simulation = simulationOf(randomOf(~seed), options);
  const world = makeWorld(random, accounts, waivers);
  const verdicts = verdictsOf();
  const judged = truths();
  const schedule: Schedule = {
    ...{ random, profile, accounts, simulation, world, verdicts },
    beside: randomOf(seed + 500_000_000),
    comings: randomOf(seed + 1_500_000_000),
    vanishing: randomOf(seed + 1_000_000_000),
    say,
    truthOf: run => judged(run, simulation),
    watched: watchedChecker(simulation, verdicts),
    firstSeen: firstSeenChecker(simulation, verdicts),
    tableOrder: tableOrderChecker(simulation, verdicts),
    summaries: summaryChecker(simulation, verdicts),
    steadiness: steadiness(run => judged(run, simulation)),
    runs: 0,
    faults: [],
    isClean: false,
  };
  say?.(`seed ${seed}, profile ${profile}, ${accounts.length} accounts, ${JSON.stringify(options)}`);
  // A destination that is down for so long that what waits for it is given up.
  if (schedule.comings.chance(0.03)) schedule.dead = schedule.comings.pick([...simulation.destinations.states.keys()]);
  const rounds = 3 + random.int(5) + (schedule.dead === undefined ? 0 : maxAttempts);
  for (let number = 0; number < rounds; number += 1) await round(schedule, number);
  await finish(schedule);
  const { violations, notes, allowances } = verdicts;
  return { seed, profile, runs: schedule.runs, violations, notes, allowances, stats: simulation.stats };
};
