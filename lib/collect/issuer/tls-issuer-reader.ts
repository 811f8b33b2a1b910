import type { IssuerReader } from '../../audit/ports.ts';
import { inParallel } from '../../kit/in-parallel.ts';
import type { RetryPolicy } from '../../kit/retry.ts';
import {
  type Collected,
  type DiscoveryFacts,
  type IssuerFacts,
  type IssuerTable,
  type MissingPart,
  type ReadFailure,
  type SigningKey,
  unavailable,
} from '../../model.ts';
import { type ProcessEnvironment, proxyFor } from '../../outbound/proxy.ts';
import { given, withoutTrailingSlashes } from '../../text.ts';
import { type Clock, systemClock } from '../clock.ts';
import type { ConnectOverride } from './connect-to.ts';
import { fetchDocument, parseDiscovery, parseKeys } from './fetch-document.ts';
import type { HostClient } from './host-client.ts';
import { type NameCheck, systemIsAbsent } from './missing-part.ts';
import { type HostProbe, type ProbedHost, probeHost, type Resolve, systemResolve } from './probe-host.ts';
import { type PublicRoots, parsePublicRoots, publicRoots } from './public-roots.ts';

/** Bounds in milliseconds. */
interface IssuerTimeouts {
  /** For DNS-resolved TCP and TLS together. */
  readonly connect: number;
  /** For one GET, to its last byte. STS itself waits about 5 s (docs/facts.md §C.2). */
  readonly answer: number;
  /** For all issuers of one host; those left over are not in the table. */
  readonly host: number;
  /** For all hosts: the step ends before its own time is up. */
  readonly total: number;
}

/** Everything has a default; the defaults are those of a deployed audit. */
export interface IssuerReaderOptions {
  /** `--connect-to`: opens the address guard for exactly these pairs. */
  readonly connectTo?: readonly ConnectOverride[];
  /** PEM texts of roots that are taken as public in this run, beside Node's own. */
  readonly publicRoots?: readonly string[];
  /** The environment that names a proxy; that of all connections if absent. */
  readonly env?: ProcessEnvironment;
  readonly resolve?: Resolve;
  readonly isAbsent?: NameCheck;
  readonly timeouts?: Partial<IssuerTimeouts>;
  readonly clock?: Clock;
  readonly random?: () => number;
  /** Tries of one connection or GET, the first included. */
  readonly attempts?: number;
  /** Hosts at a time. */
  readonly concurrency?: number;
  /** Told of each `tls:Handshake`, `issuer:GetDiscovery` and `issuer:GetKeys`. */
  readonly calls?: { count(operation: string): void };
}

const maxBytes = 1024 * 1024;
const defaultTimeouts: IssuerTimeouts = { connect: 5_000, answer: 5_000, host: 300_000, total: 600_000 };
/** Regions that have EKS: each is a host of its own, and none waits for another. */
const hostsAtOnce = 40;
/** Connections to one host, and issuers for which one of them is enough. */
const maxConnections = 12;
const issuersPerConnection = 32;

/**
 * Probes issuers live: one TLS handshake a host, then two GETs an issuer over the same connection, or over a few more
 * where a host has many issuers. Issuers of a host are probed in the order given. Never throws for what a server does:
 * that is a fact of the table, under the URL as it was given. Making a reader throws
 * `PublicRootsInvalid` for roots that cannot be read.
 */
export const createIssuerReader = (options: IssuerReaderOptions = {}): IssuerReader => {
  const extra = (options.publicRoots ?? []).flatMap(text =>
    parsePublicRoots(text, 'the file of public roots (--ca-file)'),
  );
  let roots: PublicRoots | undefined;
  const timeouts = { ...defaultTimeouts, ...options.timeouts };
  const probe: HostProbe = {
    overrides: options.connectTo ?? [],
    proxyFor: target => proxyFor(target, options.env),
    roots: () => {
      roots ??= publicRoots(extra);
      return roots;
    },
    resolve: options.resolve ?? systemResolve,
    isAbsent: options.isAbsent ?? systemIsAbsent,
    clock: options.clock ?? systemClock,
    retries: {
      attempts: options.attempts ?? 3,
      firstWaitMs: 500,
      maxWaitMs: 10_000,
      sleep: (options.clock ?? systemClock).sleep,
      random: options.random,
    },
    connectMs: timeouts.connect,
    limits: { timeoutMs: timeouts.answer, maxBytes },
    count: operation => options.calls?.count(operation),
  };
  return {
    read: async (issuers, take) => {
      const groups = [...byHost(issuers)];
      const end = probe.clock.now() + timeouts.total;
      const readings = await inParallel(groups, options.concurrency ?? hostsAtOnce, ([, urls]) =>
        readHost(urls, probe, Math.min(end, probe.clock.now() + timeouts.host), take),
      );
      return tableOf(
        readings.flatMap(reading => reading ?? []),
        issuers.filter(issuer => hostKey(issuer) === undefined),
      );
    },
  };
};

/** The host and port of an issuer that can be probed at all: https, no user, no query, no fragment. */
const hostKey = (issuer: string): string | undefined => {
  const url = URL.parse(issuer);
  if (url === null || url.protocol !== 'https:' || url.hostname === '') return undefined;
  return url.username === '' && url.password === '' && url.search === '' && url.hash === '' ? url.host : undefined;
};

