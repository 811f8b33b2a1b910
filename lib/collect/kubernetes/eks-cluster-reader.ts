import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import type { ClusterReader } from '../../audit/ports.ts';
import type { Target } from '../../audit/target.ts';
import {
  type Cluster,
  type Collected,
  type KubernetesFacts,
  partitionOf,
  partitions,
  type ReadFailure,
  unavailable,
  unreadInside,
} from '../../model.ts';
import type { AwsClients, AwsCredentials } from '../clients.ts';
import { readIdentities } from '../eks/read-addons.ts';
import { clientsOfTarget } from '../targets/assume-member-role.ts';
import {
  type ApiLimits,
  CredentialUnavailable,
  defaultLimits,
  type KubernetesApi,
  kubernetesApi,
} from './kubernetes-api.ts';
import { readKubernetesFacts } from './read-kubernetes-facts.ts';
import { groupsOfPods } from './read-pod-network.ts';

/** The parts of the reader of EKS clusters. */
interface EksClusterReaderOptions {
  /** The auditor's own clients; those of a target's reading role are made from them. */
  readonly clients: AwsClients;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly limits?: ApiLimits;
  /** A cluster that does not answer within so many milliseconds is not read; where absent, the limits decide. */
  readonly reachWithinMs?: number;
  /** Read the network around the cluster too. */
  readonly network?: boolean | undefined;
  /** Read roles, bindings and access entries too. */
  readonly rbac?: boolean | undefined;
  /** Read workloads that have no pod too. */
  readonly workloads?: boolean | undefined;
}

/** Reads clusters through EKS: endpoint and authority from DescribeCluster, a token signed with the target's role. The
 *  cluster must know that role by an access entry (`irsa-auditor init cluster`). */
export const eksClusterReader = (options: EksClusterReaderOptions): ClusterReader => {
  const assumed = new Map<string, ReturnType<typeof clientsOfTarget>>();
  const clientsFor = (target: Target): ReturnType<typeof clientsOfTarget> => {
    const known = assumed.get(target.accountId) ?? clientsOfTarget(options.clients, target);
    assumed.set(target.accountId, known);
    return known;
  };
  return { read: (target, cluster) => readBoth(options, clientsFor(target), cluster) };
};

const readBoth = async (
  options: EksClusterReaderOptions,
  assumed: ReturnType<typeof clientsOfTarget>,
  cluster: Cluster,
): ReturnType<ClusterReader['read']> => {
  const clients = await assumed;
  if (clients.status === 'unavailable') return unreadInside(clients.reason);
  const inside = readInside(options, clients.value, cluster);
  const [kubernetes, identities] = await Promise.all([
    inside,
    readIdentities(clients.value.eks(cluster.region), cluster, {
      rbac: options.rbac,
      around: options.network
        ? { ec2: clients.value.ec2(cluster.region), groups: inside.then(groupsOfPods) }
        : undefined,
    }),
  ]);
  return { kubernetes, ...identities };
};

const readInside = async (
  options: EksClusterReaderOptions,
  clients: AwsClients,
  cluster: Cluster,
): Promise<Collected<KubernetesFacts>> => {
  const missing = notReadable(cluster);
  if (missing || cluster.endpoint === undefined || cluster.certificateAuthority === undefined)
    return unavailable(missing ?? noEndpoint);
  const { endpoint, certificateAuthority } = cluster;
  const known = { ...cluster, endpoint, certificateAuthority };
  const outOfReach = await reach(clients, known, options);
  if (outOfReach !== undefined) return unavailable(outOfReach);
  const api = eksApi(clients, known, options);
  try {
    return await readKubernetesFacts(api, {
      issuerKnown: cluster.issuer !== undefined,
      network: options.network,
      rbac: options.rbac,
      workloads: options.workloads,
      usesAwsAuth: cluster.authenticationMode !== 'API',
    });
  } finally {
    api.close();
  }
};

/** Asks for the version, once and not for long: why a cluster is out of reach. The reads tell which calls it
 *  refuses. */
const reach = async (
  clients: AwsClients,
  cluster: Parameters<typeof eksApi>[1],
  { now, reachWithinMs, limits = defaultLimits }: EksClusterReaderOptions,
): Promise<ReadFailure | undefined> => {
  if (reachWithinMs === undefined) return undefined;
  const api = eksApi(clients, cluster, { now, limits: { ...limits, timeoutMs: reachWithinMs, attempts: 1 } });
  try {
    const answer = await api.send({ verb: 'get', resource: '/version', path: '/version' });
    return !answer.ok && ['unreachable', 'timed-out'].includes(answer.reason.kind) ? answer.reason : undefined;
  } finally {
    api.close();
  }
};

