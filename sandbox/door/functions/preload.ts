/**
 * Loaded before a function: the network of the sandbox, and the native part of the runtime interface client. Hosts that the sandbox
 * serves have public addresses, and a connection to one of them goes to its server on loopback; every other host is unknown, so
 * that no request leaves the machine. The map of hosts is a file, whose path is this module's query.
 */
import './function-time.ts';
import dns from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import { registerHooks, syncBuiltinESMExports } from 'node:module';
import { Socket } from 'node:net';

/** Ports on loopback by `host:port`, and PEM texts of roots that are taken as public. */
export interface Network {
  readonly ports: Readonly<Record<string, number>>;
  readonly roots: readonly string[];
}

const path = new URL(import.meta.url).searchParams.get('network') ?? '';
const { ports, roots }: Network = JSON.parse(readFileSync(path, 'utf8'));

const hosts = [...new Set(Object.keys(ports).map(place => place.replace(/:\d+$/, '')))];
/** A public address for each host. */
const addressOf = (host: string): string =>
  `52.95.${Math.floor(hosts.indexOf(host) / 250)}.${(hosts.indexOf(host) % 250) + 1}`;
const hostAt = (address: string): string => hosts.find(host => addressOf(host) === address) ?? address;

const unknownHost = (host: string): Error =>
  Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND', hostname: host });
const known = (host: string): boolean => hosts.includes(host) || /^(localhost|127\.0\.0\.1|::1)$/.test(host);
const { lookup } = dns;
Object.assign(dns, {
  lookup: async (host: string, options?: { readonly all?: boolean }) => {
    if (!known(host)) throw unknownHost(host);
    if (!hosts.includes(host)) return Reflect.apply(lookup, dns, [host, options]);
    const address = { address: addressOf(host), family: 4 };
    return options?.all === true ? [address] : address;
  },
  resolveNs: async (host: string) => Promise.reject(unknownHost(host)),
});
syncBuiltinESMExports();

interface Place {
  host?: string;
  port?: number | string;
}
const { connect } = Socket.prototype;
/** `connect` is called with options, or with a list that begins with them (Node.js, `net.Socket.connect`). */
const redirected = (first: unknown): unknown => {
  const place: Place = Array.isArray(first) ? first[0] : first;
  if (typeof place !== 'object' || place === null || place.host === undefined) return first;
  const host = hostAt(place.host);
  const port = ports[`${host}:${place.port}`];
  if (port === undefined && !known(host)) throw unknownHost(host);
  if (port !== undefined) Object.assign(place, { host: '127.0.0.1', port });
  return first;
};
Socket.prototype.connect = function (this: Socket, ...args: unknown[]) {
  return Reflect.apply(connect, this, [redirected(args[0]), ...args.slice(1)]);
};

const own = (name: string): string => new URL(name, import.meta.url).href;
registerHooks({
  resolve: (specifier, context, nextResolve) => {
    if (specifier === './rapid-client.node') return { url: own('./rapid-client.ts'), shortCircuit: true };
    if (/^(?:node:)?tls$/.test(specifier) && context.parentURL?.includes('/index.mjs') === true)
      return { url: 'sandbox:tls', format: 'module', shortCircuit: true };
    return nextResolve(specifier, context);
  },
  load: (url, context, nextLoad) =>
    url === 'sandbox:tls'
      ? {
          ...{ format: 'module', shortCircuit: true },
          source: `export * from 'node:tls'; export { default } from 'node:tls'; import { rootCertificates as own } from 'node:tls'; export const rootCertificates = [...own, ...${JSON.stringify(roots)}];`,
        }
      : nextLoad(url, context),
});
