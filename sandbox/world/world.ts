/**
 * The world of the sandbox as data: what exists in AWS, at the issuers and inside the clusters. Endpoints serve it and
 * take the writes that fixes use; a scenario (one file) describes it and a person can read it.
 */
import type { KubernetesWorld } from './kubernetes-world.ts';

/** Everything. The first account is the one the auditor runs in. Arrays are mutable: endpoints change them. */
export interface World {
  readonly accounts: WorldAccount[];
  readonly issuers: WorldIssuer[];
  /** Inside of clusters, by cluster ARN. */
  readonly kubernetes: Map<string, KubernetesWorld>;
  readonly faults: Fault[];
  /** The world's clock, in milliseconds since 1970: it dates what is made in the world. Absent: the machine's. Expiry that a
   *  client compares with its own clock (credentials, tokens) follows the machine. */
  readonly now?: () => number;
  /** The chain that IAM sees when it fetches the thumbprint of an issuer (a URL); absent where no issuer is served. */
  readonly fetchThumbprint?: (issuer: string) => string | undefined;
  /** Texts of managed policies of AWS, by ARN. Absent: nobody asks what roles may do, and who can become them. */
  readonly awsPolicies?: Readonly<Record<string, string>>;
  /** Looks at a report of last accessed services that find it in progress; absent: none. */
  readonly reportLooks?: number;
  /** Absent: all accounts lie directly under the root of one organization that the first account manages. */
  readonly organization?: WorldOrganization;
}

/** The tree of an organization. Accounts that `parents` does not name lie under the root. */
export interface WorldOrganization {
  readonly rootId: string;
  readonly units: { readonly id: string; readonly name: string; readonly parentId: string }[];
  /** Account id to the id of its unit. */
  readonly parents: Readonly<Record<string, string>>;
  /** Accounts that are closed: listed as SUSPENDED. */
  readonly suspended: readonly string[];
  /** Accounts that are in no organization, or in another one. */
  readonly outside?: readonly string[];
  /** Resource control policies; absent: only AWS's own. */
  readonly controlPolicies?: WorldControlPolicy[];
  /** Service control policies, in the same way. */
  readonly servicePolicies?: WorldControlPolicy[];
  /** Ids of the root, units and accounts that AWS's own service control policy was taken from. */
  readonly withoutFullAccess?: readonly string[];
}

/** A control policy of the organization; `targets` are ids of the root, of units and of accounts. */
export interface WorldControlPolicy {
  readonly id: string;
  readonly name: string;
  content: string;
  targets: string[];
}

export interface WorldAccount {
  readonly accountId: string;
  readonly name: string;
  readonly partition: string;
  readonly providers: WorldProvider[];
  readonly roles: WorldRole[];
  readonly clusters: WorldCluster[];
  readonly events: WorldEvent[];
  readonly alias?: string;
  /** Absent: what every account has. */
  quotas?: { readonly oidcProviders: number; readonly trustPolicyLength: number };
  /** Customer-managed policies, by ARN: what GetAccountAuthorizationDetails gives of them. */
  readonly policies?: { readonly arn: string; document: string }[];
  /** Opt-in regions that are not enabled: every regional call there is refused as AWS does. */
  readonly disabledRegions?: readonly string[];
}

export interface WorldProvider {
  /** Without scheme, as IAM stores it. */
  url: string;
  audiences: string[];
  thumbprints: string[];
  createdAt: string;
  tags: Record<string, string>;
}

export interface WorldRole {
  name: string;
  path: string;
  /** Text, so that malformed ones can stand here. */
  trustPolicy: string;
  attachedPolicyArns: string[];
  lastUsedAt?: string;
  createdAt: string;
  /** The ARN of the policy that bounds it. */
  boundary?: string;
  /** It is in an instance profile of its own name. */
  inProfile?: boolean;
  /** Inline policies, as text. */
  inlinePolicies?: { name: string; document: string }[];
  tags?: Record<string, string>;
  /** The services that its report of IAM lists, with the last call of each, ISO 8601, null for none. `failed`: IAM cannot make the
   *  report. */
  calledServices?: Record<string, string | null> | 'failed';
}

