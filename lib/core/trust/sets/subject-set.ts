/** Which service accounts a policy lets in, as a set and not by sampling. */
import { effective, policyTruth } from '../evaluate/decide.ts';
import { type Environment, environmentOfAll, type TrustContext } from '../evaluate/environment.ts';
import { evaluateStatement } from '../evaluate/evaluate-statement.ts';
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
  /** What is certainly and what is possibly let in: they differ only for `unknown`. */
  readonly certain: Formula;
  readonly possible: Formula;
}

/** The subjects of tokens of this issuer and audience that may assume the role. Pure and total; hostile patterns give
 *  `unknown` within a bounded time. */
export const subjectsOf = (policy: Policy, context: TrustContext): SubjectSet => {
  const env = environmentOfAll(context, policy);
  return setOf(truthForAll(policy, env), () => doubts(policy.statements, env));
};

/** What one Allow statement lets in, after all Deny statements of the policy. */
export const statementSubjects = (policy: Policy, statement: Statement, context: TrustContext): SubjectSet => {
  const env = environmentOfAll(context, policy);
  const others = policy.statements.filter(each => each.effect !== 'Allow' && each !== statement);
  const denied = any(others.map(other => effective(evaluateStatement(other, env), 'Deny')));
  const own = effective(evaluateStatement(statement, env), 'Allow');
  return setOf(all([own, not(denied)]), () => doubts([statement, ...others], env));
};

/** What one statement's tests alone let in, whatever its effect and the other statements. */
export const conditionSubjects = (policy: Policy, statement: Statement, context: TrustContext): SubjectSet => {
  const env = environmentOfAll(context, policy);
  return setOf(evaluateStatement(statement, env).truth, () => doubts([statement], env));
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

const setOf = (truth: ThreeValued, why: () => string): SubjectSet => {
  const { certain, possible } = truth;
  if (isDecided(truth)) {
    const shape = shapeOf(certain);
    return shape ? decided(shape, certain) : { kind: 'unknown', ...empty, because: tooBig, certain, possible };
  }
  const most = shapeOf(possible);
  const { subjects, patterns, except } = most ?? empty;
  return { kind: 'unknown', subjects, patterns, except, because: most ? why() : tooBig, certain, possible };
};

const tooBig = 'the patterns of this policy are too large to be compared within the stated bound';

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
    certain: formula,
    possible: formula,
  };
};

const shortest = (subjects: readonly string[]): string =>
  subjects.reduce((best, subject) => (subject.length < best.length ? subject : best), subjects[0] ?? '');

/** The tests and elements that leave a doubt, as one sentence. */
const doubts = (statements: readonly Statement[], env: Environment): string => {
  if (env.refusals.length > 0) return env.refusals.map(({ message }) => message).join('; ');
  const found = new Set<string>();
  for (const statement of statements) {
    const { principal, action, tests } = evaluateStatement(statement, env);
    for (const problem of statement.problems) found.add(problem.message);
    if (isOpen(principal)) found.add('what this principal means for a web identity is not documented');
    if (isOpen(action)) found.add('what this action stands for is not documented');
    for (const { test, fact, truth } of tests)
      if (isOpen(truth))
        found.add(
          fact
            ? `${test.operator} on ${test.key.text}: ${fact.because}`
            : `${test.operator} is no condition operator that IAM documents`,
        );
  }
  return [...found].join('; ') || 'condition keys that differ only in case have no documented meaning';
};

const isOpen = ({ certain, possible }: ThreeValued): boolean => formulaKey(certain) !== formulaKey(possible);
