import { type ASTNode, Environment, EvaluationError, type ParseResult } from '@marcbachmann/cel-js';
import type { ConditionVerdict, MatchCondition } from '../../model.ts';

/**
 * The known parts of the request that creates a pod. An `undefined` field of `metadata` or `spec` is known to be
 * absent; a field that is not named here is not known: who asks, the name, what other webhooks add later.
 */
export interface CreatedPod {
  readonly namespace: string;
  readonly metadata?: {
    readonly labels: Readonly<Record<string, string>> | undefined;
    readonly annotations: Readonly<Record<string, string>> | undefined;
  };
  readonly spec?: { readonly serviceAccountName: string; readonly hostNetwork: true | undefined };
}

/** Tells what the conditions make of a pod; undefined where the webhook is called for it. */
export type ConditionJudge = (pod: CreatedPod) => ConditionVerdict | undefined;

/** Bounds of one condition: its text is whatever somebody wrote into the cluster. A pod costs at most that many steps for
 *  each of the 64 conditions that Kubernetes takes; nothing in the forms that are decided repeats a step. A text that was
 *  cut when it was read (`maxKept`) is longer than this. */
const maxCharacters = 2000;
const limits = { maxAstNodes: 200, maxDepth: 40, maxListElements: 100, maxMapEntries: 1, maxCallArguments: 4 };
/** A value that is longer is not looked at: work is bounded by steps times this. */
const maxValue = 1000;
/** Other escapes are not judged: RE2 and JavaScript do not agree on the characters that they match. */
const plainText = /^[\t\n -~]*$/;
/** How many characters one judge compares at most, for all pods of a cluster together: about a second. The rest is
 *  undecided. Twenty thousand pods with three usual conditions take a third of it. */
const workBudget = 50_000_000;

const environment = new Environment({ enableOptionalTypes: true, homogeneousAggregateLiterals: false, limits })
  .registerVariable('object', 'dyn')
  .registerVariable('oldObject', 'dyn')
  .registerVariable('request', 'dyn');

/**
 * Judges pods by the matchConditions of a webhook as the API server does (Kubernetes, "Matching requests:
 * matchConditions"): one that is false leaves the pod out, whatever the others are; an error counts only where none is
 * false. An unknown value makes a condition undecided, unless it holds or fails for every value.
 */
export const conditionJudge = (conditions: readonly MatchCondition[]): ConditionJudge => {
  const read = conditions.map(({ name, expression }) => ({ name, condition: parsed(expression) }));
  const work: Work = { left: workBudget };
  return pod => {
    const verdict = verdictOf(read, pod, work);
    if (verdict?.kind !== 'unmet' || !pod.metadata) return verdict;
    const bare = verdictOf(read, { ...pod, metadata: { labels: {}, annotations: {} } }, work);
    return bare === undefined ? { ...verdict, byOwnMark: true } : verdict;
  };
};

/** How many characters may still be compared. */
interface Work {
  left: number;
}

/** A condition of which all forms are decided here. */
interface Condition {
  readonly evaluate: ParseResult;
  readonly characters: number;
  readonly cost: Cost;
}

type Read = readonly { readonly name: string; readonly condition: Condition | undefined }[];

const verdictOf = (read: Read, pod: CreatedPod, work: Work): ConditionVerdict | undefined => {
  const outcomes = new Map<string, string>();
  for (const { name, condition } of read) {
    const outcome = condition ? outcomeOf(condition, pod, work) : 'undecided';
    if (outcome === 'unmet') return { kind: outcome, condition: name };
    if (!outcomes.has(outcome)) outcomes.set(outcome, name);
  }
  for (const kind of ['undecided', 'error'] as const) {
    const condition = outcomes.get(kind);
    if (condition !== undefined) return { kind, condition };
  }
  return undefined;
};

/** Undefined for text that is too long, is no CEL, or has a form that is not decided here. */
const parsed = (expression: string): Condition | undefined => {
  if (expression.length > maxCharacters) return undefined;
  try {
    const evaluate = environment.parse(expression);
    const cost = costOf(evaluate.ast);
    return cost && { evaluate, characters: expression.length, cost };
  } catch {
    return undefined;
  }
};

