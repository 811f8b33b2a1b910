/**
 * The kind of failure of an error or an HTTP status: one table for calls of AWS, of Kubernetes, of issuers and of
 * destinations. Whatever comes is classified: an error that nobody foresaw is `invalid`.
 */
import * as z from 'zod';
import type { ReadFailureKind } from '../model.ts';
import { ThrottledError, TransientError } from './errors.ts';

/** The parts by which an error is classified. Its class and realm do not matter. */
export interface ErrorParts {
  readonly name: string;
  /** A code of the system, of TLS or of this program; where a client has dropped it, the one in the message. */
  readonly code: string | undefined;
  readonly message: string;
  /** HTTP status of an answer of AWS. */
  readonly status: number | undefined;
}

const errorShape = z.object({
  name: z.string().catch(''),
  code: z.string().optional().catch(undefined),
  message: z.string().catch(''),
  $metadata: z.object({ httpStatusCode: z.number().optional() }).optional().catch(undefined),
});

/** The parts of anything that was thrown. */
export const errorParts = (error: unknown): ErrorParts => {
  const parsed = errorShape.safeParse(error);
  if (!parsed.success) return { name: '', code: undefined, message: String(error), status: undefined };
  const { name, message, $metadata } = parsed.data;
  const code = parsed.data.code ?? /\b(E[A-Z_]{3,}[A-Z])\b/.exec(message)?.[1];
  return { name, code, message, status: $metadata?.httpStatusCode };
};

/** Names under which AWS services ask to slow down (AWS SDKs, "Retry behavior", throttling errors). */
const throttled =
  /^(Throttl\w*|TooManyRequests\w*|ProvisionedThroughputExceeded\w*|RequestLimitExceeded|RequestThrottled\w*|SlowDown|LimitExceededException|PriorRequestNotComplete)$/;
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
const absent = new Set(['NoSuchEntity', 'NoSuchEntityException', 'ResourceNotFoundException', 'NotFoundException']);
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

/** How credentials fail as a whole, by the name of the error; undefined for any other failure. */
export const credentialFault = (name: string): 'expired' | 'missing' | 'unknown-key' | undefined => {
  if (expired.has(name)) return 'expired';
  if (noCredentials.has(name)) return 'missing';
  return unknownKey.has(name) ? 'unknown-key' : undefined;
};

/** The name of the error of a proxy that opens no connection. */
export const proxyFailed = 'ProxyFailed';

const timeOuts = /^(TimeoutError|AbortError|RequestTimeout\w*|ETIMEDOUT|ABORT_ERR)$/;
/** Codes of the system for a connection that did not come about or broke. */
const broken = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPROTO',
  'ERR_SSL_WRONG_VERSION_NUMBER',
]);
/** Codes of Node's TLS for a certificate that its verifier does not accept (Node.js, "TLS", X509 certificate error codes). */
const untrusted = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_SIGNATURE_FAILURE',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/** True for a certificate that the caller's roots do not cover, that has expired or is for another name. */
export const isUntrustedCertificate = ({ code }: ErrorParts): boolean => code !== undefined && untrusted.has(code);

/** The kind of a failure on the way; undefined for any other error. */
export const kindOfNetworkError = ({ name, code, message }: ErrorParts): ReadFailureKind | undefined => {
  if (code === 'answer-too-large') return 'too-large';
  if (name === proxyFailed) return code === 'proxy-timed-out' ? 'timed-out' : 'unreachable';
  // The SDK calls a connection that was reset a TimeoutError too; the code says which it was.
  if (code !== undefined && (broken.has(code) || untrusted.has(code))) return 'unreachable';
  if (timeOuts.test(name) || (code !== undefined && timeOuts.test(code))) return 'timed-out';
  if (name === 'NetworkingError' || broken.has(name) || /socket hang up|aborted/i.test(message)) return 'unreachable';
  return undefined;
};

/** The kind of an HTTP status that is no success (RFC 9110, section 15; RFC 6585 for 429). */
export const kindOfStatus = (status: number): ReadFailureKind => {
  if (status === 401 || status === 403) return 'denied';
  if (status === 404 || status === 410) return 'not-found';
  if (status === 408 || status === 504) return 'timed-out';
  if (status === 429) return 'throttled';
  return status >= 500 ? 'unreachable' : 'invalid';
};

/** The kind of what a call of AWS threw. */
export const kindOfError = (parts: ErrorParts): ReadFailureKind => {
  const { name, code = '', status } = parts;
  if (throttled.test(name) || throttled.test(code)) return 'throttled';
  if (denied.has(name) || denied.has(code) || credentialFault(name) !== undefined) return 'denied';
  if (absent.has(name) || absent.has(code)) return 'not-found';
  const network = kindOfNetworkError(parts);
  if (network !== undefined) return network;
  const ofStatus = status === undefined ? 'invalid' : kindOfStatus(status);
  // The services name an absent thing in the error; a bare 404 is the answer of something else than the service.
  return ofStatus === 'not-found' ? 'invalid' : ofStatus;
};

/** True for kinds that a repeat may get over. */
const mayPass = (kind: ReadFailureKind): boolean =>
  kind === 'throttled' || kind === 'timed-out' || kind === 'unreachable';

/**
 * A failure of a service that the auditor stands on (its table, bucket, topic), under the name that the workflow knows:
 * `ThrottledError` and `TransientError` are tried again, anything else is handed on as it is.
 */
export const serviceError = (error: unknown, doing: string): unknown => {
  if (!(error instanceof Error)) return error;
  const kind = kindOfError(errorParts(error));
  if (kind === 'throttled') return new ThrottledError(`${doing}: ${error.name}`, { cause: error });
  if (mayPass(kind))
    return new TransientError(`${doing}: ${error.name} ${error.message}`.slice(0, 300), { cause: error });
  return error;
};

/** Runs a call and throws its failure as `serviceError` names it. */
export const asService = async <T>(doing: string, call: () => Promise<T>): Promise<T> => {
  try {
    return await call();
  } catch (error) {
    throw serviceError(error, doing);
  }
};