const byHost = (issuers: readonly string[]): ReadonlyMap<string, readonly string[]> => {
  const groups = new Map<string, string[]>();
  for (const issuer of new Set(issuers)) {
    const key = hostKey(issuer);
    if (key === undefined) continue;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [issuer]);
    else known.push(issuer);
  }
  return groups;
};

/** The facts of one host and its issuers. */
interface Reading {
  readonly host: ProbedHost;
  readonly issuers: readonly IssuerFacts[];
}

/** Undefined where its time is up before it begins. */
const readHost = async (
  issuers: readonly string[],
  probe: HostProbe,
  deadline: number,
  take: Parameters<IssuerReader['read']>[1],
): Promise<Reading | undefined> => {
  const isLate = (): boolean => probe.clock.now() > deadline;
  if (isLate()) return undefined;
  const connections = Math.min(maxConnections, Math.ceil(issuers.length / issuersPerConnection));
  const host = await probeHost(new URL(issuers[0] ?? ''), probe, connections);
  try {
    const read = await inParallel(issuers, connections, async issuer => {
      if (isLate()) return undefined;
      const facts = await readIssuer(issuer, host, probe);
      // The meaning of an unreached host is known when all were tried.
      if (take === undefined || !host.reachedTcp) return facts;
      await take(facts);
      return undefined;
    });
    return { host, issuers: read.flatMap(facts => facts ?? []) };
  } finally {
    host.client?.close();
  }
};

/** Facts of an issuer that nobody could ask: everything about it is unknown. */
const unprobed = (url: string, reason: ReadFailure): IssuerFacts => ({
  url,
  host: unavailable(reason),
  discovery: unavailable(reason),
  keys: unavailable(reason),
  fromPrivateNetwork: true,
});

const readIssuer = async (
  url: string,
  { facts: host, client, isPrivate: fromPrivateNetwork, missing }: ProbedHost,
  probe: HostProbe,
): Promise<IssuerFacts> => {
  if (client === undefined || host.status === 'unavailable') {
    const reason: ReadFailure = { kind: 'not-asked-for', operation: `GET ${url}`, message: 'the host was not reached' };
    const rest = { discovery: unavailable<never>(reason), keys: unavailable<never>(reason), fromPrivateNetwork };
    return { url, host, ...rest, ...given({ missing }) };
  }
  const counted = { ...client, get: counting(client, probe) };
  const { discovery, missing: bucket } = await readDiscovery(url, counted, probe.retries);
  const keys = await readKeys(url, discovery, counted, probe.retries);
  return { url, host, discovery, keys, fromPrivateNetwork, ...given({ missing: bucket }) };
};

const counting =
  (client: HostClient, probe: HostProbe): HostClient['get'] =>
  path => {
    probe.count(path.endsWith(discoveryPath) ? 'issuer:GetDiscovery' : 'issuer:GetKeys');
    return client.get(path);
  };

/** OpenID Connect Discovery 1.0, section 4.1: appended to the issuer without a slash at its end. */
const discoveryPath = '/.well-known/openid-configuration';

const readDiscovery = async (
  issuer: string,
  client: HostClient,
  policy: RetryPolicy,
): Promise<{ readonly discovery: Collected<DiscoveryFacts>; readonly missing?: MissingPart | undefined }> => {
  const url = new URL(`${withoutTrailingSlashes(issuer)}${discoveryPath}`);
  const fetched = await fetchDocument(client, url, policy);
  return fetched.ok
    ? { discovery: parseDiscovery(fetched.text, `GET ${url.href}`) }
    : { discovery: unavailable(fetched.reason), missing: fetched.missing };
};

const readKeys = async (
  issuer: string,
  discovery: Collected<DiscoveryFacts>,
  client: HostClient,
  policy: RetryPolicy,
): Promise<Collected<readonly SigningKey[]>> => {
  const jwksUri = discovery.status === 'unavailable' ? undefined : discovery.value.jwksUri;
  const notFetched = (message: string) =>
    unavailable<never>({ kind: 'not-asked-for', operation: `GET keys of ${issuer}`, message });
  if (jwksUri === undefined) return notFetched('the discovery document names no jwks_uri');
  const url = URL.parse(jwksUri);
  if (url === null || url.protocol !== 'https:' || url.host !== new URL(issuer).host)
    return notFetched('jwks_uri is not on the host of the issuer: not fetched');
  const fetched = await fetchDocument(client, url, policy);
  return fetched.ok ? parseKeys(fetched.text, `GET ${url.href}`) : unavailable(fetched.reason);
};

/**
 * Where not one host let a TCP connection through, the network of the auditor is as likely the cause as the issuers:
 * their failures are then unknown.
 */
const tableOf = (readings: readonly Reading[], refused: readonly string[]): IssuerTable => {
  const isIsolated = readings.every(({ host }) => !host.reachedTcp);
  const table: Record<string, IssuerFacts> = {};
  for (const { host, issuers } of readings)
    for (const facts of issuers)
      table[facts.url] = isIsolated && !host.overridden ? { ...facts, fromPrivateNetwork: true } : facts;
  for (const url of refused)
    table[url] = unprobed(url, {
      kind: 'invalid',
      operation: `GET ${url.slice(0, 200)}`,
      message: 'an issuer is an https URL without user, query and fragment',
    });
  return table;
};
