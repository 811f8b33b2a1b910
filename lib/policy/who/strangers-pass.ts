/** Whether a caller of an arbitrary account satisfies a statement for everyone, and no Deny that holds it back. */
import type { Environment } from '../decide/environment.ts';
import { evaluateFact } from '../decide/evaluate-test.ts';
import { maybe, type ThreeValued } from '../decide/formula.ts';
import type { KeyFact } from '../decide/request-keys.ts';
import type { ConditionTest, Statement } from '../parse/policy.ts';
import { addressTruth } from './address-truth.ts';
import { type Bound, boundOf, strangerFacts } from './stranger-facts.ts';

/** The answer, with what holds strangers back or leaves it open, and the tests that they pass. */
export interface StrangersAnswer {
  readonly strangers: 'yes' | 'no' | 'undecided';
  readonly undecided?: string;
  readonly bound?: Bound;
  readonly passed: readonly string[];
}

/** By key (lower case): what a stranger can bring about and still pass; undefined where the key tells nobody apart. */
type Choices = ReadonlyMap<string, readonly KeyFact[]>;

/** Every key is looked at by itself: a stranger chooses one fact for each. */
export const strangersPass = (
  { conditions }: Pick<Statement, 'conditions'>,
  denies: readonly Statement[],
  env: Environment,
): StrangersAnswer => {
  const passed = conditions.map(test => `${test.operator} ${test.key.text}`);
  const certain = new Map<string, readonly KeyFact[]>();
  let undecided: string | undefined;
  const all = [...conditions, ...denies.flatMap(deny => deny.conditions)];
  for (const [key, tests] of Map.groupBy(conditions, keyOf)) {
    const facts = factsFor(key, all, env);
    const truths = facts.map(fact => tests.map(test => truthFor(test, fact, env)));
    if (!truths.some(list => list.every(truth => truth.possible !== false)))
      return { strangers: 'no', bound: boundOf(key), passed: [] };
    const sure = facts.filter((_, at) => truths[at]?.every(truth => truth.certain === true));
    if (sure.length === 0) undecided ??= tests[0]?.key.text;
    certain.set(key, sure);
  }
  if (denies.some(deny => !mayEscape(deny, all, env))) return { strangers: 'no', bound: 'request', passed: [] };
  if (undecided !== undefined) return { strangers: 'undecided', undecided, passed: [] };
  if (escapes(denies, certain, all, env)) return { strangers: 'yes', passed };
  return { strangers: 'undecided', undecided: 'a Deny statement', passed: [] };
};

const keyOf = (test: ConditionTest): string => test.key.text.toLowerCase();

/** A fact of which nothing is known stands for a key of which it is not documented what a stranger can do. */
const unknown: KeyFact = {
  present: 'unknown',
  doubt: 'undocumented',
  because: 'what a caller can choose is not documented',
};

const factsFor = (key: string, tests: readonly ConditionTest[], env: Environment): readonly KeyFact[] => {
  const values = tests.filter(test => keyOf(test) === key).flatMap(test => test.values.map(value => value.text));
  return strangerFacts(key, values, env) ?? [unknown];
};

const truthFor = (test: ConditionTest, fact: KeyFact, env: Environment): ThreeValued => {
  if (keyOf(test) === 'aws:sourceip') return addressTruth(test);
  // Variables stand for what the caller has: not looked at.
  if (env.variables && test.values.some(value => value.text.includes('${'))) return maybe;
  return evaluateFact(test, fact, env).truth;
};

/** Some test of a Deny may be false for a stranger, and nothing else of it is certain. */
const mayEscape = (deny: Statement, tests: readonly ConditionTest[], env: Environment): boolean =>
  deny.problems.length > 0 ||
  deny.notPrincipal !== undefined ||
  deny.conditions.some(test =>
    factsFor(keyOf(test), tests, env).some(fact => truthFor(test, fact, env).certain !== true),
  );

/** For each Deny the stranger makes one test of it false, by facts that the statement lets pass. */
const escapes = (
  [deny, ...others]: readonly Statement[],
  choices: Choices,
  tests: readonly ConditionTest[],
  env: Environment,
): boolean => {
  if (!deny) return true;
  return deny.conditions.some(test => {
    const key = keyOf(test);
    const facts = choices.get(key) ?? factsFor(key, tests, env);
    const left = facts.filter(fact => truthFor(test, fact, env).possible === false);
    return left.length > 0 && escapes(others, new Map([...choices, [key, left]]), tests, env);
  });
};
