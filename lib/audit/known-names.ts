/** Names that a question can be about, sorted. */
export interface KnownNames {
  readonly accounts: readonly string[];
  readonly clusters: readonly string[];
  readonly namespaces: readonly string[];
  /** `<namespace>/<name>`. */
  readonly serviceAccounts: readonly string[];
  readonly roles: readonly string[];
}
