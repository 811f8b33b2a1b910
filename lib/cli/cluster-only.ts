import type { AccountReader, ClusterReader, IssuerReader, TargetSource } from '../audit/ports.ts';
import { certificatesOfBundle } from '../collect/certificates.ts';
import type { KubeconfigContext } from '../collect/kubernetes/kubeconfig.ts';
import { readEndpoint } from '../collect/kubernetes/kubeconfig-cluster-reader.ts';
import { parseArn, partitionOf } from '../core/model/arn.ts';
import { type Cluster, type ClusterSnapshot, unknownRegion } from '../core/model/cluster.ts';
import { type Collected, complete, notAskedFor } from '../core/model/collected.ts';
import type { KubernetesFacts } from '../core/model/kubernetes.ts';
import { type AccountSnapshot, snapshotSchemaVersion } from '../core/model/snapshot.ts';
import { contextsOf, type InClusterOptions, named } from './cluster-access.ts';
import type { Io } from './io.ts';

/** Stands for the account of a cluster that is known by its kubeconfig alone. */
const unknownAccount = '000000000000';

/** Ports of an audit without AWS: what `auditSession` composes otherwise from credentials. */
export interface ClusterOnlyPorts {
  readonly targets: TargetSource;
  readonly accounts: AccountReader;
  readonly clusters: ClusterReader;
  readonly issuers: IssuerReader;
}

const why = 'cluster-only mode asks AWS for nothing';

/** What a context is: EKS writes the cluster's ARN as name of its entry; any other name says nothing of AWS. */
const identityOf = (context: KubeconfigContext): Pick<Cluster, 'arn' | 'name' | 'region' | 'accountId'> => {
  const arn = parseArn(context.clusterName);
  if (arn?.service === 'eks' && arn.resource.startsWith('cluster/'))
    return {
      arn: context.clusterName,
      name: arn.resource.slice('cluster/'.length),
      region: arn.region,
      accountId: arn.accountId,
    };
  const name = context.name.replaceAll('/', '-').slice(0, 100);
  return {
    arn: `arn:aws:eks:${unknownRegion}:${unknownAccount}:cluster/${name}`,
    name,
    region: unknownRegion,
    accountId: unknownAccount,
  };
};

/** A cluster as far as its kubeconfig tells. `issuer` is what a person said, else the API server's own word. */
const clusterOf = (
  context: KubeconfigContext,
  caPem: string | undefined,
  facts: Collected<KubernetesFacts>,
  issuer: string | undefined,
): Cluster => {
  const announced =
    facts.status !== 'unavailable' && facts.value.issuer.status === 'complete' ? facts.value.issuer.value : undefined;
  const known = issuer ?? announced;
  const certificateAuthority = caPem === undefined ? undefined : Buffer.from(caPem).toString('base64');
  return {
    ...identityOf(context),
    status: 'ACTIVE',
    endpoint: context.cluster.server,
    ...(known === undefined ? {} : { issuer: known }),
    ...(certificateAuthority === undefined ? {} : { certificateAuthority }),
    caCertificates: certificateAuthority === undefined ? [] : (certificatesOfBundle(certificateAuthority) ?? []),
    endpointPublic: false,
    endpointPrivate: false,
    tags: {},
  };
};

/** The inside of clusters with no AWS credentials: a snapshot whose IAM sections were not asked for. Throws
 *  `KubeconfigInvalid` for a context that is not there or cannot be used. */
const readClusterOnly = async (
  options: InClusterOptions & { readonly issuer?: string },
  io: Io,
): Promise<readonly AccountSnapshot[]> => {
  const contexts = await contextsOf({ ...options, context: options.context ?? [] }, io);
  const read = await Promise.all(
    contexts.map(async context => {
      const { endpoint } = await named(context, io);
      const kubernetes = await readEndpoint(endpoint, { issuerKnown: options.issuer !== undefined });
      const cluster = clusterOf(context, endpoint.caPem, kubernetes, options.issuer);
      return { cluster, kubernetes, podIdentity: notAskedFor<never>('eks:ListPodIdentityAssociations', why) };
    }),
  );
  const accounts = [...new Set(read.map(({ cluster }) => cluster.accountId))];
  return accounts.map(id =>
    snapshotOf(
      id,
      read.filter(({ cluster }) => cluster.accountId === id),
      io.now(),
    ),
  );
};

const snapshotOf = (accountId: string, read: readonly ClusterSnapshot[], takenAt: string): AccountSnapshot => {
  const regions = [...new Set(read.map(({ cluster }) => cluster.region))];
  return {
    schemaVersion: snapshotSchemaVersion,
    accountId,
    partition: partitionOf(regions[0] ?? ''),
    takenAt,
    providers: notAskedFor('iam:ListOpenIDConnectProviders', why),
    roles: notAskedFor('iam:ListRoles', why),
    quotas: notAskedFor('iam:GetAccountSummary', why),
    regions: regions.map(region => ({
      region,
      clusters: complete(read.filter(({ cluster }) => cluster.region === region)),
    })),
    runtime: notAskedFor('cloudtrail:LookupEvents', why),
  };
};

/** The same as ports of `runAudit`. Issuers are not probed: nothing but the clusters is asked. */
export const clusterOnlyPorts = async (
  options: InClusterOptions & { readonly issuer?: string },
  io: Io,
): Promise<ClusterOnlyPorts> => {
  const snapshots = await readClusterOnly(options, io);
  const inside = new Map(
    snapshots.flatMap(one =>
      one.regions.flatMap(({ clusters }) => clustersIn(clusters).map(read => [read.cluster.arn, read])),
    ),
  );
  return {
    targets: {
      list: async () =>
        snapshots.map(({ accountId, regions }) => ({ accountId, regions: regions.map(({ region }) => region) })),
    },
    accounts: { read: async target => snapshotFor(snapshots, target.accountId) },
    clusters: {
      read: async (_, { arn }) => {
        const { kubernetes, podIdentity } = inside.get(arn) ?? nothing;
        return { kubernetes, podIdentity };
      },
    },
    issuers: { read: async () => ({}) },
  };
};

const nothing: Pick<ClusterSnapshot, 'kubernetes' | 'podIdentity'> = {
  kubernetes: notAskedFor('read the cluster', why),
  podIdentity: notAskedFor('eks:ListPodIdentityAssociations', why),
};

const clustersIn = (section: Collected<readonly ClusterSnapshot[]>): readonly ClusterSnapshot[] =>
  section.status === 'unavailable' ? [] : section.value;

/** Accounts as an account reader gives them: clusters without their inside. */
const snapshotFor = (snapshots: readonly AccountSnapshot[], accountId: string): AccountSnapshot => {
  const found = snapshots.find(one => one.accountId === accountId) ?? snapshotOf(accountId, [], '');
  const regions = found.regions.map(({ region, clusters }) => ({
    region,
    clusters: complete(clustersIn(clusters).map(({ cluster }) => ({ cluster, ...nothing }))),
  }));
  return { ...found, regions };
};
