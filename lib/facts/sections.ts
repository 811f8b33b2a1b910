/**
 * Every section of a snapshot, once. All views of unread data are derived from this table: a section without an entry
 * does not compile, so that no section is silently unread.
 */
import {
  type AccountSnapshot,
  type ClusterSnapshot,
  type Collected,
  complete,
  type IssuerFacts,
  type KubernetesFacts,
  notAskedFor,
  type Provider,
  type RegionSnapshot,
  type Role,
  type SectionId,
} from '../model.ts';

/** The names of the sections that a part of a snapshot has. */
type SectionsOf<T> = { [K in keyof T]-?: [NonNullable<T[K]>] extends [Collected<unknown>] ? K : never }[keyof T];

/** A section: its id (a rule names it in `needs`), and where it is read. */
interface Entry<T> {
  readonly id: SectionId;
  readonly of: (part: T) => Collected<unknown>;
}

type Level<T> = Readonly<Record<SectionsOf<T>, Entry<T>>>;

const section = <T, I extends SectionId>(id: I, of: (part: T) => Collected<unknown>) => ({ id, of });

/** The table, by the part of a snapshot that has the section. */
const sections = {
  account: {
    providers: section('providers', (part: AccountSnapshot) => part.providers),
    roles: section('roles', (part: AccountSnapshot) => part.roles),
    quotas: section('quotas', (part: AccountSnapshot) => part.quotas),
    rolePermissions: section(
      'role-permissions',
      (part: AccountSnapshot) => part.rolePermissions ?? notAskedFor('iam:GetAccountAuthorizationDetails'),
    ),
    serviceUse: section(
      'service-use',
      (part: AccountSnapshot) => part.serviceUse ?? notAskedFor('iam:GenerateServiceLastAccessedDetails'),
    ),
    runtime: section('runtime', (part: AccountSnapshot) => part.runtime),
    controlPolicies: section('control-policies', (part: AccountSnapshot) => part.controlPolicies),
  },
  provider: { detail: section('provider-detail', (part: Provider) => part.detail) },
  role: { detail: section('role-detail', (part: Role) => part.detail) },
  region: { clusters: section('clusters', (part: RegionSnapshot) => part.clusters) },
  cluster: {
    kubernetes: section('inside', (part: ClusterSnapshot) => part.kubernetes),
    podIdentity: section('pod-identity', (part: ClusterSnapshot) => part.podIdentity),
    addons: section('addons', (part: ClusterSnapshot) => part.addons),
    // Of a cluster with one certificate there is nothing to ask.
    authorities: section('authorities', (part: ClusterSnapshot) => part.authorities ?? complete([])),
    network: section('network', (part: ClusterSnapshot) => part.network ?? notAskedFor('ec2:DescribeRouteTables')),
    nodes: section('nodes', (part: ClusterSnapshot) => part.nodes ?? notAskedFor('ec2:DescribeInstances')),
    accessEntries: section(
      'access-entries',
      (part: ClusterSnapshot) => part.accessEntries ?? notAskedFor('eks:ListAccessEntries'),
    ),
  },
  inside: {
    version: section('version', (part: KubernetesFacts) => part.version),
    namespaces: section('namespaces', (part: KubernetesFacts) => part.namespaces),
    serviceAccounts: section('service-accounts', (part: KubernetesFacts) => part.serviceAccounts),
    pods: section('pods', (part: KubernetesFacts) => part.pods),
    webhook: section('webhook', (part: KubernetesFacts) => part.webhook),
    configuredRoles: section(
      'configured-roles',
      (part: KubernetesFacts) => part.configuredRoles ?? notAskedFor('get configmaps'),
    ),
    // Without a controller there is nothing to ask. The id is older than all but Issuers, and stored with findings.
    controllerRoles: section('issuer-roles', (part: KubernetesFacts) => part.controllerRoles ?? complete([])),
    // Where each pod that asks the agent has one, there is nothing to ask.
    podIdentityAgent: section(
      'pod-identity-agent',
      (part: KubernetesFacts) => part.podIdentityAgent ?? complete(undefined),
    ),
    podNetwork: section(
      'pod-network',
      (part: KubernetesFacts) => part.podNetwork ?? notAskedFor('list networkpolicies'),
    ),
    rbac: section('rbac', (part: KubernetesFacts) => part.rbac ?? notAskedFor('list clusterroles')),
    // Absent too where the cluster knows its principals by access entries alone.
    awsAuth: section('aws-auth', (part: KubernetesFacts) => part.awsAuth ?? notAskedFor('get configmaps')),
    // No finding rests on it: where it was not asked for, nothing is missed.
    workloads: section('workloads', (part: KubernetesFacts) => part.workloads ?? complete([])),
    issuer: section('api-server-issuer', (part: KubernetesFacts) => part.issuer),
  },
  issuer: {
    host: section('issuer-host', (part: IssuerFacts) => part.host),
    discovery: section('issuer-discovery', (part: IssuerFacts) => part.discovery),
    keys: section('issuer-keys', (part: IssuerFacts) => part.keys),
  },
} satisfies {
  readonly account: Level<AccountSnapshot>;
  readonly provider: Level<Provider>;
  readonly role: Level<Role>;
  readonly region: Level<RegionSnapshot>;
  readonly cluster: Level<ClusterSnapshot>;
  readonly inside: Level<KubernetesFacts>;
  readonly issuer: Level<IssuerFacts>;
};

