import { locator } from '../../core/trust/policy/locate.ts';
import { isTemplate, policyOf, templatePolicies } from './cloudformation.ts';
import type { FoundPolicies } from './found-policy.ts';
import { withQuotedPlaceholders } from './placeholders.ts';
import { describeUnreadable, isUnreadable, readJson } from './read-json.ts';
import { readYaml } from './read-yaml.ts';
import { itemsOf, memberOf, type SourceFile, type SourceLocation, type SourceNode, stringOf } from './source-tree.ts';
import { isTerraform, terraformPolicies } from './terraform-plan.ts';

/** What was found, or why the file is no use, as one sentence with its place. */
export type FileResult = FoundPolicies | { readonly error: string };

/** Longest file that is read, in characters: a plan of some thousand resources. */
export const maxFileLength = 32 * 1024 * 1024;

/** Finds the trust policies in one file, whatever kind of file it is. */
export const findPolicies = (file: SourceFile): FileResult => {
  const text = file.text.replace(/^\uFEFF/, '');
  if (text.trim() === '') return { error: `${file.name}:1:1: it is empty` };
  if (text.length > maxFileLength)
    return { error: `${file.name}:1:1: it has ${text.length} characters, more than ${maxFileLength}` };
  return isYamlName(file.name) || !/^\s*[[{]/.test(text) ? inYaml({ ...file, text }) : inJson({ ...file, text });
};

const isYamlName = (name: string): boolean => /\.(ya?ml|template)$/i.test(name);

const inJson = (file: SourceFile): FileResult => {
  let root = readJson(file.text);
  let text = file.text;
  if (isUnreadable(root)) {
    text = withQuotedPlaceholders(file.text);
    const again = text === file.text ? root : readJson(text);
    if (isUnreadable(again)) return { error: describeUnreadable(file, root) };
    root = again;
  }
  if (isPermissions(root)) return { error: `${file.name}:1:1: ${permissions}` };
  if (isPolicy(root)) return { policies: [{ file: file.name, owner: '', text, placeOf: at => at }], unknown: [] };
  return inContainer(root, file, locator(text)) ?? { error: `${file.name}:1:1: ${wanted}` };
};

const inYaml = (file: SourceFile): FileResult => {
  const roots = readYaml(file.text);
  if ('message' in roots) return { error: describeUnreadable(file, roots) };
  const placeAt = locator(file.text);
  const found = roots.filter(root => !isPermissions(root)).flatMap(root => inContainer(root, file, placeAt) ?? []);
  if (found.length === 0) return { error: `${file.name}:1:1: ${roots.some(isPermissions) ? permissions : wanted}` };
  return { policies: found.flatMap(one => one.policies), unknown: found.flatMap(one => one.unknown) };
};

const wanted =
  'it holds no trust policy: wanted a policy document, a Terraform plan (terraform show -json) or a CloudFormation template';

const permissions = 'it is no trust policy but one of permissions: its statements name a Resource and no Principal';

/** True for a policy of what a role may do, which stands beside trust policies and is taken for one. */
const isPermissions = (root: SourceNode): boolean => {
  const list = memberOf(root, 'Statement');
  const statements = list?.kind === 'object' ? [list] : itemsOf(list);
  const has = (statement: SourceNode, ...keys: readonly string[]): boolean =>
    keys.some(key => memberOf(statement, key) !== undefined);
  return (
    statements.length > 0 &&
    statements.every(one => has(one, 'Resource', 'NotResource') && !has(one, 'Principal', 'NotPrincipal'))
  );
};

const isPolicy = (root: SourceNode): boolean => memberOf(root, 'Statement') !== undefined;

const inContainer = (
  root: SourceNode,
  file: SourceFile,
  placeAt: (offset: number) => SourceLocation,
): FoundPolicies | undefined => {
  if (isPolicy(root)) return collect([policyOf(root, file.name, '', placeAt)]);
  if (isTerraform(root)) return terraformPolicies(root, file.name, placeAt);
  if (isTemplate(root)) return templatePolicies(root, file.name, placeAt);
  if (isStatement(root)) return collect([policyOf(asPolicy(root), file.name, '', placeAt)]);
  const roles = rolesIn(root);
  const documents = roles.map(role => ({
    document: memberOf(role, 'AssumeRolePolicyDocument'),
    name: stringOf(memberOf(role, 'RoleName')) ?? '',
  }));
  if (!documents.some(({ document }) => document !== undefined)) return undefined;
  return collect(documents.map(({ document, name }) => document && policyOf(document, file.name, name, placeAt)));
};

/** Roles as `aws iam get-role` and its kin print them, or the properties of one. */
const rolesIn = (root: SourceNode): readonly SourceNode[] => {
  const one = memberOf(root, 'Role') ?? memberOf(root, 'Properties');
  if (one) return [one];
  const many = itemsOf(memberOf(root, 'Roles') ?? memberOf(root, 'RoleDetailList'));
  return many.length > 0 ? many : [root];
};

const isStatement = (root: SourceNode): boolean =>
  memberOf(root, 'Effect') !== undefined && memberOf(root, 'Principal') !== undefined;

/** A statement alone, as people paste it, is a policy of that statement. */
const asPolicy = (statement: SourceNode): SourceNode => ({
  kind: 'object',
  offset: statement.offset,
  members: [{ key: 'Statement', keyOffset: statement.offset, value: statement }],
});

const collect = (policies: readonly (ReturnType<typeof policyOf> | undefined)[]): FoundPolicies => ({
  policies: policies.filter(policy => policy !== undefined),
  unknown: [],
});
