/** Walks over graphs whose nodes are numbered. */

/** A node: where each character leads. */
interface WalkNode {
  readonly next: ReadonlyMap<string, number>;
}

/** The nodes from which one that is wanted can be reached, those themselves among them. */
export const reaching = <N extends WalkNode>(
  nodes: readonly N[],
  isWanted: (node: N, at: number) => boolean,
): ReadonlySet<number> => {
  const before = nodes.map((): number[] => []);
  nodes.forEach((node, from) => {
    for (const to of node.next.values()) before[to]?.push(from);
  });
  const found = new Set<number>();
  const pending = nodes.flatMap((node, at) => (isWanted(node, at) ? [at] : []));
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    if (found.has(at)) continue;
    found.add(at);
    pending.push(...(before[at] ?? []));
  }
  return found;
};

/** Whether there is a cycle among some of the nodes. */
export const hasCycle = (nodes: readonly WalkNode[], some: ReadonlySet<number>): boolean => {
  const into = new Map([...some].map(at => [at, 0]));
  const targets = (at: number): readonly number[] => [...new Set(nodes[at]?.next.values())].filter(to => some.has(to));
  for (const at of some) for (const to of targets(at)) into.set(to, (into.get(to) ?? 0) + 1);
  const free = [...some].filter(at => into.get(at) === 0);
  let removed = 0;
  for (let at = free.pop(); at !== undefined; at = free.pop()) {
    removed += 1;
    for (const to of targets(at)) {
      const left = (into.get(to) ?? 0) - 1;
      into.set(to, left);
      if (left === 0) free.push(to);
    }
  }
  return removed < some.size;
};
