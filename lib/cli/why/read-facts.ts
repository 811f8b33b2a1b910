/** Reads what bears on one pod: its cluster through the kubeconfig, and, where there are credentials, its AWS account. */
import { type AccountReaderOptions, awsAccountReader } from '../../collect/aws-account-reader.ts';
import type { AwsClients } from '../../collect/clients.ts';
import { readIdentities } from '../../collect/eks/read-addons.ts';
import { createIssuerReader } from '../../collect/issuer/tls-issuer-reader.ts';
import type { ClusterEndpoint } from '../../collect/kubernetes/kubernetes-api.ts';
import { callerIdentity } from '../../collect/targets/caller-identity.ts';
import { organizationsControlPolicyReader } from '../../collect/targets/control-policies.ts';
import { defaultSettings, type Facts, indexOf, isEksHost, nothingAsked } from '../../facts.ts';
import {
  type AccountSnapshot,
  type Cluster,
  type ClusterInside,
  type ClusterSnapshot,
  type Collected,
  complete,
  controlPoliciesOf,
  type IssuerTable,
  insideNotAsked,
  type KubernetesFacts,
  notAskedFor,
  partitionOf,
  type ReadFailure,
  snapshotSchemaVersion,
  unavailable,
  unreadInside,
  valueOr,
} from '../../model.ts';
import type { KubeconfigContext } from '../kubeconfig/kubeconfig.ts';
import { clusterOf } from '../scan/cluster-only.ts';

/** The parts of the reader: the cluster as it was read, the clients, the choices of a person. */
export interface ReadParts {
  readonly context: KubeconfigContext;
  readonly endpoint: ClusterEndpoint;
  readonly kubernetes: Collected<KubernetesFacts>;
  readonly clients: AwsClients;
  readonly region: string;
  /** The issuer as a person gave it. */
  readonly issuer?: string | undefined;
  /** How much of CloudTrail is read; absent: none. */
  readonly cloudTrail?: AccountReaderOptions['cloudTrail'];
  /** Resource control policies are read too. */
  readonly controlPolicies?: boolean | undefined;
  /** Where issuers are reached, and what is taken as public. */
  readonly issuerAccess: Parameters<typeof createIssuerReader>[0];
  /** The instant, ISO 8601. */
  readonly now: string;
}

/** The facts, and which of their clusters is the one. */
interface ReadFacts {
  readonly facts: Facts;
  readonly cluster: Cluster;
}

/** Reads the account of a cluster whose inside was read. A refused read is a gap of its section; without usable
 *  credentials everything of AWS is one. */
export const readFacts = async (parts: ReadParts): Promise<ReadFacts> => {
  const account = await readAccount(parts);
  const described = account.status === 'complete' ? account.value : undefined;
  const listed = clustersOf(described);
  const known =
    listed.find(one => isOfContext(one, parts.context)) ?? listed.find(one => hasIssuer(one, parts.kubernetes));
  const found = known?.cluster ?? clusterOf(parts.context, parts.endpoint.caPem, parts.kubernetes, parts.issuer);
  const cluster = { ...found, context: parts.context.name };
  const snapshot: ClusterSnapshot = {
    cluster,
    ...(await identitiesOf(known, account, parts)),
    kubernetes: cluster.issuer === undefined ? parts.kubernetes : withoutIssuerGap(parts.kubernetes),
  };
  const whole = withCluster(described ?? withoutAccount(cluster, parts, reasonOf(account)), snapshot, known);
  const issuers = described === undefined ? {} : await probed(cluster.issuer, parts);
  const registeredIssuers = cluster.issuer === undefined || isEksHost(cluster.issuer) ? [] : [cluster.issuer];
  const settings = { ...defaultSettings, inCluster: true, registeredIssuers };
  return { facts: { snapshot: whole, fleet: indexOf([whole]), issuers, now: parts.now, settings }, cluster };
};

/** Somebody waits: a host that does not answer is given up sooner than by an audit. */
const probed = async (issuer: string | undefined, { issuerAccess }: ReadParts): Promise<IssuerTable> =>
  issuer === undefined
    ? {}
    : createIssuerReader({ ...issuerAccess, attempts: 2, timeouts: { host: 20_000 } }).read([issuer]);

/** A refused discovery document is no gap where the issuer is known. */
const withoutIssuerGap = (kubernetes: Collected<KubernetesFacts>): Collected<KubernetesFacts> => {
  if (kubernetes.status === 'unavailable') return kubernetes;
  const { issuer } = kubernetes.value;
  const isRefused = issuer.status === 'unavailable' && ['denied', 'not-found'].includes(issuer.reason.kind);
  const known = notAskedFor<string>('get the issuer', 'refused, and not needed: it is known');
  return isRefused ? { ...kubernetes, value: { ...kubernetes.value, issuer: known } } : kubernetes;
};

