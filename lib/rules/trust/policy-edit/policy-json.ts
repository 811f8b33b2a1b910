import { decodePolicyText } from '../../../policy.ts';
import { compareText, type JsonObject, objectOf } from '../../../text.ts';

/** The JSON of a policy that was parsed. */
const documentOf = (text: string): JsonObject => {
  const decoded = decodePolicyText(text);
  return objectOf(JSON.parse(typeof decoded === 'string' ? decoded : text));
};

/** The policy with each statement replaced by others; by none, to drop it. Undefined where `edit` gives up. The text must
 *  be one that `parsePolicy` took. */
export const replaceStatements = (
  text: string,
  edit: (statement: JsonObject, index: number) => readonly JsonObject[] | undefined,
): JsonObject | undefined => {
  const document = documentOf(text);
  const statements: JsonObject[] = [];
  for (const [index, one] of asList(document.Statement).entries()) {
    const edited = edit(objectOf(one), index);
    if (edited === undefined) return undefined;
    statements.push(...edited);
  }
  return { ...document, Statement: statements };
};

/** The policy with one statement replaced by others, in the same way. */
export const replaceStatement = (
  text: string,
  index: number,
  edit: (statement: JsonObject) => readonly JsonObject[] | undefined,
): JsonObject | undefined => replaceStatements(text, (statement, at) => (at === index ? edit(statement) : [statement]));

/** The blocks of a statement's `Condition`, by operator; none where it has no condition. */
export const conditionOf = (statement: JsonObject): Readonly<Record<string, JsonObject>> =>
  Object.fromEntries(
    Object.entries(objectOf(statement.Condition)).map(([operator, block]) => [operator, objectOf(block)]),
  );

/** A statement with its `Condition` edited. Operators that become empty are dropped. */
export const withCondition = (
  statement: JsonObject,
  edit: (condition: Readonly<Record<string, JsonObject>>) => Readonly<Record<string, JsonObject>>,
): JsonObject => {
  const edited = Object.entries(edit(conditionOf(statement))).filter(([, block]) => Object.keys(block).length > 0);
  return { ...statement, Condition: Object.fromEntries(edited) };
};

/** The blocks of a condition without the tests on one key (no case). */
export const withoutKey = (
  blocks: Readonly<Record<string, JsonObject>>,
  key: string,
): Readonly<Record<string, JsonObject>> =>
  Object.fromEntries(
    Object.entries(blocks).map(([operator, block]): [string, JsonObject] => [
      operator,
      Object.fromEntries(Object.entries(block).filter(([name]) => name.toLowerCase() !== key.toLowerCase())),
    ]),
  );

/** Where a test stands in a condition: its operator and key, as written. */
export interface TestPlace {
  readonly operator: string;
  readonly key: string;
}

/** The statement without one test. */
export const withoutTest = (statement: JsonObject, { operator, key }: TestPlace): JsonObject =>
  withCondition(statement, blocks => {
    const { [key]: _gone, ...rest } = objectOf(blocks[operator]);
    return { ...blocks, [operator]: rest };
  });

/** The statement with one test under another operator; undefined where that operator tests the key already. */
export const moveTest = (statement: JsonObject, from: TestPlace, to: TestPlace): JsonObject | undefined => {
  const blocks = conditionOf(statement);
  const target = objectOf(blocks[to.operator]);
  if (Object.keys(target).some(taken => taken.toLowerCase() === to.key.toLowerCase())) return undefined;
  const { [from.key]: values, ...rest } = objectOf(blocks[from.operator]);
  return withCondition(statement, () => ({
    ...blocks,
    [from.operator]: rest,
    [to.operator]: { ...target, [to.key]: values },
  }));
};

/** Values of a policy element as a list, whether written as one or as many. */
export const asList = (value: unknown): readonly unknown[] => {
  if (!Array.isArray(value)) return [value];
  const list: readonly unknown[] = value;
  return list;
};

/** One value plain, several as a sorted list: what IAM itself gives back. */
export const oneOrMany = (values: readonly string[]): string | readonly string[] => {
  const sorted = [...new Set(values)].sort(compareText);
  const [only] = sorted;
  return sorted.length === 1 && only !== undefined ? only : sorted;
};

/** The rest of the statement without one principal: nothing if it was the only one. */
export const withoutPrincipal = (statement: JsonObject, gone: string): readonly JsonObject[] => {
  const kept = Object.entries(objectOf(statement.Principal)).flatMap(([type, values]): [string, unknown][] => {
    const list = asList(values).filter(value => value !== gone);
    return list.length === 0 ? [] : [[type, list.length === 1 ? list[0] : list]];
  });
  return kept.length === 0 ? [] : [{ ...statement, Principal: Object.fromEntries(kept) }];
};

/** The policy with a statement edited for some of its providers alone: where other principals share it, it is split first.
 *  A test on the keys of one issuer excludes all other principals, since nobody else has these keys. Undefined where
 *  `edit` gives up. */
export const editForProviders = (
  text: string,
  index: number,
  arns: readonly string[],
  edit: (statement: JsonObject) => JsonObject | undefined,
): JsonObject | undefined =>
  replaceStatement(text, index, statement => {
    const others = arns.reduce<readonly JsonObject[]>(
      (left, arn) => left.flatMap(one => withoutPrincipal(one, arn)),
      [statement],
    );
    const { Sid: _, ...rest } = statement;
    const own = others.length === 0 ? statement : { ...rest, Principal: { Federated: federatedOf(statement, arns) } };
    const edited = edit(own);
    return edited && [...others, edited];
  });

/** The providers as the statement writes them: one plain, several as a list. */
const federatedOf = (statement: JsonObject, arns: readonly string[]): unknown => {
  const kept = asList(objectOf(statement.Principal).Federated).filter(
    value => typeof value === 'string' && arns.includes(value),
  );
  return kept.length === 1 ? kept[0] : kept;
};
