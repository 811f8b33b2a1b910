/** Two edits of one trust policy, made apart from each other, as one. */

import type { Facts } from '../facts/facts.ts';
import type { Role } from '../model/account.ts';
import { addedTo, type ThreeValued } from '../policy/decide/formula.ts';
import type { Policy } from '../policy/parse/policy.ts';
import { trustPolicyOf } from '../policy/parse/trust-policy-of.ts';
import { type Budget, hintBudget } from '../policy/who/budget.ts';
import { shortestSubject } from '../policy/who/shortest-subject.ts';
import { compilePolicy } from '../policy/who/subject-set.ts';
import { audiencesFor, issuersIn } from '../rules/access/asked-tokens.ts';
import { keepsOtherPrincipals } from '../rules/access/other-principals.ts';
import { contextFor } from '../rules/access/trust-context.ts';
import { isObject, jsonOf } from '../text/json-value.ts';

/**
 * The policy with both edits; undefined where they change the same place differently, or where it is not proven that the
 * two together give the role to nobody who gets it by neither, and take it from nobody who keeps it under both.
 */
export const combinedEdit = (
  before: string,
  edits: readonly [first: string, second: string],
  role: Role,
  facts: Facts,
): string | undefined => {
  const parsed = [before, ...edits].map(jsonOf);
  if (parsed.includes(undefined)) return undefined;
  const [base, first, second] = parsed;
  const merged = mergedValue(base, first, second);
  if (merged === clash) return undefined;
  const text = JSON.stringify(merged);
  const policies = [before, ...edits, text].map(trustPolicy => trustPolicyOf({ trustPolicy }));
  const [b, x, y, m] = policies.map(one => (one.ok ? one.policy : undefined));
  if (b === undefined || x === undefined || y === undefined || m === undefined) return undefined;
  if (!keepsOtherPrincipals(x, m, facts) && !keepsOtherPrincipals(y, m, facts)) return undefined;
  return isBetween({ before: b, first: x, second: y, both: m }, role, facts) ? text : undefined;
};

/** Stands for a place that both edits change, each in its own way. */
const clash = Symbol('clash');

const mergedValue = (base: unknown, first: unknown, second: unknown): unknown => {
  if (isSame(first, second) || isSame(second, base)) return first;
  if (isSame(first, base)) return second;
  const lists = [base, first, second].map(textsOf);
  if (lists.every(list => list !== undefined)) return mergedTexts(lists);
  if (Array.isArray(base) && Array.isArray(first) && Array.isArray(second)) return mergedList(base, first, second);
  if (!isObject(base) || !isObject(first) || !isObject(second)) return clash;
  const keys = new Set([...Object.keys(base), ...Object.keys(first), ...Object.keys(second)]);
  const entries = [...keys].map(key => [key, mergedValue(base[key], first[key], second[key])] as const);
  if (entries.some(([, value]) => value === clash)) return clash;
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
};

/** Values of a test or of an action: one text is a list of one. */
const textsOf = (value: unknown): readonly string[] | undefined => {
  const list = [value].flat();
  return list.length > 0 && list.every(one => typeof one === 'string') ? list : undefined;
};

/** The parts that both kept, and those that either added. */
const mergedTexts = ([base = [], first = [], second = []]: readonly (readonly string[])[]): unknown => {
  const kept = base.filter(one => first.includes(one) && second.includes(one));
  const added = [...first, ...second].filter(one => !base.includes(one));
  const [only, ...more] = [...new Set([...kept, ...added])];
  if (only === undefined) return clash;
  return more.length === 0 ? only : [only, ...more];
};

/** Items at one place are merged; what both add at the end is added. */
const mergedList = (base: readonly unknown[], first: readonly unknown[], second: readonly unknown[]): unknown => {
  if (first.length < base.length || second.length < base.length) return clash;
  const kept = base.map((one, place) => mergedValue(one, first[place], second[place]));
  return kept.includes(clash) ? clash : [...kept, ...first.slice(base.length), ...second.slice(base.length)];
};

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

interface Edits {
  readonly before: Policy;
  readonly first: Policy;
  readonly second: Policy;
  readonly both: Policy;
}

/** Whether nobody gains by both edits who had nothing before and gains by neither, and nobody loses who keeps the role
 *  under each of them. False where that exceeds the budget. */
const isBetween = ({ before, first, second, both }: Edits, role: Role, facts: Facts): boolean => {
  const budget = hintBudget();
  const policies = [before, first, second, both];
  return issuersIn(policies, role, facts).every(issuer =>
    audiencesFor(issuer, policies, role, facts).every(({ audience }) => {
      const context = contextFor({ role }, facts, issuer, audience);
      const compiled = [before, first, second].map(policy => compilePolicy(policy, context));
      const now = compilePolicy(both, context);
      return (
        isEmpty(addedTo(allOf('or', compiled), now), budget) && isEmpty(addedTo(now, allOf('and', compiled)), budget)
      );
    }),
  );
};

const allOf = (kind: 'and' | 'or', sets: readonly ThreeValued[]): ThreeValued => ({
  certain: { kind, parts: sets.map(({ certain }) => certain) },
  possible: { kind, parts: sets.map(({ possible }) => possible) },
});

const isEmpty = (formula: ThreeValued['certain'], budget: Budget): boolean =>
  shortestSubject(formula, budget).kind === 'none';
