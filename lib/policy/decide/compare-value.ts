/** One value of the request against one value of the policy, per kind of operator (docs/facts.md §A.3, §A.4). */
import { parseArn } from '../../model.ts';
import { isPrivateRange, isWithinRange, rangeOf } from './address-range.ts';
import type { Environment } from './environment.ts';
import { known, matching, maybe, no, type ThreeValued, yes } from './formula.ts';
import { type Glob, globMatches, matchesAll, wildcardGlob } from './glob.ts';
import type { KeyFact } from './key-fact.ts';
import type { Operator } from './operator.ts';
import { type ChosenText, policyValue } from './policy-value.ts';
import { endsOf, grammarOfCode } from './text-grammar.ts';

/** Whether the key's value satisfies the operator's *positive* form against one value of the policy; negation is the
 *  caller's. The key is present. */
export const compareValue = (operator: Operator, fact: KeyFact, text: string, env: Environment): ThreeValued => {
  switch (operator.comparison) {
    case 'string':
    case 'string-like':
      return compareString(operator, fact, text, env);
    case 'arn':
      return compareArn(operator, fact, text, env);
    case 'bool':
      return compareBool(fact, text);
    case 'numeric':
      return compareOrdered(operator.base.slice('Numeric'.length), numberIn(fact), numberOf(text));
    case 'date':
      return compareOrdered(operator.base.slice('Date'.length), fact.instant ?? timeOf(fact.value), timeOf(text));
    case 'address':
      return compareAddress(fact, text);
    default:
      return maybe;
  }
};

/** An address that is known lies in a range or not; a range that cannot be read means what is not documented. */
const compareAddress = ({ value = '', isPublicAddress }: KeyFact, text: string): ThreeValued => {
  const address = rangeOf(value);
  const range = rangeOf(text);
  if (range && isPublicAddress && isPrivateRange(range)) return no;
  return address && range ? known(isWithinRange(address, range)) : maybe;
};

const compareString = (operator: Operator, fact: KeyFact, text: string, env: Environment): ThreeValued => {
  const value = policyValue(text, operator, env);
  if (value.kind === 'nothing') return no;
  if (value.kind === 'unknown') return maybe;
  if (value.kind === 'subject') return fact.isSubject ? yes : maybe;
  const { glob, choice } = value;
  if (operator.comparison === 'string-like' && matchesAll(glob)) return yes;
  if (fact.isSubject) return matching(glob);
  if (fact.value === undefined) return maybe;
  const actual = operator.ignoreCase ? fact.value.toLowerCase() : fact.value;
  if (!globMatches(glob, actual) || choice?.isTaken?.(actual) === true) return no;
  return choice && !matchesChosen(choice, actual, operator.ignoreCase) ? maybe : yes;
};

/** Whether the caller can choose values with which a text matches. */
const matchesChosen = ({ pieces, repeats }: ChosenText, text: string, ignoreCase: boolean): boolean => {
  let ends: ReadonlySet<number> = new Set([0]);
  for (const piece of pieces)
    ends = endsOf(typeof piece === 'number' ? [grammarOfCode(piece)] : piece, text, ends, ignoreCase);
  return !repeats && ends.has(text.length);
};

/** The treatment of values that are no ARN is not documented: unknown, never a match (§A.4). */
const compareArn = (operator: Operator, fact: KeyFact, text: string, env: Environment): ThreeValued => {
  const value = policyValue(text, operator, env);
  if (value.kind === 'nothing') return no;
  if (value.kind !== 'glob' || fact.value === undefined) return maybe;
  const actual = arnParts(fact.value);
  const wanted = globParts(value.glob);
  if (!actual || !wanted || !parseArn(fact.value)) return maybe;
  if (!wanted.every((part, at) => globMatches(part, actual[at] ?? ''))) return no;
  return value.choice && !matchesChosen(value.choice, fact.value, false) ? maybe : yes;
};

const arnParts = (text: string): readonly string[] | undefined => {
  const parts = text.split(':');
  return parts.length < 6 ? undefined : [...parts.slice(0, 5), parts.slice(5).join(':')];
};

/** Six components, each with its own wildcards. A literal `*` from `${*}` is rare enough to be unknown. */
const globParts = (glob: Glob): readonly Glob[] | undefined => {
  const parts = arnParts(glob.text);
  return parts?.[0] === 'arn' ? parts.map(wildcardGlob) : undefined;
};

/** A policy variable is neither word: what it would be compared as is not documented. */
const compareBool = (fact: KeyFact, text: string): ThreeValued => {
  const wanted = text.toLowerCase();
  if (wanted !== 'true' && wanted !== 'false') return maybe;
  if (fact.isSubject) return no;
  return fact.value === undefined ? maybe : known(fact.value.toLowerCase() === wanted);
};

const numberOf = (text: string | undefined): number | undefined =>
  text !== undefined && /^[+-]?\d+(?:\.\d+)?$/.test(text) ? Number(text) : undefined;

const numberIn = ({ value, instant, isEpoch }: KeyFact): number | undefined =>
  isEpoch === true && instant !== undefined ? instant / 1000 : numberOf(value);

/** The instant that a date of a policy means, in milliseconds since 1970: ISO 8601 with a zone, or seconds since 1970.
 *  The meaning of other forms is not documented: undefined. */
export const timeOf = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  if (/^\d{1,12}$/.test(text)) return Number(text) * 1000;
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/.test(text)) return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
};

/** A value that is not of the operator's type: not documented, so unknown. */
const compareOrdered = (relation: string, actual: number | undefined, wanted: number | undefined): ThreeValued => {
  if (actual === undefined || wanted === undefined) return maybe;
  switch (relation) {
    case 'LessThan':
      return known(actual < wanted);
    case 'LessThanEquals':
      return known(actual <= wanted);
    case 'GreaterThan':
      return known(actual > wanted);
    case 'GreaterThanEquals':
      return known(actual >= wanted);
    default:
      return known(actual === wanted);
  }
};
