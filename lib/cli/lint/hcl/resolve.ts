/** Values of a Terraform module, as far as its own files write them. A value that is known only after apply is a
 *  placeholder `${…}`, the same for the same expression. */
import { join, normalize } from 'node:path/posix';
import { hashOf } from '../../../text.ts';
import { movedTo, type SourceMember, type SourceNode, stringAt, stringOf, UnreadableText } from '../source-tree.ts';
import { isUnresolved } from '../unresolved.ts';
import { called, type ModuleFiles } from './functions.ts';
import type { HclBlock, HclExpression, TemplatePart } from './hcl-tree.ts';

/** Values that all expressions of one module may resolve to: references to references multiply. */
const maxValues = 200_000;
const maxCharacters = 16 * 1024 * 1024;

/** Depth of references to values that refer to others. */
const maxOpen = 50;

/** The blocks of one module that values refer to, and what is left of its limits. */
export interface HclScope {
  readonly locals: ReadonlyMap<string, HclExpression>;
  /** By kind, type and name: `data.aws_iam_policy_document.app`, `variable.name`. */
  readonly blocks: ReadonlyMap<string, HclBlock>;
  /** Values of variables by files of values; they count before defaults. */
  readonly values: ReadonlyMap<string, HclExpression>;
  /** Defaults do not count: whoever calls the module may give other values. */
  readonly isLoose?: boolean;
  readonly files: ModuleFiles;
  /** Values of locals and defaults that were asked for. */
  readonly used: Set<HclExpression>;
  readonly left: { values: number; characters: number };
}

/** The name of a block within its module. */
export const blockAddress = ({ type, labels }: HclBlock): string =>
  (type === 'resource' ? labels : [type, ...labels]).join('.');

/** True for a block that makes nothing: its `count` is written as 0. */
export const isNone = ({ attributes }: HclBlock): boolean => {
  const count = attributes.get('count');
  return count?.kind === 'number' && Number(count.text) === 0;
};

/** The scope of a module, with the values that its variables are given. */
export const hclScope = (
  blocks: readonly HclBlock[],
  values: HclScope['values'] = new Map(),
  more: Partial<Pick<HclScope, 'files' | 'isLoose'>> = {},
): HclScope => ({
  files: { folder: '.', textOf: () => undefined },
  used: new Set(),
  ...more,
  locals: new Map(blocks.filter(({ type }) => type === 'locals').flatMap(({ attributes }) => [...attributes])),
  blocks: new Map(blocks.map(block => [blockAddress(block), block])),
  values,
  left: { values: maxValues, characters: maxCharacters },
});

/** Characters of an expression that a placeholder shows. */
const maxPlaceholder = 120;

/** A placeholder in the form that the linter knows. It has no colon and no slash, by which a policy's parts are told. */
export const placeholder = (text: string): string =>
  `\${${shortened(
    text
      .replace(/\s+/g, ' ')
      .replace(/"/g, "'")
      .replace(/[^\w. ()[\],*'-]/g, '_'),
  )}}`;

/** Two long expressions with one beginning are two. */
const shortened = (text: string): string =>
  text.length <= maxPlaceholder ? text : `${text.slice(0, maxPlaceholder)} ${hashOf([text], 8)}`;

/** Counts a value that is made at an offset. Throws `UnreadableText` at the limit. */
export const countValue = ({ left }: HclScope, at: number): void => {
  left.values -= 1;
  if (left.values < 0) throw new UnreadableText(`too large: more than ${maxValues} values`, at);
};

/** The value of an expression, at its place. Throws `UnreadableText` at the limit. `open` are the values that are being
 *  resolved: one that refers to itself is not known. */
export const resolved = (expression: HclExpression, scope: HclScope, open: readonly string[] = []): SourceNode => {
  const { at, end } = expression;
  countValue(scope, at);
  switch (expression.kind) {
    case 'list':
      return { kind: 'array', items: expression.items.map(item => resolved(item, scope, open)), at, end };
    case 'map':
      return { kind: 'object', members: expression.members.map(one => memberOf(one, scope, open)), at, end };
    case 'template':
      return templateValue(expression.parts, expression, scope, open);
    case 'reference':
      return referred(expression, scope, open) ?? stringAt(placeholder(expression.text), expression);
    case 'call':
      return valueOfCall(expression, scope, open) ?? stringAt(placeholder(expression.text), expression);
    case 'choice':
    case 'other':
      return stringAt(placeholder(expression.text), expression);
    default:
      return expression;
  }
};

