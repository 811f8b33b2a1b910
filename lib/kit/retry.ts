/** How often something is tried and how long is waited in between; all times in milliseconds. */
export interface RetryPolicy {
  /** Tries in all, the first included. */
  readonly attempts: number;
  /** The first wait is at most this long, each further one at most twice the one before. */
  readonly firstWaitMs: number;
  /** No wait is longer, whatever a server asks for. */
  readonly maxWaitMs: number;
  /** Waits; for real where absent. */
  readonly sleep?: ((milliseconds: number) => Promise<void>) | undefined;
  /** A number from 0 to below 1, for the jitter of waits. */
  readonly random?: (() => number) | undefined;
}

/** The wait that a server asked for: no try before so many milliseconds have passed. */
export interface Again {
  readonly notBeforeMs?: number;
}

/**
 * Repeats `work` as long as `mayHelp` says that a repeat may help and the policy allows one; gives the last outcome.
 * Full jitter over a doubling interval, so that many auditors do not come back at once (AWS Architecture Blog,
 * "Exponential Backoff And Jitter"); what the server asked for is a floor.
 */
export const withRetries = async <T>(
  policy: RetryPolicy,
  work: () => Promise<T>,
  mayHelp: (outcome: T) => Again | undefined,
): Promise<T> => {
  const { attempts, firstWaitMs, maxWaitMs, sleep = realSleep, random = Math.random } = policy;
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await work();
    const again = attempt < attempts ? mayHelp(outcome) : undefined;
    if (again === undefined) return outcome;
    const jitter = random() * firstWaitMs * 2 ** (attempt - 1);
    await sleep(Math.min((again.notBeforeMs ?? 0) + jitter, maxWaitMs));
  }
};

/** As `withRetries`, for work that throws: repeats what `mayPass` says of its error, and throws the last one. */
export const retryThrown = async <T>(
  policy: RetryPolicy,
  work: () => Promise<T>,
  mayPass: (error: unknown) => boolean,
): Promise<T> => {
  type Outcome = { readonly value: T } | { readonly error: unknown };
  const settle = async (): Promise<Outcome> => {
    try {
      return { value: await work() };
    } catch (error) {
      return { error };
    }
  };
  const outcome = await withRetries(policy, settle, last => ('error' in last && mayPass(last.error) ? {} : undefined));
  if ('error' in outcome) throw outcome.error;
  return outcome.value;
};

const realSleep = (milliseconds: number): Promise<void> => new Promise(resolve => setTimeout(resolve, milliseconds));

/** Milliseconds of a `Retry-After` in seconds (RFC 9110, section 10.2.3); undefined for a date, which nothing here sends,
 *  and for what is no number from zero on. */
export const retryAfterMs = (header: string | null | undefined): number | undefined => {
  const seconds = header?.trim() ? Number(header) : Number.NaN;
  return seconds >= 0 ? seconds * 1000 : undefined;
};
