/** Condition operators by name (IAM User Guide, condition operators; docs/facts.md §A.3). */

/** How an operator compares. `string-like` has wildcards; `null` asks for presence only. */
type Comparison = 'string' | 'string-like' | 'arn' | 'bool' | 'numeric' | 'date' | 'binary' | 'address' | 'null';

/** An operator in its parts. */
export interface Operator {
  readonly comparison: Comparison;
  /** The name without qualifier and suffix. */
  readonly base: string;
  readonly ignoreCase: boolean;
  readonly negated: boolean;
  readonly ifExists: boolean;
  readonly qualifier?: 'ForAllValues' | 'ForAnyValue';
}

type Shape = Pick<Operator, 'comparison' | 'ignoreCase' | 'negated'>;

const shape = (comparison: Comparison, negated = false, ignoreCase = false): Shape => ({
  comparison,
  negated,
  ignoreCase,
});

const shapes: ReadonlyMap<string, Shape> = new Map([
  ['StringEquals', shape('string')],
  ['StringNotEquals', shape('string', true)],
  ['StringEqualsIgnoreCase', shape('string', false, true)],
  ['StringNotEqualsIgnoreCase', shape('string', true, true)],
  ['StringLike', shape('string-like')],
  ['StringNotLike', shape('string-like', true)],
  ['ArnEquals', shape('arn')],
  ['ArnLike', shape('arn')],
  ['ArnNotEquals', shape('arn', true)],
  ['ArnNotLike', shape('arn', true)],
  ['Bool', shape('bool')],
  ['NumericEquals', shape('numeric')],
  ['NumericNotEquals', shape('numeric', true)],
  ['NumericLessThan', shape('numeric')],
  ['NumericLessThanEquals', shape('numeric')],
  ['NumericGreaterThan', shape('numeric')],
  ['NumericGreaterThanEquals', shape('numeric')],
  ['DateEquals', shape('date')],
  ['DateNotEquals', shape('date', true)],
  ['DateLessThan', shape('date')],
  ['DateLessThanEquals', shape('date')],
  ['DateGreaterThan', shape('date')],
  ['DateGreaterThanEquals', shape('date')],
  ['BinaryEquals', shape('binary')],
  ['IpAddress', shape('address')],
  ['NotIpAddress', shape('address', true)],
  ['Null', shape('null')],
]);

const operatorPattern = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/;

/** Reads an operator's name in its exact case; undefined for anything that IAM does not document (§U: operator case). */
export const parseOperator = (text: string): Operator | undefined => {
  const known = cache.get(text);
  if (known) return known;
  const match = operatorPattern.exec(text);
  const base = match?.[2] ?? '';
  const found = shapes.get(base);
  const ifExists = match?.[3] !== undefined;
  if (!found || (found.comparison === 'null' && ifExists)) return undefined;
  const qualifier = match?.[1];
  const operator: Operator = {
    ...found,
    base,
    ifExists,
    ...(qualifier === 'ForAllValues' || qualifier === 'ForAnyValue' ? { qualifier } : {}),
  };
  cache.set(text, operator);
  return operator;
};

/** Only names that parse come in here: at most 160. */
const cache = new Map<string, Operator>();