const memberOf = (
  { key, value }: { readonly key: HclExpression; readonly value: HclExpression },
  scope: HclScope,
  open: readonly string[],
): SourceMember => {
  const name = resolved(key, scope, open);
  return { key: 'text' in name ? name.text : placeholder('key'), at: key.at, value: resolved(value, scope, open) };
};

/** A template of one expression is that expression; any other is a text. */
const templateValue = (
  parts: readonly TemplatePart[],
  place: { readonly at: number; readonly end: number },
  scope: HclScope,
  open: readonly string[],
): SourceNode => {
  const [only] = parts;
  if (parts.length === 1 && only && 'value' in only) return resolved(only.value, scope, open);
  return stringAt(parts.map(part => templatePartText(part, scope, open)).join(''), place);
};

/** The text of a part of a template. */
export const templatePartText = (part: TemplatePart, scope: HclScope, open: readonly string[] = []): string => {
  if ('text' in part) return part.text;
  const value = resolved(part.value, scope, open);
  const text = 'text' in value ? value.text : placeholder('text' in part.value ? part.value.text : 'value');
  countText(scope, text, part.at);
  return text;
};

const countText = ({ left }: HclScope, text: string, at: number): void => {
  left.characters -= text.length + 1;
  if (left.characters < 0)
    throw new UnreadableText(`too large: its values resolve to more than ${maxCharacters} characters`, at);
};

/** `jsonencode(x)` stands for `x`: where a policy is wanted, its JSON is. */
const valueOfCall = (
  call: Extract<HclExpression, { kind: 'call' }>,
  scope: HclScope,
  open: readonly string[],
): SourceNode | undefined => {
  const { name, parameters } = call;
  const values = parameters.map(parameter => resolved(parameter, scope, open));
  const [first] = values;
  // Whether an expression fails is not known of one that is not known.
  if (name === 'try' && isUnresolved(first)) return undefined;
  const value = called(name, values, call, scope.files);
  if (value && 'text' in value) countText(scope, value.text, call.at);
  return value;
};

type Reference = Extract<HclExpression, { kind: 'reference' }>;

const referred = (reference: Reference, scope: HclScope, open: readonly string[]): SourceNode | undefined => {
  const [first = '', second = '', ...steps] = reference.path;
  const name = `${first}.${second}`;
  if (open.includes(name)) return undefined;
  if (open.length >= maxOpen)
    throw new UnreadableText(`its references are nested deeper than ${maxOpen} levels`, reference.at);
  const target =
    first === 'local'
      ? scope.locals.get(second)
      : first === 'var'
        ? (scope.values.get(second) ?? (scope.isLoose ? undefined : defaultOf(second, scope)))
        : undefined;
  if (name === 'path.module' || name === 'path.root') return stringAt('.', reference);
  if (target === undefined) return ofResource(reference, scope, open);
  scope.used.add(target);
  const value = stepsInto(resolved(target, scope, [...open, name]), steps);
  // A default of null says that there is none, and an empty one that a caller fills it in.
  const isDefault = first === 'var' && !scope.values.has(second);
  const isNone = value?.kind === 'null' || (isDefault && value?.kind === 'string' && isEmptyText.test(value.text));
  return value === undefined || isNone ? undefined : movedTo(value, reference);
};

/** Nothing, or nothing as JSON. */
const isEmptyText = /^\s*(?:\{\s*\}|\[\s*\])?\s*$/;

const defaultOf = (name: string, { blocks }: HclScope): HclExpression | undefined =>
  blocks.get(`variable.${name}`)?.attributes.get('default');

const stepsInto = (value: SourceNode, steps: readonly string[]): SourceNode | undefined => {
  let node: SourceNode | undefined = value;
  for (const step of steps) {
    if (node?.kind === 'object') node = node.members.findLast(({ key }) => key === step)?.value;
    else node = node?.kind === 'array' && /^\d+$/.test(step) ? node.items[Number(step)] : undefined;
  }
  return node;
};

/**
 * The known part of a reference to a resource or data source of the module: a cluster's issuer URL begins with `https://`,
 * a provider's ARN ends with its URL without that, and so does its `url` (Terraform, hashicorp/aws, aws_eks_cluster and
 * aws_iam_openid_connect_provider).
 */
