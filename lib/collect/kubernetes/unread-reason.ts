import * as z from 'zod';
import { errorParts, isUntrustedCertificate, kindOfNetworkError, kindOfStatus } from '../../kit/classify-error.ts';
import type { ReadFailure } from '../../model/collected.ts';
import { oneLine } from '../../text/one-line.ts';
import type { ApiCall } from './kubernetes-api.ts';

/** A `Status` object: how Kubernetes says no (Kubernetes API conventions, "Response Status Kind"). */
const statusBody = z.object({
  kind: z.literal('Status').optional(),
  message: z.string(),
  reason: z.string().optional().catch(undefined),
  details: z.object({ name: z.string().optional() }).optional().catch(undefined),
});

/** The operation as Kubernetes' RBAC names it: `list pods`, `get /version`. */
const operationOf = (call: Pick<ApiCall, 'verb' | 'resource'>): string => `${call.verb} ${call.resource}`;

/** The permission that a call needs, to be granted in a ClusterRole. */
const permissionOf = (call: Pick<ApiCall, 'verb' | 'resource' | 'apiGroup'>): string =>
  call.resource.startsWith('/')
    ? `${call.verb} on the non-resource URL ${call.resource}`
    : `${call.verb} ${call.resource} in the API group "${call.apiGroup ?? ''}"`;

const statusOf = (text: string): z.output<typeof statusBody> | undefined => {
  try {
    return statusBody.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
};

/** The reason that an HTTP status stands for (Kubernetes API conventions, HTTP status codes). That an object is not there
 *  is believed only of a `Status` which names it: an API group that is not served, or a gateway, answers 404 as well. */
export const statusReason = (call: ApiCall, status: number, text: string): ReadFailure => {
  const operation = operationOf(call);
  const said = statusOf(text);
  const message = said === undefined ? `HTTP ${status}` : oneLine(said.message);
  if (status === 401)
    return {
      kind: 'denied',
      operation,
      permission: 'a credential that the cluster knows (an EKS access entry, or a user of the kubeconfig)',
      message: `401: ${message}`,
    };
  if (status === 403) return { kind: 'denied', operation, permission: permissionOf(call), message: `403: ${message}` };
  if (status === 410)
    return { kind: 'invalid', operation, message: `410, the list expired while it was read: ${message}` };
  if (status === 404 && call.name !== undefined && !(said?.reason === 'NotFound' && said.details?.name === call.name))
    return { kind: 'invalid', operation, message: `404, and not that ${call.name} does not exist: ${message}` };
  return { kind: kindOfStatus(status), operation, message: `${status}: ${message}` };
};

/** The reason that a failed exchange stands for: refused, timed out, not trusted, cut off, not JSON. */
export const networkReason = (call: ApiCall, error: unknown): ReadFailure => {
  const operation = operationOf(call);
  const parts = errorParts(error);
  const { name, code, message } = parts;
  const text = oneLine(message || code || name || 'no message');
  if (name === 'CredentialUnavailable') return { kind: 'denied', operation, message: text };
  if (isUntrustedCertificate(parts))
    return {
      kind: 'invalid',
      operation,
      message: `the server's certificate is not issued by the cluster's certificate authority: ${text}`,
    };
  if (name === 'SyntaxError') return { kind: 'invalid', operation, message: `the answer is not JSON: ${text}` };
  if (name === 'TypeError') return { kind: 'invalid', operation, message: text };
  const kind = kindOfNetworkError(parts) ?? 'unreachable';
  return { kind, operation, message: kind === 'timed-out' ? 'no complete answer within the time limit' : text };
};

/** Thrown by a source of tokens that has none to give; becomes the reason `denied` of the read that needed it. */
export class CredentialUnavailable extends Error {
  override readonly name = 'CredentialUnavailable';
  readonly code = 'credential-unavailable';
}
