import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { type RetryPolicy, withRetries } from '../../kit/retry.ts';
import {
  type Collected,
  complete,
  type HostFacts,
  type MissingPart,
  type ReadFailure,
  unavailable,
} from '../../model.ts';
import type { ForwardProxy } from '../../outbound/proxy.ts';
import { ProxyFailed } from '../../outbound/tunnel.ts';
import { given, oneLine } from '../../text.ts';
import type { Clock } from '../clock.ts';
import { type ConnectOverride, isPublicAddress, isPublicName, overrideFor, withoutBrackets } from './connect-to.ts';
import { fetchFailure } from './fetch-document.ts';
import { type GetLimits, type HostClient, hostClient } from './host-client.ts';
import { missingName, type NameCheck } from './missing-part.ts';
import { ConnectionFailed, type Endpoint, handshakeErrorOf, openConnection } from './open-connection.ts';
import type { PublicRoots } from './public-roots.ts';
import { sentChain, servedCertificate, verifyChain } from './verify-chain.ts';

/** Addresses of a host name. Rejects if there are none. */
export type Resolve = (host: string) => Promise<readonly string[]>;

/** The machine's resolver: all addresses, IPv4 and IPv6. */
export const systemResolve: Resolve = async host =>
  (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address);

/** The ports of a probe of a host beside its name. */
export interface HostProbe {
  readonly overrides: readonly ConnectOverride[];
  readonly roots: () => PublicRoots;
  /** The proxy of a URL. */
  readonly proxyFor: (target: URL) => ForwardProxy | undefined;
  readonly resolve: Resolve;
  readonly isAbsent: NameCheck;
  readonly clock: Clock;
  readonly retries: RetryPolicy;
  readonly connectMs: number;
  readonly limits: GetLimits;
  readonly count: (operation: string) => void;
}

/** The facts of one host, and a client for its documents where it answered. */
export interface ProbedHost {
  readonly facts: Collected<HostFacts>;
  readonly client?: HostClient;
  readonly missing?: MissingPart;
  /** Nothing that was seen, or not seen, stands for what AWS sees. */
  readonly isPrivate: boolean;
  readonly overridden: boolean;
  /** A TCP connection came about: the network lets packets through. */
  readonly reachedTcp: boolean;
}

/** At most this many addresses of one host are tried. */
const maxAddresses = 4;

/**
 * Resolves a host, judges its addresses, and makes one TLS handshake with the first that answers. Only port 443 of
 * public addresses is ever opened, or what an override names. A proxy resolves names itself: it is asked for public names
 * on port 443 alone, and for none that is a private address here. The client opens up to `connections` of them as they
 * are needed. Never throws.
 */
