import { type Agent, request as httpsRequest } from 'node:https';
import { StringDecoder } from 'node:string_decoder';
import * as z from 'zod';
import {
  errorParts,
  isUntrustedCertificate,
  kindOfNetworkError,
  kindOfStatus,
  proxyFailed,
} from '../../kit/classify-error.ts';
import { type Again, retryAfterMs, withRetries } from '../../kit/retry.ts';
import type { ReadFailure } from '../../model.ts';
import { httpsAgent } from '../../outbound/agents.ts';
import type { ForwardProxy } from '../../outbound/proxy.ts';
import { given, namedError, oneLine } from '../../text.ts';
import { type ItemSplitter, itemSplitter } from './item-splitter.ts';

/** Where a cluster's API is and how to be known to it. PEM texts, not paths. */
export interface ClusterEndpoint {
  /** `https://…`; anything else is refused: a token must not travel in the clear. */
  readonly url: string;
  /** The only authority that is trusted for this cluster; the machine's own roots if absent. */
  readonly caPem?: string;
  /** Name to verify the certificate against, where it is not the URL's host (kubeconfig's `tls-server-name`). */
  readonly serverName?: string;
  readonly clientCertificate?: { readonly certPem: string; readonly keyPem: string };
  /** A bearer token, asked for before each request: the source renews it in time. May throw: then the read is denied. */
  readonly token?: () => Promise<string>;
  /** The proxy to take whatever the environment says (kubeconfig's `proxy-url`). */
  readonly proxy?: ForwardProxy;
}

/** Bounds of one cluster's reads; every one has a default. */
export interface ApiLimits {
  /** For one request from connect to the last byte, in milliseconds. */
  readonly timeoutMs: number;
  /** For one answer, in bytes. A page of 500 pods has some 10 MB, one of hostile pods 750 MB. */
  readonly maxBytes: number;
  /** Tries of one request on 429 and 5xx, the first included. */
  readonly attempts: number;
  /** No single wait before a retry is longer, whatever Retry-After says. */
  readonly maxWaitMs: number;
  /** Connections at a time. */
  readonly connections: number;
  /** For all reads of the cluster together, in milliseconds from the first: a list that goes on for ever, slowly, ends here. */
  readonly clusterMs: number;
}

/** The limits of a deployed audit. */
export const defaultLimits: ApiLimits = {
  timeoutMs: 15_000,
  maxBytes: 64 * 1024 * 1024,
  attempts: 4,
  maxWaitMs: 10_000,
  connections: 4,
  // 150,000 pods are 300 pages, and a page takes well under a second; a function has 15 minutes.
  clusterMs: 240_000,
};

/** The result of one request. `status` is set where an HTTP answer came. */
export type ApiResult =
  | { readonly ok: true; readonly body: unknown }
  | { readonly ok: false; readonly reason: ReadFailure; readonly status?: number };

/** One read in Kubernetes' own words: `verb` and `resource` make the operation and the permission to ask for. */
export interface ApiCall {
  readonly path: string;
  readonly verb: 'get' | 'list' | 'create' | 'patch';
  /** `pods`, `serviceaccounts/token`, or a path such as `/version`. */
  readonly resource: string;
  readonly apiGroup?: string;
  /** Name of the object, where one is asked for: only an answer that names it can say that it is not there. */
  readonly name?: string;
  /** Media types in order of preference; JSON if absent. */
  readonly accept?: string;
  /** Gets the items of a list while they arrive: the body then has none. The parts read so far are void if the answer
   *  fails. */
  readonly onItem?: (item: unknown) => void;
  /** Sent as POST; for `patch` as a server-side apply. Only `prove`, `init --apply` and `cluster-job` send any. */
  readonly body?: unknown;
}

/** A Kubernetes API over HTTPS. Never throws for what the cluster answers. */
export interface KubernetesApi {
  send(call: ApiCall): Promise<ApiResult>;
  close(): void;
}

interface Raw {
  readonly status: number;
  readonly retryAfter?: string;
  readonly text: string;
}

/** Opens a client. Nothing is sent before the first call; `close` ends idle connections. Throws `ProxyInvalid`. */
export const kubernetesApi = (endpoint: ClusterEndpoint, limits: ApiLimits = defaultLimits): KubernetesApi => {
  const tls = given({
    ca: endpoint.caPem,
    servername: endpoint.serverName,
    cert: endpoint.clientCertificate?.certPem,
    key: endpoint.clientCertificate?.keyPem,
  });
  const agent = httpsAgent({ keepAlive: true, maxSockets: limits.connections, ...tls }, endpoint.proxy);
  const policy = { attempts: limits.attempts, firstWaitMs: 400, maxWaitMs: limits.maxWaitMs };
  let endsAt: number | undefined;
  const send = (call: ApiCall): Promise<ApiResult> => {
    endsAt ??= performance.now() + limits.clusterMs;
    const until = endsAt;
    return withRetries<Outcome>(
      policy,
      async () => {
        const left = until - performance.now();
        if (left <= 0) return { ok: false, reason: outOfTime(call, limits.clusterMs) };
        return once(endpoint, agent, { ...limits, timeoutMs: Math.min(limits.timeoutMs, Math.ceil(left)) }, call);
      },
      mayHelp,
    );
  };
  return { send, close: () => agent.destroy() };
};

