/** Which service accounts a policy lets in, as a set and not by sampling. */
import { effective, policyTruth } from '../evaluate/decide.ts';
import { type Environment, environmentOfAll, type TrustContext } from '../evaluate/environment.ts';
import { evaluateStatement } from '../evaluate/evaluate-statement.ts';
import type { UnknownReason } from '../evaluate/reason.ts';
import { doubtsOf, refusalDoubts } from '../evaluate/statement-reason.ts';
import { all, any, type Formula, formulaKey, holds, not, type ThreeValued } from '../language/formula.ts';
import { isAccountSubject } from '../language/service-account-subject.ts';
import { shortestSubject } from '../language/shortest-subject.ts';
import { type Shape, shapeOf } from '../language/subject-patterns.ts';
import type { Policy, Statement } from '../policy/policy.ts';

/**
 * A set of subjects. `list`: only `subjects`; `pattern`: `patterns` and `subjects`, without what matches `except`;
 * `any`: every service account of the issuer. `unknown`: `because` says why, and `subjects` and `patterns` list what is
 * let in at most. Membership is asked with `setContains`.
 */
export interface SubjectSet {
  readonly kind: 'none' | 'list' | 'pattern' | 'any' | 'unknown';
  /** Exact subjects, `system:serviceaccount:<namespace>:<name>`, sorted. */
  readonly subjects: readonly string[];
  readonly patterns: readonly string[];
  readonly except: readonly string[];
  /** The shortest subject that is certainly let in. */
  readonly example?: string;
  readonly because?: string;
  /** Why it is unknown, as data; empty where it is not. */
  readonly reasons: readonly UnknownReason[];
  /** What is certainly and what is possibly let in: they differ only for `unknown`. */
  readonly certain: Formula;
  readonly possible: Formula;
}

/** The subjects of tokens of this issuer and audience that may assume the role. Pure and total; hostile patterns give
 *  `unknown` within a bounded time. */
export const subjectsOf = (policy: Policy, context: TrustContext): SubjectSet => {
  const env = environmentOfAll(context, policy);
  return setOf(truthForAll(policy, env), () => doubtsAbout(policy.statements, env));
};

/** What one Allow statement lets in, after all Deny statements of the policy. */
export const statementSubjects = (policy: Policy, statement: Statement, context: TrustContext): SubjectSet => {
  const env = environmentOfAll(context, policy);
  const others = policy.statements.filter(each => each.effect !== 'Allow' && each !== statement);
  const denied = any(others.map(other => effective(evaluateStatement(other, env), 'Deny')));
  const own = effective(evaluateStatement(statement, env), 'Allow');
  return setOf(all([own, not(denied)]), () => doubtsAbout([statement, ...others], env));
};

/** What one statement's tests alone let in, whatever its effect and the other statements. */
export const conditionSubjects = (policy: Policy, statement: Statement, context: TrustContext): SubjectSet => {
  const env = environmentOfAll(context, policy);
  return setOf(evaluateStatement(statement, env).truth, () => doubtsAbout([statement], env));
};

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

const empty = { subjects: [], patterns: [], except: [] };

/** Reasons with the sentence that they make together. */
interface Why {
  readonly because: string;
  readonly reasons: readonly UnknownReason[];
}

const setOf = (truth: ThreeValued, why: () => Why): SubjectSet => {
  const { certain, possible } = truth;
  if (isDecided(truth)) {
    const shape = shapeOf(certain);
    return shape ? decided(shape, certain) : { kind: 'unknown', ...empty, ...tooBig, certain, possible };
  }
  const most = shapeOf(possible);
  const { subjects, patterns, except } = most ?? empty;
  return { kind: 'unknown', subjects, patterns, except, ...(most ? why() : tooBig), certain, possible };
};

const tooBig: Why = {
  because: 'the patterns of this policy are too large to be compared within the stated bound',
  reasons: [{ kind: 'budget' }],
};

/** No subject's answer is unknown. */
const isDecided = ({ certain, possible }: ThreeValued): boolean => {
  if (certain === possible || formulaKey(certain) === formulaKey(possible)) return true;
  const doubtful: Formula = { kind: 'and', parts: [possible, { kind: 'not', part: certain }] };
  return shortestSubject(doubtful).kind === 'none';
};

const decided = (shape: Shape, formula: Formula): SubjectSet => {
  const { subjects, patterns, except } = shape;
  const kind = shape.everything ? 'any' : patterns.length > 0 ? 'pattern' : subjects.length > 0 ? 'list' : 'none';
  const example = kind === 'list' ? { kind: 'found' as const, subject: shortest(subjects) } : shortestSubject(formula);
  return {
    kind,
    subjects,
    patterns,
    except,
    ...(kind !== 'none' && example.kind === 'found' ? { example: example.subject } : {}),
    ...(shape.exact ? {} : { because: 'the patterns are an upper bound: the set cannot be written as patterns' }),
    reasons: [],
    certain: formula,
    possible: formula,
  };
};

const shortest = (subjects: readonly string[]): string =>
  subjects.reduce((best, subject) => (subject.length < best.length ? subject : best), subjects[0] ?? '');

/** What leaves a doubt in statements, each once. */
const doubtsAbout = (statements: readonly Statement[], env: Environment): Why => {
  const all = statements.flatMap(statement => doubtsOf(evaluateStatement(statement, env), env));
  const doubts = new Map(
    (env.refusals.length > 0 ? refusalDoubts(env) : all).map(doubt => [doubt.because, doubt.reason]),
  );
  return { because: [...doubts.keys()].join('; '), reasons: [...doubts.values()] };
};
