import type { Collected } from './collected.ts';
import type { NamedByController, PodController } from './controller-role.ts';
import type { LabelSelector } from './label-selector.ts';
import type { Manager } from './manager.ts';
import type { AwsAuthMapping, RbacObjects } from './rbac.ts';

/** The facts of one cluster's inside. No secret, token or other environment value is ever among them. */
export interface KubernetesFacts {
  /** `v1.34.9`. */
  readonly version: Collected<string>;
  readonly namespaces: Collected<readonly Namespace[]>;
  readonly serviceAccounts: Collected<readonly ServiceAccount[]>;
  readonly pods: Collected<readonly Pod[]>;
  /** `undefined` is a fact: the API server answered that there is none. */
  readonly webhook: Collected<WebhookConfiguration | undefined>;
  /** Set where all configurations were listed and none of them is called for new pods: nothing gives a pod its role. */
  readonly nothingInjects?: true;
  /** Issuer that the API server itself announces at /.well-known/openid-configuration. */
  readonly issuer: Collected<string>;
  /** Roles that the ConfigMap of a self-hosted webhook gives; absent where the webhook is that of EKS, or unknown. */
  readonly configuredRoles?: Collected<readonly ConfiguredRole[]>;
  /** Roles that objects of controllers name; absent where no such controller was seen. */
  readonly controllerRoles?: Collected<readonly NamedByController[]>;
  /** The DaemonSet of the EKS Pod Identity Agent; `undefined` where there is none of its name. Absent where each pod that asks the agent
   *  has a ready one on its node: nothing more is asked. */
  readonly podIdentityAgent?: Collected<DaemonSetCounts | undefined>;
  /** Policies that close pods' ways out; absent where the network is not read. */
  readonly podNetwork?: Collected<PodNetwork>;
  /** Roles and bindings; absent where RBAC is not read. */
  readonly rbac?: Collected<RbacObjects>;
  /** The ConfigMap `aws-auth`; absent where RBAC is not read, or the cluster does not use it. */
  readonly awsAuth?: Collected<readonly AwsAuthMapping[]>;
  /** Whatever makes pods; absent where it is not asked for: running pods are enough to judge what runs. */
  readonly workloads?: Collected<readonly Workload[]>;
}

/** The nodes that a DaemonSet selects, and on how many of them its pod is ready. */
export interface DaemonSetCounts {
  readonly desired: number;
  readonly ready: number;
}

/** A Deployment, StatefulSet, DaemonSet, Job or CronJob, whether it has pods or not. */
export interface Workload {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** The service account of its pods. */
  readonly serviceAccount: string;
  /** Roles that its containers name themselves: in AWS_ROLE_ARN, or by `--aws-assume-role`. */
  readonly roleArns: readonly string[];
}

/** A role that the ConfigMap `pod-identity-webhook` gives to a service account (docs/facts.md §D.1b). */
export interface ConfiguredRole {
  /** `*` stands for every namespace. */
  readonly namespace: string;
  readonly name: string;
  /** Empty: the entry takes the role of a wildcard away. */
  readonly roleArn: string;
  /** Empty: the webhook names none, and the API server gives its own. */
  readonly audience: string;
  /** The ConfigMap: `<namespace>/pod-identity-webhook`. */
  readonly configMap: string;
}

/** The name of a gap of pods or service accounts where one namespace alone could be read. */
export const otherNamespaces = 'other namespaces';

export interface Namespace {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly terminating: boolean;
  /** The decision of the webhook's matchConditions on any pod in it; absent where they take it, or there are none. */
  readonly conditions?: ConditionVerdict;
}

export interface ServiceAccount {
  readonly namespace: string;
  readonly name: string;
  readonly createdAt?: string;
  /** Only those that bear on IRSA: `eks.amazonaws.com/*` and near misses of it. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Labels that look like a misplaced annotation; nothing else. */
  readonly labels: Readonly<Record<string, string>>;
  /** When the IRSA annotations last changed, if managedFields tells. */
  readonly annotatedAt?: string;
  /** The tool that writes it again and again, if its labels, annotations or field managers tell. */
  readonly managedBy?: Manager;
  /** The ConfigMap that gives role and audience: they stand among the annotations, and nobody wrote them there. */
  readonly configMap?: string;
}