const outOfTime = ({ verb, resource }: ApiCall, clusterMs: number): ReadFailure => ({
  kind: 'timed-out',
  operation: `${verb} ${resource}`,
  message: `the reads of the cluster took longer than ${clusterMs / 1000} s together`,
});

type Outcome = ApiResult & { readonly retryAfter?: string };

const once = async (endpoint: ClusterEndpoint, agent: Agent, limits: ApiLimits, call: ApiCall): Promise<Outcome> => {
  let raw: Raw;
  try {
    const token = await endpoint.token?.();
    raw = await exchange(endpoint, agent, limits, call, token);
  } catch (error) {
    return { ok: false, reason: exchangeFailure(call, error) };
  }
  if (raw.status < 200 || raw.status > 299)
    return {
      ok: false,
      reason: statusReason(call, raw.status, raw.text),
      status: raw.status,
      ...given({ retryAfter: raw.retryAfter }),
    };
  try {
    return { ok: true, body: JSON.parse(raw.text) as unknown };
  } catch (error) {
    return { ok: false, reason: exchangeFailure(call, error) };
  }
};

/** Kubernetes sends Retry-After in seconds with 429 and some 503s. */
const mayHelp = (outcome: Outcome): Again | undefined => {
  if (outcome.ok) return undefined;
  const transient = outcome.status === 429 || (outcome.status !== undefined && outcome.status >= 500);
  const notBeforeMs = retryAfterMs(outcome.retryAfter);
  return transient ? given({ notBeforeMs }) : undefined;
};

const exchange = (
  endpoint: ClusterEndpoint,
  agent: Agent,
  limits: ApiLimits,
  call: ApiCall,
  token: string | undefined,
): Promise<Raw> =>
  new Promise((resolve, reject) => {
    const base = new URL(endpoint.url);
    if (base.protocol !== 'https:') throw new TypeError(`the API's URL must be https, got ${base.protocol}`);
    const body = call.body === undefined ? undefined : JSON.stringify(call.body);
    const request = httpsRequest(
      new URL(`${base.pathname.replace(/\/$/, '')}${call.path}`, base),
      {
        agent,
        method: body === undefined ? 'GET' : call.verb === 'patch' ? 'PATCH' : 'POST',
        headers: {
          accept: call.accept ?? 'application/json',
          'user-agent': 'irsa-auditor',
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined
            ? {}
            : {
                'content-type': call.verb === 'patch' ? 'application/apply-patch+yaml' : 'application/json',
                'content-length': String(Buffer.byteLength(body)),
              }),
        },
        signal: AbortSignal.timeout(limits.timeoutMs),
      },
      response => {
        const body = response.statusCode === 200 && call.onItem ? itemSplitter(call.onItem) : wholeText();
        let size = 0;
        const take = (chunk: Buffer): void => {
          size += chunk.length;
          try {
            if (size > limits.maxBytes) throw new AnswerTooLarge(`the answer is larger than ${limits.maxBytes} bytes`);
            body.push(chunk);
          } catch (error) {
            response.off('data', take);
            request.destroy();
            reject(error);
          }
        };
        response.on('data', take);
        response.on('error', reject);
        response.on('end', () => {
          const retryAfter = response.headers['retry-after'];
          const text = body.end();
          resolve({ status: response.statusCode ?? 0, text, ...given({ retryAfter }) });
        });
      },
    );
    request.on('error', reject);
    request.end(body);
  });

/** The text of an answer that is no list. */
const wholeText = (): ItemSplitter => {
  const decoder = new StringDecoder('utf8');
  let text = '';
  return {
    push: chunk => {
      text += decoder.write(chunk);
    },
    end: () => text + decoder.end(),
  };
};

/** Thrown while an answer is read that is larger than the limit; becomes the reason `too-large`. */
const AnswerTooLarge = namedError('AnswerTooLarge', 'answer-too-large');

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

/** The reason that an HTTP status stands for (Kubernetes API conventions, HTTP status codes). A 404 is believed only of
 *  a `Status` which names the object: an API group that is not served, or a gateway, answers 404 as well. */
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
export const exchangeFailure = (call: ApiCall, error: unknown): ReadFailure => {
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
  if (name === proxyFailed) return { kind: kindOfNetworkError(parts) ?? 'unreachable', operation, message: text };
  if (name === 'SyntaxError') return { kind: 'invalid', operation, message: `the answer is not JSON: ${text}` };
  if (name === 'TypeError') return { kind: 'invalid', operation, message: text };
  const kind = kindOfNetworkError(parts) ?? 'unreachable';
  return { kind, operation, message: kind === 'timed-out' ? 'no complete answer within the time limit' : text };
};

/** Thrown by a source of tokens that has none to give; becomes the reason `denied` of the read that needed it. */
export const CredentialUnavailable = namedError('CredentialUnavailable', 'credential-unavailable');
