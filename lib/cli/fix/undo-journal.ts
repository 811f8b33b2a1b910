import type { Step } from '../../model/step.ts';
import { isAsWritten, type State } from '../../plan/state.ts';
import { undoInWords, undoSteps } from '../../plan/undo.ts';
import { checkAccounts, isSameState, runStep, Stopped, stateNow, type Workbench } from './carry-out.ts';
import type { Journal, JournalEntry } from './journal.ts';

type Begin = JournalEntry & { readonly event: 'begin' };

/** What undoing came to: steps that were undone, and those that cannot be. */
export interface Undone {
  readonly undone: number;
  readonly kept: readonly string[];
}

/**
 * Goes back, last step first. Each is undone only while the state is the one that it left: what somebody else changed since
 * is not overwritten, and stops the undoing. Throws `Stopped`.
 */
export const undoJournal = async (
  entries: readonly JournalEntry[],
  journal: Journal,
  bench: Workbench,
): Promise<Undone> => {
  const kept: string[] = [];
  let undone = 0;
  for (const begin of openSteps(entries)) {
    const { number, step } = begin;
    await checkAccounts([step], bench);
    const done = entries.find(one => one.event === 'done' && one.number === number);
    const now = await stateNow(step, bench);
    const isLeft = done?.event === 'done' && isSameState(now, done.after);
    if (!isLeft && wasNotRun(begin, now)) {
      // It failed before its write, or an undoing that was broken off has gone back already.
      if (done !== undefined) journal.write({ event: 'undone', at: bench.now(), number });
      continue;
    }
    const steps = undoSteps(step, begin.before ?? { kind: 'absent' });
    if (steps === undefined) {
      kept.push(`step ${number}: ${whyKept(step)}`);
      continue;
    }
    if (!isLeft && !wasRun(begin, now))
      throw new Stopped(`step ${number} is not undone: what it wrote was changed since`);
    if (!(await bench.confirm(number, steps[0] ?? step))) throw new Stopped(`undoing step ${number} was declined`);
    for (const each of steps) await runStep(each, bench);
    journal.write({ event: 'undone', at: bench.now(), number });
    bench.say(`step ${number}: undone`);
    undone += 1;
  }
  return { undone, kept };
};

const whyKept = (step: Step): string => {
  const words = undoInWords(step);
  return words.startsWith('can be undone') ? 'cannot be undone: what was there before it is not known' : words;
};

/** Steps that began and were not undone, last first. */
const openSteps = (entries: readonly JournalEntry[]): readonly Begin[] => {
  const closed = new Set(entries.flatMap(one => (one.event === 'undone' ? [one.number] : [])));
  return entries.filter((one): one is Begin => one.event === 'begin' && !closed.has(one.number)).toReversed();
};

/** A step that was broken off after its write. */
const wasRun = ({ step: { change } }: Begin, now: State | undefined): boolean =>
  change !== undefined && now !== undefined && isAsWritten(change, now);

/** A step that was broken off before its write: the state before it is still there. */
const wasNotRun = ({ step, before }: Begin, now: State | undefined): boolean =>
  now !== undefined && isSameState(now, before) && !(step.change !== undefined && isAsWritten(step.change, now));
