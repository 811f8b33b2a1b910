import { type RenderOptions, whoAmI, withProfile } from '../../fixes/render-step.ts';
import type { Step } from '../../model/step.ts';
import type { PlannedStep } from '../../plan/plan.ts';
import { isAsAudited, isAsWritten, type State, stateIn, stateRead } from '../../plan/state.ts';
import { given } from '../../text/given.ts';
import { visible } from '../../text/visible-text.ts';
import type { Journal } from './journal.ts';
import type { RunTool } from './run-tool.ts';

/** A step that could not be carried out, or that must not be: the world is another one than the plan's. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
}

/** What carrying out a plan needs. */
export interface Workbench {
  readonly run: RunTool;
  readonly options: RenderOptions;
  readonly now: () => string;
  /** Asks a person; resolves to false where the answer is not yes. */
  readonly confirm: (number: number, step: Step) => Promise<boolean>;
  readonly say: (line: string) => void;
  /** True once a person pressed ^C. */
  readonly isInterrupted?: () => boolean;
}

/** Reads the state of every step at first: what is not as the audit saw it stops the plan before anything is written. */
export const readStates = async (
  steps: readonly PlannedStep[],
  bench: Workbench,
): Promise<readonly (State | undefined)[]> => {
  await checkAccounts(steps, bench);
  const states: (State | undefined)[] = [];
  for (const [at, step] of steps.entries()) {
    const state = await stateNow(step, bench);
    if (
      state !== undefined &&
      step.change !== undefined &&
      !isAsAudited(step.change, state) &&
      !isAsWritten(step.change, state) &&
      !isWaiting(step, steps.slice(0, at))
    )
      throw new Stopped(
        `step ${at + 1} is not run: what it writes ${state.kind === 'absent' ? 'does not exist any more' : 'was changed since the audit'}`,
      );
    states.push(state);
  }
  return states;
};

/** True where a step before creates what this one writes: it cannot be there yet. */
const isWaiting = (step: Step, earlier: readonly Step[]): boolean =>
  earlier.some(({ change }, at) => change?.kind.endsWith('-created') && isSamePlace(step, earlier[at] ?? step));

/** True for steps that read their state at one place: the later one finds what the earlier one left. */
const isSamePlace = (a: Step, b: Step): boolean => {
  const [one, other] = [stateRead(a), stateRead(b)];
  return one !== undefined && a.tool === b.tool && JSON.stringify(one) === JSON.stringify(other);
};

/** True where the world is as the step leaves it, and not as it was before: an earlier run got that far. */
const isDone = ({ change }: Step, state: State | undefined): boolean =>
  change !== undefined && state !== undefined && isAsWritten(change, state) && !isAsAudited(change, state);

/** The credentials must be of the account that each step is for. */
export const checkAccounts = async (steps: readonly Step[], { run, options }: Workbench): Promise<void> => {
  const asked = new Set<string>();
  for (const step of steps) {
    const { accountId, region } = step.target;
    const key = JSON.stringify([accountId, region]);
    if (step.tool !== 'aws' || accountId === undefined || asked.has(key)) continue;
    asked.add(key);
    const { code, stdout, stderr } = await run('aws', withProfile(step, whoAmI(region), options));
    if (code === undefined) throw new Stopped(`aws could not be run: ${visible(stderr.trim())}`);
    if (code !== 0) throw new Stopped(`aws sts get-caller-identity failed: ${visible(stderr.trim())}`);
    if (stdout.trim() !== accountId)
      throw new Stopped(`the credentials are of account ${visible(stdout.trim())}, and the plan is for ${accountId}`);
  }
};

/** The state of what a step writes, now; undefined where there is nothing to compare. */
export const stateNow = async (step: Step, { run, options }: Workbench): Promise<State | undefined> => {
  const args = stateRead(step);
  if (args === undefined || step.change === undefined) return undefined;
  const { code, stdout, stderr } = await run(step.tool, withProfile(step, args, options));
  if (code === 0) return stateIn(step.change, stdout);
  if (/\((?:NoSuchEntity|ResourceNotFoundException)\)/.test(stderr)) return { kind: 'absent' };
  throw new Stopped(
    `${step.tool} ${code === undefined ? 'could not be run' : 'could not read what the step writes'}: ${visible(stderr.trim())}`,
  );
};

