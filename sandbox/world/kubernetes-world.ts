/** The inside of one cluster, as the sandbox's Kubernetes API serves it: documents in Kubernetes' own JSON. */
export interface KubernetesWorld {
  readonly version: string;
  readonly namespaces: unknown[];
  readonly serviceAccounts: unknown[];
  readonly pods: unknown[];
  readonly webhooks: unknown[];
  /** What the caller may do, as `<verb> <resource>`; absent means everything the auditor needs. */
  readonly allowed?: string[];
}
