import { isIP, type Socket } from 'node:net';
import { connect, type SecureContext, type TLSSocket } from 'node:tls';
import { type ForwardProxy, nameOfProxy } from '../../outbound/proxy.ts';
import { openTunnel } from '../../outbound/tunnel.ts';

/** Where to connect: an address that was judged already, so that no name is resolved a second time. */
export interface Endpoint {
  /** Through a proxy, the name: the proxy resolves it. */
  readonly address: string;
  readonly proxy?: ForwardProxy | undefined;
  readonly port: number;
  /** The host of the URL: sent as the server's name, and what its certificate must be for. */
  readonly host: string;
}

/** An open connection after its handshake. `reachedTcp` is for the failure: packets did get through. */
export class ConnectionFailed extends Error {
  override readonly name = 'ConnectionFailed';
  readonly code: string;
  readonly reachedTcp: boolean;
  constructor(message: string, code: string, reachedTcp: boolean, cause: unknown) {
    super(message, { cause });
    this.code = code;
    this.reachedTcp = reachedTcp;
  }
}

/**
 * One TLS handshake. The certificate is not judged here (`rejectUnauthorized: false`): a chain that nobody trusts is
 * what is looked for. Nothing secret is ever sent over the connection. Rejects with `ConnectionFailed` or `ProxyFailed`.
 */
export const openConnection = async (
  endpoint: Endpoint,
  context: SecureContext,
  timeoutMs: number,
): Promise<TLSSocket> => {
  const { proxy, address: host, port } = endpoint;
  if (proxy === undefined) return shakeHands(endpoint, context, timeoutMs, { host, port });
  return shakeHands(endpoint, context, timeoutMs, { socket: await openTunnel(proxy, { host, port }, timeoutMs) });
};

const shakeHands = (
  endpoint: Endpoint,
  context: SecureContext,
  timeoutMs: number,
  over: { readonly socket: Socket } | { readonly host: string; readonly port: number },
): Promise<TLSSocket> =>
  new Promise((resolve, reject) => {
    let reachedTcp = 'socket' in over;
    const socket = connect({
      ...over,
      servername: isIP(endpoint.host) === 0 ? endpoint.host : '',
      secureContext: context,
      rejectUnauthorized: false,
      ALPNProtocols: ['http/1.1'],
    });
    const fail = (error: Error & { readonly code?: string }) => {
      clearTimeout(timer);
      socket.destroy();
      const step = reachedTcp ? 'the TLS handshake' : 'the TCP connection';
      const through = endpoint.proxy ? ` through the proxy ${nameOfProxy(endpoint.proxy)}` : '';
      const failed = `${step} with ${endpoint.address} port ${endpoint.port}${through} failed: ${error.message}`;
      reject(new ConnectionFailed(failed, error.code ?? error.name, reachedTcp, error));
    };
    const timer = setTimeout(
      () => fail(Object.assign(new Error(`no answer within ${timeoutMs} ms`), { code: 'ETIMEDOUT' })),
      timeoutMs,
    );
    socket.once('connect', () => {
      reachedTcp = true;
    });
    socket.once('close', () => fail(new Error('the server closed the connection')));
    socket.once('error', fail);
    socket.once('secureConnect', () => {
      clearTimeout(timer);
      socket.removeAllListeners('close');
      socket.removeListener('error', fail);
      socket.on('error', () => undefined);
      resolve(socket);
    });
  });

/** OpenSSL's verdict on the chain of a finished handshake: a code, or undefined if it accepts the chain. */
export const handshakeErrorOf = (socket: TLSSocket): string | undefined => {
  if (socket.authorized) return undefined;
  const error: unknown = socket.authorizationError;
  if (typeof error === 'string') return error;
  return error instanceof Error ? ('code' in error ? String(error.code) : error.message) : 'not authorized';
};
