/** Maps with at most `limit` calls under way; results keep the order of the items. Rejects with the first rejection,
 *  after the calls under way have settled; no further call begins then. */
export const inParallel = async <T, R>(
  items: readonly T[],
  limit: number,
  call: (item: T) => Promise<R>,
): Promise<readonly R[]> => {
  const results: R[] = [];
  const failures: unknown[] = [];
  const queue = items.entries();
  const work = async (): Promise<void> => {
    for (const [index, item] of queue) {
      if (failures.length > 0) return;
      try {
        results[index] = await call(item);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(Math.max(1, limit), items.length) }, work));
  if (failures.length > 0) throw failures[0];
  return results;
};
