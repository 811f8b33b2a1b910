/** Which service accounts a policy allows, as a set and not by sampling. */
import { policyTruth } from '../decide/decide.ts';
import { type Environment, environmentOfAll, type TrustContext } from '../decide/environment.ts';
import { evaluateStatement } from '../decide/evaluate-statement.ts';
import { all, any, type Formula, formulaKey, holds, not, type ThreeValued } from '../decide/formula.ts';
import type { UnknownReason } from '../decide/reason.ts';
import { doubtsOf, refusalDoubts } from '../decide/statement-reason.ts';
import type { Policy, Statement } from '../parse/policy.ts';
import { type Budget, policyBudget, withPart } from './budget.ts';
import { grantOf } from './grant.ts';
import { podCaller } from './pod-caller.ts';
import { isAccountSubject } from './service-account-subject.ts';
import { hasSubject, shortestSubject } from './shortest-subject.ts';
import { mayBeEverything, type Shape, shapeOf } from './subject-patterns.ts';

/**
 * A set of subjects. `list`: only `subjects`; `pattern`: `patterns` and `subjects`, without what matches `except`;
 * `any`: every service account of the issuer. `unknown`: `because` says why, and `subjects` and `patterns` list what is
 * allowed at most, or, where the budget ended first, what was decided by then. Membership is asked with `setContains`.
 */
export interface SubjectSet {
  readonly kind: 'none' | 'list' | 'pattern' | 'any' | 'unknown';
  /** Exact subjects, `system:serviceaccount:<namespace>:<name>`, sorted. */
  readonly subjects: readonly string[];
  readonly patterns: readonly string[];
  readonly except: readonly string[];
  /** The shortest subject that is certainly allowed. */
  readonly example?: string;
  readonly because?: string;
  /** Why it is unknown, as data; empty where it is not. */
  readonly reasons: readonly UnknownReason[];
  /** The certainly and the possibly allowed subjects: they differ only for `unknown`. */
  readonly certain: Formula;
  readonly possible: Formula;
}

/** The subjects of tokens of this issuer and audience that may assume the role. Pure and total; what exceeds the budget is
 *  `unknown`. */
export const subjectsOf = (policy: Policy, context: TrustContext, budget: Budget = policyBudget()): SubjectSet => {
  const env = environmentOfAll(context, policy);
  return setOf(truthForAll(policy, env), () => doubtsAbout(policy.statements, env), budget);
};

/** The denial beside the trust policy, and its open part. */
interface OtherDenial {
  readonly truth: ThreeValued;
  readonly doubts: readonly { readonly because: string; readonly reason: UnknownReason }[];
}

/** The subjects that may assume the role with some request, after what something beside the policy denies: whoever has a
 *  token chooses the rest of the request. */
export const podsUnder = (
  policy: Policy,
  context: TrustContext,
  denial: OtherDenial,
  budget: Budget = policyBudget(),
): SubjectSet => {
  const env = environmentOfAll(context, policy);
  const grants = policy.statements
    .filter(({ effect }) => effect !== 'Deny')
    .map(statement => grantOf(statement, policy, podCaller, env, budget));
  const truth = all([any(grants.map(grant => grant.truth)), not(denial.truth)]);
  return setOf(truth, () => together(...grants.map(({ doubts }) => doubts), denial.doubts), budget);
};

/** Which subjects of these contexts' issuers may use one Allow statement, after all other statements of the policy: whoever
 *  has such a token chooses the rest of the request. Contexts that come to the same are worked out once. */
export const statementSubjects = (
  policy: Policy,
  statement: Statement,
  contexts: readonly TrustContext[],
  budget: Budget,
): readonly SubjectSet[] => {
  const known = new Map<string, SubjectSet>();
  return contexts.map(context => {
    const grant = grantOf(statement, policy, podCaller, environmentOfAll(context, policy), budget);
    const { certain, possible } = grant.truth;
    const key = JSON.stringify([context.issuer, formulaKey(certain), formulaKey(possible)]);
    const set = known.get(key) ?? withPart(budget, 2, part => setOf(grant.truth, () => together(grant.doubts), part));
    known.set(key, set);
    return set;
  });
};

/** The subjects that one statement's tests alone allow, whatever its effect and the other statements. */
export const conditionTruth = (policy: Policy, statement: Statement, context: TrustContext): ThreeValued =>
  evaluateStatement(statement, environmentOfAll(context, policy)).truth;

