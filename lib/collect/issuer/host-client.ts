import { Agent, type IncomingMessage, request } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { given, namedError } from '../../text.ts';

/** The answer to one GET, whatever its status. */
export interface RawAnswer {
  readonly status: number;
  readonly location?: string;
  readonly retryAfter?: string;
  readonly server?: string;
  readonly text: string;
}

/** GETs over one connection to one host. `open` makes another one where the server has closed it in between. */
export interface HostClient {
  /** `path` with query, as in the URL. Rejects on network failures, on time-out and on an answer that is too large. */
  get(path: string): Promise<RawAnswer>;
  close(): void;
}

/** Thrown while an answer is read that is larger than the limit. */
export const AnswerTooLarge = namedError('AnswerTooLarge', 'answer-too-large');

/** Thrown where no whole answer came in time. */
const AnswerTimedOut = namedError('AnswerTimedOut', 'ETIMEDOUT');

/** Bounds of one GET. */
export interface GetLimits {
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

/**
 * A client that begins with a connection whose handshake was watched and keeps it alive, so that one handshake serves
 * all issuers of a host, or a few where it may have more connections. Plain `http` on purpose: an https.Agent would open connections, and resume sessions, of its own.
 */
export const hostClient = (
  hostHeader: string,
  first: TLSSocket,
  open: () => Promise<TLSSocket>,
  { limits, connections }: { readonly limits: GetLimits; readonly connections: number },
): HostClient => {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  let unused: TLSSocket | undefined = first;
  agent.createConnection = (_options, callback) => {
    if (unused !== undefined && !unused.destroyed) {
      const socket = unused;
      unused = undefined;
      return socket;
    }
    open().then(
      socket => callback?.(null, socket),
      // The callback's type wants a stream even beside an error; Node reads it only where there is none.
      (error: Error) => callback?.(error, first),
    );
    return undefined;
  };
  return {
    get: path => once(agent, hostHeader, path, limits),
    close: () => {
      unused?.destroy();
      agent.destroy();
    },
  };
};

const once = (agent: Agent, hostHeader: string, path: string, limits: GetLimits): Promise<RawAnswer> =>
  new Promise((resolve, reject) => {
    const headers = { host: hostHeader, accept: 'application/json', 'user-agent': 'irsa-auditor' };
    const message = request({ agent, path, headers }, response => {
      readBody(response, limits.maxBytes).then(text => {
        clearTimeout(timer);
        const { location, server, 'retry-after': retryAfter } = response.headers;
        resolve({
          status: response.statusCode ?? 0,
          text,
          ...given({ location, retryAfter }),
          ...(typeof server === 'string' ? { server } : {}),
        });
      }, fail);
    });
    const fail = (error: unknown) => {
      clearTimeout(timer);
      message.destroy();
      reject(error);
    };
    const timer = setTimeout(
      () => fail(new AnswerTimedOut(`no whole answer within ${limits.timeoutMs} ms`)),
      limits.timeoutMs,
    );
    message.on('error', fail);
    message.end();
  });

const readBody = async (response: IncomingMessage, maxBytes: number): Promise<string> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    const bytes: Buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk);
    size += bytes.length;
    if (size > maxBytes) throw new AnswerTooLarge(`the answer is larger than ${maxBytes} bytes`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
};
