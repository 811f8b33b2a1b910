import { type Again, type RetryPolicy, retryAfterMs, withRetries } from '../kit/retry.ts';
import { DeliveryFailed } from './errors.ts';

/** How to send. Tests shorten the waits. */
export interface PostOptions extends Partial<Pick<RetryPolicy, 'attempts' | 'sleep' | 'random'>> {
  /** Of one attempt, milliseconds. */
  readonly timeout?: number;
  /** Only `https:` is allowed, but for addresses of this machine where tests listen. */
  readonly allowLoopback?: boolean;
}

/** A Retry-After of more is not waited for in a run: the digest stays in the outbox. */
const maxWaitMs = 30_000;

/**
 * Posts one body. Tries again on 429 (as long as Retry-After says), 5xx, time-outs and connections that break; follows no
 * redirect. Throws `DeliveryFailed` otherwise: the message has the destination's name and the answer's status only.
 */
export const postJson = async (
  destination: string,
  url: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
  options: PostOptions = {},
): Promise<void> => {
  const target = addressOf(destination, url, options.allowLoopback ?? false);
  const { attempts = 4, timeout = 10_000, sleep, random } = options;
  const last = await withRetries(
    { attempts, firstWaitMs: 500, maxWaitMs, sleep, random },
    () => attemptOnce(target, body, headers, timeout),
    ({ again }) => ((again?.notBeforeMs ?? 0) > maxWaitMs ? undefined : again),
  );
  if (!last.done) throw new DeliveryFailed(`${destination} did not take the message: ${last.why}`);
};

/** `again` says that a further attempt may help, and from when on. */
type Attempt =
  | { readonly done: true; readonly again?: never }
  | { readonly done: false; readonly why: string; readonly again?: Again };

const attemptOnce = async (
  url: URL,
  body: string,
  headers: Readonly<Record<string, string>>,
  timeout: number,
): Promise<Attempt> => {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeout),
    });
    await response.body?.cancel();
    if (response.ok) return { done: true };
    const why = `HTTP ${response.status}`;
    if (response.status === 429 || response.status === 408)
      return { done: false, why, again: { notBeforeMs: retryAfterMs(response.headers.get('retry-after')) ?? 1000 } };
    return response.status >= 500 ? { done: false, why, again: {} } : { done: false, why };
  } catch (error) {
    const timedOut = typeof error === 'object' && error !== null && 'name' in error && error.name === 'TimeoutError';
    return { done: false, why: timedOut ? `no answer in ${timeout} ms` : 'the connection broke', again: {} };
  }
};

const addressOf = (destination: string, url: string, allowLoopback: boolean): URL => {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const loopback = parsed?.protocol === 'http:' && parsed.hostname === '127.0.0.1' && allowLoopback;
  if (parsed?.protocol === 'https:' || (parsed && loopback)) return parsed;
  throw new DeliveryFailed(`the secret of ${destination} holds no https:// address`);
};