/** A pod's owner, resolved through ReplicaSet and Job to what a person would restart. */
export interface PodOwner {
  readonly kind: string;
  readonly name: string;
}

export interface Pod {
  readonly namespace: string;
  readonly name: string;
  readonly createdAt?: string;
  readonly phase: string;
  readonly serviceAccount: string;
  readonly owner?: PodOwner;
  /** The tool that manages its owner, where labels of the template tell it: charts write them there too. */
  readonly managedBy?: Manager;
  readonly hostNetwork: boolean;
  readonly isMirror: boolean;
  readonly isWindows: boolean;
  /** Set where it runs on AWS Fargate. */
  readonly onFargate?: true;
  /** Set where its label or an image says that it is the EKS Pod Identity Agent, whatever its name. */
  readonly isPodIdentityAgent?: true;
  /** Its node, where it is that agent or asks it. */
  readonly node?: string;
  /** Of that agent: its condition Ready; absent where its status has none. */
  readonly ready?: boolean;
  /** Set where its image or its arguments say that it is a controller whose objects name roles. */
  readonly controller?: PodController;
  /** Set where it is the network plugin of AWS with NetworkPolicies switched on (`--enable-network-policy=true`). */
  readonly enforcesPolicies?: true;
  /** Set where the VPC CNI gave it an interface of its own (`vpc.amazonaws.com/pod-eni`): security groups for pods. */
  readonly hasOwnInterface?: true;
  /** Set where it has a volume of `secrets-store.csi.k8s.io`: the driver asks with the pod's service account. */
  readonly mountsSecretsStore?: true;
  /** Set where its image says that it is a provider of that driver: that of AWS, or another one. */
  readonly secretsProvider?: 'aws' | 'other';
  /** Whether a token for the API server is mounted; absent where neither a volume nor the pod's own choice tells. */
  readonly apiToken?: 'mounted' | 'off';
  /** Labels and annotations that the webhook reads, and those that its selectors mention. */
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly fsGroup?: number;
  readonly runAsUser?: number;
  readonly runAsNonRoot?: boolean;
  readonly containers: readonly PodContainer[];
  readonly volumes: readonly TokenVolume[];
  /** The decision of the webhook's matchConditions on it; absent where they take it, or there are none. */
  readonly conditions?: ConditionVerdict;
}

export interface PodContainer {
  readonly name: string;
  readonly init: boolean;
  /** Names of all environment variables that start with AWS_; values only of those in `irsaEnvironment`. */
  readonly awsVariables: readonly string[];
  /** Those of them whose value is written and empty: SDKs take them as not set. */
  readonly emptyVariables?: readonly string[];
  /** AWS_ROLE_ARN, AWS_WEB_IDENTITY_TOKEN_FILE, AWS_STS_REGIONAL_ENDPOINTS, AWS_REGION, AWS_DEFAULT_REGION,
   *  AWS_CONTAINER_CREDENTIALS_FULL_URI, AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE, and the paths in
   *  AWS_SHARED_CREDENTIALS_FILE and AWS_CONFIG_FILE; a value by reference is `''`. */
  readonly irsaEnvironment: Readonly<Record<string, string>>;
  readonly hasEnvFrom: boolean;
  /** The role that the argument `--aws-assume-role` names (external-dns). */
  readonly assumesRole?: string;
  /** Set where a variable names a proxy (HTTPS_PROXY, ALL_PROXY); its value is not kept. */
  readonly hasProxy?: true;
  /** The ConfigMaps and Secrets that `envFrom` names and that were not read, such as `Secret cart-aws`. */
  readonly environmentFrom?: readonly string[];
  /** The ConfigMaps among them, in their order, until it was tried to read them. */
  readonly configMaps?: readonly { readonly name: string; readonly prefix: string }[];
  /** The ConfigMap that gives a variable, by the variable's name: its value now, and perhaps not that of the pod's start. */
  readonly fromConfigMaps?: Readonly<Record<string, string>>;
  /** Set where AWS_WEB_IDENTITY_TOKEN_FILE lies under /var/run/secrets or /run/secrets and no volume is mounted there. */
  readonly tokenFileUnmounted?: true;
  /** Mount paths by volume name, only for token volumes and paths that look like AWS credential files. */
  readonly mounts: Readonly<Record<string, string>>;
  readonly runAsUser?: number;
  readonly runAsNonRoot?: boolean;
}

