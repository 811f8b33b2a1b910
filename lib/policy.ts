/** The door of `lib/policy`: its README says for what and how. */

export { actionTruth, mayCover, webIdentityAction } from './policy/decide/action.ts';
export { isInRange, rangeOf } from './policy/decide/address-range.ts';
export { matchesArn } from './policy/decide/arn-pattern.ts';
export { decide, decideOnly } from './policy/decide/decide.ts';
export type { Decision, StatementResult, TestResult } from './policy/decide/decision.ts';
export { statementLabel } from './policy/decide/decision-reasons.ts';
export { completeQuestion, noIssuer, providersIn } from './policy/decide/default-context.ts';
export { type Environment, environmentOf, environmentOfAll, type TrustContext } from './policy/decide/environment.ts';
export { evaluateStatement } from './policy/decide/evaluate-statement.ts';
export { evaluateFact, evaluateTest, truthWhenAbsent } from './policy/decide/evaluate-test.ts';
export {
  addedTo,
  all,
  any,
  type Formula,
  holds,
  known,
  matching,
  maybe,
  no,
  not,
  type ThreeValued,
  yes,
} from './policy/decide/formula.ts';
export { type Glob, globKey, globMatches, literalGlob, starGlob, wildcardGlob } from './policy/decide/glob.ts';
export type { KeyFact } from './policy/decide/key-fact.ts';
export { nearestFirst } from './policy/decide/nearest-statement.ts';
export { type Operator, parseOperator } from './policy/decide/operator.ts';
export type { UnknownReason } from './policy/decide/reason.ts';
export { defaultAudience, subjectOf, type WebIdentityRequest } from './policy/decide/request.ts';
export { type Doubtful, doubtsOf } from './policy/decide/statement-reason.ts';
export { run } from './policy/decide/text-grammar.ts';
export { isForAnyone, isWildcardPrincipal, mayTrustWebIdentity, wildcardsIn } from './policy/decide/web-identity.ts';
export { explainDecision } from './policy/explain/explain-decision.ts';
export { buildPolicy } from './policy/parse/build-policy.ts';
export { type ControlPolicyText, parseControlPolicy } from './policy/parse/control-policy.ts';
export { decodePolicyText, maxPolicyLength } from './policy/parse/decode-policy.ts';
export { type JsonMember, type JsonNode, type JsonScalar, scanJson } from './policy/parse/json-scan.ts';
export { type Locate, locator } from './policy/parse/locate.ts';
export { maxPolicyDepth, parsePolicy } from './policy/parse/parse-policy.ts';
export {
  type ConditionTest,
  type Located,
  namesPrincipal,
  type ParsedPolicy,
  type Policy,
  type PolicyProblem,
  type Principal,
  type PrincipalEntry,
  type Statement,
} from './policy/parse/policy.ts';
export { namesInTrustPolicy, trustPolicyOf } from './policy/parse/trust-policy-of.ts';
export {
  decideRequest,
  type PermissionRequest,
  type Requester,
  withoutIdle,
} from './policy/permissions/decide-request.ts';
export {
  actionPatterns,
  compilePolicies,
  mayCoverAction,
  mayHold,
  type NamedPolicy,
  type PermissionStatement,
  type Permissions,
} from './policy/permissions/permissions.ts';
export { type ArnShape, mayConcernShape, resourcesApart, someResources } from './policy/permissions/resources-apart.ts';
export { factsOnly, keyAbsent, sessionChoice, type TagChange, valueOnly } from './policy/permissions/session-keys.ts';
export { grantOfRole, mayAnyOfAccount } from './policy/who/account-strangers.ts';
export { assumersAmong } from './policy/who/assume-matrix.ts';
export { audiencesNamed, audiencesOf, isAudienceKey, unnamedAudience } from './policy/who/audiences.ts';
export { type Breadth, breadthOf } from './policy/who/breadth.ts';
export {
  type AccountBudget,
  accountBudget,
  type Budget,
  hintBudget,
  policyWork,
  statementBudget,
  statementShare,
  withPart,
} from './policy/who/budget.ts';
export type { Caller } from './policy/who/choose-request.ts';
export {
  type ClockPhase,
  clockTests,
  instantsFrom,
  isClockKey,
  phasesOf,
  secondOf,
  undecidedClockTest,
} from './policy/who/clock.ts';
export { claimOf, hasVariable, isPlaceholder, splitKey, testsOnClaim } from './policy/who/condition-keys.ts';
export { type Denial, denialOf } from './policy/who/control-policy.ts';
export { termsOf } from './policy/who/dnf.ts';
export { type Assumer, everyoneIn, nameOfAssumer, opennessOf, strangersIn } from './policy/who/everyone.ts';
export { globsOverlap, intersectGlobs } from './policy/who/glob-intersection.ts';
export { grantOf } from './policy/who/grant.ts';
export type { KeyChoice } from './policy/who/key-choice.ts';
export { loginIssuerOf } from './policy/who/login-caller.ts';
export { loginsUnknown } from './policy/who/login-strangers.ts';
export { nearestSubject } from './policy/who/nearest-subject.ts';
export { serviceCaller } from './policy/who/other-callers.ts';
export { podCaller } from './policy/who/pod-caller.ts';
export {
  decidePodIdentity,
  namesPodIdentity,
  type PodIdentityAction,
  type PodIdentityDecision,
  type PodIdentityRequest,
  podIdentityActions,
  podIdentityService,
  trustsPodIdentity,
} from './policy/who/pod-identity.ts';
export { publicIssuerOf } from './policy/who/public-issuers.ts';
export { anyOf, sessionSeconds } from './policy/who/request-choices.ts';
export {
  type AccountName,
  accountOfSubject,
  accountText,
  isAccountSubject,
  partsOfSubject,
} from './policy/who/service-account-subject.ts';
export { hasSubject, shortestSubject, shortestSubjects } from './policy/who/shortest-subject.ts';
export { grantReasonOf, type Stranger, type StrangersContext, verdictOf } from './policy/who/stranger.ts';
export { everySubject, mayBeEverything, partWithin, shapeOf } from './policy/who/subject-patterns.ts';
export {
  certainPart,
  compilePolicy,
  conditionTruth,
  podsUnder,
  type SubjectSet,
  setContains,
  setMayContain,
  statementSubjects,
  subjectsOf,
  tooComplexBecause,
} from './policy/who/subject-set.ts';
export { decideUnder, denialByAll, type NamedControlPolicy } from './policy/who/under-control.ts';
export { type Zone, zoneOf } from './policy/who/zone.ts';
