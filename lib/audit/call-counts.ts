/** The sum of several counts, by operation, in alphabetical order. */
export const sumCalls = (counts: readonly Readonly<Record<string, number>>[]): Readonly<Record<string, number>> => {
  const sum = new Map<string, number>();
  for (const each of counts)
    for (const [operation, count] of Object.entries(each)) sum.set(operation, (sum.get(operation) ?? 0) + count);
  return Object.fromEntries([...sum].sort(([a], [b]) => (a < b ? -1 : 1)));
};
