/** The choices of a caller for a condition key, and the values that tell the tests on it apart. */
import {
  type AddressRange,
  addressText,
  isPrivateRange,
  isWithinRange,
  narrowOf,
  rangeOf,
} from '../decide/address-range.ts';
import type { Environment } from '../decide/environment.ts';
import { type Glob, globKey, literalGlob, literalPrefix, star } from '../decide/glob.ts';
import type { KeyFact } from '../decide/key-fact.ts';
import { parseOperator } from '../decide/operator.ts';
import { type ChosenText, policyValue } from '../decide/policy-value.ts';
import { anything, grammarOfCode, isOfGrammar, run, type TextGrammar } from '../decide/text-grammar.ts';
import type { ConditionTest } from '../parse/policy.ts';
import type { Budget } from './budget.ts';
import { mayTell, type TextClasses, textClasses } from './text-classes.ts';

/** The choices of a caller for a key. */
export type KeyChoice =
  | { readonly kind: 'facts'; readonly facts: readonly KeyFact[] }
  /** Any text of one of these grammars, or no such key where `optional`. `taken` gives the region of a value that is
   *  somebody else's: all values of that region are. */
  | {
      readonly kind: 'text';
      readonly grammars: readonly TextGrammar[];
      readonly optional: boolean;
      readonly taken?: (value: string) => Glob | undefined;
    }
  /** An address; `wideOnly`: none of the ranges of a test that together are narrower than what a cloud's own addresses fill;
   *  `publicOnly`: none that is private. */
  | { readonly kind: 'address'; readonly wideOnly: boolean; readonly publicOnly: boolean };

/** The facts of a key that a caller chooses from. `isComplete` is false where there may be others. */
interface KeyFacts {
  readonly facts: readonly KeyFact[];
  readonly isComplete: boolean;
}

const present = (value: string): KeyFact => ({ present: 'yes', value, because: 'the caller chooses it' });
const absent: KeyFact = { present: 'no', because: 'the caller need not send it' };

const unknown: KeyFact = {
  present: 'unknown',
  doubt: 'undocumented',
  because: 'how an address compares as a text is not documented',
};

const isText = ({ operator }: ConditionTest): boolean =>
  !['address', 'null'].includes(parseOperator(operator)?.comparison ?? '');

/** The facts that a choice comes to, as far as the tests on the key tell them apart. */
export const keyFactsOf = (
  choice: KeyChoice,
  tests: readonly ConditionTest[],
  env: Environment,
  budget: Budget,
): KeyFacts => {
  if (choice.kind === 'facts') return { facts: choice.facts, isComplete: true };
  if (choice.kind === 'address')
    return { facts: [...addresses(tests, choice), ...(tests.some(isText) ? [unknown] : [])], isComplete: true };
  const isOwn = (value: string): boolean => choice.grammars.some(one => isOfGrammar(one, value));
  const typed = tests.flatMap(typedValues).filter(value => isOwn(value) && choice.taken?.(value) === undefined);
  const globs = tests.flatMap(test => globsOf(test, env));
  const tied = tests.flatMap(test => tiedGrammars(test, env));
  const { values, isComplete } = valuesApart([...choice.grammars, ...tied], globs, choice.taken, budget);
  const own = tied.length === 0 ? values : values.filter(isOwn);
  return {
    facts: [...[...new Set([...own, ...typed])].map(present), ...(choice.optional ? [absent] : [])],
    isComplete,
  };
};

/** Any text that the choice allows, as a policy variable stands for it. */
export const chosenText = (choice: KeyChoice): KeyFact => ({
  present: 'yes',
  free: choice.kind === 'text' ? choice.grammars : choice.kind === 'facts' ? constants(choice.facts) : [anything],
  because: 'the caller chooses it',
  ...(choice.kind === 'text' && choice.taken
    ? { isTaken: (value: string) => choice.taken?.(value) !== undefined }
    : {}),
});

const constants = (facts: readonly KeyFact[]): readonly TextGrammar[] => {
  const values = facts.flatMap(({ value }) => (value === undefined ? [] : [[value]]));
  return values.length === 0 ? [anything] : values;
};

/** Alternatives of the variables in one value that are tried at most. */
const maxTied = 16;

/** Texts that match a value with a variable in it whose key the caller chooses too: some of them, which is enough to find
 *  one that another key can equal. */
const tiedGrammars = (test: ConditionTest, env: Environment): readonly TextGrammar[] => {
  const operator = parseOperator(test.operator);
  if (!operator) return [];
  return test.values.flatMap(({ text }) => {
    const value = policyValue(text, operator, env);
    return value.kind === 'glob' && value.choice ? grammarsOf(value.choice) : [];
  });
};

const grammarsOf = ({ pieces }: ChosenText): readonly TextGrammar[] => {
  const kept = pieces.filter(piece => piece !== star);
  return kept.reduce<readonly TextGrammar[]>(
    (grammars, piece, at) => {
      const next =
        typeof piece === 'number' ? [grammarOfCode(piece)] : at < kept.length - 1 ? piece.map(shortest) : piece;
      return grammars.flatMap(grammar => next.map(one => [...grammar, ...one])).slice(0, maxTied);
    },
    [[]],
  );
};

/** A run of one length, since text follows it that the run may take too. */
const shortest = (grammar: TextGrammar): TextGrammar =>
  grammar.map(piece => (typeof piece === 'string' ? piece : run(piece.of, piece.least, piece.least)));

/** Regions of values that are somebody else's, for one key at most: a policy names a few. */
const maxRegions = 32;

