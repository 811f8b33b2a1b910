import {
  isUnreadable,
  itemsOf,
  memberOf,
  movedTo,
  readJson,
  type SourceMember,
  type SourceNode,
  stringAt,
  stringOf,
} from './source-tree.ts';
import type { TemplateScope } from './template-scope.ts';

/** CloudFormation functions that return a text. */
const isFunction = (key: string): boolean => key === 'Ref' || key.startsWith('Fn::');

/**
 * Resolves the functions in a part of a template with the facts of the template itself. The rest becomes a placeholder
 * `${…}`, the same for the same expression.
 */
export const resolveIntrinsics = (node: SourceNode, scope: TemplateScope): SourceNode => {
  if (node.kind === 'array')
    return {
      ...node,
      items: node.items.flatMap(item => branchesOf(item).map(branch => resolveIntrinsics(branch, scope))),
    };
  if (node.kind !== 'object') return node;
  const [only] = node.members;
  if (node.members.length === 1 && only && isFunction(only.key)) return resolveFunction(node, only, scope);
  return {
    ...node,
    members: node.members.map(member => ({
      ...member,
      key: member.isFunction ? substituted(member.key, undefined, scope) : member.key,
      value: resolveIntrinsics(member.value, scope),
    })),
  };
};

/** Both branches of an `Fn::If` in a list: either may be deployed. `AWS::NoValue` is not an item. */
const branchesOf = (item: SourceNode): readonly SourceNode[] => {
  const parts = itemsOf(memberOf(item, 'Fn::If')).slice(1);
  const isList = item.kind === 'object' && item.members.length === 1 && parts.length === 2;
  return isList ? parts.filter(part => stringOf(memberOf(part, 'Ref')) !== 'AWS::NoValue').flatMap(branchesOf) : [item];
};

const resolveFunction = (node: SourceNode, { key, value }: SourceMember, scope: TemplateScope): SourceNode => {
  const text = (result: string): SourceNode => stringAt(scope.count(result, node.at), node);
  if (key === 'Ref') return text(reference(stringOf(value) ?? 'Ref', scope));
  if (key === 'Fn::Sub') return text(substitute(value, scope));
  if (key === 'Fn::Join') return text(join(value, scope));
  if (key === 'Fn::GetAtt') {
    const parts = itemsOf(value).map(part => stringOf(resolveIntrinsics(part, scope)) ?? '');
    return (
      customJson(parts, scope, node) ??
      text(reference((parts.length > 0 ? parts : [stringOf(value) ?? '']).join('.'), scope))
    );
  }
  const selected = key === 'Fn::Select' ? select(value, scope) : undefined;
  if (selected !== undefined) return text(selected);
  const mapped = key === 'Fn::FindInMap' ? findInMap(value, scope) : undefined;
  if (mapped !== undefined) return 'text' in mapped ? text(mapped.text) : resolveIntrinsics(mapped, scope);
  return text(placeholder(`${key.replace('Fn::', '')} ${outline(value)}`));
};

/** The value of `${name}`: a resource, an attribute of one (`Cluster.Arn`), a parameter. */
const reference = (name: string, scope: TemplateScope): string => {
  const [id = '', ...attribute] = name.split('.');
  const known = knownAttribute(id, attribute.length > 0 ? attribute.join('.') : undefined, scope, node =>
    resolveIntrinsics(node, scope.without(id, node.at)),
  );
  return known ?? (attribute.length === 0 ? scope.defaultOf(id) : undefined) ?? placeholder(name);
};

/** The value of a mapping; where the first key is known only at deployment, the value that all of its keys have. */
const findInMap = (value: SourceNode, scope: TemplateScope): SourceNode | undefined => {
  const [mapping = '', first = '', second = ''] = itemsOf(value).map(part => asText(resolveIntrinsics(part, scope)));
  const values = scope.mapped(mapping, second);
  const exact = values.get(first);
  if (exact) return exact;
  const [one, ...others] = values.values();
  const isSame = one !== undefined && first.includes('${') && others.every(other => outline(other) === outline(one));
  return isSame ? one : undefined;
};

/** One item of a list, or one part of an `Fn::Split`, if it is certain: the separator is outside of all placeholders, and
 *  longer than one character, which any value could contain. */
