import { knownAttribute } from './known-attributes.ts';
import { isUnreadable, readJson } from './read-json.ts';
import { itemsOf, memberOf, type SourceMember, type SourceNode, stringOf } from './source-tree.ts';

/** Functions of CloudFormation that give a text. */
const isFunction = (key: string): boolean => key === 'Ref' || key.startsWith('Fn::');

/**
 * Resolves the functions of a template's part as far as the template itself tells; what it does not tell becomes a
 * placeholder `${…}` with a name, the same for the same expression. `resources` is the template's `Resources`.
 */
export const resolveIntrinsics = (node: SourceNode, resources: SourceNode | undefined): SourceNode => {
  if (node.kind === 'scalar') return node;
  if (node.kind === 'array')
    return {
      ...node,
      items: node.items.flatMap(item => branchesOf(item).map(branch => resolveIntrinsics(branch, resources))),
    };
  const [only] = node.members;
  if (node.members.length === 1 && only && isFunction(only.key)) return resolveFunction(node, only, resources);
  return {
    ...node,
    members: node.members.map(member => ({
      ...member,
      key: member.isFunction ? substituted(member.key, undefined, resources) : member.key,
      value: resolveIntrinsics(member.value, resources),
    })),
  };
};

/** Both branches of an `Fn::If` in a list: either may be deployed. `AWS::NoValue` is no item. */
const branchesOf = (item: SourceNode): readonly SourceNode[] => {
  const parts = itemsOf(memberOf(item, 'Fn::If')).slice(1);
  const isList = item.kind === 'object' && item.members.length === 1 && parts.length === 2;
  return isList ? parts.filter(part => stringOf(memberOf(part, 'Ref')) !== 'AWS::NoValue').flatMap(branchesOf) : [item];
};

const resolveFunction = (
  node: SourceNode,
  { key, value }: SourceMember,
  resources: SourceNode | undefined,
): SourceNode => {
  const { offset } = node;
  const text = (result: string): SourceNode => ({ kind: 'scalar', value: result, offset });
  if (key === 'Ref') return text(reference(stringOf(value) ?? 'Ref', resources));
  if (key === 'Fn::Sub') return text(substitute(value, resources));
  if (key === 'Fn::Join') return text(join(value, resources));
  if (key === 'Fn::GetAtt') {
    const parts = itemsOf(value).map(part => stringOf(resolveIntrinsics(part, resources)) ?? '');
    return (
      customJson(parts, resources, offset) ??
      text(reference((parts.length > 0 ? parts : [stringOf(value) ?? '']).join('.'), resources))
    );
  }
  const selected = key === 'Fn::Select' ? select(value, resources) : undefined;
  if (selected !== undefined) return text(selected);
  return text(placeholder(`${key.replace('Fn::', '')} ${outline(value)}`));
};

/** What `${name}` stands for: a resource, an attribute of one (`Cluster.Arn`), a parameter. */
const reference = (name: string, resources: SourceNode | undefined): string => {
  const [id = '', ...attribute] = name.split('.');
  const known = knownAttribute(id, attribute.length > 0 ? attribute.join('.') : undefined, resources, node =>
    resolveIntrinsics(node, without(resources, id)),
  );
  return known ?? placeholder(name);
};

/** One part of an `Fn::Split`, where the text is known well enough to tell: the separator stands in no placeholder, and is
 *  more than the one character that anything may have in it. */
const select = (value: SourceNode, resources: SourceNode | undefined): string | undefined => {
  const [index, list] = itemsOf(value);
  const [separator, whole] = itemsOf(memberOf(list, 'Fn::Split'));
  const between = stringOf(separator) ?? '';
  const text = whole && stringOf(resolveIntrinsics(whole, resources));
  if (index?.kind !== 'scalar' || text === undefined || between.length < 2) return undefined;
  const parts = text.split(between);
  const certain = text.replace(/\$\{[^{}]*\}/g, '').split(between);
  return parts.length === certain.length ? parts[Number(index.value)] : undefined;
};

/** `Fn::Sub`: variables of its own map are filled in where they are texts; `${!x}` is a literal `${x}`. */
const substitute = (value: SourceNode, resources: SourceNode | undefined): string => {
  const [template, variables] = value.kind === 'array' ? value.items : [value];
  const text = stringOf(template);
  return text === undefined ? placeholder('Sub') : substituted(text, variables, resources);
};

const substituted = (text: string, variables: SourceNode | undefined, resources: SourceNode | undefined): string =>
  text.replace(/\$\{(!?)([^${}]+)\}/g, (whole, literal: string, name: string) => {
    if (literal === '!') return `\${${name}}`;
    const given = memberOf(variables, name.trim());
    if (given) return stringOf(resolveIntrinsics(given, resources)) ?? whole;
    const known = reference(name.trim(), resources);
    return known === placeholder(name.trim()) ? whole : known;
  });

const join = (value: SourceNode, resources: SourceNode | undefined): string => {
  const [delimiter, list] = itemsOf(value);
  if (list?.kind !== 'array') return placeholder(`Join ${outline(value)}`);
  return list.items.map(item => asText(resolveIntrinsics(item, resources))).join(stringOf(delimiter) ?? '');
};

const asText = (node: SourceNode): string =>
  node.kind === 'scalar' ? String(node.value ?? '') : placeholder(outline(node));

/** The CDK writes conditions whose keys are not known at synthesis as the value of a Custom::AWSCDKCfnJson resource. */
const customJson = (
  parts: readonly string[],
  resources: SourceNode | undefined,
  offset: number,
): SourceNode | undefined => {
  const [id = '', attribute] = parts;
  const resource = memberOf(resources, id);
  if (attribute !== 'Value' || stringOf(memberOf(resource, 'Type')) !== 'Custom::AWSCDKCfnJson') return undefined;
  const value = memberOf(memberOf(resource, 'Properties'), 'Value');
  const text = value && stringOf(resolveIntrinsics(value, without(resources, id)));
  const parsed = text === undefined ? undefined : readJson(text);
  return parsed === undefined || isUnreadable(parsed) ? undefined : movedTo(parsed, offset);
};

/** The resources without one that is being resolved: one that refers to itself does not end. */
const without = (resources: SourceNode | undefined, id: string): SourceNode | undefined =>
  resources?.kind === 'object'
    ? { ...resources, members: resources.members.filter(member => member.key !== id) }
    : undefined;

/** The same value, all of it at one place. */
const movedTo = (node: SourceNode, offset: number): SourceNode => {
  if (node.kind === 'scalar') return { ...node, offset };
  if (node.kind === 'array') return { ...node, offset, items: node.items.map(item => movedTo(item, offset)) };
  return {
    ...node,
    offset,
    members: node.members.map(({ key, value }) => ({ key, keyOffset: offset, value: movedTo(value, offset) })),
  };
};

/** A placeholder in the form that the linter knows; safe inside JSON text. */
const placeholder = (name: string): string => `\${${name.replace(/[^\w.: -]/g, '_').slice(0, 120)}}`;

/** A short text that is the same for the same expression. */
const outline = (node: SourceNode): string => {
  if (node.kind === 'scalar') return String(node.value);
  const parts =
    node.kind === 'array' ? node.items.map(outline) : node.members.map(({ key, value }) => `${key} ${outline(value)}`);
  return parts.join(' ').slice(0, 200);
};
