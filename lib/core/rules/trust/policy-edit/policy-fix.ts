import type { Role } from '../../../model/account.ts';
import type { Fix } from '../../../model/finding.ts';
import { compareText } from '../../../text/compare-text.ts';
import { hcl } from '../../../text/hcl.ts';
import { updateTrustPolicy } from '../../../trust/explain/minimal-grant.ts';
import { decodePolicyText } from '../../../trust/policy/decode-policy.ts';

/** A JSON object of a policy's text. */
export type JsonObject = { readonly [key: string]: unknown };

/** True for an object that is neither null nor an array. */
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value if it is an object, else an empty one. */
export const objectOf = (value: unknown): JsonObject => (isObject(value) ? value : {});

/** The JSON of a policy that was parsed. */
const documentOf = (text: string): JsonObject => {
  const decoded = decodePolicyText(text);
  return objectOf(JSON.parse(typeof decoded === 'string' ? decoded : text));
};

/** The policy with one statement replaced by others; by none, to drop it. Undefined where `edit` gives up. The text must
 *  be one that `parsePolicy` took. */
export const replaceStatement = (
  text: string,
  index: number,
  edit: (statement: JsonObject) => readonly JsonObject[] | undefined,
): JsonObject | undefined => {
  const document = documentOf(text);
  const all = asList(document.Statement);
  const edited = edit(objectOf(all[index]));
  if (edited === undefined) return undefined;
  const statements = all.flatMap((one, at): readonly unknown[] => (at === index ? edited : [one]));
  return { ...document, Statement: statements };
};

/** The policy with one statement edited. Undefined where `edit` gives up: never the policy without the statement. */
export const editStatement = (
  text: string,
  index: number,
  edit: (statement: JsonObject) => JsonObject | undefined,
): JsonObject | undefined =>
  replaceStatement(text, index, statement => {
    const edited = edit(statement);
    return edited && [edited];
  });

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

/** Where a test stands in a condition: its operator and key, as written. */
export interface TestPlace {
  readonly operator: string;
  readonly key: string;
}

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

/** A fix that replaces the trust policy; without command where the text cannot be edited. */
export const policyFix = (
  role: Pick<Role, 'name' | 'arn'>,
  policy: JsonObject | undefined,
  fix: Omit<Fix, 'commands'> & { readonly before?: readonly string[] },
): Fix => {
  const { before, ...rest } = fix;
  if (policy === undefined) return { ...rest, commands: [] };
  return {
    ...rest,
    commands: [...(before ?? []), updateTrustPolicy(role.arn, policy)],
    replaces: { kind: 'trust-policy', roleArn: role.arn },
  };
};

/** The Terraform block (aws_iam_policy_document) of one test. */
export const terraformCondition = (operator: string, key: string, values: readonly string[]): string =>
  [
    'condition {',
    `  test     = ${hcl(operator)}`,
    `  variable = ${hcl(key)}`,
    `  values   = [${values.map(hcl).join(', ')}]`,
    '}',
  ].join('\n');
