/**
 * The data that a run did not read: one shape from the reader to the table. Sections form a tree: where one was not read, nothing
 * is known of those below it.
 */
import type { ReadFailure } from './collected.ts';
import type { FindingLocation } from './finding.ts';

/** A section: its name for people, and the sections above it. */
interface SectionOf<I extends string> {
  readonly name: string;
  readonly within: readonly I[];
}

const table = <const I extends string>(sections: { readonly [K in I]: SectionOf<NoInfer<I>> }) => sections;

/** All that can be unread, by id. The ids stand in stored findings. */
const sections = table({
  target: { name: 'the whole AWS account', within: [] },
  account: { name: 'the whole AWS account', within: ['target'] },
  providers: { name: 'OIDC providers', within: ['account'] },
  'provider-detail': { name: 'provider', within: ['providers'] },
  roles: { name: 'roles', within: ['account'] },
  'role-detail': { name: 'role details', within: ['roles'] },
  'role-permissions': { name: 'permissions of roles', within: ['account'] },
  'service-use': { name: 'use of services by roles', within: ['roles'] },
  quotas: { name: 'quotas', within: ['account'] },
  runtime: { name: 'CloudTrail events', within: ['account'] },
  'control-policies': { name: 'resource control policies', within: ['account'] },
  clusters: { name: 'clusters', within: ['account'] },
  inside: { name: 'Kubernetes resources', within: ['clusters'] },
  'pod-identity': { name: 'Pod Identity associations', within: ['clusters'] },
  addons: { name: 'EKS add-ons', within: ['clusters'] },
  authorities: { name: 'certificate authorities', within: ['clusters'] },
  nodes: { name: 'metadata options of nodes', within: ['clusters'] },
  network: { name: 'network of the nodes', within: ['clusters'] },
  'access-entries': { name: 'EKS access entries', within: ['clusters'] },
  version: { name: 'version', within: ['inside'] },
  namespaces: { name: 'namespaces', within: ['inside'] },
  'service-accounts': { name: 'service accounts', within: ['inside'] },
  pods: { name: 'pods', within: ['inside'] },
  webhook: { name: 'webhook configuration', within: ['inside'] },
  'issuer-roles': { name: 'roles that controllers are told to assume', within: ['inside'] },
  'pod-identity-agent': { name: 'DaemonSet of the Pod Identity agent', within: ['inside'] },
  'pod-network': { name: 'network policies of pods', within: ['inside'] },
  rbac: { name: 'roles and bindings', within: ['inside'] },
  'aws-auth': { name: 'ConfigMap aws-auth', within: ['inside'] },
  workloads: { name: 'workloads', within: ['inside'] },
  'configured-roles': { name: 'ConfigMap of the webhook', within: ['inside'] },
  'api-server-issuer': { name: 'issuer of the API server', within: ['inside'] },
  organization: { name: 'the organization', within: ['account'] },
  probe: { name: 'issuers', within: ['account'] },
  issuer: { name: 'issuer', within: ['probe', 'clusters'] },
  'issuer-host': { name: 'certificates of the issuer', within: ['issuer'] },
  'issuer-discovery': { name: 'discovery document of the issuer', within: ['issuer'] },
  'issuer-keys': { name: 'keys of the issuer', within: ['issuer'] },
  'known-state': { name: 'what earlier runs have found', within: ['account'] },
  rule: { name: 'rule', within: ['account'] },
});

/** The id of a section. `probe` is the step that reads issuers, `known-state` the table, `rule` a rule that failed itself,
 *  `target` an account that is no longer audited. */
export type SectionId = keyof typeof sections;

/** All ids. */
export const sectionIds = Object.keys(sections) as readonly SectionId[];

/** Where something lies: in one account, and narrower where more is given. */
export type Scope = Pick<
  FindingLocation,
  'accountId' | 'region' | 'clusterName' | 'clusterArn' | 'roleArn' | 'providerArn' | 'issuer'
>;

/** One thing that was not read, with where and why. */
export interface Unread extends Scope {
  readonly section: SectionId;
  /** The part of the section that is missing (`page 3`, an ARN); absent: the whole section is. */
  readonly part?: string;
  readonly reason: ReadFailure;
}

/** Its name for people: `roles: page 3`, the ARN of a provider, `issuer https://…`. */
export const nameOfUnread = ({ section, part, providerArn, issuer }: Unread): string => {
  if (section === 'rule' && part !== undefined) return part;
  const which = section === 'provider-detail' ? providerArn : issuer === undefined ? undefined : `issuer ${issuer}`;
  return [which ?? sections[section].name, ...(part === undefined ? [] : [part])].join(': ');
};

/** The name of a section for people. */
export const sectionName = (id: SectionId): string => sections[id].name;

/** True for what a run was asked to read: a choice of the configuration is no failure. */
export const wasAsked = ({ reason }: Pick<Unread, 'reason'>): boolean => reason.kind !== 'not-asked-for';

/**
 * A section that a finding was judged without, as it is kept with the finding and compared with later runs: the reason is
 * left out, since the same data unread for another reason is the same reading.
 */
export interface Missed extends Omit<Scope, 'clusterName'> {
  readonly section: SectionId;
  /** Which parts are missing, where some of it was read: equal texts for equal parts. See `samplePart`, `fleetPart`. */
  readonly part?: string;
  /** The configuration does not ask for it anywhere. */
  readonly unasked?: true;
}

/** The part that is missing of a section that has other entries in every run, such as the newest events of CloudTrail. */
export const samplePart = 'sample';

/** The part that is missing of what the index of the fleet knows of an account: which one it is, is not known. */
export const fleetPart = 'fleet';

type Place = Partial<Scope> & Pick<Unread, 'section'>;

const scopeFields = ['accountId', 'region', 'clusterName', 'clusterArn', 'roleArn', 'providerArn', 'issuer'] as const;

/** True where nothing is known of `below` while the whole of `above` is not read: its section stands at or over that of
 *  `below`, and its place is the same or wider. */
export const isPlaceBelow = (below: Place, above: Place): boolean =>
  scopeFields.every(field => above[field] === undefined || above[field] === below[field]) &&
  isSectionBelow(below.section, above.section);

/** True for a section itself and for those above it. */
export const isSectionBelow = (below: SectionId, above: SectionId): boolean => {
  if (below === above) return true;
  const { within }: SectionOf<SectionId> = sections[below];
  return within.some(parent => isSectionBelow(parent, above));
};
