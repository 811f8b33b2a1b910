/**
 * Which proxy a connection takes: HTTPS_PROXY, HTTP_PROXY and NO_PROXY, in upper or lower case, as kubectl and curl read
 * them. Packages for this read the environment of the process and know no address blocks (`10.0.0.0/8`), by which
 * networks name their clusters.
 */

import { BlockList, isIP } from 'node:net';
import { given, namedError, oneLine } from '../text.ts';

/** Variables of a process by name. */
export type ProcessEnvironment = Readonly<Record<string, string | undefined>>;

let environment: ProcessEnvironment = {};

/** Hands over the variables that name proxies and CAs, for all connections from now on: the command line does it as it
 *  starts. The deployed functions do not, and connect directly. */
export const takeOutboundEnvironment = (env: ProcessEnvironment): void => {
  environment = env;
};

/** The variables that were handed over. */
export const outboundEnvironment = (): ProcessEnvironment => environment;

/** A proxy that opens tunnels (HTTP CONNECT). */
export interface ForwardProxy {
  /** `http:` or `https:`, without user and password. */
  readonly url: URL;
  /** Value of Proxy-Authorization, where the URL has a user. A secret: never printed. */
  readonly authorization?: string;
  /** Where the proxy is named: `HTTPS_PROXY`, for messages. */
  readonly source: string;
}

/** Thrown for a proxy that cannot be used. The message has neither user nor password. */
const ProxyInvalid = namedError('ProxyInvalid', 'proxy-invalid');

/** The proxy for connections to a URL; undefined where it is reached directly. Throws `ProxyInvalid`. */
export const proxyFor = (target: URL, env: ProcessEnvironment = environment): ForwardProxy | undefined => {
  const name = target.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const found = variable(name, env);
  if (found === undefined) return undefined;
  const proxy = parseProxy(found.value, found.name);
  return isDirect(target, variable('NO_PROXY', env)?.value ?? '') ? undefined : proxy;
};

/** True where the environment names a proxy. */
export const hasProxy = (env: ProcessEnvironment = environment): boolean =>
  variable('HTTPS_PROXY', env) !== undefined || variable('HTTP_PROXY', env) !== undefined;

/** Lower case goes first, as for curl. An empty variable counts as absent. */
const variable = (
  name: string,
  env: ProcessEnvironment,
): { readonly name: string; readonly value: string } | undefined => {
  for (const each of [name.toLowerCase(), name]) {
    const value = env[each]?.trim();
    if (value) return { name: each, value };
  }
  return undefined;
};

/** Reads the URL of a proxy; `proxy.example.com:3128` is one of `http:`. `source` begins messages. Throws
 *  `ProxyInvalid`. */
export const parseProxy = (text: string, source: string): ForwardProxy => {
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  if (url === null || url.hostname === '')
    throw new ProxyInvalid(`${source}: got a text that is no URL, wanted http://HOST:PORT or https://HOST:PORT`);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new ProxyInvalid(
      `${source}: got ${oneLine(url.protocol)}//${url.host}, wanted a proxy of http:// or https:// that opens tunnels (CONNECT)`,
    );
  const credentials = [url.username, url.password].map(part => decoded(part, source)).join(':');
  const authorization =
    url.username === '' && url.password === '' ? undefined : `Basic ${Buffer.from(credentials).toString('base64')}`;
  return { url: new URL(`${url.protocol}//${url.host}`), source, ...given({ authorization }) };
};

const decoded = (part: string, source: string): string => {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new ProxyInvalid(`${source}: user or password holds a % that begins no escape: write it as %25`);
  }
};

/** Its address for people. */
export const nameOfProxy = ({ url, source }: ForwardProxy): string => `${url.host} (${source})`;

/**
 * Whether NO_PROXY, or being this machine, keeps a host from the proxy. Entries stand between commas or blanks: `*`, a
 * name (with all names under it), `.name` or `*.name` (names under it alone), an address, a block of addresses; all but a
 * block may end in `:PORT` (Go, golang.org/x/net/http/httpproxy, which kubectl uses).
 */
const isDirect = (target: URL, noProxy: string): boolean => {
  const host = plainHost(target.hostname);
  const port = target.port || (target.protocol === 'https:' ? '443' : '80');
  if (host === 'localhost' || (isIP(host) !== 0 && isIn(host, loopback))) return true;
  return noProxy
    .toLowerCase()
    .split(/[\s,]+/)
    .some(entry => entry !== '' && matches(entry, host, port));
};

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

const isIn = (address: string, list: BlockList): boolean => list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** Lower case, without the brackets of IPv6 and without the dot of a full name. */
const plainHost = (host: string): string =>
  host
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');

const matches = (entry: string, host: string, port: string): boolean => {
  if (entry === '*') return true;
  const block = blockOf(entry);
  if (block !== undefined) return isIP(host) !== 0 && isIn(host, block);
  const [, name = '', onlyPort] = /^(\[[^\]]*\]|[^:]+)(?::(\d+))?$/.exec(entry) ?? [
    undefined,
    isIP(entry) ? entry : '',
  ];
  if (name === '' || (onlyPort !== undefined && onlyPort !== port)) return false;
  const wanted = plainHost(name).replace(/^\*\./, '.');
  if (isIP(wanted) !== 0 || isIP(host) !== 0)
    return isIP(wanted) !== 0 && isIP(host) !== 0 && sameAddress(wanted, host);
  return wanted.startsWith('.') ? host.endsWith(wanted) : host === wanted || host.endsWith(`.${wanted}`);
};

const blockOf = (entry: string): BlockList | undefined => {
  const [address = '', prefix = '', ...rest] = entry.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0 || !/^\d{1,3}$/.test(prefix) || Number(prefix) > (version === 4 ? 32 : 128))
    return undefined;
  const list = new BlockList();
  list.addSubnet(address, Number(prefix), version === 4 ? 'ipv4' : 'ipv6');
  return list;
};

/** An IPv6 address has several spellings. */
const sameAddress = (one: string, other: string): boolean => {
  const list = new BlockList();
  list.addAddress(one, isIP(one) === 6 ? 'ipv6' : 'ipv4');
  return isIn(other, list);
};
