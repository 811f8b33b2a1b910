import { type Collected, notAskedFor, type ReadFailure, unavailable } from './collected.ts';
import type { CaCertificate, KubernetesFacts } from './kubernetes.ts';
import type { ClusterNetwork, NodeMetadata } from './network.ts';
import type { AccessEntry } from './rbac.ts';

/** An EKS cluster as DescribeCluster gives it. */
export interface Cluster {
  readonly arn: string;
  readonly name: string;
  readonly region: string;
  readonly accountId: string;
  /** ACTIVE, CREATING, DELETING, FAILED, UPDATING, PENDING. */
  readonly status: string;
  readonly version?: string;
  /** `https://oidc.eks.<region>.amazonaws.com/id/<ID>`; absent on local clusters of Outposts. The authority (§B.7). */
  readonly issuer?: string;
  readonly endpoint?: string;
  /** Base64 of PEM, as EKS gives it. */
  readonly certificateAuthority?: string;
  readonly caCertificates: readonly CaCertificate[];
  readonly endpointPublic: boolean;
  /** API, API_AND_CONFIG_MAP or CONFIG_MAP. */
  readonly authenticationMode?: string;
  readonly ipFamily?: string;
  readonly createdAt?: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Set on EKS Auto Mode, whose nodes have the Pod Identity agent built in. */
  readonly autoMode?: true;
  /** The kubeconfig's context through which its inside is read; absent where EKS gives the access. */
  readonly context?: string;
}

/** The region of a cluster that is known by its kubeconfig alone: account, partition and ARN are then placeholders. */
export const unknownRegion = 'unknown';

/** True where EKS itself described the cluster: it says of each when it was made and of which version it is. Of one that is
 *  known by its kubeconfig alone neither is known, and that it has no issuer is no fact. */
const isDescribed = ({ createdAt, version }: Cluster): boolean => createdAt !== undefined || version !== undefined;

/** A cluster that EKS describes without an issuer: a local one on Outposts, where there is no IRSA. */
export const hasNoIssuer = (cluster: Cluster): boolean => cluster.issuer === undefined && isDescribed(cluster);

/** True for a cluster whose API can answer. One that is being made or deleted, or that has failed, has no inside to read:
 *  that is a fact, and nothing that a run missed. */
export const canBeReadInside = ({ status }: Cluster): boolean => status === 'ACTIVE' || status === 'UPDATING';

/** A Pod Identity association of a cluster. The fields of DescribePodIdentityAssociation are absent where only the list
 *  was read. */
export interface PodIdentityAssociation {
  readonly id: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly roleArn?: string;
  /** The role, often of another account, that EKS assumes with the first one's credentials. */
  readonly targetRoleArn?: string;
  /** With which EKS assumes that role: `sts:ExternalId` of the request. */
  readonly externalId?: string;
  /** False where the tags that EKS gives to sessions were switched off. */
  readonly sessionTags?: boolean;
  /** The session policy, which allows less than the role, as JSON. */
  readonly sessionPolicy?: string;
  readonly createdAt?: string;
}

/** An EKS add-on of a cluster. The fields of DescribeAddon are absent for an add-on that nothing is asked about
 *  (`addonServiceAccounts`). */
export interface Addon {
  readonly name: string;
  readonly detail?: AddonDetail;
}

/** The identity of an add-on in EKS (docs/facts.md §H.1). */
export interface AddonDetail {
  /** ACTIVE, CREATING, CREATE_FAILED, DEGRADED, DELETING, DELETE_FAILED, UPDATING, UPDATE_FAILED. */
  readonly status: string;
  /** Its health issues, each as `code: message`; absent where EKS names none. */
  readonly health?: string;
  /** The role that EKS writes to the annotation of the add-on's service account. */
  readonly roleArn?: string;
  /** It has Pod Identity associations of its own. */
  readonly hasPodIdentity: boolean;
  /** The namespace that a person chose for it; absent where it is the usual one. */
  readonly namespace?: string;
  /** Its configuration values say something of a service account. */
  readonly configuresServiceAccount: boolean;
}

/** One certificate authority of a cluster as EKS tells it (docs/facts.md §D.7). */
export interface ClusterAuthority {
  readonly id: string;
  /** SHA-256 of its certificate, lower-case hex; absent where the certificate could not be read. */
  readonly sha256?: string;
  /** IN_USE, ACTIVATING or NOT_USED. */
  readonly signing: string;
  /** When it last became the one that signs, ISO 8601; absent for a successor that never did. */
  readonly activatedAt?: string;
  /** When EKS makes it the one that signs by itself, at the earliest and at the latest. */
  readonly firstActivation?: string;
  readonly lastActivation?: string;
}

/** One cluster with what was read of its inside. */
export interface ClusterSnapshot extends ClusterInside {
  readonly cluster: Cluster;
}

/** The sections of one cluster beside its description: inside it, and the identities that EKS keeps. */
export interface ClusterInside {
  readonly kubernetes: Collected<KubernetesFacts>;
  readonly podIdentity: Collected<readonly PodIdentityAssociation[]>;
  readonly addons: Collected<readonly Addon[]>;
  /** Absent where the trust bundle of the cluster has one certificate: that one signs. */
  readonly authorities?: Collected<readonly ClusterAuthority[]>;
  /** The metadata options of its nodes; absent where nobody asks for the network. */
  readonly nodes?: Collected<readonly NodeMetadata[]>;
  /** The network of its nodes; absent where nobody asks for it. */
  readonly network?: Collected<ClusterNetwork>;
  /** Its access entries; absent where RBAC is not read. */
  readonly accessEntries?: Collected<readonly AccessEntry[]>;
}

/** The inside of a cluster as a reader gives it, with the kubeconfig's context that it was read through. */
export interface ReadInside extends ClusterInside {
  readonly context?: string;
}

/** A cluster of which nothing beside its description was read, for one reason. */
export const unreadInside = (reason: ReadFailure): ClusterInside => ({
  kubernetes: unavailable(reason),
  podIdentity: unavailable(reason),
  addons: unavailable(reason),
});

/** A cluster of which nothing beside its description was asked for. `why` is for people. */
export const insideNotAsked = (why?: string): ClusterInside => ({
  kubernetes: notAskedFor('read the cluster', why),
  podIdentity: notAskedFor('eks:ListPodIdentityAssociations', why),
  addons: notAskedFor('eks:ListAddons', why),
});
