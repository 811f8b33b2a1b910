import { isAsAudited, isAsWritten, isSound, type State, undoInWords, undoOf } from '../../fixes/change-table.ts';
import { act } from '../../fixes/step.ts';
import type { Act, Change } from '../../model.ts';
import { gainsByChange } from '../../plan/gains-by-change.ts';
import { visible } from '../../text.ts';
import { checkTargets, isSameState, runStep, Stopped, stateNow, type Workbench } from './carry-out.ts';
import type { Journal, JournalEntry } from './journal.ts';

type Begin = JournalEntry & { readonly event: 'begin' };

/** The outcome of undoing: steps that were undone, and those that cannot be. */
interface Undone {
  readonly undone: number;
  readonly kept: readonly string[];
}

/**
 * Goes back, last step first. Each is undone only while the state is the one that it left: what somebody else changed since
 * is not overwritten, and stops the undoing. Without a person who is asked, no step is undone by which somebody gains something, now or later.
 * Throws `Stopped`.
 */
export const undoJournal = async (
  entries: readonly JournalEntry[],
  journal: Journal,
  bench: Workbench,
  isAsked = true,
): Promise<Undone> => {
  const kept: string[] = [];
  let undone = 0;
  for (const begin of openSteps(entries)) {
    const { number, change } = begin;
    const step = act(change);
    await checkTargets([step], bench);
    const done = entries.find(one => one.event === 'done' && one.number === number);
    const now = await stateNow(step, bench);
    const isLeft = done?.event === 'done' && isSameState(now, done.after);
    if (!isLeft && wasNotRun(begin, now)) {
      // It failed before its write, or an undoing that was broken off has gone back already.
      if (done !== undefined) journal.write({ event: 'undone', at: bench.now(), number });
      continue;
    }
    const left = done?.event === 'done' ? done.after : undefined;
    const steps = wayBack(change, begin.before, left);
    if (steps === undefined) {
      kept.push(`step ${number}: ${whyKept(change)}`);
      continue;
    }
    if ((!isLeft && !wasRun(begin, now)) || steps.some(one => isForOther(one, now)))
      throw new Stopped(`step ${number} is not undone: what it wrote was changed since`);
    const [gain] = steps.flatMap(one => gainsByChange(one.change, bench.now()));
    if (!isAsked && gain !== undefined) {
      kept.push(`step ${number}: not undone with --yes: ${visible(gain)}. Run --undo without --yes and answer`);
      continue;
    }
    if (!(await confirmed(number, steps, bench))) throw new Stopped(`undoing step ${number} was declined`);
    for (const each of steps) await runStep(each, bench);
    journal.write({ event: 'undone', at: bench.now(), number });
    bench.say(`step ${number}: undone`);
    undone += 1;
  }
  return { undone, kept };
};

/** The steps back; undefined where there is none, or where the journal holds a state that fix does not write. */
const wayBack = (change: Change, before: State = { kind: 'absent' }, left?: State): readonly Act[] | undefined => {
  const back = undoOf(change, before, left);
  return back?.every(isSound) === true ? back.map(one => act(one)) : undefined;
};

/** Each step back is shown before a person is asked. */
const confirmed = async (number: number, steps: readonly Act[], bench: Workbench): Promise<boolean> => {
  for (const step of steps) if (!(await bench.confirm(number, step))) return false;
  return true;
};

/** A way back that a journal names: its step, and the changes that go back. */
interface WayBack {
  readonly number: number;
  readonly steps: readonly Act[];
}

/** The ways back that the lines of a journal name, last step first; nothing is read of the world. */
export const waysBackIn = (entries: readonly JournalEntry[]): readonly WayBack[] =>
  openSteps(entries).map(({ number, change, before }) => {
    const done = entries.find(one => one.event === 'done' && one.number === number);
    return { number, steps: wayBack(change, before, done?.event === 'done' ? done.after : undefined) ?? [] };
  });

const whyKept = (change: Change): string => {
  const words = undoInWords(change);
  return words.startsWith('can be undone') ? 'cannot be undone: what was there before it is not known' : words;
};

/** Steps that began and were not undone, last first. */
const openSteps = (entries: readonly JournalEntry[]): readonly Begin[] => {
  const closed = new Set(entries.flatMap(one => (one.event === 'undone' ? [one.number] : [])));
  return entries.filter((one): one is Begin => one.event === 'begin' && !closed.has(one.number)).toReversed();
};

/** True for a deletion of what is not as the step left it any more. */
const isForOther = ({ change }: Act, now: State | undefined): boolean =>
  change.kind === 'service-account-deleted' && now?.kind === 'there' && !isAsAudited(change, now);

/** A step that was broken off after its write. */
const wasRun = ({ change }: Begin, now: State | undefined): boolean => now !== undefined && isAsWritten(change, now);

/** A step that was broken off before its write: the state before it is still there. */
const wasNotRun = ({ change, before }: Begin, now: State | undefined): boolean =>
  now !== undefined && isSameState(now, before) && !isAsWritten(change, now);