/** One value for each class, none that is somebody else's: where the value of a class is, its region is told apart from the
 *  rest of the class. */
export const valuesApart = (
  grammars: readonly TextGrammar[],
  globs: readonly Glob[],
  taken: ((value: string) => Glob | undefined) | undefined,
  budget: Budget,
): TextClasses => {
  const { regions, open } = withoutTaken(globs, taken);
  for (;;) {
    const told = [...open, ...regions.values()];
    const [plain, others] = split(grammars, told);
    const classes = others.map(grammar => textClasses(told, grammar, budget));
    const values = [...new Set([...classes, ...untold(plain, taken, budget)].flatMap(one => one.values))];
    const isComplete = classes.every(one => one.isComplete);
    if (!taken) return { values, isComplete };
    const before = regions.size;
    for (const region of values.flatMap(value => taken(value) ?? [])) regions.set(globKey(region), region);
    if (regions.size === before || regions.size > maxRegions)
      return { values: values.filter(value => !taken(value)), isComplete: isComplete && regions.size === before };
  }
};

/** No pattern is about these: one text that no policy names stands for all of them. */
const untold = (
  plain: readonly TextGrammar[],
  taken: ((value: string) => Glob | undefined) | undefined,
  budget: Budget,
): readonly TextClasses[] => {
  const some: TextClasses[] = [];
  for (const grammar of plain) {
    const classes = textClasses([], grammar, budget);
    const [value] = classes.values;
    if (value !== undefined && taken?.(value) === undefined) return [classes];
    some.push(classes);
  }
  return some;
};

/** The patterns that may match a value that no policy names, and the regions in which the others lie as a whole. Policies name many
 *  values of few owners: their regions are few, and the same in many policies. */
const withoutTaken = (
  globs: readonly Glob[],
  taken: ((value: string) => Glob | undefined) | undefined,
): { readonly regions: Map<string, Glob>; readonly open: readonly Glob[] } => {
  const regions = new Map<string, Glob>();
  const open = globs.filter(glob => {
    const prefix = literalPrefix(glob);
    const region = taken?.(prefix);
    if (!region || !isFirstPart(region, prefix)) return true;
    regions.set(globKey(region), region);
    return false;
  });
  return regions.size > maxRegions ? { regions: new Map(), open: globs } : { regions, open };
};

/** Whether a region is all texts with some beginning, and a prefix has it. */
const isFirstPart = ({ codes, text }: Glob, prefix: string): boolean =>
  codes.findIndex(code => code < 0) === codes.length - 1 &&
  codes.at(-1) === star &&
  prefix.startsWith(text.slice(0, -1));

/** The grammars of texts that no pattern matches, and the others. */
const split = (
  grammars: readonly TextGrammar[],
  globs: readonly Glob[],
): readonly [readonly TextGrammar[], readonly TextGrammar[]] => {
  const plain: TextGrammar[] = [];
  const others: TextGrammar[] = [];
  for (const grammar of grammars) (globs.some(glob => mayTell(glob, grammar)) ? others : plain).push(grammar);
  return [plain, others];
};

/** The patterns of a test. Where it has no case, upper case is told apart too. */
const globsOf = (test: ConditionTest, env: Environment): readonly Glob[] => {
  const operator = parseOperator(test.operator);
  if (!operator || !['string', 'string-like', 'arn'].includes(operator.comparison)) return [];
  return test.values.flatMap(({ text }) => {
    const value = policyValue(text, operator, env);
    if (value.kind !== 'glob') return [];
    const { literal } = value.glob;
    return operator.ignoreCase && literal !== undefined
      ? [value.glob, literalGlob(literal.toUpperCase())]
      : [value.glob];
  });
};

/** Numbers around those that a test compares with, and both truth values. */
const typedValues = (test: ConditionTest): readonly string[] => {
  switch (parseOperator(test.operator)?.comparison) {
    case 'numeric':
      return test.values.flatMap(({ text }) =>
        /^\d{1,12}$/.test(text) ? [-1, 0, 1].map(step => String(Number(text) + step)) : [],
      );
    case 'bool':
      return ['true', 'false'];
    case 'date':
      return test.values.flatMap(({ text }) => [text, '2020-01-01T00:00:00Z', '2100-01-01T00:00:00Z']);
    default:
      return [];
  }
};

const rangesIn = ({ values }: ConditionTest): readonly AddressRange[] =>
  values.flatMap(({ text }) => rangeOf(text) ?? []);

/** An address on either side of each bound of a range, one of each version that no range holds, and none: a call through
 *  a VPC endpoint has no source address. */
const addresses = (
  tests: readonly ConditionTest[],
  { wideOnly, publicOnly }: Extract<KeyChoice, { readonly kind: 'address' }>,
): readonly KeyFact[] => {
  const ranges = tests.flatMap(rangesIn);
  const narrow = wideOnly ? tests.flatMap(test => narrowOf(rangesIn(test))) : [];
  const bounds = ranges.flatMap(({ bits, first, last }) =>
    [first - 1n, first, last, last + 1n]
      .filter(value => value >= 0n && value < 1n << BigInt(bits))
      .map(value => addressText(value, bits)),
  );
  const values = [...new Set([...bounds, '198.51.100.77', '2001:db8:0:0:0:0:0:77'])].filter(value => {
    const one = rangeOf(value);
    if (!one || (publicOnly && isPrivateRange(one))) return false;
    return !narrow.some(range => isWithinRange(one, range));
  });
  return [...values.map(present), absent];
};
