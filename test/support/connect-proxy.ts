import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { createSecureContext, TLSSocket, connect as tlsConnect } from 'node:tls';
import { aParty, certify, privateKeyPem } from '../../sandbox/issuers/certificate-maker.ts';

/** The behaviour of a proxy that is asked for a connection. `inspect`: it ends TLS with certificates of its own CA. */
export type ProxyBehaviour = 'tunnel' | 'inspect' | 'hang' | { readonly refuse: string };

/** Where a place lies in truth: a port on loopback, with TLS or without. */
export interface Route {
  readonly port: number;
  readonly tls?: boolean;
}

/** A running proxy. */
export interface ConnectProxy {
  readonly url: string;
  readonly port: number;
  /** The CA of an inspecting proxy, in PEM. */
  readonly caPem: string;
  /** Every place that was asked for, as `host:port`, in order. */
  readonly asked: readonly string[];
  /** Value of Proxy-Authorization of each request. */
  readonly authorizations: readonly (string | undefined)[];
  /** The bytes that clients sent to the proxy itself, before a tunnel: nothing but CONNECT. */
  readonly plain: readonly string[];
  behave(behaviour: ProxyBehaviour): void;
  stop(): Promise<void>;
}

/** Starts a proxy for HTTP CONNECT on a free port of loopback. Names are never resolved: `route` knows each place. */
export const startConnectProxy = async (
  route: (place: string) => Route | undefined,
  first: ProxyBehaviour = 'tunnel',
): Promise<ConnectProxy> => {
  const ca = await aParty('CN=Example Inspecting Proxy CA,O=Example Corp');
  const caPem = (await certify(ca, ca)).pem;
  const asked: string[] = [];
  const authorizations: (string | undefined)[] = [];
  const plain: string[] = [];
  const sockets = new Set<Socket>();
  let behaviour = first;
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  };
  const serverContext = async (host: string) => {
    const leaf = await aParty(`CN=${host}`.slice(0, 67));
    const made = await certify(leaf, ca, { hosts: [host] });
    return createSecureContext({ cert: `${made.pem}${caPem}`, key: await privateKeyPem(leaf) });
  };
  const server = createServer((request, response) => {
    plain.push(`${request.method} ${request.url}`);
    response.writeHead(400).end();
  });
  const onConnect = async (request: IncomingMessage, client: Socket): Promise<void> => {
    const place = request.url ?? '';
    asked.push(place);
    authorizations.push(request.headers['proxy-authorization']);
    if (behaviour === 'hang') return;
    const found = route(place);
    if (typeof behaviour === 'object' || found === undefined) {
      client.end(`HTTP/1.1 ${typeof behaviour === 'object' ? behaviour.refuse : '502 Bad Gateway'}\r\n\r\n{}`);
      return;
    }
    const host = place.replace(/:\d+$/, '');
    const secureContext = behaviour === 'inspect' ? await serverContext(host) : undefined;
    const upstream =
      secureContext !== undefined && found.tls === true
        ? tlsConnect({ host: '127.0.0.1', port: found.port, servername: host, rejectUnauthorized: false })
        : connect(found.port, '127.0.0.1');
    keep(upstream);
    client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    const inner = secureContext === undefined ? client : new TLSSocket(client, { isServer: true, secureContext });
    if (inner !== client) keep(inner);
    inner.pipe(upstream).pipe(inner);
    inner.on('close', () => upstream.destroy());
    upstream.on('close', () => inner.destroy());
  };
  server.on('connection', keep);
  server.on('connect', (request, socket) => void onConnect(request, socket as Socket));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    caPem,
    asked,
    authorizations,
    plain,
    behave: next => {
      behaviour = next;
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>(resolve => server.close(() => resolve()));
    },
  };
};
