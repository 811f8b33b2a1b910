import type { Role } from '../../../model/account.ts';
import { iamRegionOption } from '../../../model/arn.ts';
import { compareText, type Fix } from '../../../model/finding.ts';
import { optionWord, shellQuote } from '../../../text/shell-quote.ts';

/** A JSON object of a policy's text. */
export type JsonObject = { readonly [key: string]: unknown };

/** True for an object that is neither null nor an array. */
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The policy's JSON, or undefined where it is none. Encoded text (RFC 3986) and a byte order mark are taken too. */
const documentOf = (text: string): JsonObject | undefined => {
  const bare = text.replace(/^\uFEFF/, '').trim();
  for (const decode of [(raw: string) => raw, decodeURIComponent]) {
    try {
      const document: unknown = JSON.parse(decode(bare));
      if (isObject(document)) return document;
    } catch {
      // Not this form: the next one, or none.
    }
  }
  return undefined;
};

/** The policy with one statement replaced; `edit` returns undefined to drop it. Undefined if nothing can be edited. */
export const editStatement = (
  text: string,
  index: number,
  edit: (statement: JsonObject) => JsonObject | undefined,
): JsonObject | undefined => {
  const document = documentOf(text);
  if (!document) return undefined;
  const all = Array.isArray(document.Statement) ? document.Statement : [document.Statement];
  const target: unknown = all[index];
  if (!isObject(target)) return undefined;
  const edited = edit(target);
  const statements = all.flatMap((one, at) => (at === index ? (edited === undefined ? [] : [edited]) : [one]));
  return statements.length === 0 ? undefined : { ...document, Statement: statements };
};

/** A statement with its `Condition` edited. Operators that become empty are dropped. */
export const withCondition = (
  statement: JsonObject,
  edit: (condition: Readonly<Record<string, JsonObject>>) => Readonly<Record<string, JsonObject>>,
): JsonObject => {
  const condition: Record<string, JsonObject> = {};
  if (isObject(statement.Condition))
    for (const [operator, block] of Object.entries(statement.Condition))
      if (isObject(block)) condition[operator] = block;
  const edited = Object.entries(edit(condition)).filter(([, block]) => Object.keys(block).length > 0);
  return { ...statement, Condition: Object.fromEntries(edited) };
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

/** The command that gives a role this whole trust policy. */
const updateTrustPolicy = (role: Pick<Role, 'name' | 'arn'>, policy: JsonObject): string =>
  `aws iam update-assume-role-policy ${optionWord('--role-name', role.name)} --policy-document ${shellQuote(JSON.stringify(policy))}${iamRegionOption(role.arn)}`;

/** A fix that replaces the trust policy; without command where the text cannot be edited. */
export const policyFix = (
  role: Pick<Role, 'name' | 'arn'>,
  policy: JsonObject | undefined,
  fix: Omit<Fix, 'commands'> & { readonly before?: readonly string[] },
): Fix => {
  const { before, ...rest } = fix;
  return { ...rest, commands: policy === undefined ? [] : [...(before ?? []), updateTrustPolicy(role, policy)] };
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

/** A string of HCL: quotes escaped, interpolation switched off. */
const hcl = (text: string): string => JSON.stringify(text).replaceAll('${', '$${').replaceAll('%{', '%%{');