/** Whether a subject is certainly in the set. */
export const setContains = (set: SubjectSet, subject: string): boolean =>
  isAccountSubject(subject) && holds(set.certain, subject);

/** Whether a subject is in the set for all that is known: true also where it is unknown. */
export const setMayContain = (set: SubjectSet, subject: string): boolean =>
  isAccountSubject(subject) && holds(set.possible, subject);

/** The compiled answer for one policy: what the speed of all pairs rests on. */
export const compilePolicy = (policy: Policy, context: TrustContext): ThreeValued =>
  truthForAll(policy, environmentOfAll(context, policy));

const truthForAll = ({ statements }: Policy, env: Environment): ThreeValued =>
  policyTruth(statements.map(statement => evaluateStatement(statement, env)));

/** Reasons with the sentence that they make together. */
interface Why {
  readonly because: string;
  readonly reasons: readonly UnknownReason[];
}

const setOf = (truth: ThreeValued, why: () => Why, budget: Budget): SubjectSet => {
  const { certain, possible } = truth;
  if (isDecided(truth, budget)) return decided(shapeOf(certain, budget), certain, budget);
  const { subjects, patterns, except, isComplete } = shapeOf(possible, budget);
  const reason = isComplete ? why() : tooComplex(possible);
  return { kind: 'unknown', subjects, patterns, except, ...reason, certain, possible };
};

/** Said of a set that the budget did not suffice for. */
export const tooComplexBecause = 'the patterns of this policy are too complex to be compared within the stated work';

const tooComplex = (possible: Formula): Why => ({
  because: tooComplexBecause,
  reasons: [{ kind: 'budget', mayBeEverySubject: mayBeEverything(possible) }],
});

/** No subject's answer is unknown. */
const isDecided = ({ certain, possible }: ThreeValued, budget: Budget): boolean => {
  if (certain === possible || formulaKey(certain) === formulaKey(possible)) return true;
  return hasSubject({ kind: 'and', parts: [possible, { kind: 'not', part: certain }] }, budget) === false;
};

const decided = (shape: Shape, formula: Formula, budget: Budget): SubjectSet => {
  const { subjects, patterns, except } = shape;
  const set = { subjects, patterns, except, certain: formula, possible: formula };
  if (!shape.isComplete) return { kind: 'unknown', ...set, ...tooComplex(formula) };
  const kind = kindOf(shape);
  const example =
    kind === 'list' ? { kind: 'found' as const, subject: shortest(subjects) } : shortestSubject(formula, budget);
  return {
    kind,
    ...set,
    ...(kind !== 'none' && example.kind === 'found' ? { example: example.subject } : {}),
    ...(shape.exact ? {} : { because: 'the patterns are an upper bound: the set cannot be written as patterns' }),
    reasons: [],
  };
};

/** The certain part of a set: the set itself, or the part of an unknown one that was decided. */
export const certainPart = (set: SubjectSet, budget: Budget): SubjectSet => {
  if (set.kind !== 'unknown') return set;
  const { certain } = set;
  const shape = shapeOf(certain, budget);
  const { subjects, patterns, except } = shape;
  return { kind: kindOf(shape), subjects, patterns, except, reasons: [], certain, possible: certain };
};

const kindOf = ({ everything, patterns, subjects }: Shape): 'none' | 'list' | 'pattern' | 'any' => {
  if (everything) return 'any';
  return patterns.length > 0 ? 'pattern' : subjects.length > 0 ? 'list' : 'none';
};

const shortest = (subjects: readonly string[]): string =>
  subjects.reduce((best, subject) => (subject.length < best.length ? subject : best), subjects[0] ?? '');

type Doubts = OtherDenial['doubts'];

/** The reasons of doubt in statements. */
const doubtsIn = (statements: readonly Statement[], env: Environment): Doubts =>
  env.refusals.length > 0
    ? refusalDoubts(env)
    : statements.flatMap(statement => doubtsOf(evaluateStatement(statement, env), env));

const doubtsAbout = (statements: readonly Statement[], env: Environment): Why => together(doubtsIn(statements, env));

/** Each doubt once. */
const together = (...lists: readonly Doubts[]): Why => {
  const doubts = new Map(lists.flat().map(({ because, reason }) => [because, reason]));
  return { because: [...doubts.keys()].join('; '), reasons: [...doubts.values()] };
};
