/** A server between a client and the sandbox that asks for small pages and lets one request fail. */
import { createServer, type IncomingMessage, request as plainRequest, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, request as tlsRequest } from 'node:https';
import { bodyOf } from '../../sandbox/aws/request.ts';
import type { ClusterAuthority } from '../../sandbox/kubernetes/authority.ts';

/** How a request fails: refused in several ways, an answer that breaks off or never comes, one that says nothing. */
export const failures = ['error', 'throttle', 'cut', 'reset', 'empty', 'empty-object', 'silence'] as const;
export type Failure = (typeof failures)[number];

/** The request of an operation that fails, counted from 1. */
export interface FailingPage {
  readonly operation: string;
  readonly nth: number;
  readonly failure: Failure;
}

/** The kind of a request, and the request for a small page. */
export interface Asked {
  readonly operation: string;
  readonly path: string;
  readonly body: string;
}

/** The sandbox behind it. `authority`: it speaks TLS, and so does this server, with a certificate of its own. */
interface Behind {
  readonly url: string;
  readonly tls?: { readonly authority: ClusterAuthority; readonly caPem: string };
  readonly asked: (message: IncomingMessage, body: string) => Asked;
}

export interface FailingServer {
  readonly url: string;
  /** Requests of each operation since the last `failing`. */
  readonly counts: ReadonlyMap<string, number>;
  /** Starts counting again, and lets this one fail; undefined: none. */
  readonly failing: (page: FailingPage | undefined) => void;
  readonly stop: () => Promise<void>;
}

/** Starts it on a free port of the loopback interface. */
export const startFailing = async ({ url, tls, asked }: Behind): Promise<FailingServer> => {
  const counts = new Map<string, number>();
  let page: FailingPage | undefined;
  const handle = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const wanted = asked(message, await bodyOf(message));
    const nth = (counts.get(wanted.operation) ?? 0) + 1;
    counts.set(wanted.operation, nth);
    const fails = page?.operation === wanted.operation && page.nth === nth ? page.failure : undefined;
    if (fails !== undefined && fails !== 'cut') fail(response, fails);
    else await forward(url, tls?.caPem, message, wanted, response, fails === 'cut');
  };
  const listener = (message: IncomingMessage, response: ServerResponse): void => {
    void handle(message, response).catch(() => response.destroy());
  };
  const server =
    tls === undefined
      ? createServer(listener)
      : createTlsServer({ cert: tls.authority.serverCertPem, key: tls.authority.serverKeyPem }, listener);
  server.keepAliveTimeout = 60_000;
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    counts,
    failing: next => {
      counts.clear();
      page = next;
    },
    stop: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

const fail = (response: ServerResponse, failure: Exclude<Failure, 'cut'>): void => {
  switch (failure) {
    case 'silence':
      return;
    case 'reset':
      response.socket?.destroy();
      return;
    case 'error':
      response.writeHead(500, { 'content-type': 'text/plain' }).end('no');
      return;
    case 'throttle':
      response.writeHead(429, { 'content-type': 'text/plain' }).end('slow down');
      return;
    default:
      response.writeHead(200, { 'content-type': 'application/json' }).end(failure === 'empty' ? '' : '{}');
  }
};

/** Sends the request on, and the answer back, or the first half of it. */
const forward = (
  url: string,
  ca: string | undefined,
  message: IncomingMessage,
  { path, body }: Asked,
  response: ServerResponse,
  isCut: boolean,
): Promise<void> =>
  new Promise((resolve, reject) => {
    const { 'content-length': _length, 'transfer-encoding': _encoding, host: _host, ...headers } = message.headers;
    const options = { method: message.method, headers: { ...headers, 'content-length': Buffer.byteLength(body) } };
    const target = new URL(path, url);
    const outgoing = ca === undefined ? plainRequest(target, options) : tlsRequest(target, { ...options, ca });
    outgoing.on('response', async answer => {
      const chunks: Buffer[] = [];
      for await (const chunk of answer) chunks.push(Buffer.from(chunk));
      const whole = Buffer.concat(chunks);
      const { 'transfer-encoding': _chunked, connection: _connection, ...rest } = answer.headers;
      response.writeHead(answer.statusCode ?? 500, { ...rest, 'content-length': whole.length });
      if (isCut) response.write(whole.subarray(0, whole.length / 2), () => response.socket?.destroy());
      else response.end(whole);
      resolve();
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