export const probeHost = async (url: URL, probe: HostProbe, connections = 1): Promise<ProbedHost> => {
  const host = withoutBrackets(url.hostname);
  const port = url.port === '' ? 443 : Number(url.port);
  const override = overrideFor(probe.overrides, host, port);
  const operation = `TLS handshake with ${url.hostname}:${port}`;
  const unread = (reason: ReadFailure, isPrivate: boolean, reachedTcp = false): ProbedHost => ({
    facts: unavailable(reason),
    isPrivate,
    overridden: override !== undefined,
    reachedTcp,
  });
  if (override === undefined && port !== 443)
    return unread({ kind: 'not-asked-for', operation, message: `only port 443 is probed, not ${port}` }, true);
  const proxy = probe.proxyFor(override === undefined ? url : urlOf(override));
  const addresses = await addressesOf(override?.address ?? host, probe.resolve, proxy && proxyLookupMs);
  if (addresses instanceof Error && proxy === undefined) {
    const missing = override === undefined ? await missingName(host, addresses, probe.isAbsent) : undefined;
    return { ...unread(dnsReason(addresses, operation), false), ...given({ missing }) };
  }
  const known = addresses instanceof Error ? [] : addresses;
  const refused = override === undefined ? refusalOf(host, known) : undefined;
  if (refused !== undefined) return unread({ kind: 'unreachable', operation, message: refused }, true);
  const places = proxy === undefined ? known : [override?.address ?? host];
  const endpoints = places.map(address => ({ address, port: override?.addressPort ?? port, host, proxy }));
  const opened = await openFirst(endpoints, probe);
  // A proxy that opens nothing says nothing of the issuer.
  if (opened.error) return unread(fetchFailure(opened.error, operation), proxy !== undefined, opened.reachedTcp);
  try {
    return watched(opened.socket, opened.endpoint, url, override !== undefined, { ...probe, connections });
  } catch (error) {
    opened.socket.destroy();
    const message = oneLine(
      `a certificate that cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
    return unread({ kind: 'invalid', operation, message }, false, true);
  }
};

/** Milliseconds for the addresses of a host behind a proxy: a network that has a proxy often resolves no public name. */
const proxyLookupMs = 2_000;

const urlOf = ({ address, addressPort }: ConnectOverride): URL =>
  new URL(`https://${isIP(address) === 6 ? `[${address}]` : address}:${addressPort}`);

/** Why a host is not probed. Without addresses the proxy resolves the name: then it must be a public one. */
const refusalOf = (host: string, addresses: readonly string[]): string | undefined => {
  const refused = addresses.find(address => !isPublicAddress(address));
  if (refused !== undefined) return `${host} is ${refused} here, which is not a public address: not probed`;
  return addresses.length === 0 && !isPublicName(host)
    ? `${host} is not a public name: not handed to the proxy`
    : undefined;
};

const watched = (
  socket: TLSSocket,
  endpoint: Endpoint,
  url: URL,
  overridden: boolean,
  probe: HostProbe & { readonly connections: number },
): ProbedHost => {
  const operation = `TLS handshake with ${url.hostname}:${url.port === '' ? 443 : url.port}`;
  const chain = sentChain(socket);
  const base = { isPrivate: false, overridden, reachedTcp: true };
  if (chain === undefined || chain === 'too-long') {
    socket.destroy();
    const reason: ReadFailure =
      chain === undefined
        ? { kind: 'invalid', operation, message: 'the server sent no certificate' }
        : { kind: 'too-large', operation, message: 'the server sent more certificates than are read' };
    return { ...base, facts: unavailable(reason) };
  }
  const verification = { roots: probe.roots(), host: endpoint.host, now: probe.clock.now() };
  const reopen = () => {
    probe.count('tls:Handshake');
    return openConnection(endpoint, probe.roots().context, probe.connectMs);
  };
  return {
    ...base,
    client: hostClient(url.host, socket, reopen, probe),
    facts: complete({
      host: url.host,
      chain: chain.map(servedCertificate),
      trust: verifyChain(chain, verification, handshakeErrorOf(socket)),
      address: endpoint.address,
      overridden,
      ...(endpoint.proxy === undefined ? {} : { proxied: true as const }),
    }),
  };
};

/** IPv4 first: a Lambda outside of a VPC, and many a network, has no route for IPv6. */
const addressesOf = async (
  host: string,
  resolve: Resolve,
  withinMs: number | undefined,
): Promise<readonly string[] | Error> => {
  if (isIP(host) !== 0) return [host];
  try {
    const resolving = resolve(host);
    const found = await (withinMs === undefined ? resolving : Promise.race([resolving, noneAfter(withinMs)]));
    const addresses = [...new Set(found)].slice(0, 64);
    if (addresses.length === 0) return new Error(`${host} has no address`);
    return addresses.sort((a, b) => isIP(a) - isIP(b));
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
};

/** No address, after some time; the timer keeps no program from ending. */
const noneAfter = (ms: number): Promise<readonly string[]> =>
  new Promise(resolve => setTimeout(() => resolve([]), ms).unref());

const dnsReason = (error: Error, operation: string): ReadFailure => ({
  kind: 'unreachable',
  operation,
  message: oneLine(`DNS: ${error.message}`),
});

type Opened =
  | { readonly error?: undefined; readonly socket: TLSSocket; readonly endpoint: Endpoint }
  | { readonly error: Error & { readonly code?: string }; readonly reachedTcp: boolean };

const openFirst = (endpoints: readonly Endpoint[], probe: HostProbe): Promise<Opened> => {
  let reachedTcp = false;
  const attempt = async (): Promise<Opened> => {
    const opened = await openOneOf(endpoints, probe);
    if (opened.error === undefined) return opened;
    reachedTcp ||= opened.reachedTcp;
    return { ...opened, reachedTcp };
  };
  return withRetries(probe.retries, attempt, ({ error }) =>
    error === undefined || (error instanceof ProxyFailed && !error.$retryable) ? undefined : {},
  );
};

/** The first of the addresses that answers; the last failure if none does. */
const openOneOf = async (endpoints: readonly Endpoint[], probe: HostProbe): Promise<Opened> => {
  let last: Error = new Error('no address');
  let reachedTcp = false;
  for (const endpoint of endpoints.slice(0, maxAddresses)) {
    try {
      const socket = await openConnection(endpoint, probe.roots().context, probe.connectMs);
      probe.count('tls:Handshake');
      return { socket, endpoint };
    } catch (error) {
      last = error instanceof Error ? error : new Error(String(error));
      const gotThrough = error instanceof ConnectionFailed && error.reachedTcp;
      if (gotThrough) probe.count('tls:Handshake');
      reachedTcp ||= gotThrough;
    }
  }
  return { error: last, reachedTcp };
};
