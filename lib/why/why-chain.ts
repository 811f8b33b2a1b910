/** The chain from a pod to its role, judged step by step by the rules of the audit. */

import { hasPodIdentity } from '../facts.ts';
import { atLeast, type Finding, type Impact, impacts, type Severity } from '../model.ts';
import { defaultAudience } from '../policy.ts';
import { ruleById } from '../rules/catalog.ts';
import type { Failure } from '../rules/failure.ts';
import { given } from '../text.ts';
import { type SubjectVerdict, type WhyContext, type WhyQuestion, whyContext } from './why-context.ts';
import { asksControlPolicies } from './why-control.ts';
import type { StepReading, WhyCause } from './why-reading.ts';
import { isForeignRole, isPodIdentity, readingOf } from './why-readings.ts';
import { type JudgingRule, type StepJudgement, stepJudgements, type WhyStepId, whyStepIds } from './why-steps.ts';

/** One step. A step is `ok` only if what it is about was read and a rule that judges it passed. */
export interface WhyStep {
  readonly step: WhyStepId;
  readonly result: 'ok' | 'failed' | 'unread';
  /** The value seen. */
  readonly seen?: string;
  /** Why it is not known, for `unread`. */
  readonly because?: string;
  /** Nothing was missed: there is nothing to look at, or nobody asked for it. */
  readonly optional?: true;
  readonly cause?: WhyCause;
}

/** The whole answer. */
export interface WhyChain {
  readonly steps: readonly WhyStep[];
  /** `fine`: every step that counts is ok. `undecided`: none failed, and one could not be read, or there is a suspect. */
  readonly verdict: 'cause' | 'fine' | 'undecided';
  /** Where no step failed: what may keep the pod from its role all the same, or breaks what the program does with it. */
  readonly suspect?: Finding;
  /** The first failed step's. */
  readonly cause?: WhyCause;
  /** Other findings on the same pod, service account, role, provider and cluster, worst first. */
  readonly also: readonly Finding[];
  readonly serviceAccount?: string;
  readonly roleArn?: string;
  readonly audience: string;
  readonly issuer?: string;
  /** Whether resource control policies over the role's account were asked for: else an answer leaves them out. */
  readonly controlPoliciesAsked: boolean;
  /** Pod Identity gives the pods their role: nothing of this chain is at work. */
  readonly usesPodIdentity: boolean;
}

const unjudged = 'no rule of the audit judges this case';

/** Judges the chain, without the live steps. */
export const whyChain = (question: WhyQuestion): WhyChain => {
  const context = whyContext(question);
  const all = whyStepIds.flatMap(step => {
    const reading = readingOf(step, context);
    return reading === undefined ? [] : [judged(step, reading, context)];
  });
  const failedAt = all.findIndex(({ result }) => result === 'failed');
  const steps = all.map((step, index) =>
    step.because === unjudged && failedAt >= 0 && index > failedAt
      ? { ...step, because: 'not judged while a step before it fails' }
      : step,
  );
  const { accountName, roleArn, audience, issuer } = context;
  const chain = {
    ...given({ serviceAccount: accountName, roleArn, issuer }),
    audience,
    controlPoliciesAsked: asksControlPolicies(context),
    usesPodIdentity: isPodIdentity(context),
  };
  return withSteps({ ...chain, also: alsoFound(context.findings, steps) }, steps);
};

/** Adds live steps to a chain: what STS itself says decides where steps between could not be read. */
export const withLiveSteps = (chain: WhyChain, live: readonly WhyStep[]): WhyChain => {
  const { steps, verdict: _before, cause: _first, suspect: _second, ...rest } = chain;
  return withSteps(rest, [...steps, ...live]);
};

/** Adds the text that a program printed, as the last link. Its cause goes before that of an earlier step, which the text excludes: where it
 *  does not, both are one. */
export const withTextStep = (chain: WhyChain, text: WhyStep): WhyChain => {
  const { steps, verdict: _before, cause: _first, suspect: _second, also, ...rest } = chain;
  return withSteps({ ...rest, also: also.filter(({ id }) => id !== text.cause?.id) }, [...steps, text]);
};

/** The failed step whose cause is that of the chain. */
export const failedStep = (steps: readonly WhyStep[]): WhyStep | undefined => {
  const failed = steps.filter(({ result }) => result === 'failed');
  return failed.find(({ step }) => step === 'text') ?? failed[0];
};

/** The proof that a successful call to STS gives. */
const provenByCall: ReadonlySet<WhyStepId> = new Set(['provider', 'audience', 'trust-policy']);

const withSteps = (
  rest: Omit<WhyChain, 'steps' | 'verdict' | 'cause' | 'suspect'>,
  steps: readonly WhyStep[],
): WhyChain => {
  const first = failedStep(steps);
  if (first) return { ...rest, steps, verdict: 'cause', ...(first.cause ? { cause: first.cause } : {}) };
  const suspect = suspectAmong(rest.also, steps);
  if (suspect) return { ...rest, steps, verdict: 'undecided', suspect };
  const isProven = steps.some(({ step, result }) => step === 'live-call' && result === 'ok');
  const isOpen = steps.some(
    ({ step, result, optional }) => result === 'unread' && !optional && !(isProven && provenByCall.has(step)),
  );
  return { ...rest, steps, verdict: isOpen ? 'undecided' : 'fine' };
};

