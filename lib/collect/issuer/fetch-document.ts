import { errorParts, kindOfNetworkError, kindOfStatus } from '../../audit/classify-error.ts';
import type { ReadFailure } from '../../core/model/collected.ts';
import type { Clock } from '../clock.ts';
import { oneLine } from '../unread-from-error.ts';
import { AnswerTooLarge, type HostClient, type RawAnswer } from './host-client.ts';

/** How hard to try one GET. */
export interface RetryPolicy {
  readonly clock: Clock;
  /** A number from 0 to below 1, for the jitter of waits. */
  readonly random: () => number;
  readonly attempts: number;
  /** Longest single wait in milliseconds, whatever Retry-After says. */
  readonly maxWaitMs: number;
}

/** A body with status 200, or why there is none. */
export type Fetched =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly reason: ReadFailure };

const maxRedirects = 3;
const redirects = new Set([301, 302, 303, 307, 308]);

/**
 * Gets one document of the client's host. Repeats what a repeat may mend (429, 5xx, a broken connection, a time-out),
 * with jitter; follows redirects on the same host only. Never throws.
 */
export const fetchDocument = async (client: HostClient, url: URL, policy: RetryPolicy): Promise<Fetched> => {
  const operation = `GET ${url.href}`;
  let target = url;
  for (let hop = 0; hop <= maxRedirects; hop++) {
    const answer = await withRetries(client, target, policy);
    if (answer instanceof Error) return { ok: false, reason: networkReason(answer, operation) };
    if (answer.status === 200) return { ok: true, text: answer.text };
    if (!redirects.has(answer.status)) return { ok: false, reason: statusReason(answer.status, operation) };
    const { location } = answer;
    const next = location === undefined ? null : URL.parse(location, target.href);
    if (next === null || next.protocol !== 'https:' || next.host !== url.host)
      return refuse(operation, `HTTP ${answer.status} leads to ${location ?? 'nowhere'}: not followed`);
    target = next;
  }
  return refuse(operation, `more than ${maxRedirects} redirects`);
};

const refuse = (operation: string, message: string): Fetched => ({
  ok: false,
  reason: { kind: 'invalid', operation, message: oneLine(message) },
});

const withRetries = async (client: HostClient, url: URL, policy: RetryPolicy): Promise<RawAnswer | Error> => {
  for (let attempt = 1; ; attempt++) {
    const answer = await client.get(`${url.pathname}${url.search}`).catch(toError);
    const mayMend = answer instanceof Error ? !(answer instanceof AnswerTooLarge) : isTransient(answer.status);
    if (!mayMend || attempt >= policy.attempts) return answer;
    await policy.clock.sleep(waitBefore(attempt, answer, policy));
  }
};

const toError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

const isTransient = (status: number): boolean => status === 429 || status >= 500;

/** Full jitter over a doubling interval, so that many auditors do not come back at once; Retry-After is a floor. */
const waitBefore = (attempt: number, answer: RawAnswer | Error, policy: RetryPolicy): number => {
  const seconds = answer instanceof Error ? 0 : Number(answer.retryAfter);
  const floor = seconds > 0 ? seconds * 1000 : 0;
  return Math.min(floor + policy.random() * 250 * 2 ** attempt, policy.maxWaitMs);
};

/** Why nothing came over the network. */
export const networkReason = (error: Error, operation: string): ReadFailure => {
  const message = oneLine(error.message === '' ? error.name : error.message);
  return { kind: kindOfNetworkError(errorParts(error)) ?? 'unreachable', operation, message };
};

/** A status that says nothing of the kind of failure leaves the issuer without a document: for STS it is not there. */
const statusReason = (status: number, operation: string): ReadFailure => {
  const kind = kindOfStatus(status);
  return { kind: kind === 'invalid' ? 'unreachable' : kind, operation, message: `HTTP ${status}` };
};
