import * as z from 'zod';
import { managerFields, managerIn } from '../../collect/kubernetes/object-manager.ts';
import {
  conditionsOf,
  isAsAudited,
  isAsWritten,
  managedOf,
  readOf,
  type State,
  stateIn,
} from '../../fixes/change-table.ts';
import { type Command, type CommandOptions, wordsOf } from '../../fixes/command.ts';
import { whoAmI } from '../../fixes/render-step.ts';
import { commandsOf, targetOfStep } from '../../fixes/step.ts';
import { type Act, type Change, type ClusterPlace, managedInWords } from '../../model.ts';
import type { PlannedStep } from '../../plan/plan.ts';
import { given, jsonOf, valueAt, visible } from '../../text.ts';
import { contextOfCluster, type KnownContext } from '../kubeconfig/cluster-context.ts';
import type { Journal } from './journal.ts';
import { goingOn } from './progress-in-words.ts';
import type { RunTool, ToolRun } from './run-tool.ts';

/** A step that could not be carried out, or that must not be: the state is not the one that the plan was made for. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
}

/** The ports of carrying out a plan. */
export interface Workbench {
  readonly run: RunTool;
  readonly options: CommandOptions;
  /** The contexts that kubectl may be led by. */
  readonly contexts: readonly KnownContext[];
  readonly now: () => string;
  /** Asks a person; resolves to false where the answer is not yes. */
  readonly confirm: (number: number, step: Act) => Promise<boolean>;
  readonly say: (line: string) => void;
  /** Waits so many milliseconds. */
  readonly pause: (ms: number) => Promise<void>;
  /** True once a person pressed ^C. */
  readonly isInterrupted?: () => boolean;
}

/** Reads the state of every step at first: what is not as the audit saw it stops the plan before anything is written. */
export const readStates = async (
  steps: readonly PlannedStep[],
  bench: Workbench,
): Promise<readonly (State | undefined)[]> => {
  await checkTargets(steps, bench);
  const states: (State | undefined)[] = [];
  for (const [at, step] of steps.entries()) {
    const { state, manager } = await lookNow(step, bench);
    if (manager !== undefined && !isDone(step, state)) bench.say(`step ${at + 1}: ${manager}`);
    if (
      state !== undefined &&
      !isAsAudited(step.change, state) &&
      !isAsWritten(step.change, state) &&
      !isWaiting(step, steps.slice(0, at))
    )
      throw new Stopped(
        `step ${at + 1} is not run: what it writes ${state.kind === 'absent' ? 'does not exist any more' : 'was changed since the audit'}`,
      );
    if (!isDone(step, state) && !isWaiting(step, steps.slice(0, at))) await checkConditions(at + 1, step, steps, bench);
    states.push(state);
  }
  return states;
};

/** Asks for what must hold before a step begins. Throws `Stopped` with what does not, and how to go on without it. */
const checkConditions = async (
  number: number,
  step: PlannedStep,
  steps: readonly PlannedStep[],
  { run, options }: Workbench,
): Promise<void> => {
  for (const { command, prints, why } of conditionsOf(step.change)) {
    const { stdout } = await run(command.tool, wordsOf(command, command.args, options));
    if (!prints.includes(stdout.trim()))
      throw new Stopped(`step ${number} is not run: ${visible(why)}${goingOn(step, steps)}`);
  }
};

/** True where a step before creates what this one writes: it cannot be there yet. */
const isWaiting = (step: Act, earlier: readonly Act[]): boolean =>
  earlier.some(({ change }, at) => change.kind.endsWith('-created') && isSamePlace(step, earlier[at] ?? step));

/** True for steps that read their state at one place: the later one finds what the earlier one left. */
const isSamePlace = (a: Act, b: Act): boolean => {
  const [one, other] = [readOf(a.change), readOf(b.change)];
  return one !== undefined && JSON.stringify(one) === JSON.stringify(other);
};

/** True where the state is as the step leaves it, and not as it was before: an earlier run got that far. */
const isDone = ({ change }: Act, state: State | undefined): boolean =>
  state !== undefined && isAsWritten(change, state) && !isAsAudited(change, state);

/** The credentials must be of the account of each step, and the context of kubectl must point at its cluster. */
export const checkTargets = async (steps: readonly Act[], bench: Workbench): Promise<void> => {
  const asked = new Set<string>();
  for (const step of steps) {
    const clusters = new Map(
      commandsOf(step).flatMap(({ cluster }) => (cluster ? [[cluster.name, cluster] as const] : [])),
    );
    for (const cluster of clusters.values()) checkCluster(cluster, bench);
    if (clusters.size > 0) continue;
    const { accountId, region } = targetOfStep(step);
    const key = JSON.stringify([accountId, region]);
    if (asked.has(key)) continue;
    asked.add(key);
    await checkAccount(accountId, region, bench);
  }
};

const checkAccount = async (
  accountId: string | undefined,
  region: string | undefined,
  { run, options }: Workbench,
): Promise<void> => {
  if (accountId === undefined || !/^\d{12}$/.test(accountId)) throw new Stopped('a step names no account');
  const { code, stdout, stderr } = await run('aws', wordsOf({ tool: 'aws' }, whoAmI(region), options));
  if (code === undefined) throw new Stopped(`aws could not be run: ${visible(stderr.trim())}`);
  if (code !== 0) throw new Stopped(`aws sts get-caller-identity failed: ${visible(stderr.trim())}`);
  if (stdout.trim() !== accountId)
    throw new Stopped(`the credentials are of account ${visible(stdout.trim())}, and the plan is for ${accountId}`);
};

