import { sumCalls } from '../audit/call-counts.ts';
import type { CallsPort } from '../audit/ports.ts';

/** Counts requests to AWS as they leave, every attempt of a repeat included: what a run really cost. */
export interface CallCounter extends CallsPort {
  /** Adds one request of an operation as IAM writes it: `iam:ListRoles`. */
  count(operation: string): void;
}

/** A counter at zero. One is shared by all clients of a run, of every account. */
export const callCounter = (): CallCounter => {
  let untaken: Record<string, number> = {};
  return {
    count: operation => {
      untaken[operation] = (untaken[operation] ?? 0) + 1;
    },
    take: () => {
      const counts = sumCalls([untaken]);
      untaken = {};
      return counts;
    },
  };
};