/** A key that this run does not know was asked for. */
class UnknownField extends Error {}

const outcomeOf = (
  { evaluate, characters, cost }: Condition,
  pod: CreatedPod,
  work: Work,
): 'met' | 'unmet' | 'error' | 'undecided' => {
  if (work.left <= 0) return 'undecided';
  let read = cost.written;
  let askedUnknown = false;
  const unknown = (): never => {
    askedUnknown = true;
    throw new UnknownField();
  };
  try {
    const value: unknown = evaluate(requestOf(pod, { unknown, seen: text => (read += text.length) }));
    return value === true ? 'met' : value === false ? 'unmet' : 'undecided';
  } catch (thrown) {
    // Any other error may be one of this evaluation alone.
    const isMissingKey = thrown instanceof EvaluationError && thrown.code === 'no_such_key';
    return isMissingKey && !askedUnknown ? 'error' : 'undecided';
  } finally {
    work.left -= characters + read * cost.steps;
  }
};

/** Is told of each text that a condition reads, and of each question to which the answer is not known. */
interface Asked {
  readonly seen: (text: string) => void;
  readonly unknown: () => never;
}

/** The variables of a condition. `object.metadata.namespace` is the request's: the API server sets it before admission. */
const requestOf = ({ namespace, metadata, spec }: CreatedPod, asked: Asked) => {
  const some = (known: Readonly<Record<string, unknown>>): unknown => partly(known, asked);
  return {
    object: some({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: some({
        namespace,
        ...(metadata && { labels: texts(metadata.labels, asked), annotations: texts(metadata.annotations, asked) }),
      }),
      ...(spec && { spec: some(spec) }),
    }),
    oldObject: null,
    request: some({
      namespace,
      operation: 'CREATE',
      resource: { group: '', version: 'v1', resource: 'pods' },
      kind: { group: '', version: 'v1', kind: 'Pod' },
    }),
  };
};

/** A map of which the values that are long, or no plain text, are not known. */
const texts = (map: Readonly<Record<string, string>> | undefined, asked: Asked): unknown => {
  if (map === undefined) return undefined;
  const entries = Object.entries(map);
  const kept = entries.filter(([, value]) => value.length <= maxValue && plainText.test(value));
  return kept.length === entries.length
    ? new Proxy(map, { get: (_, key) => told(Reflect.get(map, key), asked) })
    : partly(Object.fromEntries(kept), asked, new Set(entries.map(([key]) => key)));
};

const told = (value: unknown, { seen }: Asked): unknown => {
  if (typeof value === 'string') seen(value);
  return value;
};

/** An object of which some keys are known: to ask for another one, or for all of them, ends in `unknown`. With `all`, the
 *  keys that it has are known, but not each value. */
const partly = (
  known: Readonly<Record<string, unknown>>,
  asked: Asked,
  all?: ReadonlySet<string>,
): Readonly<Record<string, unknown>> => {
  const { unknown } = asked;
  const isKnown = (key: string): boolean => Object.hasOwn(known, key) || (all !== undefined && !all.has(key));
  return new Proxy(known, {
    get: (_, key) => {
      if (key === 'constructor') return Object;
      if (typeof key === 'symbol') return undefined;
      return isKnown(key) ? told(known[key], asked) : unknown();
    },
    getOwnPropertyDescriptor: (_, key) => {
      if (typeof key === 'symbol') return undefined;
      if (!isKnown(key)) return unknown();
      return known[key] === undefined ? undefined : Object.getOwnPropertyDescriptor(known, key);
    },
    has: (_, key) => (typeof key === 'symbol' || !isKnown(key) ? unknown() : known[key] !== undefined),
    ownKeys: () => unknown(),
  });
};

