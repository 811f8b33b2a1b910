/**
 * Puts items in an order in which the accounts of one level take turns: the first of each, then the second of each, and
 * so on. Whoever takes the first few then takes of every account, and one account with very many does not hide another.
 * Levels and accounts keep the order in which they come first, and so do the items of one account: done twice, it changes
 * nothing more.
 */
export const takeTurns = <T>(
  items: readonly T[],
  levelOf: (item: T) => string,
  accountOf: (item: T) => string,
): readonly T[] => {
  const levels = new Map<string, Map<string, T[]>>();
  for (const item of items) {
    const accounts = entryOf(levels, levelOf(item), () => new Map<string, T[]>());
    entryOf(accounts, accountOf(item), (): T[] => []).push(item);
  }
  return [...levels.values()].flatMap(accounts => inRounds([...accounts.values()]));
};

const entryOf = <V>(map: Map<string, V>, key: string, make: () => V): V => {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
};

/** The first of each queue, then the second of each. */
const inRounds = <T>(queues: readonly (readonly T[])[]): readonly T[] => {
  const rounds: T[][] = [];
  for (const queue of queues)
    for (const [round, item] of queue.entries()) {
      const taken = rounds[round] ?? [];
      rounds[round] = taken;
      taken.push(item);
    }
  return rounds.flat();
};
