import type { PlannedStep } from '../../plan/plan.ts';
import type { JournalEntry } from './journal.ts';

/** Steps of a plan that are in none of a journal's lines: not run. */
export const notRunOf = (entries: readonly JournalEntry[], steps: number): readonly number[] => {
  const begun = new Set(entries.flatMap(one => (one.event === 'begin' || one.event === 'skipped' ? [one.number] : [])));
  return Array.from({ length: steps }, (_, at) => at + 1).filter(number => !begun.has(number));
};

/** The steps of a journal that were done, that failed and how they ended, and that were not run: one sentence each. */
export const progressInWords = (entries: readonly JournalEntry[], steps: number): string => {
  const done = entries.flatMap(one => (one.event === 'done' ? [one.number] : []));
  const skipped = entries.flatMap(one => (one.event === 'skipped' ? [one.number] : []));
  const failed = entries.flatMap(one => (one.event === 'failed' ? [one] : []));
  const open = entries.flatMap(one =>
    one.event === 'begin' && !done.includes(one.number) && !failed.some(({ number }) => number === one.number)
      ? [one.number]
      : [],
  );
  const notRun = notRunOf(entries, steps);
  return [
    `Done: ${named(done)}.`,
    ...(skipped.length === 0 ? [] : [`Done already: ${named(skipped)}.`]),
    ...failed.map(({ number, isWritten }) => `Failed: step ${number}, ${outcomes[String(isWritten)]}.`),
    ...open.map(number => `Begun: step ${number}, it is not known how it ended.`),
    `Not run: ${named(notRun)}.`,
  ].join(' ');
};

const outcomes: Readonly<Record<string, string>> = {
  true: 'but its write took effect',
  false: 'and nothing was written',
  undefined: 'and what it wrote could not be read',
};

const named = (numbers: readonly number[]): string =>
  numbers.length === 0 ? 'no step' : `${numbers.length === 1 ? 'step' : 'steps'} ${numbers.join(', ')}`;

/** The way on without the findings of a step; empty where there are no others. */
export const goingOn = ({ findingIds }: PlannedStep, steps: readonly PlannedStep[]): string => {
  const others = [...new Set(steps.flatMap(one => one.findingIds))].filter(id => !findingIds.includes(id));
  return findingIds.length === 0 || others.length === 0
    ? ''
    : `. To do the rest without it: irsa-auditor fix --apply ${others.map(id => id.slice(0, 8)).join(' ')}`;
};
