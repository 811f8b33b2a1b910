import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { jwksOf, signToken } from '../world/signing-keys.ts';
import type { WorldIssuer } from '../world/world.ts';
import { type Authorities, type ChainName, isChainName, makeAuthorities, type ServerChain } from './chains.ts';
import { answerDocument, isDiscoveryMode } from './discovery-answers.ts';

/** SHA-1 of certificates that a host sends, 40 lower-case hex digits. */
export interface Thumbprints {
  readonly leaf: string;
  /** The second certificate sent; the leaf if it is alone. */
  readonly intermediate: string;
  /** The last certificate sent: what AWS's procedure takes. */
  readonly root: string;
  readonly sent: readonly string[];
}

/** A token to mint: `audience` is `sts.amazonaws.com` and `ttl` 3600 seconds unless given. */
export interface TokenRequest {
  readonly issuer: string;
  /** `system:serviceaccount:<namespace>:<name>`. */
  readonly subject: string;
  readonly audience?: string;
  readonly ttl?: number;
}

/** Running issuers. */
export interface Issuers {
  /** curl's form, one for each host: what `--connect-to` takes. */
  readonly connectTo: readonly string[];
  /** The roots that are taken as public in the sandbox: what `--ca-file` takes. */
  readonly caPem: string;
  thumbprints(url: string): Thumbprints;
  mintToken(request: TokenRequest): string;
  jwks(url: string): ReturnType<typeof jwksOf>;
  /** Changes what the issuer's host sends from now on. */
  setChain(url: string, chain: string): Promise<void>;
  /** Handshakes since the start, by host. */
  handshakes(url: string): number;
  stop(): Promise<void>;
}

/** Choices for tests: which TLS the servers speak, and the world's clock (absent: the machine's). */
export interface IssuerServerOptions {
  readonly now?: () => number;
  readonly tlsVersion?: 'TLSv1.2' | 'TLSv1.3';
}

interface Host {
  readonly host: string;
  readonly server: Server;
  readonly issuers: readonly WorldIssuer[];
  chain: ServerChain;
  handshakes: number;
}

/**
 * Starts one TLS server on loopback for each host of the issuers, on a free port, with a real chain made now. The
 * `discovery` of an issuer is read at each request, so that a change of the world shows at once; a chain changes through
 * `setChain`. Throws for a chain or mode that does not exist, and for two chains on one host.
 */
export const startIssuers = async (
  worldIssuers: readonly WorldIssuer[],
  options: IssuerServerOptions = {},
): Promise<Issuers> => {
  const authorities = await makeAuthorities((options.now ?? Date.now)());
  const groups = Map.groupBy(worldIssuers, issuer => new URL(issuer.url).host);
  const hosts = new Map<string, Host>();
  for (const [host, issuers] of groups) hosts.set(host, await startHost(host, issuers, authorities, options));
  const hostOf = (url: string): Host => {
    const found = hosts.get(new URL(url).host);
    if (found === undefined) throw new Error(`no issuer of the sandbox is at ${url}`);
    return found;
  };
  return {
    connectTo: [...hosts.values()].map(({ host, server }) => `${hostAndPort(host)}:127.0.0.1:${portOf(server)}`),
    caPem: authorities.publicRoots.map(root => root.pem).join(''),
    thumbprints: url => thumbprintsOf(hostOf(url).chain),
    mintToken: request => mintToken(request),
    jwks: url => jwksOf(url),
    setChain: async (url, name) => {
      const host = hostOf(url);
      host.chain = await authorities.chainFor(new URL(url).hostname, chainName(name));
      host.server.setSecureContext(secureContextOf(host.chain));
      host.server.closeAllConnections();
    },
    handshakes: url => hostOf(url).handshakes,
    stop: async () => {
      await Promise.all([...hosts.values()].map(({ server }) => close(server)));
    },
  };
};

const startHost = async (
  host: string,
  issuers: readonly WorldIssuer[],
  authorities: Authorities,
  options: IssuerServerOptions,
): Promise<Host> => {
  const chains = new Set(issuers.map(issuer => issuer.chain));
  const [first = ''] = chains;
  if (chains.size > 1) throw new Error(`${host} cannot send the chains ${[...chains].join(' and ')} at once`);
  const chain = await authorities.chainFor(host.replace(/:\d+$/, ''), chainName(first));
  const versions =
    options.tlsVersion === undefined ? {} : { minVersion: options.tlsVersion, maxVersion: options.tlsVersion };
  const counts = new Map<string, number>();
  const server = createServer({ ...secureContextOf(chain), ...versions }, (request, response) =>
    respond(issuers, counts, request, response),
  );
  const started: Host = { host, server, issuers, chain, handshakes: 0 };
  server.on('secureConnection', () => {
    started.handshakes += 1;
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return started;
};

const respond = (
  issuers: readonly WorldIssuer[],
  counts: Map<string, number>,
  request: IncomingMessage,
  response: ServerResponse,
): void => {
  const url = new URL(request.url ?? '/', 'https://issuer.invalid');
  const issuer = issuers.find(candidate => url.pathname.startsWith(`${pathOf(candidate)}/`));
  const rest = issuer === undefined ? '' : url.pathname.slice(pathOf(issuer).length);
  const document = rest === '/keys' ? 'keys' : rest === '/.well-known/openid-configuration' ? 'discovery' : undefined;
  if (issuer === undefined || document === undefined) {
    response.writeHead(404).end();
    return;
  }
  const key = `${issuer.url} ${document}`;
  const before = counts.get(key) ?? 0;
  counts.set(key, before + 1);
  answerDocument(
    { issuer: issuer.url, document, mode: discoveryMode(issuer.discovery), before, isRedirected: url.search !== '' },
    response,
  );
};

const pathOf = (issuer: WorldIssuer): string => new URL(issuer.url).pathname.replace(/\/+$/, '');

const chainName = (text: string): ChainName => {
  if (isChainName(text)) return text;
  throw new Error(`the sandbox has no chain "${text}"`);
};

const discoveryMode = (text: string) => {
  if (isDiscoveryMode(text)) return text;
  throw new Error(`the sandbox has no way "${text}" to serve discovery`);
};

const secureContextOf = ({ sent, keyPem }: ServerChain) => ({ key: keyPem, cert: sent.map(one => one.pem).join('') });

const thumbprintsOf = ({ sent }: ServerChain): Thumbprints => {
  const sha1 = sent.map(certificate => certificate.sha1);
  const [leaf = ''] = sha1;
  return { leaf, intermediate: sha1[1] ?? leaf, root: sha1.at(-1) ?? leaf, sent: sha1 };
};

const mintToken = ({ issuer, subject, audience = 'sts.amazonaws.com', ttl = 3600 }: TokenRequest): string => {
  const iat = Math.floor(Date.now() / 1000);
  return signToken(issuer, { sub: subject, aud: [audience], iat, exp: iat + ttl });
};

const hostAndPort = (host: string): string => (/:\d+$/.test(host) ? host : `${host}:443`);

const portOf = (server: Server): number => {
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server does not listen on a port');
  return address.port;
};

const close = (server: Server): Promise<void> =>
  new Promise(resolve => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
