/**
 * The door of `lib/model`: an account, a cluster, a role, a pod, a finding, as plain data.
 *
 * Each section of a snapshot is a `Collected`: complete, partial with its gaps, or unavailable with its reason. Empty never
 * means not read. Nothing here decides.
 */

export type { Provider, ProviderDetail, Role, RoleDetail } from './model/account.ts';
export {
  type Arn,
  isKeptByAws,
  isOwnProvider,
  parseArn,
  providerArn,
  providerArnBeside,
  providerHostPath,
  roleNameOf,
  stripScheme,
} from './model/arn.ts';
export type { ChangedThing, ChangeEvent } from './model/change-event.ts';
export { cleanIssuer } from './model/clean-issuer.ts';
export {
  type Addon,
  type AddonDetail,
  type Cluster,
  type ClusterAuthority,
  type ClusterInside,
  type ClusterSnapshot,
  canBeReadInside,
  hasNoIssuer,
  insideNotAsked,
  type PodIdentityAssociation,
  type ReadInside,
  unknownRegion,
  unreadInside,
} from './model/cluster.ts';
export {
  type Collected,
  complete,
  type Gap,
  mapSection,
  notAskedFor,
  type ReadFailure,
  type ReadFailureKind,
  readFailureKinds,
  readFailuresOf,
  unavailable,
  valueOr,
  withGaps,
} from './model/collected.ts';
export {
  type ControlPolicy,
  type ControlPolicyTable,
  controlPoliciesOf,
  type OrganizationPolicy,
  policiesOver,
  type ServiceControls,
  serviceControlsOf,
} from './model/control-policy.ts';
export type {
  Controller,
  ControllerAccount,
  ControllerRole,
  NamedByController,
  PodController,
} from './model/controller-role.ts';
export { allEksRegions, eksRegions, isOptInRegion } from './model/eks-regions.ts';
export { type EmailSubscription, type SubscriptionState, subscribeCommand } from './model/email-subscription.ts';
export {
  type Alternative,
  type ArticleStep,
  articleSteps,
  atLeast,
  compareFindings,
  type Evidence,
  type Finding,
  type FindingLocation,
  type Fix,
  type FixDraft,
  type Folded,
  type Impact,
  impacts,
  mildest,
  placeNamesOf,
  type Replaced,
  type Severity,
  severities,
  type Undecided,
  type UnknownKind,
  unknownKinds,
  whereDoubtful,
  whereRead,
  worst,
} from './model/finding.ts';
export {
  audienceKey,
  isNearMissKey,
  nearMissPattern,
  regionalEndpointsKey,
  roleArnKey,
  skipContainersKey,
  skipWebhookLabel,
  tokenExpirationKey,
} from './model/irsa-annotation.ts';
export type {
  ChainTrust,
  DiscoveryFacts,
  HostFacts,
  IssuerFacts,
  MissingPart,
  ServedCertificate,
  SigningKey,
} from './model/issuer.ts';
export {
  type CaCertificate,
  type ConditionVerdict,
  type ConfiguredRole,
  type DaemonSetCounts,
  type EgressPolicy,
  type EgressRule,
  type KubernetesFacts,
  type MatchCondition,
  type Namespace,
  otherNamespaces,
  type Pod,
  type PodContainer,
  type PodGroups,
  type PodNetwork,
  type PodOwner,
  type PolicyPeer,
  type ServiceAccount,
  type TokenVolume,
  type WebhookConfiguration,
  type WebhookEntry,
  type WebhookRule,
  type Workload,
  webhookName,
} from './model/kubernetes.ts';
export { isDnsLabel, isDnsSubdomain, isQualifiedName } from './model/kubernetes-name.ts';
export { firstWithReadableToken, minorOf } from './model/kubernetes-version.ts';
export type { LabelExpression, LabelSelector } from './model/label-selector.ts';
export {
  type Manager,
  managedInWords,
  managerByTags,
  managerOfObject,
  managingTools,
  type ObjectMarks,
} from './model/manager.ts';
export {
  answersPods,
  type ClusterNetwork,
  type NodeMetadata,
  type NodePlace,
  type Route,
  type RouteTable,
  type SecurityGroup,
  type SecurityRule,
  type StsEndpoint,
} from './model/network.ts';
export { isOwnerKey, ownerIn } from './model/owner.ts';
export { ownerOrPod } from './model/owner-or-pod.ts';
export { factsOfPartition, homeRegion, partitionOf, partitions } from './model/partition.ts';
export {
  type AccountQuotas,
  iamQuotas,
  longestAudience,
  mostAudiences,
  mostThumbprints,
  nearFrom,
  type Quota,
} from './model/quotas.ts';
export {
  type AccessEntry,
  type AccessPolicy,
  type AwsAuthMapping,
  podSecurityLabel,
  type RbacBinding,
  type RbacObjects,
  type RbacRole,
  type RbacRule,
  type RbacSubject,
} from './model/rbac.ts';
export {
  flagOf,
  type KeyedChoice,
  type KeyOfChoice,
  type ReadingFlags,
  readingRows,
  withIncluded,
} from './model/reading-choice.ts';
export {
  type AllowedBy,
  isAdministrative,
  type Level,
  type OpenLevel,
  type RoleLevel,
  roleLevels,
  type WayTaken,
} from './model/role-level.ts';
export type { AccountPermissions, PolicyTexts, RolePermissions } from './model/role-permissions.ts';
export {
  type AssumeEvents,
  type AssumeFailure,
  assumeEventsOf,
  type RuntimeFacts,
  type SeenCalls,
  workingAgentsOf,
} from './model/runtime.ts';
export { type ServiceUse, type ServiceUses, trackedDays } from './model/service-use.ts';
export {
  type AccountSnapshot,
  type FleetIndex,
  type IndexedCluster,
  type IndexedProvider,
  type IssuerTable,
  type Organization,
  type RegionSnapshot,
  snapshotSchemaVersion,
} from './model/snapshot.ts';
export type { SourceLocation } from './model/source-location.ts';
export {
  type AccessChange,
  type Act,
  type AssociationEdit,
  type AssociationState,
  type Change,
  type ChangeKind,
  type ChangeOf,
  type ClusterPlace,
  type IdentitySet,
  isAct,
  type Look,
  type LookKind,
  type LookOf,
  type LookStep,
  type Step,
  type StepTarget,
} from './model/step.ts';
export {
  fleetPart,
  isPlaceBelow,
  isSectionBelow,
  type Missed,
  nameOfUnread,
  type Scope,
  type SectionId,
  samplePart,
  sectionIds,
  sectionName,
  type Unread,
  wasAsked,
} from './model/unread.ts';
