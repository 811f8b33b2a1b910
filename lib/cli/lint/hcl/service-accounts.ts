/** Service accounts that a Terraform module makes (hashicorp/kubernetes, kubernetes_service_account). */
import { addonServiceAccounts } from '../../../facts.ts';
import { roleArnKey } from '../../../model.ts';
import { given } from '../../../text.ts';
import { entriesOf, type FoundEntry, type FoundServiceAccount } from '../manifests/objects.ts';
import { hasPlaceholder } from '../placeholders.ts';
import { type SourceDocument, type SourceNode, stringAt, stringOf } from '../source-tree.ts';
import type { HclBlock, HclExpression, HclMember } from './hcl-tree.ts';
import { type HclScope, placeholder, resolved } from './resolve.ts';

/** The service accounts of a block: of a resource with a name, and of the add-ons of EKS that it gives a role. */
export const serviceAccountsOfBlock = (
  block: HclBlock,
  document: SourceDocument,
  scope: HclScope,
): readonly FoundServiceAccount[] => {
  const [type = ''] = block.labels;
  if (type === 'aws_eks_addon') {
    const name = block.attributes.get('addon_name');
    const role = block.attributes.get(addonRole);
    return role === undefined ? [] : accountOfAddon(name && stringOf(resolved(name, scope)), role, { document, scope });
  }
  if (block.type === 'module')
    return [...block.attributes.values()].flatMap(map => accountsOfAddons(map, { document, scope }));
  if (block.type !== 'resource' || !/^kubernetes_service_account(?:_v1)?$/.test(type)) return [];
  return accountOfResource(block, document, scope);
};

/** The role of an add-on (hashicorp/aws, aws_eks_addon; terraform-aws-modules/eks, `cluster_addons` by name). */
const addonRole = 'service_account_role_arn';

interface Within {
  readonly document: SourceDocument;
  readonly scope: HclScope;
}

const accountsOfAddons = (map: HclExpression, within: Within): readonly FoundServiceAccount[] =>
  membersOf(map).flatMap(({ key: name, value: addon }) =>
    membersOf(addon).flatMap(({ key, value }) =>
      textOf(key, within.scope) === addonRole ? accountOfAddon(textOf(name, within.scope), value, within) : [],
    ),
  );

const membersOf = (map: HclExpression): readonly HclMember[] => (map.kind === 'map' ? map.members : []);

const textOf = (written: HclExpression | undefined, scope: HclScope): string | undefined =>
  written && stringOf(resolved(written, scope));

/** The service account that an add-on has, where AWS documents it. */
const accountOfAddon = (
  addon: string | undefined,
  role: HclExpression,
  { document, scope }: Within,
): readonly FoundServiceAccount[] => {
  const account = addonServiceAccounts.get(addon ?? '');
  const value = wholeOf(role, resolved(role, scope));
  if (account === undefined || !('text' in value) || value.kind === 'null') return [];
  const at = document.text.lastIndexOf(addonRole, role.at);
  const entry = { key: roleArnKey, value: value.text, at, ...given({ ofRole: roleIn(role) }) };
  return [{ document, at, ...account, annotations: [entry], labels: [] }];
};

const accountOfResource = (
  block: HclBlock,
  document: SourceDocument,
  scope: HclScope,
): readonly FoundServiceAccount[] => {
  const metadata = block.blocks.find(inner => inner.type === 'metadata');
  const textAt = (name: string): string | undefined => textOf(metadata?.attributes.get(name), scope);
  const name = textAt('name');
  if (metadata === undefined || name === undefined) return [];
  return [
    {
      document,
      at: block.at,
      name,
      // The provider puts a service account without a namespace into `default`.
      namespace: textAt('namespace') ?? 'default',
      annotations: entriesIn(metadata.attributes.get('annotations'), scope),
      labels: entriesIn(metadata.attributes.get('labels'), scope),
    },
  ];
};

/** The entries of a map as it is written, of either branch of a condition too. */
const entriesIn = (map: HclExpression | undefined, scope: HclScope): readonly FoundEntry[] => {
  if (map?.kind === 'choice') return map.branches.flatMap(branch => entriesIn(branch, scope));
  if (map?.kind !== 'map') return map === undefined ? [] : entriesOf(resolved(map, scope));
  return map.members.flatMap(({ key, value }) => {
    const name = stringOf(resolved(key, scope));
    const text = wholeOf(value, resolved(value, scope));
    return name !== undefined && 'text' in text && text.kind !== 'null'
      ? [{ key: name, value: text.text, at: key.at, ...given({ ofRole: roleIn(value) }) }]
      : [];
  });
};

/** A part of a role is named as it is written where its value is not known: its attribute says that it is no ARN. */
const wholeOf = (written: HclExpression, value: SourceNode): SourceNode => {
  const isOpen = value.kind === 'string' && hasPlaceholder(value.text);
  return isOpen && written.kind === 'reference' && /^(?:data\.)?aws_iam_role\./.test(written.text)
    ? stringAt(placeholder(written.text), value)
    : value;
};

/** Outputs of modules that are the ARN of their role; the last one is of terraform-aws-modules/iam before version 4. */
const arnOutputs: readonly (string | undefined)[] = ['arn', 'iam_role_arn', 'role_arn', 'this_iam_role_arn'];

/** The role whose ARN an expression is: `aws_iam_role.app.arn`, `module.irsa.iam_role_arn`. */
export const roleIn = (expression: HclExpression): string | undefined => {
  const only = expression.kind === 'template' && expression.parts.length === 1 ? expression.parts[0] : undefined;
  const value = only && 'value' in only ? only.value : expression;
  if (value.kind !== 'reference') return undefined;
  const [first = '', second = '', ...rest] = value.path;
  const isRole = first === 'aws_iam_role' && rest.at(-1) === 'arn';
  return isRole || (first === 'module' && arnOutputs.includes(rest.at(-1))) ? `${first}.${second}` : undefined;
};
