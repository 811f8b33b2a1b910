/** Choices by the name of an option. */
export type Options = Readonly<Record<string, readonly unknown[]>>;

/**
 * Cases in which each value of each option stands beside each value of each other one, at least once: far fewer than all
 * combinations. Greedy, and the same for the same options.
 */
export const pairwise = (options: Options): readonly Readonly<Record<string, unknown>>[] => {
  const names = Object.keys(options);
  const key = (one: string, at: number, other: string, otherAt: number): string =>
    JSON.stringify(names.indexOf(one) < names.indexOf(other) ? [one, at, other, otherAt] : [other, otherAt, one, at]);
  const open = new Set<string>();
  for (const [index, one] of names.entries())
    for (const other of names.slice(index + 1))
      for (const at of (options[one] ?? []).keys())
        for (const otherAt of (options[other] ?? []).keys()) open.add(key(one, at, other, otherAt));
  const cases: Record<string, unknown>[] = [];
  while (open.size > 0) {
    const [one = '', at = 0, other = '', otherAt = 0] = JSON.parse([...open][0] ?? '[]') as [
      string,
      number,
      string,
      number,
    ];
    const chosen = new Map([
      [one, at],
      [other, otherAt],
    ]);
    for (const name of names) {
      if (chosen.has(name)) continue;
      const gain = (value: number): number =>
        [...chosen].filter(([known, knownAt]) => open.has(key(known, knownAt, name, value))).length;
      const values = [...(options[name] ?? []).keys()];
      chosen.set(
        name,
        values.reduce((best, value) => (gain(value) > gain(best) ? value : best), 0),
      );
    }
    for (const [known, knownAt] of chosen)
      for (const [name, value] of chosen) open.delete(key(known, knownAt, name, value));
    cases.push(Object.fromEntries([...chosen].map(([name, value]) => [name, options[name]?.[value]])));
  }
  return cases;
};
