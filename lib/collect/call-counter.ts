import type { CallCounter as CallsPort } from '../audit/ports.ts';

/** Counts requests to AWS as they leave, every attempt of a repeat included: what a run really cost. */
export interface CallCounter extends CallsPort {
  /** Adds one request of an operation as IAM writes it: `iam:ListRoles`. */
  count(operation: string): void;
  /** All requests so far, by operation, in alphabetical order; `take` does not change it. */
  byOperation(): Readonly<Record<string, number>>;
}

/** A counter at zero. One is shared by all clients of a run, of every account. */
export const callCounter = (): CallCounter => {
  const all = new Map<string, number>();
  const untaken = new Map<string, number>();
  return {
    count: operation => {
      for (const counts of [all, untaken]) counts.set(operation, (counts.get(operation) ?? 0) + 1);
    },
    byOperation: () => sorted(all),
    take: () => {
      const counts = sorted(untaken);
      untaken.clear();
      return counts;
    },
  };
};

const sorted = (counts: ReadonlyMap<string, number>): Readonly<Record<string, number>> =>
  Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
