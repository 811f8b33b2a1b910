import { locator } from '../../policy.ts';
import { given } from '../../text.ts';
import { isTemplate, templatePolicies } from './cloudformation.ts';
import { type FoundPolicies, type FoundPolicy, ofChart, policyOf } from './found-policy.ts';
import { isManifest, manifestPolicies } from './manifests/found-objects.ts';
import { isKustomizationFile, kustomizationIn } from './manifests/kustomize.ts';
import { joined, noObjects } from './manifests/objects.ts';
import { mayBearOnIrsa } from './may-bear.ts';
import { nestedPolicies } from './nested-policies.ts';
import { withQuotedPlaceholders } from './placeholders.ts';
import { readYaml } from './read-yaml.ts';
import type { JudgedSpan } from './source-tree.ts';
import {
  isUnreadable,
  itemsOf,
  memberOf,
  readJson,
  type SourceDocument,
  type SourceFile,
  type SourceNode,
  statementsOf,
  stringOf,
  type Unreadable,
  type UnreadableFile,
  UnreadableText,
} from './source-tree.ts';
import { isTerraform, terraformPolicies } from './terraform-plan.ts';
import { policyBefore } from './unresolved.ts';

/** The largest file that is read, in characters: a plan of some thousand resources. */
export const maxFileLength = 32 * 1024 * 1024;