/** Rules on what lies beyond the chain: credentials that some SDKs take first, the network, calls that failed, and the second role
 *  that a program assumes with its own. */
const beyond: ReadonlySet<string> = new Set([
  ...['service-account-second-role', 'pod-egress-closed', 'cluster-sts-unreachable'],
  ...['runtime-assume-failing', 'runtime-sdk-unsupported', 'pod-identity-target-not-trusting'],
  'pod-identity-chain-refuses-tags',
]);

/** The finding beside a chain without a failed step that may be the cause. What is wrong with the role's policy counts only while
 *  it is not known whether the policy allows the service account: else it is about somebody else. */
const suspectAmong = (also: readonly Finding[], steps: readonly WhyStep[]): Finding | undefined => {
  const isOpen = steps.some(({ step, result }) => step === 'trust-policy' && result === 'unread');
  return also.find(({ ruleId, impact, severity }) => {
    const kind = ruleById(ruleId)?.kind;
    if (ruleId === 'pod-static-credentials') return true;
    const isOfRole = isOpen && (kind === 'role' || kind === 'statement');
    return impact === 'breaks' && atLeast(severity, 'medium') && (beyond.has(ruleId) || isOfRole);
  });
};

const judged = (step: WhyStepId, reading: StepReading, context: WhyContext): WhyStep => {
  const judgement = stepJudgements.find(one => one.step === step && applies(one, context));
  const seen = reading.seen === undefined ? {} : { seen: reading.seen };
  const cause = (judgement && causeIn(judgement, context)) ?? reading.fault;
  if (cause) return { step, result: 'failed', ...seen, cause };
  const because = reading.unread ?? (judgement && doubtIn(judgement, context));
  if (because === undefined) return { step, result: 'ok', ...seen };
  return { step, result: 'unread', ...seen, because, ...(reading.optional ? { optional: true } : {}) };
};

const applies = ({ when }: StepJudgement, context: WhyContext): boolean => {
  const { pods, audience, annotation, issuer } = context;
  const ofPods = pods.length === 0 ? 'no-pods' : pods.some(hasPodIdentity) ? 'pod-identity' : 'pods';
  const ofRole = isForeignRole(context) ? 'foreign-role' : 'own-role';
  const ofAudience = audience === defaultAudience ? 'usual-audience' : 'own-audience';
  const named = annotation === undefined ? 'no-annotation' : undefined;
  const ofIssuer = issuer === undefined ? 'no-issuer' : undefined;
  return when === undefined || [named, ofIssuer, ofPods, ofRole, ofAudience].includes(when);
};

/** The cause of the first failure that counts, in the order of the rules. */
const causeIn = ({ rules, proof, instead = [] }: StepJudgement, context: WhyContext): WhyCause | undefined => {
  const [first] = proof.flatMap(id => context.verdictsOf(id));
  const others = instead.filter(({ of }) => first?.verdict.outcome === of);
  const judging: readonly JudgingRule[] = [...rules, ...others.map(({ id }) => ({ id, counts: impacts }))];
  for (const rule of judging)
    for (const { subject, verdict } of context.verdictsOf(rule.id)) {
      const isCause = verdict.outcome === 'fail' && verdict.failures.some(one => isCounted(rule, one));
      const finding = isCause ? context.findingOf(rule.id, subject) : undefined;
      if (finding) return finding;
    }
  return undefined;
};

const isCounted = ({ id, counts, atLeast: floor = 'low' }: JudgingRule, failure: Failure): boolean => {
  const rule = ruleById(id);
  const impact: Impact = failure.impact ?? rule?.impact ?? 'breaks';
  const severity: Severity = failure.severity ?? rule?.severity ?? 'high';
  return counts.includes(impact) && atLeast(severity, floor);
};

/** Why the rules do not say that the step is fine; undefined where they do. */
const doubtIn = ({ rules, proof }: StepJudgement, context: WhyContext): string | undefined => {
  const verdicts = rules.flatMap(({ id }) => context.verdictsOf(id));
  const open = verdicts.flatMap(({ verdict }) =>
    'missing' in verdict && verdict.missing !== undefined ? [verdict.missing.missing] : [],
  );
  if (open[0] !== undefined) return open[0];
  if (proof.length === 0) return undefined;
  return proof.some(id => allPass(context.verdictsOf(id))) ? undefined : unjudged;
};

const allPass = (verdicts: readonly SubjectVerdict[]): boolean =>
  verdicts.length > 0 && verdicts.every(({ verdict }) => verdict.outcome === 'pass');

/** Findings that no step shows. Those of no weight are left to the scan. */
const alsoFound = (findings: readonly Finding[], steps: readonly WhyStep[]): readonly Finding[] => {
  const shown = new Set(steps.flatMap(({ cause }) => cause?.id ?? []));
  return findings.filter(({ id, severity }) => !shown.has(id) && severity !== 'info');
};
