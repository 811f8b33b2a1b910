import type { AccountReader, EarlierReading } from '../audit/ports.ts';
import type { Target } from '../audit/target.ts';
import { nothingAsked } from '../facts.ts';
import { inParallel } from '../kit/in-parallel.ts';
import {
  type AccountSnapshot,
  type Collected,
  isOptInRegion,
  parseArn,
  partitionOf,
  type ReadFailure,
  type RegionSnapshot,
  type RuntimeFacts,
  type SeenCalls,
  snapshotSchemaVersion,
  unavailable,
} from '../model.ts';
import { given } from '../text.ts';
import type { AwsClients } from './clients.ts';
import { systemClock } from './clock.ts';
import { type LookupOptions, readRuntime } from './cloudtrail/cloudtrail-runtime-reader.ts';
import { readClusters } from './eks/read-clusters.ts';
import { type IamReadOptions, readIam } from './iam/iam-account-reader.ts';
import type { ManagedPolicyCache } from './iam/managed-policies.ts';
import { readQuotas } from './iam/read-quotas.ts';
import type { PermissionReading } from './iam/read-role-permissions.ts';
import { clientsOfTarget } from './targets/assume-member-role.ts';

/** The parts of an account beyond providers, roles and clusters, and how many are read at a time. */
export interface AccountReaderOptions extends Omit<IamReadOptions, 'rolePermissions' | 'serviceUse'> {
  /** Permissions of roles, and their levels. */
  readonly rolePermissions?: boolean;
  /** Services that roles never called, of roles that are older than so many days and were used within them. Permissions are
   *  read with it. */
  readonly unusedPermissions?: { readonly days: number };
  /** Absent: CloudTrail is not asked. */
  readonly cloudTrail?: LookupOptions;
  /** The targets' regions are all regions of the partition: an opt-in one that is not enabled is then no gap. */
  readonly allRegions?: boolean;
  /** Regions at a time; each has `concurrency` DescribeCluster calls under way. */
  readonly regionConcurrency?: number;
}

/** Reads accounts through the AWS API. Never throws for what AWS refuses: the snapshot says what was not read. */
export const awsAccountReader = (clients: AwsClients, options: AccountReaderOptions = {}): AccountReader => {
  const cache: ManagedPolicyCache = new Map();
  return {
    read: (target, at, earlier, controls) => readAccount(clients, options, { cache, controls }, target, at, earlier),
  };
};

const readAccount = async (
  clients: AwsClients,
  options: AccountReaderOptions,
  { cache, controls }: Pick<PermissionReading, 'cache' | 'controls'>,
  target: Target,
  at: string,
  earlier?: EarlierReading,
): ReturnType<AccountReader['read']> => {
  const account = await clientsOfTarget(clients, target);
  if (account.status === 'unavailable') return unreadSnapshot(target, at, account.reason, options);
  const head = headOf(target, at);
  const { rolePermissions: permissions, unusedPermissions, ...others } = options;
  const iamOptions = {
    ...others,
    ...(permissions || unusedPermissions ? { rolePermissions: { cache, run: at, controls } } : {}),
    // Full runs ask for these reports: a fast one is about what has changed just now.
    ...(unusedPermissions && target.fast === undefined ? { serviceUse: { now: at, ...unusedPermissions } } : {}),
  };
  const regionsOf = readRegions(account.value, target, options);
  const [iam, regions, runtime] = await Promise.all([
    readIamAndQuotas(account.value, head.partition, iamOptions, earlier),
    regionsOf,
    readCloudTrail(
      account.value,
      { ...target, regions: await inUse(target, options, regionsOf) },
      at,
      options,
      earlier?.seen,
    ),
  ]);
  const { alias = target.name, providers, roles, quotas, rolePermissions, serviceUse } = iam;
  return {
    ...head,
    ...given({ alias }),
    ...nothingAsked(),
    providers,
    roles,
    quotas,
    ...given({ rolePermissions, serviceUse }),
    regions,
    ...runtime,
  };
};

const headOf = (target: Target, at: string) =>
  ({
    schemaVersion: snapshotSchemaVersion,
    accountId: target.accountId,
    partition: partitionOfTarget(target),
    takenAt: at,
  }) as const;

const readIamAndQuotas = async (
  clients: AwsClients,
  partition: string,
  options: IamReadOptions,
  earlier?: EarlierReading,
) => {
  const facts = await readIam(clients.iam(), options, earlier);
  const { iam, serviceQuotas } = clients;
  return { ...facts, quotas: await readQuotas({ ...facts, iam, serviceQuotas, partition }) };
};

const partitionOfTarget = (target: Target): string =>
  (target.roleArn === undefined ? undefined : parseArn(target.roleArn)?.partition) ??
  partitionOf(target.regions[0] ?? '');

const readRegions = (
  clients: AwsClients,
  target: Target,
  options: AccountReaderOptions,
): Promise<readonly RegionSnapshot[]> =>
  inParallel(target.regions, options.regionConcurrency ?? 4, async region => ({
    region,
    clusters: await readClusters(
      clients.eks(region),
      { accountId: target.accountId, region, onlyIfEnabled: options.allRegions === true && isOptInRegion(region) },
      options.concurrency ?? 8,
    ),
  }));

/** The regions whose CloudTrail is asked: of all regions those that are enabled. */
const inUse = async (
  { regions }: Target,
  { allRegions }: AccountReaderOptions,
  read: Promise<readonly RegionSnapshot[]>,
): Promise<readonly string[]> => {
  if (!allRegions) return regions;
  const isOff = ({ clusters }: RegionSnapshot) =>
    clusters.status === 'unavailable' && clusters.reason.kind === 'not-asked-for';
  return (await read).filter(region => !isOff(region)).map(({ region }) => region);
};

const readCloudTrail = async (
  clients: AwsClients,
  target: Target,
  at: string,
  options: AccountReaderOptions,
  seen: SeenCalls = {},
): Promise<{ readonly runtime?: Collected<RuntimeFacts>; readonly seen?: SeenCalls }> => {
  // Full runs read the calls in CloudTrail: a fast run takes them from the last one.
  if (!options.cloudTrail || target.fast !== undefined) return {};
  const regions = new Set(target.regions);
  // Calls of the global STS endpoint, which old SDKs use by default, are recorded there and nowhere else.
  if (partitionOfTarget(target) === 'aws') regions.add('us-east-1');
  return readRuntime(
    region => clients.cloudTrail(region),
    { regions: [...regions], at, seen },
    options.cloudTrail,
    options.clock ?? systemClock,
  );
};

/** The snapshot of an account into which no way led. */
const unreadSnapshot = (
  target: Target,
  at: string,
  reason: ReadFailure,
  options: AccountReaderOptions,
): AccountSnapshot => ({
  ...headOf(target, at),
  ...given({ alias: target.name }),
  ...nothingAsked(),
  providers: unavailable(reason),
  roles: unavailable(reason),
  regions: target.regions.map(region => ({ region, clusters: unavailable(reason) })),
  ...(options.cloudTrail ? { runtime: unavailable(reason) } : {}),
  ...(options.rolePermissions || options.unusedPermissions ? { rolePermissions: unavailable(reason) } : {}),
  ...(options.unusedPermissions && target.fast === undefined ? { serviceUse: unavailable(reason) } : {}),
});