/** Finds the trust policies in one file, whatever kind of file it is. */
export const findPolicies = ({ name, text: written }: SourceFile): FoundPolicies | UnreadableFile => {
  const text = written.replace(/^\uFEFF/, '');
  if (text.trim() === '')
    return { ...refused({ name, text }, { message: 'the file is empty', offset: 0 }), isOther: true };
  if (isHelmTemplate(name, text)) return ofHelmTemplate(name, text);
  if (text.length > maxFileLength)
    return refused(
      { name, text },
      { message: `too large: ${text.length} characters; the limit is ${maxFileLength}`, offset: 0 },
    );
  try {
    return isYamlName(name) || !/^\s*[[{]/.test(text) ? inYaml({ name, text }) : inJson({ name, text });
  } catch (error) {
    if (error instanceof UnreadableText) return refused({ name, text }, error);
    throw error;
  }
};

/** Why a file cannot be checked, with the place. */
export const refused = ({ name, text }: SourceFile, { message, offset }: Unreadable): UnreadableFile => ({
  file: name,
  at: locator(text)(offset),
  why: message,
});

/** True for a template of a Helm chart, which is YAML only once it is rendered. `{{resolve:…}}` is of CloudFormation. */
const isHelmTemplate = (name: string, text: string): boolean =>
  /(?:^|[\\/])templates[\\/]/.test(name) && /\{\{(?!resolve:)/.test(text) && /^ *(?:apiVersion|kind):/m.test(text);

const ofHelmTemplate = (name: string, text: string): FoundPolicies => ({
  policies: [],
  unknown: mayBearOnIrsa(text) ? [{ file: name, owner: '', at: { line: 1, column: 1 }, why: ofChart }] : [],
});

const isYamlName = (name: string): boolean => /\.(ya?ml|template)$/i.test(name);

const inJson = ({ name, text }: SourceFile): FoundPolicies | UnreadableFile => {
  const root = readJson(text);
  if (!isUnreadable(root)) return inRoots([root], { name, text, locate: locator(text) });
  const quoted = withQuotedPlaceholders(text);
  const again = quoted === text ? root : readJson(quoted);
  if (isUnreadable(again)) return refused({ name, text }, root);
  return inRoots([again], { name, text: quoted, locate: locator(quoted) });
};

const inYaml = ({ name, text }: SourceFile): FoundPolicies | UnreadableFile => {
  const roots = readYaml(text);
  return isUnreadable(roots) ? refused({ name, text }, roots) : inRoots(roots, { name, text, locate: locator(text) });
};

const inRoots = (roots: readonly SourceNode[], source: SourceDocument): FoundPolicies | UnreadableFile => {
  const found = roots.filter(root => !isPermissions(root)).flatMap(root => inContainer(root, source) ?? []);
  if (found.length === 0)
    return {
      ...refused(source, { message: roots.some(isPermissions) ? permissions : wanted, offset: 0 }),
      isOther: true,
    };
  return {
    policies: found.flatMap(one => one.policies),
    unknown: found.flatMap(one => one.unknown),
    judged: found.flatMap(one => one.judged ?? []),
    objects: joined(found.flatMap(one => one.objects ?? [])),
  };
};

const wanted =
  'no trust policy found; supported files: policy document, Terraform (.tf, or a plan by terraform show -json), CloudFormation template, Kubernetes manifest, eksctl configuration';

const permissions = 'this is a permissions policy, not a trust policy: its statements have a Resource and no Principal';

/** True for a permissions policy: people confuse it with the trust policy beside it. */
const isPermissions = (root: SourceNode): boolean => {
  const statements = statementsOf(root);
  const has = (statement: SourceNode, ...keys: readonly string[]): boolean =>
    keys.some(key => memberOf(statement, key) !== undefined);
  return (
    statements.length > 0 &&
    statements.every(one => has(one, 'Resource', 'NotResource') && !has(one, 'Principal', 'NotPrincipal'))
  );
};

const isPolicy = (root: SourceNode): boolean => memberOf(root, 'Statement') !== undefined;

const inContainer = (root: SourceNode, source: SourceDocument): FoundPolicies | undefined => {
  if (isKustomizationFile(source.name))
    return { ...collect([]), objects: { ...noObjects, kustomizations: [kustomizationIn(root, source)] } };
  if (isPolicy(root)) return policyBefore('it is filled in', { policy: root, open: [] }, source, '');
  if (isManifest(root)) return manifestPolicies(root, source);
  if (isTerraform(root)) return { ...terraformPolicies(root, source), judged: [whole(root, source)] };
  // The CDK writes its tree beside its templates.
  if (/^tree-/.test(stringOf(memberOf(root, 'version')) ?? ''))
    return { ...collect([]), judged: [whole(root, source)] };
  const template = [root, memberOf(root, 'resources')].find(one => one && isTemplate(one));
  if (template) return templatePolicies(template, source);
  if (isStatement(root)) return collect([policyOf(asPolicy(root), source, '')]);
  const roles = rolesIn(root);
  const documents = roles.map(role => ({
    document: memberOf(role, 'AssumeRolePolicyDocument'),
    name: stringOf(memberOf(role, 'RoleName')) ?? '',
    arn: stringOf(memberOf(role, 'Arn')),
  }));
  const found = documents.flatMap(({ document, name, arn }) =>
    document === undefined ? [] : ofRole(document, { name, arn }, source),
  );
  if (found.length === 0) {
    const nested = nestedPolicies(root, source, '');
    return nested.length === 0 ? undefined : collect(nested);
  }
  return { policies: found.flatMap(one => one.policies), unknown: found.flatMap(one => one.unknown) };
};

const whole = ({ at, end }: SourceNode, { name: file }: SourceDocument): JudgedSpan => ({ file, at, end });

/** The policy of a role, or that it is not known yet. */
const ofRole = (
  document: SourceNode,
  { name, arn }: { readonly name: string; readonly arn: string | undefined },
  source: SourceDocument,
): FoundPolicies => {
  const policy = policyOf(document, source, name);
  if (policy !== undefined)
    return collect([{ ...policy, ...given({ roleName: name === '' ? undefined : name, roleArn: arn }) }]);
  const why = `the trust policy is filled in later: ${(stringOf(document) ?? '').trim()}`;
  return { policies: [], unknown: [{ file: source.name, owner: name, at: source.locate(document.at), why }] };
};

/** Roles as `aws iam get-role` and similar commands print them, or the properties of one. */
const rolesIn = (root: SourceNode): readonly SourceNode[] => {
  const one = memberOf(root, 'Role') ?? memberOf(root, 'Properties');
  if (one) return [one];
  const many = itemsOf(memberOf(root, 'Roles') ?? memberOf(root, 'RoleDetailList'));
  return many.length > 0 ? many : [root];
};

const isStatement = (root: SourceNode): boolean =>
  memberOf(root, 'Effect') !== undefined && memberOf(root, 'Principal') !== undefined;

/** A single statement, as people paste it, as a policy. */
const asPolicy = (statement: SourceNode): SourceNode => ({
  kind: 'object',
  at: statement.at,
  end: statement.end,
  members: [{ key: 'Statement', at: statement.at, value: statement }],
});

const collect = (policies: readonly (FoundPolicy | undefined)[]): FoundPolicies => ({
  policies: policies.filter(policy => policy !== undefined),
  unknown: [],
});
