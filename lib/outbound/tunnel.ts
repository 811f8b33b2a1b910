/**
 * A connection through a proxy, by HTTP CONNECT. The proxy passes bytes on: TLS is spoken with the server behind it, so
 * that the proxy sees the name of the server and nothing else, unless it inspects TLS. Node's own HTTP client speaks with
 * the proxy; the packages for this hand a proxy's refusal on as if the server had answered it.
 */
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type Socket } from 'node:net';
import { given, oneLine } from '../text.ts';
import { type ForwardProxy, nameOfProxy } from './proxy.ts';

/** Milliseconds from the first packet to the proxy until the tunnel stands. Told to a person within ten seconds. */
export const tunnelMs = 6_000;

/** Thrown where the proxy opens no tunnel. The message is a sentence for people, without user and password. */
export class ProxyFailed extends Error {
  override readonly name = 'ProxyFailed';
  readonly code: 'proxy-unreachable' | 'proxy-timed-out' | 'proxy-refused';
  /** Set where a repeat may help: the SDK's clients go by it. */
  readonly $retryable?: object;
  constructor(message: string, code: ProxyFailed['code'], mayPass = false) {
    super(message);
    this.code = code;
    if (mayPass) this.$retryable = {};
  }
}

/** The place behind the proxy; the proxy resolves a name. */
interface TunnelTarget {
  readonly host: string;
  readonly port: number;
}

/** Opens a tunnel. Rejects with `ProxyFailed`, in bounded time, whatever the proxy does. */
export const openTunnel = (proxy: ForwardProxy, target: TunnelTarget, timeoutMs: number = tunnelMs): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const place = `${isIP(target.host) === 6 ? `[${target.host}]` : target.host}:${target.port}`;
    const { hostname, port, protocol } = proxy.url;
    const isTls = protocol === 'https:';
    const asked = (isTls ? httpsRequest : httpRequest)({
      method: 'CONNECT',
      host: hostname.replace(/^\[|\]$/g, ''),
      port: port === '' ? (isTls ? 443 : 80) : Number(port),
      path: place,
      headers: { host: place, ...given({ 'proxy-authorization': proxy.authorization }) },
      agent: false,
    });
    const fail = (error: ProxyFailed): void => {
      clearTimeout(timer);
      asked.destroy();
      reject(error);
    };
    const timer = setTimeout(() => fail(silent(proxy, place, timeoutMs)), timeoutMs);
    asked.once('connect', ({ statusCode = 0, statusMessage = '' }, socket: Socket, head: Buffer) => {
      if (statusCode < 200 || statusCode > 299) {
        socket.destroy();
        fail(refused(proxy, place, statusCode, statusMessage));
        return;
      }
      clearTimeout(timer);
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    });
    asked.on('error', error => fail(unreachable(proxy, error)));
    asked.end();
  });

const silent = (proxy: ForwardProxy, place: string, timeoutMs: number): ProxyFailed =>
  new ProxyFailed(
    `the proxy ${nameOfProxy(proxy)} opened no connection to ${place} within ${timeoutMs / 1000} s; check the proxy, or name the host in NO_PROXY`,
    'proxy-timed-out',
  );

const unreachable = (proxy: ForwardProxy, error: Error): ProxyFailed =>
  new ProxyFailed(
    `the proxy ${nameOfProxy(proxy)} cannot be reached: ${oneLine(error.message)}; check ${proxy.source}`,
    'proxy-unreachable',
  );

const refused = (proxy: ForwardProxy, place: string, status: number, said: string): ProxyFailed => {
  const answer = `the proxy ${nameOfProxy(proxy)} refuses a connection to ${place}: ${oneLine(`${status} ${said}`).slice(0, 100)}`;
  if (status === 407)
    return new ProxyFailed(
      `${answer}; give ${proxy.source} the user and password that the proxy wants (http://USER:PASSWORD@HOST:PORT)`,
      'proxy-refused',
    );
  return new ProxyFailed(
    `${answer}; allow the host in the proxy, or name it in NO_PROXY`,
    'proxy-refused',
    status >= 500,
  );
};