/** True for the same state. */
export const isSameState = (a: State | undefined, b: State | undefined): boolean =>
  JSON.stringify(a) === JSON.stringify(b);

/**
 * Runs the steps in order, each after a person said yes, and only while the state is the one that was read at first, or that
 * a step before left. What is as the step leaves it is not written again. Throws `Stopped` where one fails: those after it
 * are not run. Returns how many were run.
 */
export const carryOut = async (
  steps: readonly PlannedStep[],
  states: readonly (State | undefined)[],
  journal: Journal,
  bench: Workbench,
): Promise<number> => {
  const expected = [...states];
  let run = 0;
  for (const [at, step] of steps.entries()) {
    const number = at + 1;
    const before = await agreedState(number, step, expected[at], bench);
    if (isDone(step, before)) {
      journal.write({ event: 'skipped', at: bench.now(), number });
      bench.say(`step ${number}: was done already`);
      continue;
    }
    await checkAccounts([step], bench);
    await written(number, step, before, journal, bench);
    run += 1;
    for (const [later, other] of steps.entries())
      if (later > at && isSamePlace(step, other)) expected[later] = await stateNow(other, bench);
  }
  return run;
};

/** The state before a step, once a person said yes to it. Throws `Stopped` where that is not the state that is expected. */
const agreedState = async (
  number: number,
  step: Step,
  expected: State | undefined,
  bench: Workbench,
): Promise<State | undefined> => {
  const interrupted = new Stopped(`it was interrupted before step ${number}`);
  if (bench.isInterrupted?.()) throw interrupted;
  if (!isDone(step, expected) && !(await bench.confirm(number, step)))
    throw bench.isInterrupted?.() ? interrupted : new Stopped(`step ${number} was declined`);
  const before = await stateNow(step, bench);
  if (!isSameState(before, expected))
    throw new Stopped(`step ${number} is not run: what it writes was changed meanwhile`);
  return before;
};

/** Runs a step between two lines of the journal. */
const written = async (
  number: number,
  step: PlannedStep,
  before: State | undefined,
  journal: Journal,
  bench: Workbench,
): Promise<void> => {
  const known = before === undefined ? {} : { before };
  journal.write({ event: 'begin', at: bench.now(), number, step: plain(step), ...known });
  await runStep(step, bench).catch(async (error: unknown) => {
    const isWritten = await isWrittenNow(step, before, bench);
    const why = error instanceof Error ? error.message : String(error);
    const outcome = isWritten === undefined ? {} : { isWritten };
    journal.write({ event: 'failed', at: bench.now(), number, why, ...outcome });
    throw error;
  });
  // The tool said that it is done: that it cannot be read again does not change that.
  const after = await stateNow(step, bench).catch(() => undefined);
  journal.write({ event: 'done', at: bench.now(), number, ...given({ after }) });
  bench.say(`step ${number}: done`);
};

/** Whether a step that failed was written all the same: its answer may have been lost. Undefined where that cannot be read,
 *  or is neither the state before nor the one that the step leaves. */
const isWrittenNow = async (step: Step, before: State | undefined, bench: Workbench): Promise<boolean | undefined> => {
  const now = await stateNow(step, bench).catch(() => undefined);
  if (now === undefined || step.change === undefined) return undefined;
  if (isAsWritten(step.change, now)) return true;
  return isSameState(now, before) ? false : undefined;
};

/** The step without what only the plan knows. */
const plain = ({ findingIds: _, ...step }: PlannedStep): Step => step;

/** Runs one step. Throws `Stopped` with what the tool said. */
export const runStep = async (step: Step, { run, options }: Workbench): Promise<void> => {
  const { tool, onlyIf, otherwise, input } = step;
  const call = (args: readonly string[], given?: string) => run(tool, withProfile(step, args, options), given);
  if (onlyIf !== undefined) {
    const asked = await call(onlyIf.args);
    if (asked.code !== 0) throw new Stopped(`${tool} failed: ${visible(asked.stderr.trim())}`);
    if (asked.stdout.trim() !== onlyIf.prints) return;
  }
  const first = await call(step.args, input);
  const last = first.code !== 0 && otherwise !== undefined ? await call(otherwise) : first;
  if (last.code !== 0)
    throw new Stopped(
      `${tool} failed (${last.code === undefined ? 'it could not be run' : `exit code ${last.code}`}): ${visible(last.stderr.trim())}`,
    );
};