/** kubectl must go to the server that was audited, whatever the names of contexts are. */
const checkCluster = (cluster: ClusterPlace, { contexts }: Workbench): void => {
  const { name, server, authority } = cluster;
  if (server === undefined && authority === undefined)
    throw new Stopped(`the address of the API server of cluster ${visible(name)} is not known: no step can be for it`);
  if (contextOfCluster(contexts, cluster) === undefined)
    throw new Stopped(
      `no context of the kubeconfig points at cluster ${visible(name)} (${visible(server ?? 'by its certificate authority')}): aws eks update-kubeconfig --kubeconfig FILE writes one; then add --kubeconfig FILE`,
    );
};

/** The state of what a step writes, now; undefined where there is nothing to compare. */
export const stateNow = async (step: Act, bench: Workbench): Promise<State | undefined> =>
  (await lookNow(step, bench)).state;

/** The state of what a step writes, now, and a sentence on the tool that manages a workload: the audit reads none. */
const lookNow = async (
  { change }: Act,
  { run, options }: Workbench,
): Promise<{ readonly state: State | undefined; readonly manager?: string }> => {
  const read = readOf(change);
  if (read === undefined) return { state: undefined };
  const { code, stdout, stderr } = await run(read.tool, wordsOf(read, read.args, options));
  if (code === 0)
    return { state: readState(change, stdout, read.tool), ...given({ manager: managerSentence(change, stdout) }) };
  if (/\((?:NoSuchEntity|ResourceNotFoundException)\)/.test(stderr)) return { state: { kind: 'absent' } };
  throw new Stopped(
    `${read.tool} ${code === undefined ? 'could not be run' : 'could not read what the step writes'}: ${visible(stderr.trim())}`,
  );
};

const managerSentence = (change: Change, answer: string): string | undefined => {
  const managed = managedOf(change);
  if (managed?.kind !== 'workload') return undefined;
  const marks = z.looseObject(managerFields).safeParse(valueAt(jsonOf(answer), 'metadata'));
  const by = marks.success ? managerIn(marks.data) : undefined;
  return by && visible(managedInWords(`${managed.name} of namespace ${managed.namespace}`, by));
};

/** The state in what a tool printed. Throws `Stopped` where that is no JSON. */
const readState = (change: Change, stdout: string, tool: string): State => {
  try {
    return stateIn(change, stdout);
  } catch (cause) {
    if (cause instanceof SyntaxError) throw new Stopped(`${tool} did not print the state as JSON`);
    throw cause;
  }
};

/** True for the same state. */
export const isSameState = (a: State | undefined, b: State | undefined): boolean =>
  JSON.stringify(a) === JSON.stringify(b);

/**
 * Runs the steps in order, each after a person said yes, and only while the state is the one that was read at first, or
 * that a step before left. An object that already has the state after the step is left alone. Throws `Stopped` where
 * one fails: those after it are not run. Returns how many were run.
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
    await checkTargets([step], bench);
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
  step: Act,
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
  journal.write({ event: 'begin', at: bench.now(), number, change: step.change, ...known });
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
const isWrittenNow = async (step: Act, before: State | undefined, bench: Workbench): Promise<boolean | undefined> => {
  const now = await stateNow(step, bench).catch(() => undefined);
  if (now === undefined) return undefined;
  if (isAsWritten(step.change, now)) return true;
  return isSameState(now, before) ? false : undefined;
};

/** Runs the commands of one step. Throws `Stopped` with what the tool said. */
export const runStep = async (step: Act, bench: Workbench): Promise<void> => {
  for (const command of commandsOf(step)) await runCommand(command, bench);
};

/** How long what needs other pods may take, and how often it is asked about. */
export const patience = { deadlineMs: 300_000, intervalMs: 3_000 } as const;

/** Asks again for an eviction that a budget of disruptions does not allow yet: a pod that takes the place of an earlier one must be
 *  ready first. */
const withinBudget = async (evict: () => Promise<ToolRun>, bench: Workbench): Promise<ToolRun> => {
  for (let left: number = patience.deadlineMs; ; left -= patience.intervalMs) {
    const ended = await evict();
    const isRefused = ended.code !== 0 && /\(TooManyRequests\).*disruption budget/s.test(ended.stderr);
    if (!isRefused || left <= 0 || bench.isInterrupted?.() === true) return ended;
    if (left === patience.deadlineMs) bench.say('waiting: a disruption budget allows no eviction now');
    await bench.pause(patience.intervalMs);
  }
};

const runCommand = async (command: Command, bench: Workbench): Promise<void> => {
  const { run, options } = bench;
  const { tool, args, onlyIf = [], input } = command;
  if (tool !== 'aws' && tool !== 'kubectl') throw new Stopped(`${tool} only looks: it is not run`);
  const call = (words: readonly string[], given?: string) => run(tool, wordsOf(command, words, options), given);
  for (const condition of onlyIf) {
    const asked = await call(condition.args);
    if (asked.code !== 0) throw new Stopped(`${tool} failed: ${visible(asked.stderr.trim())}`);
    if (asked.stdout.trim() !== condition.prints) return;
  }
  const { code, stderr } = await withinBudget(() => call(args, input), bench);
  if (code !== 0)
    throw new Stopped(
      `${tool} failed (${code === undefined ? 'it could not be run' : `exit code ${code}`}): ${visible(stderr.trim())}`,
    );
};
