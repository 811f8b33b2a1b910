/** One promise that was broken. */
export interface Violation {
  readonly promise: string;
  readonly detail: string;
}

/** The observations of the promises in one schedule. */
export interface Verdicts {
  readonly violations: readonly Violation[];
  /** Allowed events, counted: a promise that is never put to the test would show here. */
  readonly notes: Readonly<Record<string, number>>;
  readonly bad: (promise: string, detail: string) => void;
  readonly note: (what: string) => void;
}

export const verdictsOf = (): Verdicts => {
  const violations: Violation[] = [];
  const notes: Record<string, number> = {};
  return {
    violations,
    notes,
    bad: (promise, detail) => {
      violations.push({ promise, detail });
    },
    note: what => {
      notes[what] = (notes[what] ?? 0) + 1;
    },
  };
};