const operators: ReadonlySet<string> = new Set([
  ...['value', 'id', '.', '.?', '[]', '[?]', 'list', '?:', '||', '&&', '!_', '==', '!=', 'in', '<', '<=', '>', '>='],
  ...['call', 'rcall'],
]);
const functions: ReadonlySet<string> = new Set([
  ...['has', 'size', 'startsWith', 'endsWith', 'contains', 'matches', 'lowerAscii', 'orValue', 'hasValue'],
]);

/** The cost of an expression: the characters of the texts that are written in it, and how often each character of a
 *  text is compared at most. */
interface Cost {
  readonly written: number;
  readonly steps: number;
}

/** Undefined for a form whose meaning here may not be the one that it has in Kubernetes, or that repeats. */
const costOf = (node: ASTNode): Cost | undefined => {
  if (!operators.has(node.op)) return undefined;
  if (node.op === 'value') return { written: typeof node.args === 'string' ? node.args.length : 0, steps: 1 };
  if (node.op !== 'call' && node.op !== 'rcall') return sum(nodesIn(node.args).map(costOf));
  const [name, ...rest] = node.args;
  if (!functions.has(name)) return undefined;
  const nodes = nodesIn(rest);
  if (name !== 'matches' && name !== 'contains') return sum(nodes.map(costOf));
  return sum([...nodes.slice(0, -1).map(costOf), costOfSearch(name, nodes.at(-1))]);
};

const sum = (costs: readonly (Cost | undefined)[]): Cost | undefined =>
  costs.reduce(
    (all, one) => all && one && { written: all.written + one.written, steps: Math.max(all.steps, one.steps) },
    { written: 0, steps: 1 },
  );

/** The text to search for is a literal: `text.matches(pattern)`, `text.contains(part)`. */
const costOfSearch = (name: 'matches' | 'contains', searched: ASTNode | undefined): Cost | undefined => {
  if (searched?.op !== 'value' || typeof searched.args !== 'string') return undefined;
  const steps = name === 'matches' ? stepsPerCharacter(searched.args) : searched.args.length + 1;
  return steps === undefined ? undefined : { written: 0, steps };
};

const nodesIn = (args: unknown): readonly ASTNode[] => {
  if (Array.isArray(args)) return args.flatMap(nodesIn);
  return typeof args === 'object' && args !== null && 'op' in args ? [args as ASTNode] : [];
};

const literal = String.raw`(?:[\w\-/:@ ]|\\\.)`;
const anyOf = String.raw`(?:\.|\[\^?[\w\-.]+\])`;
const group = String.raw`\(${literal}+(?:\|${literal}+)*\)`;

/** Alternatives of plain text: `^kube-|-dev$`. */
const alternatives = new RegExp(String.raw`^(?:\^?${literal}+\$?)(?:\|\^?${literal}+\$?)*$`);
/** Characters of which none repeats, with at most one group of plain texts: `(kube|openshift)-.`. */
const fixed = new RegExp(String.raw`^\^?(?:${literal}|${anyOf})*(?:${group})?(?:${literal}|${anyOf})*\$?$`);
/** The same from the start of the text, and one part of it may repeat: `^(shop|cart)-[a-z]+$`. */
const repeating = new RegExp(String.raw`^\^(?:${literal}|${anyOf}[*+?]?|${group})*\$?$`);

const countOf = (pattern: string, part: RegExp): number => (pattern.match(part) ?? []).length;

/**
 * How many steps matching takes at most for each character of the text. Undefined for a regular expression that may take
 * longer on some text than that, or that may mean something else in RE2: nothing is decided by it. Every alternative may be
 * tried at every character, and each goes through the whole pattern once.
 */
export const stepsPerCharacter = (pattern: string): number | undefined => {
  if (pattern.length > 200) return undefined;
  const isPlain =
    alternatives.test(pattern) ||
    fixed.test(pattern) ||
    (repeating.test(pattern) && countOf(pattern, /[*+?]/g) === 1 && countOf(pattern, /\(/g) <= 1);
  return isPlain ? (pattern.length + 1) * (countOf(pattern, /\|/g) + 1) : undefined;
};
