/**
 * Turns what an AWS call threw into the reason of a gap. Whatever comes is mapped: an error that nobody foresaw is
 * `invalid` or `unreachable` with its own words, never a silent success.
 */
import * as z from 'zod';
import type { ReadFailure, ReadFailureKind } from '../core/model/collected.ts';
import { CredentialsInvalid } from './errors.ts';

const denied = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'UnauthorizedOperation',
  'UnauthorizedException',
  'NotAuthorized',
  'OptInRequired',
  'RegionDisabledException',
  'SubscriptionRequiredException',
]);
const throttled = new Set([
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
  'RequestThrottled',
  'RequestThrottledException',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'SlowDown',
  'LimitExceededException',
  'PriorRequestNotComplete',
]);
const timedOut = new Set(['TimeoutError', 'AbortError', 'RequestTimeout', 'RequestTimeoutException', 'ETIMEDOUT']);
const absent = new Set(['NoSuchEntity', 'NoSuchEntityException', 'ResourceNotFoundException', 'NotFoundException']);
const unreachable = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPROTO',
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);
const expired = new Set(['ExpiredToken', 'ExpiredTokenException', 'RequestExpired']);
const unknownKey = new Set([
  'InvalidClientTokenId',
  'UnrecognizedClientException',
  'InvalidAccessKeyId',
  'AuthFailure',
  'SignatureDoesNotMatch',
  'InvalidSignatureException',
  'IncompleteSignature',
  'MissingAuthenticationToken',
]);
const noCredentials = new Set(['CredentialsProviderError', 'TokenProviderError', 'ProviderError']);

const errorShape = z.object({
  name: z.string().catch(''),
  code: z.string().optional().catch(undefined),
  message: z.string().catch(''),
  $metadata: z.object({ httpStatusCode: z.number().optional() }).optional().catch(undefined),
});

/** The reason of a gap. `operation` is what was called (`iam:ListRoles`); it is also the permission, unless AWS names
 *  another one. */
export const readFailureFromError = (error: unknown, operation: string): ReadFailure => {
  const { name, code, message, status } = partsOf(error);
  const kind = kindOf(name, code, status, message);
  const text = oneLine(message === '' ? name || 'no message' : message);
  const permission = kind === 'denied' && !isCredentialProblem(name) ? (permissionIn(text) ?? operation) : undefined;
  return {
    kind,
    operation,
    ...(permission === undefined ? {} : { permission }),
    message: explain(name, status, text),
  };
};

/** The typed error for credentials that cannot work at all; undefined for any other failure. */
export const credentialsProblem = (error: unknown): CredentialsInvalid | undefined => {
  const { name, message } = partsOf(error);
  const options = { cause: error };
  if (expired.has(name))
    return new CredentialsInvalid(`the AWS credentials have expired (${name}): sign in again`, options);
  if (noCredentials.has(name))
    return new CredentialsInvalid(`no AWS credentials could be loaded: ${oneLine(message)}`, options);
  if (unknownKey.has(name))
    return new CredentialsInvalid(`AWS does not accept the credentials (${name}): ${oneLine(message)}`, options);
  return undefined;
};

/** True for what AWS answers in a region that is not enabled for the account, though the credentials are good. */
export const isRegionRefusal = (error: unknown): boolean => {
  const { name } = partsOf(error);
  return ['UnrecognizedClientException', 'InvalidClientTokenId', 'OptInRequired', 'RegionDisabledException'].includes(
    name,
  );
};

/** An answer of AWS that has not the shape that AWS documents. */
export const invalidAnswer = (operation: string, message: string): ReadFailure => ({
  kind: 'invalid',
  operation,
  message: oneLine(message),
});

/** One line without control characters, at most 300 characters. */
export const oneLine = (text: string): string => {
  const clean = text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
  return clean.length > 300 ? `${clean.slice(0, 299)}…` : clean;
};

/** The first fault of what has not the wanted form, with its key. The value is not said: it may be a secret. */
export const formFault = ({ issues }: z.ZodError): string =>
  issues
    .slice(0, 1)
    .map(({ path, message }) => [...path, message].join(': '))
    .join('');

const partsOf = (error: unknown) => {
  if (error instanceof z.ZodError) {
    const message = `the answer has not the documented form: ${formFault(error)}`;
    return { name: '', code: undefined, message, status: undefined };
  }
  const parsed = errorShape.safeParse(error);
  if (!parsed.success) return { name: '', code: undefined, message: String(error), status: undefined };
  const { name, message, $metadata } = parsed.data;
  const code = parsed.data.code ?? /\b(E[A-Z_]{3,}[A-Z])\b/.exec(message)?.[1];
  return { name, code, message, status: $metadata?.httpStatusCode };
};

const kindOf = (
  name: string,
  code: string | undefined,
  status: number | undefined,
  message: string,
): ReadFailureKind => {
  const is = (names: ReadonlySet<string>): boolean => names.has(name) || (code !== undefined && names.has(code));
  if (is(throttled) || status === 429) return 'throttled';
  if (is(denied) || isCredentialProblem(name)) return 'denied';
  if (is(absent)) return 'not-found';
  // The SDK calls a connection that was reset a TimeoutError too; the code says which it was.
  if (code !== undefined && unreachable.has(code)) return 'unreachable';
  if (is(timedOut)) return 'timed-out';
  if (is(unreachable) || /socket hang up|aborted/i.test(message)) return 'unreachable';
  if (status === 401 || status === 403) return 'denied';
  if (status !== undefined && status >= 500) return 'unreachable';
  return 'invalid';
};

const isCredentialProblem = (name: string): boolean =>
  expired.has(name) || unknownKey.has(name) || noCredentials.has(name);

const permissionIn = (message: string): string | undefined =>
  /not authorized to perform:? ([a-z0-9-]+:[A-Za-z*]+)/.exec(message)?.[1];

const explain = (name: string, status: number | undefined, text: string): string => {
  const head = name === '' || name === 'Error' || text.startsWith(name) ? '' : `${name}: `;
  return oneLine(status !== undefined && status >= 500 ? `${head}${text} (HTTP ${status})` : `${head}${text}`);
};
