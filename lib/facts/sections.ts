/**
 * Every section of a snapshot, once. Gaps in coverage, what rules need and what findings were judged without are derived
 * from this table: a section without an entry does not compile, so that none is ever silently unread.
 */
import type { Provider, Role } from '../model/account.ts';
import type { ClusterSnapshot } from '../model/cluster.ts';
import { type Collected, notAskedFor } from '../model/collected.ts';
import type { IssuerFacts } from '../model/issuer.ts';
import type { KubernetesFacts } from '../model/kubernetes.ts';
import type { AccountSnapshot, RegionSnapshot } from '../model/snapshot.ts';

/** The names of the sections that a part of a snapshot has. */
type SectionsOf<T> = { [K in keyof T]-?: [NonNullable<T[K]>] extends [Collected<unknown>] ? K : never }[keyof T];

/** A section: its id (what a rule names in `needs`; a key in stored findings, so it never changes), and its name for
 *  people. */
interface Entry<T> {
  readonly id: string;
  readonly name: string;
  readonly of: (part: T) => Collected<unknown>;
}

type Level<T> = Readonly<Record<SectionsOf<T>, Entry<T>>>;

const section = <T, I extends string>(id: I, name: string, of: (part: T) => Collected<unknown>) => ({ id, name, of });

/** The table, by the part of a snapshot that has the section. */
const sections = {
  account: {
    providers: section('providers', 'OIDC providers', (part: AccountSnapshot) => part.providers),
    roles: section('roles', 'roles', (part: AccountSnapshot) => part.roles),
    quotas: section('quotas', 'quotas', (part: AccountSnapshot) => part.quotas),
    runtime: section('runtime', 'CloudTrail events', (part: AccountSnapshot) => part.runtime),
    controlPolicies: section(
      'control-policies',
      'resource control policies',
      (part: AccountSnapshot) => part.controlPolicies,
    ),
  },
  provider: { detail: section('provider-detail', 'provider', (part: Provider) => part.detail) },
  role: { detail: section('role-detail', 'role details', (part: Role) => part.detail) },
  region: { clusters: section('clusters', 'clusters', (part: RegionSnapshot) => part.clusters) },
  cluster: {
    kubernetes: section('inside', 'Kubernetes resources', (part: ClusterSnapshot) => part.kubernetes),
    podIdentity: section('pod-identity', 'Pod Identity associations', (part: ClusterSnapshot) => part.podIdentity),
    addons: section('addons', 'EKS add-ons', (part: ClusterSnapshot) => part.addons),
  },
  inside: {
    version: section('version', 'version', (part: KubernetesFacts) => part.version),
    namespaces: section('namespaces', 'namespaces', (part: KubernetesFacts) => part.namespaces),
    serviceAccounts: section('service-accounts', 'service accounts', (part: KubernetesFacts) => part.serviceAccounts),
    pods: section('pods', 'pods', (part: KubernetesFacts) => part.pods),
    webhook: section('webhook', 'webhook configuration', (part: KubernetesFacts) => part.webhook),
    configuredRoles: section(
      'configured-roles',
      'ConfigMap of the webhook',
      (part: KubernetesFacts) => part.configuredRoles ?? notAskedFor('get configmaps'),
    ),
    issuer: section('api-server-issuer', 'issuer of the API server', (part: KubernetesFacts) => part.issuer),
  },
  issuer: {
    host: section('issuer-host', 'certificates of the issuer', (part: IssuerFacts) => part.host),
    discovery: section('issuer-discovery', 'discovery document of the issuer', (part: IssuerFacts) => part.discovery),
    keys: section('issuer-keys', 'keys of the issuer', (part: IssuerFacts) => part.keys),
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

/** The id of a section. */
export type SectionId = { [L in keyof Table]: IdOf<L> }[keyof Table];

/** What a rule may need: a section, or everything that a probe of an issuer reads. */
export type Need = Exclude<SectionId, IdOf<'issuer'>> | 'issuer';

/** A section of one part of a snapshot. */
export interface Section {
  readonly id: SectionId;
  readonly name: string;
  readonly section: Collected<unknown>;
}

type Reader<T> = Omit<Section, 'section'> & Pick<Entry<T>, 'of'>;

const readLevel = <T>(level: Readonly<Record<string, Reader<T>>>, part: T): readonly Section[] =>
  Object.values(level).map(({ id, name, of }) => ({ id, name, section: of(part) }));

/** The sections of an account itself: providers, roles, quotas, CloudTrail. */
export const sectionsOfAccount = (snapshot: AccountSnapshot): readonly Section[] =>
  readLevel(sections.account, snapshot);
/** The detail of a provider. */
export const sectionsOfProvider = (provider: Provider): readonly Section[] => readLevel(sections.provider, provider);
/** The detail of a role. */
export const sectionsOfRole = (role: Role): readonly Section[] => readLevel(sections.role, role);
/** The clusters of a region. */
export const sectionsOfRegion = (region: RegionSnapshot): readonly Section[] => readLevel(sections.region, region);
/** What a live fetch of an issuer read. */
export const sectionsOfIssuer = (issuer: IssuerFacts): readonly Section[] => readLevel(sections.issuer, issuer);
/** A cluster's sections, with those of its inside where any of it was read. */
export const sectionsOfCluster = (cluster: ClusterSnapshot): readonly Section[] => [
  ...readLevel(sections.cluster, cluster),
  ...(cluster.kubernetes.status === 'unavailable' ? [] : readLevel(sections.inside, cluster.kubernetes.value)),
];

/** Where a section of the inside is read: the whole that it is a part of. */
export const insideIds: ReadonlySet<string> = new Set(Object.values(sections.inside).map(({ id }) => id));

const ids: ReadonlySet<string> = new Set(
  Object.values(sections).flatMap(level => Object.values(level).map(one => one.id)),
);

/** True for the id of a section, and for those of the fleet: `judgedWithout` of an earlier version has others. */
export const isSectionId = (id: string): boolean => ids.has(id) || id === fleetSection || id === 'issuer';

/** Other accounts of the fleet, which have no section in this account's snapshot. */
export const fleetSection = 'fleet' as const;

/** Whether anybody was asked for a section. */
export const isAsked = (section: Collected<unknown>): boolean =>
  section.status !== 'unavailable' || section.reason.kind !== 'not-asked-for';

/** The sections of an account of which nothing is asked: what a reader starts from. `why` is for people. */
export const nothingAsked = (why?: string): Pick<AccountSnapshot, SectionsOf<AccountSnapshot>> => ({
  providers: notAskedFor('iam:ListOpenIDConnectProviders', why),
  roles: notAskedFor('iam:ListRoles', why),
  quotas: notAskedFor('iam:GetAccountSummary', why),
  runtime: notAskedFor('cloudtrail:LookupEvents', why),
  controlPolicies: notAskedFor('organizations:ListPolicies', why),
});
