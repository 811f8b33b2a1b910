/** The decision of a trust policy for EKS Pod Identity, which assumes a role as the service `pods.eks.amazonaws.com`
 *  (docs/facts.md §H.2). */

import { given } from '../../text.ts';
import { conditionReason } from '../decide/condition-reason.ts';
import { effective, policyTruth } from '../decide/decide.ts';
import { testText } from '../decide/decision-reasons.ts';
import { noIssuer } from '../decide/default-context.ts';
import { type Environment, environmentOf } from '../decide/environment.ts';
import { type Asker, evaluateStatement, type StatementTruth } from '../decide/evaluate-statement.ts';
import { evaluateFact, type TestTruth } from '../decide/evaluate-test.ts';
import { maybe, no, type ThreeValued, yes } from '../decide/formula.ts';
import { globMatches, wildcardGlob } from '../decide/glob.ts';
import type { KeyFact } from '../decide/key-fact.ts';
import type { DoubtKind } from '../decide/reason.ts';
import { keyFact } from '../decide/request-keys.ts';
import type { ConditionTest, ParsedPolicy, Policy, PrincipalEntry, Statement } from '../parse/policy.ts';
import { ofRequest } from './request-choices.ts';

/** The service that assumes the roles of associations: one name in every partition. */
export const podIdentityService = 'pods.eks.amazonaws.com';

/** True for an Allow statement whose principal is the service. */
export const namesPodIdentity = ({ effect, principal }: Statement): boolean =>
  effect === 'Allow' &&
  principal?.kind === 'typed' &&
  principal.entries.some(({ type, value }) => type === 'Service' && value.text === podIdentityService);

/** True for a policy with a statement for EKS Pod Identity. */
export const trustsPodIdentity = (read: ParsedPolicy): boolean =>
  read.ok && read.policy.statements.some(namesPodIdentity);

/** The two actions of one request: the second one gives the session its tags. */
export const podIdentityActions = ['sts:AssumeRole', 'sts:TagSession'] as const;
export type PodIdentityAction = (typeof podIdentityActions)[number];

/** One association as its role's trust policy sees it. */
export interface PodIdentityRequest {
  readonly roleArn: string;
  readonly clusterArn: string;
  readonly clusterName: string;
  /** The account of cluster and role. */
  readonly accountId: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  /** False where the association switches the session tags off. */
  readonly sessionTags: boolean;
  readonly roleTags?: Readonly<Record<string, string>>;
  /** ISO 8601. */
  readonly now?: string;
}

/** The decision on one action. `denies`: a Deny statement applies. `refuses`: a test of the statement that names the
 *  service does not hold; `why` says which. `silent`: no statement names service and action. */
export type PodIdentityDecision =
  | { readonly decision: 'allow' }
  | { readonly decision: 'deny'; readonly how: 'denies' | 'silent' }
  | { readonly decision: 'deny'; readonly how: 'refuses'; readonly why: string }
  | { readonly decision: 'unknown'; readonly why: string; readonly kind: DoubtKind };

/** Decides one action of an association's request. Pure, total. */
export const decidePodIdentity = (
  policy: Policy,
  request: PodIdentityRequest,
  action: PodIdentityAction,
): PodIdentityDecision => {
  const { roleArn, roleTags, now } = request;
  const env = environmentOf({ roleArn, issuer: noIssuer, audience: '', ...given({ roleTags, now }) }, policy);
  const asker = askerFor(request, action);
  const truths = policy.statements.map(statement => evaluateStatement(statement, env, asker));
  const whole = policyTruth(truths);
  if (whole.certain === true) return { decision: 'allow' };
  if (whole.possible !== false) return { decision: 'unknown', ...doubtOf(truths, env) };
  if (truths.some(truth => effective(truth, 'Deny').certain === true)) return { decision: 'deny', how: 'denies' };
  const why = truths.flatMap(truth => refusalOf(truth, env))[0];
  return why === undefined ? { decision: 'deny', how: 'silent' } : { decision: 'deny', how: 'refuses', why };
};

const askerFor = (request: PodIdentityRequest, action: PodIdentityAction): Asker => ({
  action,
  principal: matchesPodIdentity,
  test: (test, env) => {
    // A policy variable stands for a value of the request, of which only some are documented.
    if (env.variables && test.values.some(value => value.text.includes('${'))) return { test, truth: maybe };
    return evaluateFact(test, podIdentityFact(test, request, env), env);
  },
});

/** Whether a principal stands for the service: exact. Of the form of a partition (`.com.cn`) and of a wildcard it is not
 *  documented. */
export const matchesPodIdentity = ({ type, value: { text } }: PrincipalEntry): ThreeValued => {
  if (type === 'Service' && text === podIdentityService) return yes;
  if (type === 'Service') return text === '*' || text.startsWith('pods.eks.') ? maybe : no;
  if (type === 'AWS' || type === 'Federated') return text === '*' ? maybe : no;
  return type === 'CanonicalUser' ? no : maybe;
};

