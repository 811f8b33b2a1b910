/** Counts requests to AWS as they leave, every attempt of a repeat included: what a run really cost. */
export interface CallCounter {
  /** Adds one request of an operation as IAM writes it: `iam:ListRoles`. */
  count(operation: string): void;
  /** Requests so far, by operation, in alphabetical order. */
  byOperation(): Readonly<Record<string, number>>;
}

/** A counter at zero. One is shared by all clients of a run, of every account. */
export const callCounter = (): CallCounter => {
  const counts = new Map<string, number>();
  return {
    count: operation => {
      counts.set(operation, (counts.get(operation) ?? 0) + 1);
    },
    byOperation: () => Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
};
