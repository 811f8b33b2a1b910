/** The steps of a fix as data: a change of the world, or a look at it. Programs and their arguments are made of them at the
 *  moment of use (`lib/fixes/change-table.ts`) and are stored nowhere. */

/** Service accounts that ask for a role: tokens of an issuer with an audience. `subjects` are exact; `patterns` without what
 *  matches `except` are all others of the set. */
export interface IdentitySet {
  /** Without scheme. */
  readonly issuer: string;
  readonly audience: string;
  /** `system:serviceaccount:<namespace>:<name>`, sorted. */
  readonly subjects: readonly string[];
  readonly patterns: readonly string[];
  readonly except: readonly string[];
  /** The account of the issuer's cluster where it is not the role's. */
  readonly otherAccount?: string;
  /** Only from this instant on, ISO 8601; absent for now. */
  readonly from?: string;
}

/** Who may assume a role after a step and could not before, and the other way round: exact sets, decided by the evaluator. */
export interface AccessChange {
  readonly roleArn: string;
  readonly gains: readonly IdentitySet[];
  readonly loses: readonly IdentitySet[];
  /** The comparison exceeds the budget, or the policy has doubts: there may be more on both sides. */
  readonly isOpen?: true;
}

/** The cluster that a step of kubectl is for, as the audit read it. */
export interface ClusterPlace {
  readonly name: string;
  /** Absent where a kubeconfig alone knows the cluster. */
  readonly arn?: string;
  /** The address of the API server, as EKS or the kubeconfig gives it. */
  readonly server?: string;
  /** SHA-256 of the certificate authority, as `authorityHash` makes it. */
  readonly authority?: string;
  /** The context of the kubeconfig that the cluster was read through. */
  readonly context?: string;
}

/** A service account or a workload of a cluster lies in a namespace of it. */
interface InNamespace {
  readonly cluster: ClusterPlace;
  readonly namespace: string;
}

/** A Pod Identity association without the id and the tags that EKS gives it. */
export interface AssociationState {
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly roleArn: string;
  readonly targetRoleArn: string | null;
  readonly disableSessionTags: boolean | null;
  /** The session policy, which allows less than the role. */
  readonly policy: string | null;
}

/** The audiences and thumbprints that a provider accepts. */
interface ProviderState {
  readonly audiences: readonly string[];
  readonly thumbprints: readonly string[];
}

/** One field of an association that a step sets. */
export type AssociationEdit = Partial<Pick<AssociationState, 'roleArn' | 'targetRoleArn' | 'disableSessionTags'>>;

/** The fields of each kind of change. By it a program makes the command, reads the state before and afterwards,
 *  foresees the state afterwards, and goes back. */
interface ChangeFields {
  /** Both texts are whole trust policies, as JSON. */
  readonly 'trust-policy': { readonly roleArn: string; readonly before: string; readonly after: string };
  readonly thumbprints: {
    readonly providerArn: string;
    readonly before: readonly string[];
    readonly after: readonly string[];
  };
  readonly 'audience-added': { readonly providerArn: string; readonly audience: string };
  readonly 'audience-removed': { readonly providerArn: string; readonly audience: string };
  /** Without thumbprints IAM fetches one itself. */
  readonly 'provider-created': {
    readonly providerArn: string;
    readonly audiences: readonly string[];
    readonly thumbprints?: readonly string[];
  };
  /** `before`: the lists of the provider that was read. */
  readonly 'provider-deleted': { readonly providerArn: string; readonly before?: ProviderState };
  /** An absent value is an absent key. */
  readonly annotation: InNamespace & KeyEdit;
  readonly label: InNamespace & KeyEdit;
  readonly 'service-account-created': InNamespace & AccountState;
  readonly 'service-account-deleted': InNamespace & AccountState;
  /** `workload` as kubectl names it: `deployment/cart`. */
  readonly 'workload-service-account': InNamespace & {
    readonly workload: string;
    readonly before: string;
    readonly after: string;
  };
  /** `pods`: those that ran at the audit. `restartAt`: a second after the youngest of them. */
  readonly 'pods-restarted': InNamespace & {
    readonly workload: string;
    readonly pods: readonly RunningPod[];
    readonly restartAt?: string;
  };
  /** The webhook of managed EKS as EKS makes it, with the cluster's certificate authority (base64 of PEM). */
  readonly 'webhook-restored': {
    readonly cluster: ClusterPlace;
    readonly caBundle: string;
    /** False where there was no configuration. */
    readonly isThere: boolean;
    /** The resourceVersion of the configuration that was read. */
    readonly version?: string;
  };
  /** The auditor's ClusterRole and its binding, as docs/irsa-auditor-rbac.yaml has them. */
  readonly 'auditor-access-granted': { readonly cluster: ClusterPlace };
  /** Objects go back to what they were: whole documents as JSON. An object that was absent is deleted: `kind/name`. */
  readonly 'objects-reverted': {
    readonly cluster: ClusterPlace;
    readonly documents: readonly string[];
    readonly absent: readonly string[];
  };
  readonly 'addon-role': {
    readonly clusterArn: string;
    readonly addon: string;
    /** Absent where the add-on has no role. */
    readonly before?: string;
    readonly after: string;
  };
  readonly 'addon-created': { readonly clusterArn: string; readonly addon: string };
  readonly 'association-created': { readonly clusterArn: string; readonly association: AssociationState };
  readonly 'association-updated': {
    readonly clusterArn: string;
    readonly associationId: string;
    readonly before: AssociationEdit;
    readonly after: AssociationEdit;
  };
  readonly 'association-deleted': {
    readonly clusterArn: string;
    readonly associationId: string;
    readonly namespace: string;
    readonly serviceAccount: string;
    /** The roles of the association that was read. */
    readonly before?: AssociationEdit;
  };
  readonly 'quota-requested': { readonly accountId: string; readonly code: string; readonly value: number };
}

