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

/** A section: its id (a rule names it in `needs`), and what holds where a part of a snapshot does not have it. */
interface Entry {
  readonly id: SectionId;
  readonly otherwise: Collected<unknown>;
}

type Level<T> = Readonly<Record<SectionsOf<T>, Entry>>;

const section = <I extends SectionId>(id: I, otherwise: Collected<unknown> = notAskedFor(id)) => ({ id, otherwise });

/** The table, by the part of a snapshot that has the section, and its name there. */
const sections = {
  account: {
    providers: section('providers'),
    roles: section('roles'),
    quotas: section('quotas'),
    rolePermissions: section('role-permissions', notAskedFor('iam:GetAccountAuthorizationDetails')),
    serviceUse: section('service-use', notAskedFor('iam:GenerateServiceLastAccessedDetails')),
    runtime: section('runtime'),
    controlPolicies: section('control-policies'),
  },
  provider: { detail: section('provider-detail') },
  role: { detail: section('role-detail') },
  region: { clusters: section('clusters') },
  cluster: {
    kubernetes: section('inside'),
    podIdentity: section('pod-identity'),
    addons: section('addons'),
    // Of a cluster with one certificate there is nothing to ask.
    authorities: section('authorities', complete([])),
    network: section('network', notAskedFor('ec2:DescribeRouteTables')),
    nodes: section('nodes', notAskedFor('ec2:DescribeInstances')),
    accessEntries: section('access-entries', notAskedFor('eks:ListAccessEntries')),
  },
  inside: {
    version: section('version'),
    namespaces: section('namespaces'),
    serviceAccounts: section('service-accounts'),
    pods: section('pods'),
    webhook: section('webhook'),
    configuredRoles: section('configured-roles', notAskedFor('get configmaps')),
    // Without a controller there is nothing to ask. The id is older than all but Issuers, and stored with findings.
    controllerRoles: section('issuer-roles', complete([])),
    // Where each pod that asks the agent has one, there is nothing to ask.
    podIdentityAgent: section('pod-identity-agent', complete(undefined)),
    podNetwork: section('pod-network', notAskedFor('list networkpolicies')),
    rbac: section('rbac', notAskedFor('list clusterroles')),
    // Absent too where the cluster knows its principals by access entries alone.
    awsAuth: section('aws-auth', notAskedFor('get configmaps')),
    // No finding rests on it: where it was not asked for, nothing is missed.
    workloads: section('workloads', complete([])),
    issuer: section('api-server-issuer'),
  },
  issuer: { host: section('issuer-host'), discovery: section('issuer-discovery'), keys: section('issuer-keys') },
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

const readLevel = (level: Readonly<Record<string, Entry>>, part: object): readonly Section[] => {
  const read = part as Readonly<Record<string, Collected<unknown> | undefined>>;
  return Object.entries(level).map(([key, { id, otherwise }]) => ({ id, section: read[key] ?? otherwise }));
};

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
