/** A run that did not begin, because another one was going on, or had not said that it was over. */
export interface SkippedRecord {
  readonly runId: string;
  readonly startedAt: string;
  /** Id of the other run. */
  readonly skippedFor: string;
}

/** Skipped runs that are read at once. */
export const maxSkipped = 500;