/** A projected volume with a service account token. */
export interface TokenVolume {
  readonly name: string;
  readonly audience: string;
  readonly expirationSeconds?: number;
  readonly path: string;
  /** Its mode in octal (`0400`), where others than owner and group may not read it. */
  readonly mode?: string;
}

/** The name of the webhook's configuration on managed EKS and in the self-hosted manifests. One of another name is looked for
 *  where there is none of this. */
export const webhookName = 'pod-identity-webhook';

export interface WebhookConfiguration {
  readonly name: string;
  /** The version of the object that was read: a write is for that one. */
  readonly resourceVersion?: string;
  readonly managedBy?: Manager;
  readonly webhooks: readonly WebhookEntry[];
}

export interface WebhookEntry {
  readonly name: string;
  readonly url?: string;
  readonly service?: {
    readonly namespace: string;
    readonly name: string;
    readonly path?: string;
    readonly port?: number;
    /** Ready addresses of the service, from its EndpointSlices; none also where there is no such service. */
    readonly ready: Collected<number>;
  };
  /** Base64 of PEM, as it stands; absent if there is none. */
  readonly caBundle?: string;
  /** The bundle's certificates, decoded at the edge; `unavailable(invalid)` where it is not base64 PEM. */
  readonly caCertificates: Collected<readonly CaCertificate[]>;
  readonly failurePolicy?: string;
  readonly admissionReviewVersions: readonly string[];
  readonly rules: readonly WebhookRule[];
  readonly namespaceSelector: LabelSelector;
  readonly objectSelector: LabelSelector;
  readonly matchConditions: readonly MatchCondition[];
}

/** A condition in CEL that a request must meet for the webhook to be called. */
export interface MatchCondition {
  readonly name: string;
  readonly expression: string;
}

/** Why the webhook is not called for a pod, or may not be: the first condition that is false, that cannot be decided, or
 *  that ends in an error, in this order. */
export interface ConditionVerdict {
  readonly kind: 'unmet' | 'undecided' | 'error';
  /** Name of the condition. */
  readonly condition: string;
  /** Without its own labels and annotations the pod would be taken: its own choice. */
  readonly byOwnMark?: true;
}

export interface CaCertificate {
  readonly subject: string;
  /** SHA-256 of the DER form, lower-case hex: what two bundles are compared by. */
  readonly sha256: string;
  readonly notBefore: string;
  readonly notAfter: string;
}

export interface WebhookRule {
  readonly operations: readonly string[];
  readonly apiGroups: readonly string[];
  readonly apiVersions: readonly string[];
  readonly resources: readonly string[];
  readonly scope?: string;
}

/** The policies of a cluster that decide which addresses its pods reach. */
export interface PodNetwork {
  /** NetworkPolicies that restrict egress. */
  readonly policies: readonly EgressPolicy[];
  /** SecurityGroupPolicies of the VPC CNI. */
  readonly groups: readonly PodGroups[];
}

/** A NetworkPolicy that restricts the egress of the pods that it selects to its rules. */
export interface EgressPolicy {
  readonly namespace: string;
  readonly name: string;
  readonly podSelector: LabelSelector;
  readonly rules: readonly EgressRule[];
}

/** One rule: some of the ports, to some of the peers. Empty stands for all. */
export interface EgressRule {
  readonly ports: readonly PolicyPort[];
  readonly peers: readonly PolicyPeer[];
}

/** A port. Without numbers: all, or one that is named. */
interface PolicyPort {
  readonly protocol: string;
  readonly from?: number;
  readonly to?: number;
}

/** Pods, or addresses. */
export interface PolicyPeer {
  readonly cidr?: string;
  readonly except: readonly string[];
}

/** A SecurityGroupPolicy: the pods that it selects have these groups on an interface of their own. */
export interface PodGroups {
  readonly namespace: string;
  readonly name: string;
  /** Absent where it selects by labels of service accounts, which are not read. */
  readonly podSelector?: LabelSelector;
  readonly groupIds: readonly string[];
}
