import type { ChangeEvent } from '../model.ts';
import { compareText } from '../text.ts';
import { takeTurns } from './take-turns.ts';

/**
 * The events of an account that are kept where there are too many. The things that they changed take turns, and of one
 * thing those who changed it, the newest first: whoever makes a thousand calls hides neither another thing nor another
 * actor. The events left out are counted with the first kept event of their thing (`others`); `leftOut` counts the
 * rest.
 */
export const keepChanges = (
  events: readonly ChangeEvent[],
  most: number,
): { readonly kept: readonly ChangeEvent[]; readonly leftOut: number } => {
  const inOrder = inTurns(events);
  const kept = inOrder.slice(0, most);
  const others = new Map<string, number>();
  for (const event of inOrder.slice(most)) {
    const thing = thingOf(event);
    others.set(thing, (others.get(thing) ?? 0) + 1 + (event.others ?? 0));
  }
  const counted = kept.map(event => {
    const thing = thingOf(event);
    const more = (others.get(thing) ?? 0) + (event.others ?? 0);
    others.delete(thing);
    return more === 0 ? event : { ...event, others: more };
  });
  return { kept: counted, leftOut: [...others.values()].reduce((sum, count) => sum + count, 0) };
};

/** In the order in which they are kept. */
export const inTurns = (events: readonly ChangeEvent[]): readonly ChangeEvent[] =>
  takeTurns(
    takeTurns(newestFirst(events), thingOf, ({ actor }) => actor),
    () => '',
    thingOf,
  );

const newestFirst = (events: readonly ChangeEvent[]): readonly ChangeEvent[] =>
  events.toSorted((a, b) => compareText(b.at, a.at) || compareText(a.eventId, b.eventId));

const thingOf = ({ thing }: ChangeEvent): string => JSON.stringify(thing);
