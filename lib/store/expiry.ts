/** Days that items are kept: resolved findings, and steps of history with the records of runs. */
export interface Retention {
  readonly resolvedDays: number;
  readonly historyDays: number;
}

/** The instant, `days` after `at`, in seconds: what DynamoDB's TTL reads. */
export const expiresAt = (at: string, days: number): number => Math.floor(Date.parse(at) / 1000) + days * 86_400;