export interface WorldCluster {
  name: string;
  region: string;
  /** URL with scheme; absent on Outposts local clusters. */
  issuer?: string;
  status: string;
  version: string;
  createdAt: string;
  authenticationMode: string;
  ipFamily: string;
  associations: {
    id: string;
    namespace: string;
    serviceAccount: string;
    roleArn: string;
    targetRoleArn?: string;
    externalId?: string;
    disableSessionTags?: boolean;
    /** ISO 8601. */
    createdAt?: string;
  }[];
  addons?: WorldAddon[];
  /** It is an EKS Auto Mode cluster. */
  autoMode?: boolean;
  /** API server's URL; absent: a name with the shape of EKS's that nothing answers. */
  endpoint?: string;
  /** Base64 of PEM. */
  certificateAuthority?: string;
  endpointPublic?: boolean;
  endpointPrivate?: boolean;
  /** Where its API lies, as EKS tells it; absent: EKS says nothing of it. */
  vpc?: { vpcId: string; subnetIds: string[]; clusterSecurityGroupId: string };
  accessEntries?: WorldAccessEntry[];
  tags?: Record<string, string>;
}

/** An EKS add-on, with the issues of its health. */
export interface WorldAddon {
  name: string;
  status?: string;
  serviceAccountRoleArn?: string;
  podIdentityAssociations?: string[];
  configurationValues?: string;
  namespace?: string;
  issues?: { code: string; message: string }[];
}

/** Who may call a cluster's API, as EKS keeps it. */
export interface WorldAccessEntry {
  principalArn: string;
  kubernetesGroups: string[];
  username: string;
  type: string;
  policies: string[];
  createdAt?: string;
  modifiedAt?: string;
}

/** A CloudTrail event, in CloudTrail's own JSON (docs/facts.md §E.3), with what LookupEvents filters by. */
export interface WorldEvent {
  readonly region: string;
  readonly time: string;
  readonly record: Readonly<Record<string, unknown>>;
}

/** An issuer's server. `chain` names one of the chains that sandbox/issuers can make. */
export interface WorldIssuer {
  /** URL with scheme. */
  readonly url: string;
  chain: string;
  /** `valid` or one of the faults that sandbox/issuers can serve. */
  discovery: string;
}

/** A fault to inject. Matches by operation (`iam:ListRoles`, `eks:DescribeCluster`, `step:evaluate-account`), and by
 *  account, region and resource name if given. `times` counts down; absent means always. */
export interface Fault {
  readonly operation: string;
  readonly accountId?: string;
  readonly region?: string;
  readonly resource?: string;
  /** `cut-page`: the first page arrives whole, every later one breaks off in the middle of its body. `state`: of steps
   *  alone, the state machine cannot process its own state. */
  readonly kind: 'throttle' | 'deny' | 'time-out' | 'cut-page' | 'crash' | 'reset' | 'state';
  times?: number;
}

/** The time in a world, ISO 8601. */
export const worldTime = ({ now = Date.now }: Pick<World, 'now'>): string => new Date(now()).toISOString();

/** The ARN of a cluster of the world. */
export const worldClusterArn = (account: WorldAccount, cluster: WorldCluster): string =>
  `arn:${account.partition}:eks:${cluster.region}:${account.accountId}:cluster/${cluster.name}`;

/** The ARN of a role of the world. */
export const worldRoleArn = (account: WorldAccount, role: WorldRole): string =>
  `arn:${account.partition}:iam::${account.accountId}:role${role.path}${role.name}`;

/** The ARN of a provider of the world. IAM drops `:443` from it and keeps the rest as it is. */
export const worldProviderArn = (account: WorldAccount, provider: WorldProvider): string =>
  `arn:${account.partition}:iam::${account.accountId}:oidc-provider/${provider.url}`;
