import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import type { AwsCredentials } from '../../collect/clients.ts';
import { stsHost } from '../../collect/kubernetes/eks-token.ts';

/** Where a call is made, and with which credentials. */
export interface SignedCaller {
  readonly region: string;
  readonly credentials: () => Promise<AwsCredentials>;
  /** Instead of the service's own endpoint, as AWS_ENDPOINT_URL. */
  readonly endpoint?: string;
}

/** One call of a service for whose few calls here no client is shipped. */
export interface SignedRequest {
  /** As it is signed, and the first part of its host. */
  readonly service: string;
  /** Of the JSON protocol of AWS: `TrentService.GetKeyPolicy`. Absent: a GET of `path`. */
  readonly target?: string;
  readonly contentType?: 'application/x-amz-json-1.0' | 'application/x-amz-json-1.1';
  readonly path?: string;
  readonly body?: object;
}

const limitMs = 10_000;

/** Makes a call signed by SigV4 and answers its JSON. Throws an error with the name that AWS gives, its message and the
 *  status. */
export const signedCall = async (caller: SignedCaller, request: SignedRequest): Promise<unknown> => {
  const url = new URL(
    request.path ?? '/',
    caller.endpoint ?? `https://${stsHost(caller.region).replace(/^sts/, request.service)}`,
  );
  const { service, target, contentType } = request;
  const signer = new SignatureV4({
    service,
    region: caller.region,
    credentials: await caller.credentials(),
    sha256: Sha256,
  });
  const body = target === undefined ? undefined : JSON.stringify(request.body ?? {});
  const signed = await signer.sign({
    method: target === undefined ? 'GET' : 'POST',
    protocol: url.protocol,
    hostname: url.hostname,
    ...(url.port === '' ? {} : { port: Number(url.port) }),
    path: url.pathname,
    query: {},
    headers: {
      host: url.host,
      ...(target === undefined
        ? {}
        : { 'content-type': contentType ?? 'application/x-amz-json-1.1', 'x-amz-target': target }),
    },
    ...(body === undefined ? {} : { body }),
  });
  const { host: _host, ...headers } = signed.headers;
  const response = await fetch(url, {
    method: signed.method,
    headers,
    redirect: 'error',
    signal: AbortSignal.timeout(limitMs),
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  if (!response.ok) throw refusal(response, text);
  return JSON.parse(text);
};

const refusal = (response: Response, text: string): Error => {
  const told = fieldsOf(text);
  const type = response.headers.get('x-amzn-errortype') ?? told.__type ?? told.code ?? `HTTP ${response.status}`;
  const name = type.split('#').at(-1)?.split(':')[0] ?? type;
  const message = told.message ?? told.Message ?? text.slice(0, 300);
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode: response.status } });
};

const fieldsOf = (text: string): Readonly<Record<string, string>> => {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== 'object' || parsed === null) return {};
    return Object.fromEntries(
      Object.entries(parsed).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    );
  } catch {
    return {};
  }
};