type Table = typeof sections;
type IdOf<L extends keyof Table> = Table[L] extends Readonly<Record<string, { readonly id: infer I }>> ? I : never;

/** The need of a rule: a section, or everything that a probe of an issuer reads. */
export type Need = { [L in Exclude<keyof Table, 'issuer'>]: IdOf<L> }[Exclude<keyof Table, 'issuer'>] | 'issuer';

/** A section of one part of a snapshot. */
export interface Section {
  readonly id: SectionId;
  readonly section: Collected<unknown>;
}

const readLevel = <T>(level: Readonly<Record<string, Entry<T>>>, part: T): readonly Section[] =>
  Object.values(level).map(({ id, of }) => ({ id, section: of(part) }));

/** The sections of an account itself: providers, roles, quotas, CloudTrail. */
export const sectionsOfAccount = (snapshot: AccountSnapshot): readonly Section[] =>
  readLevel(sections.account, snapshot);
/** The detail of a provider. */
export const sectionsOfProvider = (provider: Provider): readonly Section[] => readLevel(sections.provider, provider);
/** The detail of a role. */
export const sectionsOfRole = (role: Role): readonly Section[] => readLevel(sections.role, role);
/** The clusters of a region. */
export const sectionsOfRegion = (region: RegionSnapshot): readonly Section[] => readLevel(sections.region, region);
/** The sections of a live fetch of an issuer. */
export const sectionsOfIssuer = (issuer: IssuerFacts): readonly Section[] => readLevel(sections.issuer, issuer);
/** A cluster's sections, with those of its inside where any of it was read. */
export const sectionsOfCluster = (cluster: ClusterSnapshot): readonly Section[] => [
  ...readLevel(sections.cluster, cluster),
  ...(cluster.kubernetes.status === 'unavailable' ? [] : readLevel(sections.inside, cluster.kubernetes.value)),
];

/** True for a section that the configuration asks for. */
export const isAsked = (section: Collected<unknown>): boolean =>
  section.status !== 'unavailable' || section.reason.kind !== 'not-asked-for';

/** The probe of an issuer that was chosen not to be made. One that the guard of addresses refused was not chosen. */
export const leftOutProbe = ({ host, fromPrivateNetwork }: IssuerFacts): Collected<never> | undefined =>
  host.status === 'unavailable' && host.reason.kind === 'not-asked-for' && !fromPrivateNetwork ? host : undefined;

/** The sections of an account of which nothing is asked: the start of every reader. `why` is for people. */
export const nothingAsked = (why?: string): Pick<AccountSnapshot, SectionsOf<AccountSnapshot>> => ({
  providers: notAskedFor('iam:ListOpenIDConnectProviders', why),
  roles: notAskedFor('iam:ListRoles', why),
  quotas: notAskedFor('iam:GetAccountSummary', why),
  rolePermissions: notAskedFor('iam:GetAccountAuthorizationDetails', why),
  serviceUse: notAskedFor('iam:GenerateServiceLastAccessedDetails', why),
  runtime: notAskedFor('cloudtrail:LookupEvents', why),
  controlPolicies: notAskedFor('organizations:ListPolicies', why),
});