const select = (value: SourceNode, scope: TemplateScope): string | undefined => {
  const [index, list] = itemsOf(value);
  if (list?.kind === 'array' && index && 'text' in index) {
    const item = list.items[Number(index.text)];
    return item && asText(resolveIntrinsics(item, scope));
  }
  const [separator, whole] = itemsOf(memberOf(list, 'Fn::Split'));
  const between = stringOf(separator) ?? '';
  const text = whole && stringOf(resolveIntrinsics(whole, scope));
  if (index === undefined || !('text' in index) || text === undefined || between === '') return undefined;
  if (between.length < 2 && text.includes('${')) return undefined;
  const parts = text.split(between);
  const certain = text.replace(/\$\{[^{}]*\}/g, '').split(between);
  return parts.length === certain.length ? parts[Number(index.text)] : undefined;
};

/** `Fn::Sub`: variables of its own map are filled in if they are texts; `${!x}` is a literal `${x}`. */
const substitute = (value: SourceNode, scope: TemplateScope): string => {
  const [template, variables] = value.kind === 'array' ? value.items : [value];
  const text = stringOf(template);
  return text === undefined ? placeholder('Sub') : substituted(text, variables, scope);
};

const substituted = (text: string, variables: SourceNode | undefined, scope: TemplateScope): string =>
  text.replace(/\$\{(!?)([^${}]+)\}/g, (whole, literal: string, name: string) => {
    if (literal === '!') return `\${${name}}`;
    const given = memberOf(variables, name.trim());
    if (given) return stringOf(resolveIntrinsics(given, scope)) ?? whole;
    const known = reference(name.trim(), scope);
    return known === placeholder(name.trim()) ? whole : known;
  });

const join = (value: SourceNode, scope: TemplateScope): string => {
  const [delimiter, list] = itemsOf(value);
  if (list?.kind !== 'array') return placeholder(`Join ${outline(value)}`);
  return list.items.map(item => asText(resolveIntrinsics(item, scope))).join(stringOf(delimiter) ?? '');
};

const asText = (node: SourceNode): string =>
  node.kind === 'null' ? '' : 'text' in node ? node.text : placeholder(outline(node));

/** The CDK writes conditions with keys unknown at synthesis as the value of a Custom::AWSCDKCfnJson resource. */
const customJson = (parts: readonly string[], scope: TemplateScope, place: SourceNode): SourceNode | undefined => {
  const [id = '', attribute] = parts;
  const resource = scope.resource(id);
  if (attribute !== 'Value' || stringOf(memberOf(resource, 'Type')) !== 'Custom::AWSCDKCfnJson') return undefined;
  const value = memberOf(memberOf(resource, 'Properties'), 'Value');
  const text = value && stringOf(resolveIntrinsics(value, scope.without(id, place.at)));
  const parsed = text === undefined ? undefined : readJson(text);
  return parsed === undefined || isUnreadable(parsed) ? undefined : movedTo(parsed, place);
};

/** A placeholder in the form that the linter knows; safe inside JSON text. */
const placeholder = (name: string): string => `\${${name.replace(/[^\w.: -]/g, '_').slice(0, 120)}}`;

/** A short text that is the same for the same expression. */
const outline = (node: SourceNode): string => {
  if ('text' in node) return node.text;
  const parts =
    node.kind === 'array' ? node.items.map(outline) : node.members.map(({ key, value }) => `${key} ${outline(value)}`);
  return parts.join(' ').slice(0, 200);
};

const clusterTypes: readonly (string | undefined)[] = ['AWS::EKS::Cluster', 'Custom::AWSCDK-EKS-Cluster'];
const providerTypes: readonly (string | undefined)[] = [
  'AWS::IAM::OIDCProvider',
  'Custom::AWSCDKOpenIdConnectProvider',
];

/**
 * The known part of a reference to a resource of the template, with placeholders for the rest: a cluster's issuer URL
 * begins with `https://`, and a provider's ARN ends with its URL without that (AWS::EKS::Cluster and AWS::IAM::OIDCProvider
 * in the CloudFormation reference). `attribute` is undefined for `Ref`; `resolve` resolves a part of the template.
 */
const knownAttribute = (
  id: string,
  attribute: string | undefined,
  scope: TemplateScope,
  resolve: (node: SourceNode) => SourceNode,
): string | undefined => {
  const resource = scope.resource(id);
  const type = stringOf(memberOf(resource, 'Type'));
  if (clusterTypes.includes(type) && attribute === 'OpenIdConnectIssuerUrl')
    return `https://\${${id}.OpenIdConnectIssuer}`;
  if (!providerTypes.includes(type) || (attribute ?? 'Arn') !== 'Arn') return undefined;
  const url = memberOf(memberOf(resource, 'Properties'), 'Url');
  const issuer = url && stringOf(resolve(url))?.match(/^https:\/\/(.+)$/)?.[1];
  return issuer === undefined ? undefined : `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:oidc-provider/${issuer}`;
};
