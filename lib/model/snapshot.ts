import type { Provider, Role } from './account.ts';
import type { Cluster, ClusterSnapshot } from './cluster.ts';
import type { Collected } from './collected.ts';
import type { ControlPolicy } from './control-policy.ts';
import type { IssuerFacts } from './issuer.ts';
import type { AccountQuotas } from './quotas.ts';
import type { AccountPermissions } from './role-permissions.ts';
import type { RuntimeFacts } from './runtime.ts';
import type { ServiceUses } from './service-use.ts';
import type { Unread } from './unread.ts';

/** The version of the snapshot's shape. A part with another version is refused, not guessed at. */
export const snapshotSchemaVersion = 3;

/** The reading of one region of an account. */
export interface RegionSnapshot {
  readonly region: string;
  readonly clusters: Collected<readonly ClusterSnapshot[]>;
}

/** Everything that was read of one account at one instant. */
export interface AccountSnapshot {
  readonly schemaVersion: typeof snapshotSchemaVersion;
  readonly accountId: string;
  readonly partition: string;
  readonly alias?: string;
  /** ISO 8601; handed in by the caller. */
  readonly takenAt: string;
  readonly providers: Collected<readonly Provider[]>;
  readonly roles: Collected<readonly Role[]>;
  readonly quotas: Collected<AccountQuotas>;
  readonly regions: readonly RegionSnapshot[];
  readonly runtime: Collected<RuntimeFacts>;
  /** The resource control policies of the organization that apply to the account. */
  readonly controlPolicies: Collected<readonly ControlPolicy[]>;
  /** The permissions of the account's roles; absent where they were not asked for. */
  readonly rolePermissions?: Collected<AccountPermissions>;
  /** The services that roles never called; absent where they were not asked for. */
  readonly serviceUse?: Collected<ServiceUses>;
}

/** A cluster as the fleet-wide index knows it. */
export interface IndexedCluster extends Pick<Cluster, 'arn' | 'name' | 'region' | 'accountId' | 'issuer'> {
  /** The value of the tag that the configuration names; absent where it names none, or the cluster does not have it. */
  readonly environment?: string;
  /** By its tag `owner`. */
  readonly owner?: string;
}

/** A provider as the fleet-wide index knows it. */
export interface IndexedProvider {
  readonly arn: string;
  readonly accountId: string;
}

/** The organization of the audited accounts, with all of its accounts that are active, audited or not. */
export interface Organization {
  /** `o-…` */
  readonly id: string;
  readonly accounts: readonly string[];
}

/** Who has which issuer in the whole fleet. Made from all accounts of a run; no rule may call a provider an orphan
 *  while `gaps` is not empty. */
export interface FleetIndex {
  /** Those that concern an account are enough for its evaluation (`fleetParts`). */
  readonly clusters: readonly IndexedCluster[];
  /** Clusters of the whole fleet, where `clusters` has a part of them. */
  readonly clusterCount?: number;
  readonly providers: readonly IndexedProvider[];
  /** Accounts whose roles and providers were read completely: a missing one there is a fact. */
  readonly accounts: readonly {
    readonly accountId: string;
    readonly rolesRead: boolean;
    readonly providersRead: boolean;
  }[];
  /** ARNs of roles that service accounts may name from other accounts (only those that trust an OIDC provider),
   *  with their trust policies. */
  readonly roles: readonly { readonly arn: string; readonly trustPolicy: string }[];
  /** Roles of other audited accounts that trust policies of the account name as principals. */
  readonly callers?: readonly { readonly arn: string; readonly trustPolicy: string }[];
  /** Roles of other audited accounts that Pod Identity associations or programs of the account assume. Absent where it names none,
   *  or they were not looked for. */
  readonly targets?: readonly { readonly arn: string; readonly trustPolicy: string }[];
  /** Accounts of which nothing was read (section `account`), and regions whose clusters were not (`clusters`). */
  readonly gaps: readonly Unread[];
  /** Absent where it was not asked for. */
  readonly organization?: Collected<Organization>;
}

/** The live facts of issuers, by URL. An issuer that is not here was not probed. */
export type IssuerTable = Readonly<Record<string, IssuerFacts>>;