const valued = (value: string): KeyFact => ({ present: 'yes', value, because: 'the request carries it' });
const undocumented = (key: string): KeyFact => ({
  present: 'unknown',
  doubt: 'undocumented',
  because: `whether ${key} is set for EKS Pod Identity is not documented`,
});

/** Keys that do not depend on who asks. */
/** Keys of an identity provider's tokens: the host before the claim has a dot or a path. */
const ofTokens = /^(?:saml:|[^:]*[./][^:]*:)/;

const podIdentityFact = (
  { key: { text: key }, values }: ConditionTest,
  request: PodIdentityRequest,
  env: Environment,
): KeyFact => {
  const name = key.toLowerCase();
  if (name.startsWith('aws:requesttag/')) return sessionTag(name.slice('aws:requesttag/'.length), request);
  if (name === 'aws:sourceaccount') return valued(request.accountId);
  if (name === 'aws:sourcearn')
    return {
      ...valued(request.clusterArn),
      otherForms: values.some(({ text }) => mayBeSource(text, request)),
      doubt: 'undocumented',
      because: 'the cluster’s ARN',
    };
  if (name === 'aws:sourceorgid' || name === 'aws:sourceorgpaths')
    return { present: 'unknown', doubt: 'unread', because: 'the organization of the cluster’s account is not read' };
  if (ofTokens.test(name)) return { present: 'no', because: 'EKS Pod Identity brings no token: the key is absent' };
  return ofRequest.test(name) ? keyFact(key, env) : undocumented(key);
};

/**
 * True if a pattern may be the ARN of something of the cluster that is not the cluster, such as an association. The form of
 * `aws:SourceArn` is not documented for EKS Pod Identity, but whose it is: a resource of EKS in the account and region of the
 * cluster (docs/facts.md §H.2). The ARN of another cluster, account or service is none of these.
 */
const mayBeSource = (pattern: string, { clusterArn, accountId }: PodIdentityRequest): boolean => {
  const parts = pattern.split(':');
  // An ARN of EKS has five colons: with fewer, a wildcard of the pattern stands for some of them.
  if (parts.length !== 6) return true;
  const [, partition = '', service = '', region = ''] = clusterArn.split(':');
  const wanted = ['arn', partition, service, region, accountId];
  const isHere = wanted.every((text, at) => text === '' || globMatches(wildcardGlob(parts[at] ?? ''), text));
  return isHere && !/^cluster\//i.test(parts[5] ?? '');
};

const sessionTag = (tag: string, request: PodIdentityRequest): KeyFact => {
  if (!request.sessionTags) return { present: 'no', because: 'the association switches session tags off' };
  switch (tag) {
    case 'eks-cluster-arn':
      return valued(request.clusterArn);
    case 'eks-cluster-name':
      return valued(request.clusterName);
    case 'kubernetes-namespace':
      return valued(request.namespace);
    case 'kubernetes-service-account':
      return valued(request.serviceAccount);
    case 'kubernetes-pod-name':
    case 'kubernetes-pod-uid':
      return { present: 'yes', doubt: 'request-dependent', because: 'it is another one for each pod' };
    default:
      return { present: 'no', because: 'EKS Pod Identity adds no tags but its own' };
  }
};

/** The first test that keeps an Allow statement for this service and action from applying. */
const refusalOf = ({ statement, principal, action, tests }: StatementTruth, env: Environment): readonly string[] => {
  if (statement.effect !== 'Allow' || principal.possible === false || action.possible === false) return [];
  return tests.filter(({ truth }) => truth.possible === false).map(outcome => textOf(outcome, env));
};

const textOf = (outcome: TestTruth, env: Environment): string => {
  const value = outcome.fact?.value;
  const reason = conditionReason(outcome, 'false', env);
  return testText({ test: outcome.test, result: 'false', ...given({ actual: value }), ...reason });
};

/** The reason why it is open: a fault of the text, else the first open test, else who is named. */
const doubtOf = (
  truths: readonly StatementTruth[],
  env: Environment,
): { readonly why: string; readonly kind: DoubtKind } => {
  const [problem] = [...env.refusals, ...truths.flatMap(({ statement }) => statement.problems)];
  if (problem) return { why: problem.message, kind: 'undocumented' };
  const open = truths
    .filter(({ truth }) => truth.certain !== true && truth.possible !== false)
    .flatMap(({ tests }) => tests.filter(({ truth }) => truth.certain !== true && truth.possible !== false));
  const [first] = open;
  if (first === undefined)
    return { why: 'whether a wildcard stands for the service is not documented', kind: 'undocumented' };
  const because = first.fact?.because ?? 'the value of a policy variable is not known';
  return {
    why: `${first.test.operator} on ${first.test.key.text}: ${because}`,
    kind: first.fact?.doubt ?? 'undocumented',
  };
};
