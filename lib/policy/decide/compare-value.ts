/** One value of the request against one value of the policy, per kind of operator (docs/facts.md §A.3, §A.4). */
import { parseArn } from '../../model.ts';
import { isPrivateRange, isWithinRange, rangeOf } from './address-range.ts';
import type { Environment } from './environment.ts';
import { all, known, matching, maybe, no, not, type ThreeValued, yes } from './formula.ts';
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
      return compareOrdered(operator.base.slice('Numeric'.length), numberIn(fact), alone(numberOf(text)));
    case 'date':
      return compareOrdered(operator.base.slice('Date'.length), instantIn(fact), spanOf(text));
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
  isEpoch === true && instant !== undefined ? Math.floor(instant / 1000) : numberOf(value);

const instantIn = ({ value, instant }: KeyFact): number | undefined => {
  const span = instant === undefined && value !== undefined ? spanOf(value) : undefined;
  return span && span.first === span.last ? span.first : instant;
};

/** A number, or one between two. */
interface Span {
  readonly first: number;
  readonly last: number;
}

const alone = (number: number | undefined): Span | undefined =>
  number === undefined ? undefined : { first: number, last: number };

/**
 * The instants of which a date of a policy means one, in milliseconds since 1970: seconds since 1970, or the forms of ISO 8601 that
 * the W3C took (IAM User Guide, date condition operators; docs/facts.md §A.6). A day, a month or a year is some instant of it, and
 * four digits are a year or seconds. The meaning of other forms is not documented: undefined.
 */
export const spanOf = (text: string): Span | undefined => {
  if (/^\d{1,12}$/.test(text) && text.length !== 4) return alone(Number(text) * 1000);
  if (!/^\d{4}(?:-\d\d(?:-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?)?)?$/.test(text)) return undefined;
  const first = Date.parse(text);
  if (Number.isNaN(first)) return undefined;
  const next = new Date(first);
  if (text.length === 4) next.setUTCFullYear(next.getUTCFullYear() + 1);
  else if (text.length === 7) next.setUTCMonth(next.getUTCMonth() + 1);
  else if (text.length === 10) next.setUTCDate(next.getUTCDate() + 1);
  return { first: text.length === 4 ? Number(text) * 1000 : first, last: next.getTime() };
};

/** A value that is not of the operator's type: not documented, so unknown. */
const compareOrdered = (relation: string, actual: number | undefined, wanted: Span | undefined): ThreeValued => {
  if (actual === undefined || wanted === undefined) return maybe;
  const { first, last } = wanted;
  const isLess = actual < first ? yes : actual >= last ? no : maybe;
  const isAtMost = actual <= first ? yes : actual > last ? no : maybe;
  switch (relation) {
    case 'LessThan':
      return isLess;
    case 'LessThanEquals':
      return isAtMost;
    case 'GreaterThan':
      return not(isAtMost);
    case 'GreaterThanEquals':
      return not(isLess);
    default:
      return all([isAtMost, not(isLess)]);
  }
};