const ofResource = (reference: Reference, scope: HclScope, open: readonly string[]): SourceNode | undefined => {
  const isData = reference.path[0] === 'data';
  const [type = '', name = '', ...rest] = isData ? reference.path.slice(1) : reference.path;
  const attribute = rest.filter(step => step !== '[]' && !/^\d+$/.test(step)).join('.');
  const address = `${isData ? 'data.' : ''}${type}.${name}`;
  if (type === 'aws_eks_cluster' && attribute === 'identity.oidc.issuer')
    return stringAt(`https://${placeholder(`${address}.issuer`)}`, reference);
  const isEks = type === 'module' && isEksModule(scope.blocks.get(address));
  if (isEks && attribute === 'cluster_oidc_issuer_url')
    return stringAt(`https://${placeholder(`${address}.oidc_provider`)}`, reference);
  if (
    (type === 'aws_eks_cluster' && attribute === 'endpoint') ||
    (isEks && attribute === 'cluster_endpoint') ||
    (type === 'module' && isUrl(address, attribute, scope, open))
  )
    return stringAt(`https://${placeholder(`${address}.${attribute}`)}`, reference);
  if (type !== 'aws_iam_openid_connect_provider' || !['arn', 'id', 'url'].includes(attribute))
    return argumentOf(scope.blocks.get(address), attribute, { reference, scope, open });
  const url = scope.blocks.get(address)?.attributes.get('url');
  if (url === undefined || open.includes(address)) return undefined;
  const value = resolved(url, scope, [...open, address]);
  const text = stringOf(value) ?? '';
  const issuer = isUnresolved(value)
    ? placeholder(`${text.replace(/^\$\{|\}$/g, '')} issuer`)
    : /^https:\/\/(.+)$/.exec(text)?.[1];
  if (issuer === undefined) return undefined;
  const head = `arn:${placeholder('partition')}:iam::${placeholder('account')}:oidc-provider/`;
  return stringAt(attribute === 'url' ? issuer : `${head}${issuer}`, reference);
};

/** The module whose output cluster_oidc_issuer_url is the URL with its scheme (terraform-aws-modules/eks, outputs.tf). */
const isEksModule = (block: HclBlock | undefined): boolean => {
  const source = block?.attributes.get('source');
  return (
    source !== undefined &&
    'text' in source &&
    /terraform-aws-(?:modules\/)?eks(?:\/aws|\.git)?(?:$|\?)/.test(source.text)
  );
};

/** The folder of a module by its source, and its blocks; none for one that is not among the files. */
export const moduleAt = (
  source: string,
  { folder: from, blocksIn }: ModuleFiles,
): { readonly folder: string; readonly blocks: readonly HclBlock[] } => {
  const folder = normalize(join(from, source)).replace(/\/$/, '');
  return { folder, blocks: /^\.\.?(?:\/|$)/.test(source) ? (blocksIn?.(folder) ?? []) : [] };
};

/** True for an output that begins with `https://` by the files of its module. */
const isUrl = (
  address: string,
  output: string,
  { blocks, files, left }: HclScope,
  open: readonly string[],
): boolean => {
  const source = blocks.get(address)?.attributes.get('source');
  if (source === undefined || !('text' in source) || open.includes(address) || open.length >= maxOpen) return false;
  const { folder, blocks: own } = moduleAt(source.text, files);
  const scope = hclScope(own, new Map(), { files: { ...files, folder }, isLoose: true });
  const value = scope.blocks.get(`output.${output}`)?.attributes.get('value');
  return (
    value !== undefined && /^https:\/\//.test(stringOf(resolved(value, { ...scope, left }, [...open, address])) ?? '')
  );
};

/** An argument of a block, and of one within it: `kubernetes_namespace.shop.metadata[0].name`. */
const argumentOf = (
  block: HclBlock | undefined,
  attribute: string,
  {
    reference,
    scope,
    open,
  }: { readonly reference: Reference; readonly scope: HclScope; readonly open: readonly string[] },
): SourceNode | undefined => {
  const steps = attribute.split('.');
  const last = steps.pop() ?? '';
  const inner = steps.reduce<HclBlock | undefined>(
    (at, step) =>
      at?.blocks.find(one => one.type === step && !at.blocks.some(other => other !== one && other.type === step)),
    block,
  );
  const written = ['arn', 'id'].includes(last) ? undefined : inner?.attributes.get(last);
  const name = `${block === undefined ? '' : blockAddress(block)}.${attribute}`;
  if (written === undefined || open.includes(name)) return undefined;
  if (open.length >= maxOpen)
    throw new UnreadableText(`its references are nested deeper than ${maxOpen} levels`, reference.at);
  return movedTo(resolved(written, scope, [...open, name]), reference);
};
