import { errorParts, kindOfNetworkError, kindOfStatus } from '../../kit/classify-error.ts';
import { type Again, type RetryPolicy, retryAfterMs, withRetries } from '../../kit/retry.ts';
import type { ReadFailure } from '../../model/collected.ts';
import type { MissingPart } from '../../model/issuer.ts';
import { oneLine } from '../../text/one-line.ts';
import { AnswerTooLarge, type HostClient, type RawAnswer } from './host-client.ts';
import { missingBucket } from './missing-part.ts';

/** A body with status 200, or why there is none. */
export type Fetched =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly reason: ReadFailure; readonly missing?: MissingPart };

const maxRedirects = 3;
const redirects = new Set([301, 302, 303, 307, 308]);

/**
 * Gets one document of the client's host. Repeats what a repeat may fix (429, 5xx, a broken connection, a time-out),
 * with jitter; follows redirects on the same host only. Never throws.
 */
export const fetchDocument = async (client: HostClient, url: URL, policy: RetryPolicy): Promise<Fetched> => {
  const operation = `GET ${url.href}`;
  let target = url;
  for (let hop = 0; hop <= maxRedirects; hop++) {
    const answer = await getRepeatedly(client, target, policy);
    if (answer instanceof Error) return { ok: false, reason: networkReason(answer, operation) };
    if (answer.status === 200) return { ok: true, text: answer.text };
    if (!redirects.has(answer.status)) {
      const missing = missingBucket(answer, target.hostname);
      return {
        ok: false,
        reason: statusReason(answer.status, operation),
        ...(missing === undefined ? {} : { missing }),
      };
    }
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

const getRepeatedly = (client: HostClient, url: URL, policy: RetryPolicy): Promise<RawAnswer | Error> =>
  withRetries<RawAnswer | Error>(policy, () => client.get(`${url.pathname}${url.search}`).catch(toError), mayHelp);

const toError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

const mayHelp = (answer: RawAnswer | Error): Again | undefined => {
  if (answer instanceof Error) return answer instanceof AnswerTooLarge ? undefined : {};
  if (answer.status !== 429 && answer.status < 500) return undefined;
  const notBeforeMs = retryAfterMs(answer.retryAfter);
  return notBeforeMs === undefined ? {} : { notBeforeMs };
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