/** A pod that ran at the audit. One that was created later may have its name. */
interface RunningPod {
  readonly name: string;
  /** ISO 8601, as Kubernetes writes it. */
  readonly createdAt?: string;
}

interface KeyEdit {
  readonly serviceAccount: string;
  readonly key: string;
  readonly before?: string;
  readonly after?: string;
}

interface AccountState {
  readonly serviceAccount: string;
  readonly annotations: Readonly<Record<string, string>>;
}

/** The kinds of changes. */
export type ChangeKind = keyof ChangeFields;

/** A change of one kind. */
export type ChangeOf<K extends ChangeKind> = { readonly kind: K } & ChangeFields[K];

/** The change of a step. */
export type Change = { [K in ChangeKind]: ChangeOf<K> }[ChangeKind];

/** The fields of each kind of look: it reads, and changes nothing. */
interface LookFields {
  /** The discovery document of an issuer (a URL), with the headers of the answer. */
  readonly discovery: { readonly issuer: string };
  /** The certificates that a server (`host` or `host:port`) sends. */
  readonly certificates: { readonly host: string };
  /** A part of what EKS says of a cluster. */
  readonly 'cluster-description': {
    readonly accountId: string;
    readonly region: string;
    readonly name: string;
    readonly part: 'status' | 'issuer';
  };
  /** The calls for roles of service accounts that CloudTrail kept of a region. */
  readonly 'refused-calls': { readonly accountId: string; readonly region: string };
  /** The uses of a role. */
  readonly 'role-last-access': { readonly roleArn: string };
  /** The service accounts of a cluster with the roles that their annotations name. */
  readonly 'annotated-service-accounts': { readonly cluster: ClusterPlace };
}

/** The kinds of looks. */
export type LookKind = keyof LookFields;

/** A look of one kind. */
export type LookOf<K extends LookKind> = { readonly kind: K } & LookFields[K];

/** The look of a step. */
export type Look = { [K in LookKind]: LookOf<K> }[LookKind];

/** Where a step goes. */
export interface StepTarget {
  readonly accountId?: string;
  readonly region?: string;
  readonly clusterName?: string;
  readonly clusterArn?: string;
}

/** A step that changes something. */
export interface Act {
  readonly change: Change;
  readonly look?: never;
  /** Who gains and loses a role, where somebody does: it is worked out from the policies and never read from a file. */
  readonly access?: readonly AccessChange[];
}

/** A step that looks at something: it is shown to a person and never applied. */
export interface LookStep {
  readonly look: Look;
  readonly change?: never;
  readonly access?: never;
}

/** One step of a fix. */
export type Step = Act | LookStep;

/** True for a step that changes something. */
export const isAct = <S extends Step>(step: S): step is S & Act => step.change !== undefined;
