import type { AccountSnapshot, FleetIndex, IssuerTable } from '../model.ts';

/** The facts that a rule may use beside its subject: the account's snapshot, the fleet, the issuers, the instant,
 *  choices. */
export interface Facts {
  readonly snapshot: AccountSnapshot;
  readonly fleet: FleetIndex;
  readonly issuers: IssuerTable;
  /** The instant that rules compare times with, ISO 8601: when the run began. */
  readonly now: string;
  readonly settings: AuditSettings;
}

/** Choices of the configuration that rules read. */
export interface AuditSettings {
  /** Issuers beside EKS's that are to be audited (self-hosted clusters), with `https://`. */
  readonly registeredIssuers: readonly string[];
  /** In-cluster facts were asked for: a refusal is then a finding of cluster-unauditable. */
  readonly inCluster: boolean;
  /** Days without use after which role-unused speaks. */
  readonly unusedAfterDays: number;
  /** Who is trusted beside the audited accounts, their organization and the audited clusters. */
  readonly trusted?: Trusted;
  /** Roles that no pod can assume are judged too, for strangers. */
  readonly allRoles?: boolean;
  /** How environments are told apart; absent where nobody asks whether they share roles. */
  readonly environments?: Environments;
}

/** The zone of trust of the configuration: each list by ids, ARNs, URLs or names. */
export interface Trusted {
  readonly organizations: readonly string[];
  readonly accounts: readonly string[];
  readonly principals: readonly string[];
  /** Issuers of clusters that are not audited, with `https://`. */
  readonly issuers: readonly string[];
  /** Owners at public issuers: organizations of GitHub, groups of GitLab. */
  readonly owners: readonly string[];
}

/** The environment of a cluster: the value of this tag of its, else that of its AWS account. */
export interface Environments {
  readonly tag?: string | undefined;
  readonly accounts: Readonly<Record<string, string>>;
}

/** The settings of a configuration that says nothing. */
export const defaultSettings: AuditSettings = { registeredIssuers: [], inCluster: false, unusedAfterDays: 90 };
