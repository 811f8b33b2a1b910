/** Who may do what in a cluster, as its API server and EKS keep it. Optional: read where `rbac` asks for it. */
import type { Collected } from './collected.ts';
import type { LabelSelector } from './label-selector.ts';

/** The label of a namespace that says which pods are taken in it: `privileged`, `baseline` or `restricted`. */
export const podSecurityLabel = 'pod-security.kubernetes.io/enforce';

/** The four kinds of RBAC objects of a cluster, each a list of its own: one that is refused leaves the others. */
export interface RbacObjects {
  readonly roles: Collected<readonly RbacRole[]>;
  readonly clusterRoles: Collected<readonly RbacRole[]>;
  readonly roleBindings: Collected<readonly RbacBinding[]>;
  readonly clusterRoleBindings: Collected<readonly RbacBinding[]>;
}

/** A Role (with its namespace) or a ClusterRole (without one). */
export interface RbacRole {
  readonly namespace?: string;
  readonly name: string;
  readonly rules: readonly RbacRule[];
  /** Of a ClusterRole: those labels that selectors of `aggregation` mention. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Of a ClusterRole whose rules the controller writes: it collects those of every ClusterRole that one of these selects. */
  readonly aggregation?: readonly LabelSelector[];
}

/** A PolicyRule: an absent list is an empty one. */
export interface RbacRule {
  readonly verbs: readonly string[];
  readonly apiGroups: readonly string[];
  /** `pods`, `pods/exec`, `*`, `*` + `/exec`. */
  readonly resources: readonly string[];
  /** Empty: every name. */
  readonly resourceNames: readonly string[];
  readonly nonResourceURLs: readonly string[];
}

/** A RoleBinding (with its namespace) or a ClusterRoleBinding (without one). */
export interface RbacBinding {
  readonly namespace?: string;
  readonly name: string;
  readonly role: { readonly kind: string; readonly name: string };
  readonly subjects: readonly RbacSubject[];
}

/** A subject of a binding. `namespace` is that of a service account. */
export interface RbacSubject {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

/** An access entry of EKS: the Kubernetes identity of an IAM principal. */
export interface AccessEntry {
  readonly principalArn: string;
  /** STANDARD, EC2_LINUX, EC2_WINDOWS, FARGATE_LINUX, EC2, HYBRID_LINUX, HYPERPOD_LINUX. */
  readonly type: string;
  /** May hold `{{SessionName}}` and other templates. */
  readonly username: string;
  readonly groups: readonly string[];
  readonly policies: readonly AccessPolicy[];
}

/** An access policy that is associated with an entry. */
export interface AccessPolicy {
  /** `arn:aws:eks::aws:cluster-access-policy/AmazonEKSEditPolicy`. */
  readonly arn: string;
  /** Absent: the whole cluster. A namespace may end in `*`. */
  readonly namespaces?: readonly string[];
}

/** An entry of the ConfigMap `aws-auth`: the older way from an IAM principal to groups. */
export interface AwsAuthMapping {
  readonly principalArn: string;
  readonly username: string;
  readonly groups: readonly string[];
}
