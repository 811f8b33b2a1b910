/** The clusters of the configuration's accounts, each with the access entry of the role that reads it. */
import type { Target } from '../../audit/target.ts';
import type { AwsClients } from '../../collect/clients.ts';
import { type ClusterVpc, readClusterVpc, readEntryOfRole, readRoleArn } from '../../collect/eks/cluster-access.ts';
import { readCluster, readClusters } from '../../collect/eks/read-clusters.ts';
import { clientsOfTarget } from '../../collect/targets/assume-member-role.ts';
import { awsTargetSource } from '../../collect/targets/aws-target-source.ts';
import { callerIdentity } from '../../collect/targets/caller-identity.ts';
import type { Configuration } from '../../config/configuration.ts';
import { type EntryState, stateOfEntry } from '../../fixes/access-entry.ts';
import { inParallel } from '../../kit/in-parallel.ts';
import { type Cluster, type Collected, complete, type ReadFailure, readFailuresOf, valueOr } from '../../model.ts';
import { given } from '../../text.ts';

/** Accounts at once, and calls at once in a region of each. */
const atOnce = 4;

/** A cluster beside the role that reads it. */
export interface FleetCluster {
  readonly cluster: Cluster;
  readonly principalArn: string;
  readonly state: EntryState;
  /** Of a cluster whose API has no public endpoint. */
  readonly vpc?: ClusterVpc;
  /** The clients of its account. */
  readonly clients: AwsClients;
  /** The role that was chosen to be assumed there. */
  readonly assumed?: string;
}

/** All clusters that could be read, and what could not. */
export interface Fleet {
  readonly clusters: readonly FleetCluster[];
  readonly accounts: number;
  readonly unread: readonly { readonly where: string; readonly reason: ReadFailure }[];
}

/** The choices of a fleet. */
interface FleetChoice {
  readonly configuration: Configuration;
  readonly regions: readonly string[] | 'all';
  /** Only these accounts. */
  readonly accountIds?: readonly string[];
  /** The role to assume in other accounts instead of the member role. */
  readonly roleName?: string;
}

/** Reads the fleet with the credentials of the auditor's account. Throws what `awsTargetSource` throws where the accounts cannot be listed. */
export const readFleet = async (clients: AwsClients, choice: FleetChoice): Promise<Fleet> => {
  const { configuration, regions, accountIds, roleName } = choice;
  const own = await callerIdentity(clients.sts());
  const accounts = accountIds === undefined ? configuration.accounts : ({ from: 'list', accountIds } as const);
  const memberRole = roleName === undefined ? configuration.memberRole : { name: roleName };
  const targets = await awsTargetSource(clients, accounts, { regions, memberRole }).list();
  const parts = await inParallel(targets, atOnce, async (target): Promise<Part> => {
    const reader = await readerOf(clients, configuration, { ...own, of: target.accountId });
    return reader.status === 'unavailable'
      ? unreadPart(`account ${target.accountId}`, reader)
      : readAccount(clients, {
          target,
          principalArn: reader.value,
          onlyIfEnabled: regions === 'all',
          ...given({ assumed: roleName && target.roleArn }),
        });
  });
  return { accounts: targets.length, ...joined(parts) };
};

type Part = Omit<Fleet, 'accounts'>;

const joined = (parts: readonly Part[]): Part => ({
  clusters: parts.flatMap(part => part.clusters),
  unread: parts.flatMap(part => part.unread),
});

const unreadPart = (where: string, read: Collected<unknown>): Part => ({
  clusters: [],
  unread: readFailuresOf(read).map(reason => ({ where, reason })),
});

/** The role that reads the clusters of an account: of the stack in its own, the member role in others. */
export const readerOf = async (
  clients: AwsClients,
  { name, memberRole }: Pick<Configuration, 'name' | 'memberRole'>,
  { of, accountId, partition }: { readonly of: string; readonly accountId: string; readonly partition: string },
): Promise<Collected<string>> => {
  const roles = `arn:${partition}:iam::${of}:role`;
  return of === accountId
    ? readRoleArn(clients.iam(), `${roles}/${name}-collect-cluster`)
    : complete(`${roles}/${memberRole.name}`);
};

interface Account {
  readonly target: Target;
  readonly principalArn: string;
  readonly onlyIfEnabled: boolean;
  readonly assumed?: string;
}

const readAccount = async (
  own: AwsClients,
  { target, principalArn, onlyIfEnabled, ...chosen }: Account,
): Promise<Part> => {
  const { accountId, regions } = target;
  const found = await clientsOfTarget(own, target);
  if (found.status !== 'complete') return unreadPart(`account ${accountId}`, found);
  const clients = found.value;
  const parts = await inParallel(regions, atOnce, async (region): Promise<Part> => {
    const read = await readClusters(clients.eks(region), { accountId, region, onlyIfEnabled }, atOnce);
    const clusters = await inParallel(valueOr(read, []), atOnce, async ({ cluster }) => ({
      ...(await withEntry(clients, cluster, principalArn)),
      ...chosen,
    }));
    const failed = readFailuresOf(read).filter(({ kind }) => kind !== 'not-asked-for');
    return { clusters, unread: failed.map(reason => ({ where: `account ${accountId}, ${region}`, reason })) };
  });
  return joined(parts);
};

/** Reads one cluster of the caller's account, and any principal's entry there. */
export const readOne = async (
  clients: AwsClients,
  region: string,
  { clusterName, principalArn }: { readonly clusterName: string; readonly principalArn: string },
): Promise<Fleet> => {
  const { accountId } = await callerIdentity(clients.sts());
  const read = await readCluster(clients.eks(region), { accountId, region }, clusterName);
  if (read.status !== 'complete') return { accounts: 1, ...unreadPart(`cluster ${clusterName}`, read) };
  return { accounts: 1, unread: [], clusters: [await withEntry(clients, read.value, principalArn)] };
};

const withEntry = async (clients: AwsClients, cluster: Cluster, principalArn: string): Promise<FleetCluster> => {
  const { name, authenticationMode, endpointPublic } = cluster;
  const [eks, iam] = [clients.eks(cluster.region), clients.iam()];
  const state: EntryState =
    authenticationMode === 'CONFIG_MAP'
      ? { kind: 'config-map' }
      : stateOfEntry(await readEntryOfRole({ eks, iam }, { clusterName: name, principalArn }));
  const vpc = endpointPublic ? undefined : valueOr(await readClusterVpc(eks, name), { subnetIds: [] });
  return { clients, cluster, principalArn, state, ...given({ vpc }) };
};
