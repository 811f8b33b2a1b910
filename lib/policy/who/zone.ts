/** The zone of trust: who may assume roles without being a stranger. */

/** Who is trusted beside what a policy grants. */
export interface Zone {
  /** AWS accounts, by id. */
  readonly accounts: ReadonlySet<string>;
  /** Organizations, by id; undefined where it is not known which is the own one: of one that a policy names nobody knows then. */
  readonly organizations?: ReadonlySet<string>;
  /** The organization of the audited accounts, where it was read. */
  readonly ownOrganization?: string;
  /** Why the own organization, which was asked for, is not known: then one that a policy names cannot be told from it. */
  readonly organizationUnread?: string;
  /** ARNs of principals of other accounts. */
  readonly principals: ReadonlySet<string>;
  /** Issuers of clusters that are not audited, without scheme. */
  readonly issuers: ReadonlySet<string>;
  /** Owners at public issuers, such as organizations of GitHub; undefined where any literal one is. */
  readonly owners?: ReadonlySet<string>;
}

/** A zone with these accounts alone. */
export const zoneOf = (accounts: Iterable<string>, over: Partial<Zone> = {}): Zone => ({
  accounts: new Set(accounts),
  principals: new Set(),
  issuers: new Set(),
  ...over,
});

/** Says of accounts whether they are of the zone of trust, or that of the role. */
export const isOwnIn =
  ({ accounts }: Zone, { accountId }: { readonly accountId?: string }) =>
  (account: string): boolean =>
    account === accountId || accounts.has(account);
