import type { AccountReader, ClusterReader, IssuerReader } from '../../audit/ports.ts';
import type { Target, TargetSource } from '../../audit/target.ts';
import { certificatesOfBundle } from '../../collect/certificates.ts';
import { unaskedIssuers } from '../../collect/issuer/unasked-issuers.ts';
import { readEndpoint } from '../../collect/kubernetes/kubeconfig-cluster-reader.ts';
import { nothingAsked } from '../../facts.ts';
import {
  type AccountSnapshot,
  type Cluster,
  type ClusterSnapshot,
  type Collected,
  complete,
  insideNotAsked,
  type KubernetesFacts,
  parseArn,
  partitionOf,
  snapshotSchemaVersion,
  unknownRegion,
} from '../../model.ts';
import { given } from '../../text.ts';
import type { KubeconfigContext } from '../kubeconfig/kubeconfig.ts';
import { kubeconfigContexts } from '../kubeconfig/kubeconfig-files.ts';
import type { Io } from '../shell/io.ts';
import { type InClusterOptions, named } from './cluster-access.ts';

/** Stands for the account of a cluster that is known by its kubeconfig alone. */
const unknownAccount = '000000000000';

/** Ports of an audit without AWS: what `auditSession` composes otherwise from credentials. */
interface ClusterOnlyPorts {
  readonly targets: TargetSource;
  readonly accounts: AccountReader;
  readonly clusters: ClusterReader;
  readonly issuers: IssuerReader;
}

const why = 'cluster-only mode asks AWS for nothing';

/** The cluster of a context: EKS writes the cluster's ARN as name of its entry; any other name says nothing of AWS. */
const identityOf = (context: KubeconfigContext): Pick<Cluster, 'arn' | 'name' | 'region' | 'accountId'> => {
  const arn = parseArn(context.cluster.name);
  if (arn?.service === 'eks' && arn.resource.startsWith('cluster/'))
    return {
      arn: context.cluster.name,
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

/** A cluster as far as its kubeconfig tells, where EKS was not asked. `issuer` is what a person said, else the API
 *  server's own word. */
export const clusterOf = (
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
    context: context.name,
    status: 'ACTIVE',
    endpoint: context.cluster.server,
    ...given({ issuer: known, certificateAuthority }),
    caCertificates: certificateAuthority === undefined ? [] : (certificatesOfBundle(certificateAuthority) ?? []),
    endpointPublic: false,
    tags: {},
  };
};

/** The inside of the clusters that the options name, each cluster once. */
const readClusterOnly = async (
  options: InClusterOptions & { readonly issuer?: string },
  io: Io,
): Promise<readonly ClusterSnapshot[]> => {
  const contexts = await kubeconfigContexts(options, io);
  const clusters = new Map(contexts.map(context => [identityOf(context).arn, context]));
  return Promise.all(
    [...clusters.values()].map(async context => {
      const { endpoint } = await named(context, io);
      const kubernetes = await readEndpoint(endpoint, { issuerKnown: options.issuer !== undefined });
      const cluster = clusterOf(context, endpoint.caPem, kubernetes, options.issuer);
      return { cluster, ...nothing, kubernetes };
    }),
  );
};

/** An account as an account reader gives it: clusters without their inside, and nothing of IAM. */
const snapshotOf = (
  { accountId, regions: [home = unknownRegion, ...others] }: Target,
  clusters: readonly Cluster[],
  takenAt: string,
): AccountSnapshot => ({
  schemaVersion: snapshotSchemaVersion,
  accountId,
  partition: partitionOf(home),
  takenAt,
  ...nothingAsked(why),
  regions: [home, ...others].map(region => ({
    region,
    clusters: complete(clusters.filter(one => one.region === region).map(cluster => ({ cluster, ...nothing }))),
  })),
});

/** The ports of `runAudit`. Issuers are not probed: nothing but the clusters is asked. Throws `UsageError` where there is
 *  no kubeconfig, and `KubeconfigInvalid` for a context that is not there or cannot be used. */
export const clusterOnlyPorts = async (
  options: InClusterOptions & { readonly issuer?: string },
  io: Io,
): Promise<ClusterOnlyPorts> => {
  const read = await readClusterOnly(options, io);
  const ofAccount = (accountId: string): readonly Cluster[] =>
    read.map(({ cluster }) => cluster).filter(cluster => cluster.accountId === accountId);
  return {
    targets: {
      list: async () =>
        [...new Set(read.map(({ cluster }) => cluster.accountId))].map(accountId => ({
          accountId,
          regions: [...new Set(ofAccount(accountId).map(({ region }) => region))],
        })),
    },
    accounts: { read: async (target, at) => snapshotOf(target, ofAccount(target.accountId), at) },
    clusters: {
      read: async (_, { arn }) => {
        const [{ kubernetes, podIdentity, addons, authorities, accessEntries } = nothing] = read.filter(
          ({ cluster }) => cluster.arn === arn,
        );
        return { kubernetes, podIdentity, addons, ...given({ authorities, accessEntries }) };
      },
    },
    issuers: unaskedIssuers(why),
  };
};

const nothing = insideNotAsked(why);
