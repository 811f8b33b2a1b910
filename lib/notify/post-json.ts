import { DeliveryFailed } from './errors.ts';

/** How to send. Tests shorten the waits. */
export interface PostOptions {
  /** Attempts in all. */
  readonly attempts?: number;
  /** Of one attempt, milliseconds. */
  readonly timeout?: number;
  /** Waits before a further attempt; the default waits for real. */
  readonly wait?: (milliseconds: number) => Promise<void>;
  /** Only `https:` is allowed, but for addresses of this machine where tests listen. */
  readonly allowLoopback?: boolean;
}

/** A Retry-After of more is not waited for in a run: the digest stays in the outbox. */
const maxWait = 30_000;

const realWait = (milliseconds: number): Promise<void> => new Promise(resolve => setTimeout(resolve, milliseconds));

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
  const attempts = options.attempts ?? 4;
  let last: Attempt = { done: false, why: 'no attempt', after: 0 };
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    last = await attemptOnce(target, body, headers, options.timeout ?? 10_000);
    if (last.done) return;
    if (last.after === undefined || attempt === attempts) break;
    const pause = Math.max(last.after, 500 * 2 ** (attempt - 1));
    if (pause > maxWait) break;
    await (options.wait ?? realWait)(pause);
  }
  throw new DeliveryFailed(`${destination} did not take the message: ${last.why}`, { cause: last.cause });
};

/** `after` is how long to wait before the next attempt; absent where a further one is no use. */
type Attempt =
  | { readonly done: true; readonly why?: never; readonly after?: never; readonly cause?: never }
  | { readonly done: false; readonly why: string; readonly after?: number; readonly cause?: unknown };

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
      return { done: false, why, after: retryAfter(response.headers.get('retry-after')) };
    return response.status >= 500 ? { done: false, why, after: 0 } : { done: false, why };
  } catch (error) {
    const timedOut = typeof error === 'object' && error !== null && 'name' in error && error.name === 'TimeoutError';
    return { done: false, why: timedOut ? `no answer in ${timeout} ms` : 'the connection broke', after: 0 };
  }
};

/** Milliseconds of a Retry-After in seconds; a date or nothing counts as a second. */
const retryAfter = (header: string | null): number =>
  header !== null && /^\d{1,6}$/.test(header.trim()) ? Number(header.trim()) * 1000 : 1000;

const addressOf = (destination: string, url: string, allowLoopback: boolean): URL => {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const loopback = parsed?.protocol === 'http:' && parsed.hostname === '127.0.0.1' && allowLoopback;
  if (parsed?.protocol === 'https:' || (parsed && loopback)) return parsed;
  throw new DeliveryFailed(`the secret of ${destination} holds no https:// address`);
};
