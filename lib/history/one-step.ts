/**
 * Several steps of one finding in one digest are one: from the state before the first to the state after the last. A
 * receiver takes steps in any order, and ends with the state that is true now.
 */

import { atLeast } from '../model.ts';
import { given } from '../text.ts';
import { reassessedWords } from './compare-finding.ts';
import { inTurns } from './keep-changes.ts';
import { isClosing } from './open-as.ts';
import type { Transition, TransitionKind } from './transition.ts';

/** One step for each finding of an account, where its first one stood. */
export const oneStepEach = (transitions: readonly Transition[]): readonly Transition[] =>
  [
    ...Map.groupBy(transitions, ({ after: { finding } }) => JSON.stringify([finding.accountId, finding.id])).values(),
  ].flatMap(steps => {
    const [first, ...others] = steps.toSorted(inOrder);
    return first === undefined ? [] : [others.reduce(joined, first)];
  });

/** A finding that was forgotten and comes back begins at version 1 again, with a later opening. */
const inOrder = ({ after: a }: Transition, { after: b }: Transition): number =>
  a.firstSeenAt === b.firstSeenAt ? a.version - b.version : a.firstSeenAt < b.firstSeenAt ? -1 : 1;

const joined = (first: Transition, last: Transition): Transition => {
  const { before: _before, changedBy: _events, ...rest } = last;
  const events = [...(first.changedBy ?? []), ...(last.changedBy ?? [])];
  const changedBy = inTurns([...new Map(events.map(event => [event.eventId, event])).values()]);
  return {
    ...rest,
    ...given({ before: first.before }),
    ...kindAndSummary(first, last),
    ...(changedBy.length === 0 ? {} : { changedBy }),
  };
};

/** Whoever knew the finding as open is told how it is now; whoever did not, that it is open, or was for a while. */
const kindAndSummary = (first: Transition, last: Transition): Pick<Transition, 'kind' | 'summary'> => {
  const { before } = first;
  const { kind, summary, after } = last;
  const wasOpen = before?.status === 'open';
  const isKnown = wasOpen || before?.status === 'explained';
  if (isClosing(last)) return { kind, summary: isKnown ? summary : `opened since the last message; ${summary}` };
  const told = (as: TransitionKind, words: string) => (kind === as ? { kind, summary } : { kind: as, summary: words });
  if (before === undefined) return told('opened', after.finding.message);
  if (!wasOpen) return told('reopened', `is back: ${after.finding.message}`);
  const [was, now] = [before.finding.severity, after.finding.severity];
  // Rated otherwise only by what is read now, or another in the world.
  const kinds = [first.kind, kind];
  const isMilder = atLeast(was, now);
  const isOfTheWorld = isMilder ? kinds.some(each => each !== 'reassessed') : kinds.includes('escalated');
  if (kinds.includes('reassessed') && !isOfTheWorld)
    return { kind: 'reassessed', summary: reassessedWords(was, after.finding) };
  if (isMilder) return told('changed', summary);
  return { kind: 'escalated', summary: `${was} → ${now}: ${after.finding.message}` };
};
