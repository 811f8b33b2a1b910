import { type ASTNode, Environment, EvaluationError, type ParseResult } from '@marcbachmann/cel-js';
import type { ConditionVerdict, MatchCondition } from '../../core/model/kubernetes.ts';
import { isPlainPattern } from './plain-pattern.ts';

/**
 * What is known of the request that creates a pod. An `undefined` field of `metadata` or `spec` is known to be absent; a
 * field that is not named here is not known: who asks, the name, what other webhooks add later.
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

const environment = new Environment({
  enableOptionalTypes: true,
  homogeneousAggregateLiterals: false,
  limits,
})
  .registerVariable('object', 'dyn')
  .registerVariable('oldObject', 'dyn')
  .registerVariable('request', 'dyn');

/**
 * Judges pods by the matchConditions of a webhook as the API server does (Kubernetes, "Matching requests:
 * matchConditions"): one that is false leaves the pod out, whatever the others are; an error counts only where none is
 * false. What is not known makes a condition undecided, unless it holds or fails whatever that is.
 */
export const conditionJudge = (conditions: readonly MatchCondition[]): ConditionJudge => {
  const read = conditions.map(({ name, expression }) => ({ name, condition: parsed(expression) }));
  return pod => {
    const verdict = verdictOf(read, pod);
    if (verdict?.kind !== 'unmet' || !pod.metadata) return verdict;
    const bare = verdictOf(read, { ...pod, metadata: { labels: {}, annotations: {} } });
    return bare === undefined ? { ...verdict, byOwnMark: true } : verdict;
  };
};

type Read = readonly { readonly name: string; readonly condition: ParseResult | undefined }[];

const verdictOf = (read: Read, pod: CreatedPod): ConditionVerdict | undefined => {
  const outcomes = read.map(({ name, condition }) => ({
    condition: name,
    outcome: condition ? outcomeOf(condition, pod) : ('undecided' as const),
  }));
  for (const kind of ['unmet', 'undecided', 'error'] as const) {
    const found = outcomes.find(({ outcome }) => outcome === kind);
    if (found) return { kind, condition: found.condition };
  }
  return undefined;
};

/** Undefined for text that is too long, is no CEL, or has a form that is not decided here. */
const parsed = (expression: string): ParseResult | undefined => {
  if (expression.length > maxCharacters) return undefined;
  try {
    const result = environment.parse(expression);
    return isDecidable(result.ast) ? result : undefined;
  } catch {
    return undefined;
  }
};

/** A key that this run does not know was asked for. */
class UnknownField extends Error {}

const outcomeOf = (condition: ParseResult, pod: CreatedPod): 'met' | 'unmet' | 'error' | 'undecided' => {
  let askedUnknown = false;
  const unknown = (): never => {
    askedUnknown = true;
    throw new UnknownField();
  };
  try {
    const value: unknown = condition(requestOf(pod, unknown));
    return value === true ? 'met' : value === false ? 'unmet' : 'undecided';
  } catch (thrown) {
    // Any other error may be one of this evaluation alone.
    const isMissingKey = thrown instanceof EvaluationError && thrown.code === 'no_such_key';
    return isMissingKey && !askedUnknown ? 'error' : 'undecided';
  }
};

/** The variables of a condition. `object.metadata.namespace` is the request's: the API server sets it before admission. */
const requestOf = ({ namespace, metadata, spec }: CreatedPod, unknown: () => never) => {
  const some = (known: Readonly<Record<string, unknown>>): unknown => partly(known, unknown);
  return {
    object: some({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: some({
        namespace,
        ...(metadata && { labels: short(metadata.labels, unknown), annotations: short(metadata.annotations, unknown) }),
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

/** A map whose long values are not known. */
const short = (map: Readonly<Record<string, string>> | undefined, unknown: () => never): unknown => {
  const entries = Object.entries(map ?? {});
  const kept = entries.filter(([, value]) => value.length <= maxValue);
  if (map === undefined || kept.length === entries.length) return map;
  return partly(Object.fromEntries(kept), unknown, new Set(entries.map(([key]) => key)));
};

/** An object of which some keys are known: to ask for another one, or for all of them, ends in `unknown`. With `all`, the
 *  keys that it has are known, but not each value. */
const partly = (
  known: Readonly<Record<string, unknown>>,
  unknown: () => never,
  all?: ReadonlySet<string>,
): Readonly<Record<string, unknown>> => {
  const isKnown = (key: string): boolean => Object.hasOwn(known, key) || (all !== undefined && !all.has(key));
  return new Proxy(known, {
    get: (_, key) => {
      if (key === 'constructor') return Object;
      if (typeof key === 'symbol') return undefined;
      return isKnown(key) ? known[key] : unknown();
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

/** True if an expression has only forms whose meaning here is the one that it has in Kubernetes, and none that repeats. */
const isDecidable = (node: ASTNode): boolean => {
  if (!operators.has(node.op)) return false;
  if (node.op === 'call' || node.op === 'rcall') {
    const [name, ...rest] = node.args;
    if (!functions.has(name) || (name === 'matches' && !hasPlainPattern(rest))) return false;
    return nodesIn(rest).every(isDecidable);
  }
  return nodesIn(node.args).every(isDecidable);
};

const nodesIn = (args: unknown): readonly ASTNode[] => {
  if (Array.isArray(args)) return args.flatMap(nodesIn);
  return typeof args === 'object' && args !== null && 'op' in args ? [args as ASTNode] : [];
};

/** The last argument of `text.matches(pattern)` is a literal that is quick to match. */
const hasPlainPattern = (args: unknown): boolean => {
  const pattern = nodesIn(args).at(-1);
  return pattern?.op === 'value' && typeof pattern.args === 'string' && isPlainPattern(pattern.args);
};