/** The API of a cluster whose endpoint and authority are known, as the credentials of these clients know it. */
export const eksApi = (
  clients: AwsClients,
  cluster: Pick<Cluster, 'name' | 'region'> & Required<Pick<Cluster, 'endpoint' | 'certificateAuthority'>>,
  { now, limits }: Pick<EksClusterReaderOptions, 'now' | 'limits'>,
): KubernetesApi =>
  kubernetesApi(
    {
      url: cluster.endpoint,
      caPem: Buffer.from(cluster.certificateAuthority, 'base64').toString('utf8'),
      token: eksTokenSource({
        clusterName: cluster.name,
        region: cluster.region,
        credentials: () => clients.sts().config.credentials(),
        now,
      }),
    },
    limits,
  );

const noEndpoint: ReadFailure = {
  kind: 'invalid',
  operation: 'eks:DescribeCluster',
  message: 'the cluster has no endpoint or no certificate authority',
};

/** States in which a cluster has no API to read; a cluster that is updated goes on serving. */
const notReadable = (cluster: Cluster): ReadFailure | undefined =>
  ['CREATING', 'DELETING', 'FAILED', 'PENDING'].includes(cluster.status)
    ? { kind: 'unreachable', operation: 'read the cluster', message: `the cluster is ${cluster.status}` }
    : undefined;

/** The parts of a token. `now` gives milliseconds since 1970. */
interface EksTokenOptions {
  readonly clusterName: string;
  readonly region: string;
  readonly credentials: () => Promise<AwsCredentials>;
  readonly now: () => number;
}

const prefix = 'k8s-aws-v1.';
/** The presigned URL is good for as long; the token for 15 minutes from its signing (aws-iam-authenticator). */
const urlLifetimeSeconds = 60;
const renewAfterMs = 13 * 60 * 1000;

/**
 * A source of EKS tokens for one cluster: a presigned GetCallerIdentity with `x-k8s-aws-id` (docs/facts.md §F), signed
 * here, sent by the cluster. Renewed 13 minutes after its signing, and earlier if the credentials end earlier. Throws
 * `CredentialUnavailable` where there are no credentials to sign with.
 */
export const eksTokenSource = (options: EksTokenOptions): (() => Promise<string>) => {
  let current: { readonly token: string; readonly renewAt: number } | undefined;
  return async () => {
    const now = options.now();
    if (current && now < current.renewAt) return current.token;
    const credentials = await credentialsOf(options);
    const ends = credentials.expiration?.getTime() ?? Number.POSITIVE_INFINITY;
    const token = await signToken(options, credentials, new Date(now));
    current = { token, renewAt: Math.min(now + renewAfterMs, ends - 60_000) };
    return token;
  };
};

const credentialsOf = async ({ credentials, clusterName }: EksTokenOptions): Promise<AwsCredentials> => {
  try {
    return await credentials();
  } catch (cause) {
    throw new CredentialUnavailable(
      `no AWS credentials to sign a token for cluster ${clusterName}: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
};

/** The regional STS endpoint that a cluster's authenticator accepts. */
export const regionalStsHost = (region: string): string => `sts.${region}.${partitions[partitionOf(region)].dnsSuffix}`;

const signToken = async (
  { clusterName, region }: EksTokenOptions,
  credentials: AwsCredentials,
  signingDate: Date,
): Promise<string> => {
  const signer = new SignatureV4({ service: 'sts', region, credentials, sha256: Sha256 });
  const hostname = regionalStsHost(region);
  const signed = await signer.presign(
    {
      method: 'GET',
      protocol: 'https:',
      hostname,
      path: '/',
      query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
      headers: { host: hostname, 'x-k8s-aws-id': clusterName },
    },
    { expiresIn: urlLifetimeSeconds, signingDate, unhoistableHeaders: new Set(['x-k8s-aws-id']) },
  );
  const query = Object.entries(signed.query ?? {})
    .flatMap(([key, value]) => [value ?? ''].flat().map(one => `${encodeURIComponent(key)}=${encodeURIComponent(one)}`))
    .join('&');
  return prefix + Buffer.from(`https://${hostname}/?${query}`).toString('base64url');
};
