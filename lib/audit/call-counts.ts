import type { CallCounter } from './ports.ts';

/** Turns a counter that only grows (a warm Lambda keeps its own) into differences: what each `take` adds up to is the
 *  total, whoever takes. */
export const callsSince = (counter: { readonly byOperation: () => Readonly<Record<string, number>> }): CallCounter => {
  let taken = counter.byOperation();
  return {
    take: () => {
      const now = counter.byOperation();
      const before = taken;
      taken = now;
      return Object.fromEntries(
        Object.entries(now)
          .map(([operation, count]) => [operation, count - (before[operation] ?? 0)] as const)
          .filter(([, count]) => count > 0),
      );
    },
  };
};

/** The sum of several counts, by operation, in alphabetical order. */
export const sumCalls = (counts: readonly Readonly<Record<string, number>>[]): Readonly<Record<string, number>> => {
  const sum = new Map<string, number>();
  for (const each of counts)
    for (const [operation, count] of Object.entries(each)) sum.set(operation, (sum.get(operation) ?? 0) + count);
  return Object.fromEntries([...sum].sort(([a], [b]) => (a < b ? -1 : 1)));
};
