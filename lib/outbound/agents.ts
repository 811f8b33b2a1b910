/** Agents of Node's HTTP client that take the way out of this network: directly, or by a tunnel through a proxy. */

import { readFileSync } from 'node:fs';
import { type ClientRequestArgs, Agent as HttpAgent, type AgentOptions as HttpAgentOptions } from 'node:http';
import { type AgentOptions, Agent as HttpsAgent } from 'node:https';
import { createSecureContext, type SecureContext } from 'node:tls';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { errorParts } from '../kit/classify-error.ts';
import { given, namedError } from '../text.ts';
import { type ForwardProxy, hasProxy, outboundEnvironment, proxyFor } from './proxy.ts';
import { openTunnel, tunnelMs } from './tunnel.ts';
import type { WayOut } from './way-out.ts';

/** Thrown for a file of AWS_CA_BUNDLE that cannot be used. */
const CaBundleInvalid = namedError('CaBundleInvalid', 'ca-bundle-invalid');

/** An agent for https. It takes `proxy` for every host, whatever the environment says; absent: the environment's. */
export const httpsAgent = (options: AgentOptions, proxy?: ForwardProxy): HttpsAgent =>
  tunnelled(new HttpsAgent(options), 'https:', proxy);

const httpAgent = (options: HttpAgentOptions): HttpAgent => tunnelled(new HttpAgent(options), 'http:', undefined);

/** Opens each connection of an agent through the proxy of its host, where there is one. */
const tunnelled = <A extends HttpAgent>(agent: A, scheme: 'http:' | 'https:', fixed: ForwardProxy | undefined): A => {
  // A faulty variable is told before anything is asked.
  if (fixed === undefined) proxyFor(new URL(`${scheme}//localhost`));
  const direct = agent.createConnection.bind(agent);
  agent.createConnection = (options, callback) => {
    const target = placeOf(options, scheme);
    const proxy = fixed ?? proxyFor(new URL(`${scheme}//${hostInUrl(target.host)}:${target.port}`));
    if (proxy === undefined) return direct(options, callback);
    const opened = openTunnel(proxy, target).then(socket =>
      // An https.Agent speaks TLS over a socket that it is given.
      scheme === 'http:' ? socket : (direct(withSocket(options, socket)) ?? socket),
    );
    opened.then(
      socket => callback?.(null, socket),
      // The callback's type wants a stream even beside an error; Node reads it only where there is none.
      (error: Error) => (callback as ((error: Error) => void) | undefined)?.(error),
    );
    return undefined;
  };
  return agent;
};

const withSocket = (options: ClientRequestArgs, socket: object): ClientRequestArgs => ({ ...options, ...{ socket } });

const placeOf = ({ host, port }: ClientRequestArgs, scheme: string) => ({
  host: (host ?? 'localhost').replace(/^\[|\]$/g, ''),
  port: Number(port ?? (scheme === 'https:' ? 443 : 80)),
});

const hostInUrl = (host: string): string => (host.includes(':') ? `[${host}]` : host);

/** The way out by the variables that were handed over. Its handlers throw `ProxyInvalid` and `CaBundleInvalid`. */
export const outboundWay: WayOut = {
  handler: ({ connectionTimeout, ...options }) => awsAgents(connectionTimeout, options),
  credentials: requestHandler => ({
    // Without it the clients of IAM Identity Center, which the SDK's own chain makes for itself, would connect directly.
    credentialDefaultProvider: (init: Parameters<typeof defaultProvider>[0]) =>
      defaultProvider({ ...init, clientConfig: { requestHandler } }),
  }),
};

const awsAgents = (connectionTimeout: number, options: { readonly maxSockets?: number }) => {
  const secureContext = caBundle();
  const common = { keepAlive: true, ...options };
  return {
    httpsAgent: httpsAgent({ ...common, ...given({ secureContext }) }),
    httpAgent: httpAgent(common),
    // The handler counts the tunnel as part of the connection: the proxy's own limit must end first.
    connectionTimeout: hasProxy() ? Math.max(connectionTimeout, tunnelMs + 1_000) : connectionTimeout,
  };
};

/**
 * The authorities of AWS_CA_BUNDLE, by which AWS is verified in place of Node's own, as the AWS CLI has it ("AWS CLI
 * environment variables"). Undefined where it is not set: then Node's own, with those of NODE_EXTRA_CA_CERTS.
 */
const caBundle = (): SecureContext | undefined => {
  const path = outboundEnvironment().AWS_CA_BUNDLE;
  if (!path) return undefined;
  try {
    const ca = readFileSync(path, 'utf8');
    if (!ca.includes('-----BEGIN CERTIFICATE-----')) throw new Error('it holds no certificate in PEM form');
    return createSecureContext({ ca });
  } catch (cause) {
    throw new CaBundleInvalid(`AWS_CA_BUNDLE: ${path} cannot be used: ${errorParts(cause).message}`, { cause });
  }
};
