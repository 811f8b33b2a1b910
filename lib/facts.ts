/**
 * The door of `lib/facts`: the snapshots of a run as `Facts`, their subjects, and the questions that rules share.
 *
 * A question has one answer here, for rules, reports and `why`. A section that was not read makes an answer unknown, never
 * empty (`sections.ts` is the list of sections).
 */

export { accountMeantBy, associationMeantFor } from './facts/account-meant.ts';
export { type AddonServiceAccount, addonOfAccount, addonServiceAccounts } from './facts/addon-service-accounts.ts';
export { audienceAsked } from './facts/audience-asked.ts';
export { isCalledAfter } from './facts/called-after.ts';
export { clusterNameInTags } from './facts/cluster-name-in-tags.ts';
export { associationSubjects } from './facts/cluster-subjects.ts';
export { withConfiguredRoles } from './facts/configured-roles.ts';
export { controlTextOf, controlTexts } from './facts/control-texts.ts';
export { seenSdks } from './facts/credential-order.ts';
export { associationOf, associationsUnread, dormancyOf } from './facts/dormant-annotation.ts';
export { isEksCluster } from './facts/eks-cluster.ts';
export {
  concernsEks,
  type EksPrincipal,
  eksPrincipalsOf,
  isAuditedIssuer,
  isClusterIssuer,
  isEksHost,
  isMeantForEks,
  looksLikeEks,
  regionOfIssuer,
} from './facts/eks-issuer.ts';
export { type AuditSettings, defaultSettings, type Environments, type Facts, type Trusted } from './facts/facts.ts';
export { clustersWithIssuer, fleetGapInWords, indexOf, unreadInFleet } from './facts/fleet-index.ts';
export {
  type FleetPart,
  type FleetShare,
  fleetParts,
  mergedShares,
  shareOf,
  withFleetPart,
} from './facts/fleet-part.ts';
export { coversNewPods, injectingEntry } from './facts/injecting-entry.ts';
export {
  heardWithinMs,
  injectionStopped,
  type MissedPods,
  missedForCertain,
  missedLast,
} from './facts/injection-stopped.ts';
export { isOptOut, optsOut, requirementText, unmetRequirement } from './facts/label-selector.ts';
export { meshContainers } from './facts/mesh-containers.ts';
export { closedByPolicies, type EgressNeed, groupsOfPod, narrowWayToSts } from './facts/pod-egress.ts';
export {
  noCredentials,
  nodeRoleError,
  noProvider,
  notAuthorized,
  noVerificationKey,
  wrongAudience,
  wrongThumbprint,
} from './facts/pod-errors.ts';
export { agentAddon, agentBeside, isAgent, isUnhealthy, needsAgent } from './facts/pod-identity-agent.ts';
export { rolesWithoutAssociation } from './facts/pod-identity-roles.ts';
export {
  hasForeignVolume,
  hasOtherCredentials,
  hasPodIdentity,
  hasPodIdentityAlone,
  hasWebIdentity,
  injectedParts,
  injectedRoleOf,
  isRoleByHand,
  isRoleKey,
  isWholeFormOfEks,
  readsApiToken,
  readsNoToken,
  roleOfContainer,
  skippedContainers,
  tokenAudienceOf,
} from './facts/pod-injection.ts';
export {
  podSubjectIds,
  podsOfServiceAccount,
  podsThatFollow,
  serviceAccountNamed,
} from './facts/pods-of-service-account.ts';
export { issuersOfPolicy } from './facts/policy-issuers.ts';
export { isRoleArn, type RoleArnFault, roleArnFault, roleArnFaults, roleArnForm } from './facts/role-arn-fault.ts';
export { rolesMadeFor, rolesToOffer, trustDecision } from './facts/roles-made-for.ts';
export { isVersionBelow, podIdentityMinimum, type SeenSdk, sdksOf } from './facts/sdk-version.ts';
export {
  getsRoleByToken,
  namedByControllers,
  objectsUnread,
  type SecondRole,
  secondRolesIn,
  secondRolesOf,
  secondRolesUnread,
} from './facts/second-roles.ts';
export { waitsForSecrets } from './facts/secrets-store.ts';
export {
  isAsked,
  leftOutProbe,
  type Need,
  nothingAsked,
  type Section,
  sectionsOfAccount,
  sectionsOfCluster,
  sectionsOfIssuer,
  sectionsOfProvider,
  sectionsOfRegion,
  sectionsOfRole,
} from './facts/sections.ts';
export { hasSlashOfItsOwn, isForServiceAccounts } from './facts/service-account-issuers.ts';
export { type ReachOfPlace, reachesRegionalNameAlone, type StsReach, stsReachOf } from './facts/sts-reach.ts';
export {
  associationSubjectId,
  parseSubject,
  placeOfSubject,
  podSubjectId,
  serviceAccountSubjectId,
  webhookSubjectId,
} from './facts/subject-ids.ts';
export type {
  AssociationSubject,
  ClusterSubject,
  IssuerSubject,
  PodSubject,
  ProviderSubject,
  RoleSubject,
  RuntimeSubject,
  ServiceAccountSubject,
  StatementSubject,
  SubjectKind,
  Subjects,
  WebhookSubject,
} from './facts/subjects.ts';
export {
  clustersOf,
  isForWebIdentity,
  roleSubjectsOf,
  type SubjectsOfAccount,
  subjectsOfAccount,
} from './facts/subjects-of.ts';
export {
  doubtOf,
  isProviderUnread,
  lookUpRole,
  providerAudiences,
  type ReadyQuestion,
  type TrustQuestion,
  trustQuestion,
} from './facts/trust-question.ts';
export { type PlacedSection, placedLists, placedSections, unreadOf, unreadOfSection } from './facts/unread.ts';
export { wouldBeKnown } from './facts/use-known.ts';
export { booleanTexts, expirationBounds, expirationFault } from './facts/webhook-options.ts';
export {
  accountNamesOfPods,
  byItsChart,
  isPodElsewhere,
  namesakePods,
  podsElsewhere,
  startedWithoutRole,
  withoutRoleBeside,
} from './facts/workload-elsewhere.ts';
export { worthAsking } from './facts/worth-asking.ts';
export { zoneOfConfiguration, zoneOfTrust } from './facts/zone-of-trust.ts';
