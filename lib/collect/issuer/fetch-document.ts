import * as z from 'zod';
import { errorParts, kindOfNetworkError, kindOfStatus } from '../../kit/classify-error.ts';
import { type Again, type RetryPolicy, retryAfterMs, withRetries } from '../../kit/retry.ts';
import {
  type Collected,
  complete,
  type DiscoveryFacts,
  type MissingPart,
  type ReadFailure,
  type SigningKey,
  unavailable,
} from '../../model.ts';
import { given, oneLine } from '../../text.ts';
import { AnswerTooLarge, type HostClient, type RawAnswer } from './host-client.ts';
import { missingBucket } from './missing-part.ts';

/** A body with status 200, or why there is none. */
type Fetched =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly reason: ReadFailure; readonly missing?: MissingPart };

/** A document behind more redirects than this is taken to have no end. */
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
    if (answer instanceof Error) return { ok: false, reason: fetchFailure(answer, operation) };
    if (answer.status === 200) return { ok: true, text: answer.text };
    if (!redirects.has(answer.status)) {
      const missing = missingBucket(answer, target);
      return { ok: false, reason: statusReason(answer.status, operation), ...given({ missing }) };
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
export const fetchFailure = (error: Error, operation: string): ReadFailure => {
  const message = oneLine(error.message === '' ? error.name : error.message);
  return { kind: kindOfNetworkError(errorParts(error)) ?? 'unreachable', operation, message };
};

/** A status that says nothing of the kind of failure leaves the issuer without a document: for STS it is not there. */
const statusReason = (status: number, operation: string): ReadFailure => {
  const kind = kindOfStatus(status);
  return { kind: kind === 'invalid' ? 'unreachable' : kind, operation, message: `HTTP ${status}` };
};

const text = z.string().max(2048).optional().catch(undefined);
const discoveryDocument = z.looseObject({ issuer: text, jwks_uri: text });

/** Number of keys that are kept; STS takes at most 100 of each kind (AssumeRoleWithWebIdentity, docs/facts.md §B.7). */
const maxKeys = 1000;

const name = z.string().max(256);
const common = { kid: name.catch(''), alg: name.optional().catch(undefined), use: name.optional().catch(undefined) };
const keyMaterial = z.string().min(1);
/** A key with its material: without it nothing can be verified (RFC 7518, section 6). */
const key = z.discriminatedUnion('kty', [
  z.looseObject({ kty: z.literal('RSA'), n: keyMaterial, e: keyMaterial, ...common }),
  z.looseObject({ kty: z.literal('EC'), crv: keyMaterial, x: keyMaterial, y: keyMaterial, ...common }),
  z.looseObject({ kty: z.literal('OKP'), crv: keyMaterial, x: keyMaterial, ...common }),
]);
const keySet = z.looseObject({ keys: z.array(z.unknown()) });

/** The discovery document, as far as STS reads it; unavailable(invalid) for any other document. */
export const parseDiscovery = (body: string, operation: string): Collected<DiscoveryFacts> => {
  const json = parseJson(body, operation);
  if (!json.ok) return json.unread;
  const parsed = discoveryDocument.safeParse(json.value);
  if (!parsed.success) return invalid(operation, 'the discovery document is not a JSON object');
  const { issuer, jwks_uri: jwksUri } = parsed.data;
  return complete({ ...given({ issuer, jwksUri }) });
};

/** The keys that could verify a token, without their material; entries that are no key are not among them. */
export const parseKeys = (body: string, operation: string): Collected<readonly SigningKey[]> => {
  const json = parseJson(body, operation);
  if (!json.ok) return json.unread;
  const parsed = keySet.safeParse(json.value);
  if (!parsed.success) return invalid(operation, 'the key set is not a JSON object with a list "keys"');
  const keys = parsed.data.keys.slice(0, maxKeys).flatMap(item => {
    const one = key.safeParse(item);
    return one.success ? [signingKey(one.data)] : [];
  });
  return complete(keys);
};

const signingKey = ({ kid, kty, alg, use }: z.output<typeof key>): SigningKey => ({ kid, kty, ...given({ alg, use }) });

const parseJson = (
  body: string,
  operation: string,
): { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly unread: Collected<never> } => {
  try {
    return { ok: true, value: JSON.parse(body) as unknown };
  } catch {
    const start = oneLine(body.slice(0, 60));
    return { ok: false, unread: invalid(operation, `the answer is not JSON: it begins with ${JSON.stringify(start)}`) };
  }
};

const invalid = (operation: string, message: string): Collected<never> =>
  unavailable({ kind: 'invalid', operation, message });
