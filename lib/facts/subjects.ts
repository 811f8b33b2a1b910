import type {
  AssumeEvents,
  Cluster,
  ClusterSnapshot,
  Collected,
  FindingLocation,
  IssuerFacts,
  KubernetesFacts,
  Pod,
  PodIdentityAssociation,
  Provider,
  ProviderDetail,
  Role,
  ServiceAccount,
} from '../model.ts';
import type { Budget, ParsedPolicy, Statement } from '../policy.ts';

/** The parts of every subject: its stable name and where it lies. */
interface Subject {
  /** An ARN, an issuer's URL, or `<cluster ARN>/<kind>/<namespace>/<name>`. */
  readonly id: string;
  readonly place: FindingLocation;
}

/** A cluster. */
export interface ClusterSubject extends Subject {
  readonly cluster: Cluster;
  readonly snapshot: ClusterSnapshot;
}

/** An OIDC provider of an EKS issuer, or one registered in the configuration. */
export interface ProviderSubject extends Subject {
  readonly provider: Provider;
  /** Set where the detail was read; rules with need `provider-detail` are only called then. */
  readonly detail: Collected<ProviderDetail>;
  /** `https://` + the ARN's issuer: exact case. */
  readonly issuer: string;
}

/** An issuer's URL with what a live fetch showed. */
export interface IssuerSubject extends Subject {
  readonly url: string;
  /** Of a provider of the account, and of no audited cluster: whether it can be claimed is all that is judged. */
  readonly isForeign?: true;
  readonly facts: Collected<IssuerFacts>;
}

/** A role whose trust policy names an OIDC provider, or cannot be parsed. */
export interface RoleSubject extends Subject {
  readonly role: Role;
  readonly policy: ParsedPolicy;
  /** The work that may be done for fixes and hints about this policy. */
  readonly hints: Budget;
}

/** One statement of such a role that names an OIDC provider of EKS (or a wildcard principal). Its `id` is the role's
 *  ARN: tell statements apart by the failure's discriminator. */
export interface StatementSubject extends RoleSubject {
  readonly policy: Extract<ParsedPolicy, { readonly ok: true }>;
  readonly statement: Statement;
  /** The work that may be done to decide which subjects this statement allows. */
  readonly budget: Budget;
  /** `Sid` if there is one, else `Statement[<index>]`: for people, not for keys. */
  readonly label: string;
}

/** A service account with an IRSA annotation or a near miss of one, that a role names in full, or
 *  whose pods wait for secrets that its role would give. */
export interface ServiceAccountSubject extends Subject {
  readonly cluster: Cluster;
  readonly snapshot: ClusterSnapshot;
  readonly kubernetes: KubernetesFacts;
  readonly serviceAccount: ServiceAccount;
  /** The exact annotation `eks.amazonaws.com/role-arn`, untrimmed; absent where only a near miss stands there. */
  readonly roleArn?: string;
}

/** The webhook configuration of a cluster whose inside was read. */
export interface WebhookSubject extends Subject {
  readonly cluster: Cluster;
  readonly snapshot: ClusterSnapshot;
  readonly kubernetes: KubernetesFacts;
}

/** The running or pending pods of one owner and one service account: annotated, gone, or with a role in the pod itself. */
export interface PodSubject extends Subject {
  readonly cluster: Cluster;
  readonly snapshot: ClusterSnapshot;
  readonly kubernetes: KubernetesFacts;
  readonly ownerKind: string;
  readonly ownerName: string;
  readonly pods: readonly [Pod, ...Pod[]];
  /** The service account; absent if it does not exist (any more). */
  readonly serviceAccount?: ServiceAccount;
}

/** A Pod Identity association of a cluster. */
export interface AssociationSubject extends Subject {
  readonly cluster: Cluster;
  readonly snapshot: ClusterSnapshot;
  readonly association: PodIdentityAssociation;
}

/** A role as CloudTrail or IAM's last-used data shows it. */
export interface RuntimeSubject extends Subject {
  readonly roleArn: string;
  readonly events: readonly AssumeEvents[];
}

/** Kinds of subjects, and what a rule of the kind is handed. */
export interface Subjects {
  readonly cluster: ClusterSubject;
  readonly provider: ProviderSubject;
  readonly issuer: IssuerSubject;
  readonly statement: StatementSubject;
  readonly role: RoleSubject;
  readonly 'service-account': ServiceAccountSubject;
  readonly webhook: WebhookSubject;
  readonly pod: PodSubject;
  readonly association: AssociationSubject;
  readonly runtime: RuntimeSubject;
}
export type SubjectKind = keyof Subjects;