const clustersOf = (snapshot: AccountSnapshot | undefined): readonly ClusterSnapshot[] =>
  (snapshot?.regions ?? []).flatMap(({ clusters }) => valueOr(clusters, []));

/** By the ARN that `aws eks update-kubeconfig` writes, else by the endpoint. */
const isOfContext = ({ cluster }: ClusterSnapshot, context: KubeconfigContext): boolean =>
  cluster.arn === context.cluster.name ||
  (cluster.endpoint !== undefined && URL.parse(cluster.endpoint)?.host === URL.parse(context.cluster.server)?.host);

/** A context may go through a tunnel: then the API server's own word decides. */
const hasIssuer = ({ cluster }: ClusterSnapshot, kubernetes: Collected<KubernetesFacts>): boolean =>
  cluster.issuer !== undefined &&
  kubernetes.status !== 'unavailable' &&
  kubernetes.value.issuer.status === 'complete' &&
  kubernetes.value.issuer.value === cluster.issuer;

/** The account of the credentials, if it can be the cluster's. */
const readAccount = async (parts: ReadParts): Promise<Collected<AccountSnapshot>> => {
  const { clients, context, region, now, cloudTrail } = parts;
  try {
    const { accountId } = await callerIdentity(clients.sts());
    const [, , , , owner] = /^arn:[^:]*:eks:/.test(context.cluster.name) ? context.cluster.name.split(':') : [];
    if (owner !== undefined && owner !== accountId)
      return notRead(`the credentials are of account ${accountId}, and the cluster is of account ${owner}`);
    const reader = awsAccountReader(clients, cloudTrail === undefined ? {} : { cloudTrail });
    const target = { accountId, regions: [region] };
    const account = await reader.read(target, now);
    if (!parts.controlPolicies) return complete(account);
    const table = await organizationsControlPolicyReader(clients.organizations(), false).read([target]);
    return complete({ ...account, controlPolicies: controlPoliciesOf(table, accountId) });
  } catch (error) {
    return notRead(error instanceof Error ? error.message : String(error));
  }
};

const notRead = (message: string): Collected<never> =>
  unavailable({ kind: 'denied', operation: 'sts:GetCallerIdentity', message });

const reasonOf = (account: Collected<AccountSnapshot>): ReadFailure =>
  account.status === 'unavailable'
    ? account.reason
    : { kind: 'invalid', operation: 'read the account', message: 'it was not read' };

const identitiesOf = async (
  known: ClusterSnapshot | undefined,
  account: Collected<AccountSnapshot>,
  { clients }: ReadParts,
): Promise<Omit<ClusterInside, 'kubernetes'>> => {
  if (account.status === 'unavailable') return unreadInside(account.reason);
  if (known === undefined) return insideNotAsked('EKS does not know this cluster');
  return readIdentities(clients.eks(known.cluster.region), known.cluster);
};

/** The account with what was read of this cluster; a cluster that EKS did not describe is added. */
const withCluster = (
  account: AccountSnapshot,
  snapshot: ClusterSnapshot,
  known: ClusterSnapshot | undefined,
): AccountSnapshot => {
  const { region } = snapshot.cluster;
  const added = { region, clusters: complete([snapshot]) };
  if (known === undefined) return { ...account, regions: [...account.regions, added] };
  return {
    ...account,
    regions: account.regions.map(each => ({
      ...each,
      clusters:
        each.clusters.status === 'unavailable'
          ? each.clusters
          : { ...each.clusters, value: each.clusters.value.map(one => (one === known ? snapshot : one)) },
    })),
  };
};

/** Stands for the account where it was not read. */
const withoutAccount = (
  cluster: Cluster,
  { now, cloudTrail, controlPolicies }: ReadParts,
  reason: ReadFailure,
): AccountSnapshot => ({
  schemaVersion: snapshotSchemaVersion,
  accountId: cluster.accountId,
  partition: partitionOf(cluster.region),
  takenAt: now,
  ...nothingAsked(reason.message),
  providers: unavailable(reason),
  roles: unavailable(reason),
  ...(cloudTrail === undefined ? {} : { runtime: unavailable(reason) }),
  ...(controlPolicies ? { controlPolicies: unavailable(reason) } : {}),
  regions: [],
});
