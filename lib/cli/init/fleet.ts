/** The clusters of the configuration's accounts, each with the access entry of the role that reads it. */
import type { Target } from '../../audit/target.ts';
import type { AwsClients } from '../../collect/clients.ts';
import { readEntryOfRole } from '../../collect/eks/cluster-access.ts';
import { readClusters } from '../../collect/eks/read-clusters.ts';
import { clientsOfTarget } from '../../collect/targets/assume-member-role.ts';
import { awsTargetSource } from '../../collect/targets/aws-target-source.ts';
import { callerIdentity } from '../../collect/targets/caller-identity.ts';
import type { Configuration } from '../../config/configuration.ts';
import { type EntryState, stateOfEntry } from '../../fixes/access-entry.ts';
import { inParallel } from '../../kit/in-parallel.ts';
import { type Cluster, type ReadFailure, readFailuresOf, valueOr } from '../../model.ts';

/** Accounts at once, and calls at once in a region of each. */
const atOnce = 4;

/** A cluster beside the role that reads it. */
export interface FleetCluster {
  readonly cluster: Cluster;
  readonly principalArn: string;
  readonly state: EntryState;
  /** The clients of its account. */
  readonly clients: AwsClients;
  /** The role that was assumed there; absent in the caller's own account. */
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
  const readerOf = (accountId: string): string =>
    accountId === own.accountId ? `${configuration.name}-collect-cluster` : configuration.memberRole.name;
  const parts = await inParallel(targets, atOnce, target =>
    readAccount(clients, {
      target,
      principalArn: `arn:${own.partition}:iam::${target.accountId}:role/${readerOf(target.accountId)}`,
      onlyIfEnabled: regions === 'all',
    }),
  );
  return {
    accounts: targets.length,
    clusters: parts.flatMap(part => part.clusters),
    unread: parts.flatMap(part => part.unread),
  };
};

interface Account {
  readonly target: Target;
  readonly principalArn: string;
  readonly onlyIfEnabled: boolean;
}

type Part = Omit<Fleet, 'accounts'>;

const readAccount = async (own: AwsClients, { target, ...rest }: Account): Promise<Part> => {
  const { accountId, regions, roleArn } = target;
  const found = await clientsOfTarget(own, target);
  if (found.status !== 'complete')
    return { clusters: [], unread: readFailuresOf(found).map(reason => ({ where: `account ${accountId}`, reason })) };
  const clients = found.value;
  const parts = await inParallel(regions, atOnce, async (region): Promise<Part> => {
    const { principalArn, onlyIfEnabled } = rest;
    const read = await readClusters(clients.eks(region), { accountId, region, onlyIfEnabled }, atOnce);
    const clusters = await inParallel(valueOr(read, []), atOnce, async ({ cluster }) => ({
      ...{ cluster, principalArn, clients, state: await stateIn(clients, cluster, principalArn) },
      ...(roleArn === undefined ? {} : { assumed: roleArn }),
    }));
    const failed = readFailuresOf(read).filter(({ kind }) => kind !== 'not-asked-for');
    return { clusters, unread: failed.map(reason => ({ where: `account ${accountId}, ${region}`, reason })) };
  });
  return { clusters: parts.flatMap(part => part.clusters), unread: parts.flatMap(part => part.unread) };
};

const stateIn = async (clients: AwsClients, cluster: Cluster, principalArn: string): Promise<EntryState> =>
  cluster.authenticationMode === 'CONFIG_MAP'
    ? { kind: 'config-map' }
    : stateOfEntry(
        await readEntryOfRole(
          { eks: clients.eks(cluster.region), iam: clients.iam() },
          { clusterName: cluster.name, principalArn },
        ),
      );
