/** Who can become what: identities of clusters and roles of AWS, and the ways between them. */
import type { WayId } from './way.ts';

/**
 * Kinds of nodes. `group`, `user`, `principal` (of IAM) and `rights` (the Kubernetes rights of a service account) do things in a
 * cluster. `service-account`: whoever has it can ask for its token for any audience, or run pods as it. `pods`: the running pods of
 * one owner. `accounts`, `running`, `identities`: every service account, every running pod, the rights of every service account of a
 * namespace (or of the cluster, where it has none). `cluster`: everything in it. `granted`: the rights of a ClusterRole that
 * somebody can bind.
 */
export const reachKinds = [
  ...['group', 'user', 'principal', 'rights', 'service-account', 'pods'],
  ...['accounts', 'running', 'identities', 'cluster', 'granted', 'role'],
] as const;
export type ReachKind =
  | 'group'
  | 'user'
  | 'principal'
  | 'rights'
  | 'service-account'
  | 'pods'
  | 'accounts'
  | 'running'
  | 'identities'
  | 'cluster'
  | 'granted'
  | 'role';

/** One identity, or all of a place. */
export interface ReachNode {
  readonly id: string;
  readonly kind: ReachKind;
  /** Its name: of a group, a user, `namespace/name` of a service account, the ARN of a principal or role. */
  readonly name: string;
  readonly clusterArn?: string;
  readonly namespace?: string;
  /** Of Kubernetes or EKS itself: a built-in controller, a `system:` user. */
  readonly isBuiltIn?: true;
  /** Of pods: the service account of which they hold tokens for others than the API server, as `namespace/name`. */
  readonly holdsTokensOf?: string;
}

/** One step: whoever has `from` has `to`. */
export interface ReachEdge {
  readonly from: string;
  readonly to: string;
  readonly way: WayId;
  /** The fact that shows it: a binding with its role, a policy, a volume. */
  readonly by: string;
  /** Where it holds in one namespace alone. */
  readonly namespace?: string;
  /** Set where it is open, with what is not known or may forbid it. */
  readonly depends?: string;
}

/** The graph, and what was not read: where something is missing, an absent way proves nothing. */
export interface ReachGraph {
  readonly nodes: ReadonlyMap<string, ReachNode>;
  readonly edges: readonly ReachEdge[];
  /** One sentence for each part that was not read: of a cluster, or of an account where it names none. */
  readonly missing: readonly { readonly clusterArn?: string; readonly why: string; readonly isAsked: boolean }[];
  /** By the ARN of a role: why others than those of the clusters that were read may have it. */
  readonly elsewhere: Readonly<Record<string, readonly string[]>>;
}
