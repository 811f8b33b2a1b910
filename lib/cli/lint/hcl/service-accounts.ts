/** Service accounts that a Terraform module makes (hashicorp/kubernetes, kubernetes_service_account). */
import { given } from '../../../text.ts';
import type { FoundEntry, FoundServiceAccount } from '../manifests/objects.ts';
import { type SourceDocument, type SourceNode, stringOf } from '../source-tree.ts';
import type { HclBlock, HclExpression } from './hcl-tree.ts';
import { type HclScope, resolved } from './resolve.ts';

/** The service account of a block; undefined for any other block, and for one without a name. */
export const serviceAccountOfBlock = (
  block: HclBlock,
  document: SourceDocument,
  scope: HclScope,
): FoundServiceAccount | undefined => {
  const [type = ''] = block.labels;
  if (block.type !== 'resource' || !/^kubernetes_service_account(?:_v1)?$/.test(type)) return undefined;
  const metadata = block.blocks.find(inner => inner.type === 'metadata');
  const textAt = (name: string): string | undefined => {
    const written = metadata?.attributes.get(name);
    return written && stringOf(resolved(written, scope));
  };
  const name = textAt('name');
  if (metadata === undefined || name === undefined) return undefined;
  return {
    document,
    at: block.at,
    name,
    // The provider puts a service account without a namespace into `default`.
    namespace: textAt('namespace') ?? 'default',
    annotations: entriesOf(metadata.attributes.get('annotations'), scope),
    labels: entriesOf(metadata.attributes.get('labels'), scope),
  };
};

const entriesOf = (map: HclExpression | undefined, scope: HclScope): readonly FoundEntry[] => {
  if (map?.kind !== 'map') return map === undefined ? [] : entriesIn(resolved(map, scope));
  return map.members.flatMap(({ key, value }) => {
    const name = stringOf(resolved(key, scope));
    const text = resolved(value, scope);
    return name !== undefined && 'text' in text
      ? [{ key: name, value: text.text, at: key.at, ...given({ ofRole: roleIn(value) }) }]
      : [];
  });
};

/** The entries of a map that a function makes. */
const entriesIn = (map: SourceNode): readonly FoundEntry[] =>
  map.kind === 'object'
    ? map.members.flatMap(({ key, at, value }) => ('text' in value ? [{ key, value: value.text, at }] : []))
    : [];

/** Outputs of modules that are the ARN of their role. */
const arnOutputs: readonly (string | undefined)[] = ['arn', 'iam_role_arn', 'role_arn'];

/** The role whose ARN an expression is: `aws_iam_role.app.arn`, `module.irsa.iam_role_arn`. */
export const roleIn = (expression: HclExpression): string | undefined => {
  const only = expression.kind === 'template' && expression.parts.length === 1 ? expression.parts[0] : undefined;
  const value = only && 'value' in only ? only.value : expression;
  if (value.kind !== 'reference') return undefined;
  const [first = '', second = '', ...rest] = value.path;
  const isRole = first === 'aws_iam_role' && rest.at(-1) === 'arn';
  return isRole || (first === 'module' && arnOutputs.includes(rest.at(-1))) ? `${first}.${second}` : undefined;
};
