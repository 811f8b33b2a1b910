/**
 * The only file of the collectors that makes SDK clients. They are made when first used, share one pool of sockets and
 * one counter, repeat adaptively on throttling and give up in bounded time, directly or through the proxy of the environment. Endpoint, profile, region and credentials
 * come from the SDK's own chain (AWS_ENDPOINT_URL, AWS_PROFILE …) unless they are handed in.
 */

import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { EKSClient } from '@aws-sdk/client-eks';
import { IAMClient } from '@aws-sdk/client-iam';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { STSClient } from '@aws-sdk/client-sts';
import { resolveEndpointConfig } from '@smithy/core/endpoints';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { wayOut } from '../outbound/way-out.ts';
import { given } from '../text.ts';
import { type CallCounter, callCounter } from './call-counter.ts';
import { type Ec2Call, ec2Calls } from './ec2/ec2-query.ts';
import { RegionMissing } from './errors.ts';

/** Temporary or fixed credentials, in the SDK's shape. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

/** How clients are made. Everything but `region` may be left to the SDK's own chain. */
export interface ClientOptions {
  /** The home region: that of STS, and what decides the partition of IAM and Organizations. */
  readonly region: string;
  readonly credentials?: AwsCredentials;
  readonly profile?: string;
  readonly endpoint?: string;
  /** Attempts of one call, the first included. */
  readonly maxAttempts?: number;
  /** Milliseconds for one attempt, and for its connection. */
  readonly requestTimeout?: number;
  readonly connectionTimeout?: number;
  /** Sockets kept open at most, over all services and accounts. */
  readonly maxSockets?: number;
  readonly calls?: CallCounter;
}

/** Clients of one account. `withCredentials` gives those of another one over the same sockets and counter. */
export interface AwsClients {
  readonly region: string;
  readonly calls: CallCounter;
  iam(): IAMClient;
  /** Of the caller's region, or of another one. */
  sts(region?: string): STSClient;
  organizations(): OrganizationsClient;
  eks(region: string): EKSClient;
  cloudTrail(region: string): CloudTrailClient;
  serviceQuotas(region: string): ServiceQuotasClient;
  /** Reading calls of EC2. */
  ec2(region: string): Ec2Call;
  withCredentials(credentials: AwsCredentials): AwsClients;
  /** Closes the shared sockets; no client may be used after that. */
  close(): void;
}

/** Makes the clients of one account. Throws `ProxyInvalid` and `CaBundleInvalid`; credentials are resolved by the
 *  first call. */
export const awsClients = (options: ClientOptions): AwsClients => {
  const { connectionTimeout = 3_000, maxSockets = 32 } = options;
  const handler = new NodeHttpHandler({
    connectionTimeout,
    httpsAgent: { keepAlive: true, maxSockets },
    httpAgent: { keepAlive: true, maxSockets },
    ...wayOut()?.handler({ connectionTimeout, maxSockets }),
    requestTimeout: options.requestTimeout ?? 15_000,
    socketTimeout: options.requestTimeout ?? 15_000,
    throwOnRequestTimeout: true,
    socketAcquisitionWarningTimeout: 60_000,
  });
  return clientsOver(options, handler, options.calls ?? callCounter());
};

/** The error for a missing region, as one sentence. */
export const regionMissing = (cause: unknown): Error =>
  new RegionMissing('no region: give --region, or set AWS_REGION or a region in the profile', { cause });

/** The region of the SDK's own chain (AWS_REGION, the profile). Throws `RegionMissing` if there is none. */
export const ambientRegion = async (profile?: string): Promise<string> => {
  const client = new STSClient({ ...given({ profile }) });
  try {
    return await client.config.region();
  } catch (cause) {
    throw regionMissing(cause);
  } finally {
    client.destroy();
  }
};

const clientsOver = (options: ClientOptions, handler: NodeHttpHandler, calls: CallCounter): AwsClients => {
  const made = new Map<string, CountedClient>();
  const common = (region: string) => ({
    region,
    requestHandler: handler,
    retryMode: 'adaptive',
    maxAttempts: options.maxAttempts ?? 5,
    ...wayOut()?.credentials(handler),
    ...given({ endpoint: options.endpoint, profile: options.profile, credentials: options.credentials }),
  });
  const lazily = <C extends CountedClient>(service: string, region: string, make: Make<C>): C => {
    const key = `${service} ${region}`;
    const known = made.get(key);
    if (known instanceof make) return known;
    const client = new make(common(region));
    countCalls(client, service, calls);
    made.set(key, client);
    return client;
  };
  /** Credentials and a configured endpoint are those of the SDK's own chain (AWS_ENDPOINT_URL_EC2, AWS_ENDPOINT_URL …). */
  const ec2 = (region: string): Ec2Call => {
    const { config } = lazily('sts', region, STSClient);
    const { endpointProvider, urlParser } = config;
    const { serviceConfiguredEndpoint } = resolveEndpointConfig({ serviceId: 'EC2', endpointProvider, urlParser });
    return ec2Calls({
      region,
      handler,
      credentials: () => config.credentials(),
      endpoint: async () => options.endpoint ?? (await serviceConfiguredEndpoint?.()),
      count: operation => calls.count(operation),
      attempts: options.maxAttempts,
    });
  };
  return {
    region: options.region,
    calls,
    ec2,
    iam: () => lazily('iam', options.region, IAMClient),
    sts: region => lazily('sts', region ?? options.region, STSClient),
    organizations: () => lazily('organizations', options.region, OrganizationsClient),
    eks: region => lazily('eks', region, EKSClient),
    cloudTrail: region => lazily('cloudtrail', region, CloudTrailClient),
    serviceQuotas: region => lazily('servicequotas', region, ServiceQuotasClient),
    withCredentials: credentials => clientsOver({ ...options, credentials }, handler, calls),
    close: () => handler.destroy(),
  };
};

type CommonOptions = {
  readonly region: string;
  readonly requestHandler: NodeHttpHandler;
  readonly retryMode: string;
  readonly maxAttempts: number;
  readonly endpoint?: string;
  readonly profile?: string;
  readonly credentials?: AwsCredentials;
};
type Make<C> = new (options: CommonOptions) => C;

/** The part of a client's middleware stack that counting needs. */
interface CountedClient {
  readonly middlewareStack: { addRelativeTo(middleware: CountMiddleware, options: CountPosition): void };
}
type CountMiddleware = <A, R>(
  next: (args: A) => Promise<R>,
  context: { readonly commandName?: string },
) => (args: A) => Promise<R>;
interface CountPosition {
  readonly relation: 'after';
  readonly toMiddleware: string;
  readonly name: string;
}

/** Counts inside the repeats, so that every request that leaves is counted. */
const countCalls = (client: CountedClient, service: string, calls: CallCounter): void => {
  client.middlewareStack.addRelativeTo(
    (next, context) => args => {
      calls.count(`${service}:${(context.commandName ?? 'unknown').replace(/Command$/, '')}`);
      return next(args);
    },
    { relation: 'after', toMiddleware: 'retryMiddleware', name: 'countCallsMiddleware' },
  );
};
