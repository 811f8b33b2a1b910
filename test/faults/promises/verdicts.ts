import type { Allowed } from './allowed.ts';

/** One promise that was broken. */
export interface Violation {
  readonly promise: string;
  readonly detail: string;
}

/** The observations of the promises in one schedule. */
export interface Verdicts {
  readonly violations: readonly Violation[];
  /** What happened, counted: a promise that is never put to the test shows here. */
  readonly notes: Readonly<Record<string, number>>;
  /** Counts of what looks like a broken promise and is none. */
  readonly allowances: Readonly<Partial<Record<Allowed, number>>>;
  readonly bad: (promise: string, detail: string) => void;
  readonly note: (what: string) => void;
  readonly allow: (what: Allowed) => void;
}

export const verdictsOf = (): Verdicts => {
  const violations: Violation[] = [];
  const notes: Record<string, number> = {};
  const allowances: Partial<Record<Allowed, number>> = {};
  return {
    violations,
    notes,
    allowances,
    bad: (promise, detail) => {
      violations.push({ promise, detail });
    },
    note: what => {
      notes[what] = (notes[what] ?? 0) + 1;
    },
    allow: what => {
      allowances[what] = (allowances[what] ?? 0) + 1;
    },
  };
};
