/** Pod Identity associations that a Terraform module makes: by a resource of its own (hashicorp/aws,
 *  aws_eks_pod_identity_association), or by the module terraform-aws-modules/terraform-aws-eks-pod-identity (main.tf: each of
 *  its `associations` before `association_defaults`, for the role of the module). */
import { given } from '../../../text.ts';
import type { FoundAssociation } from '../manifests/objects.ts';
import { memberOf, type SourceDocument, type SourceNode, stringOf } from '../source-tree.ts';
import { isUnresolved, type OpenPart } from '../unresolved.ts';
import type { HclBlock } from './hcl-tree.ts';
import { blockAddress, type HclScope, placeholder, resolved } from './resolve.ts';
import { isModuleOff, moduleNameOf } from './role-modules.ts';
import { roleIn } from './service-accounts.ts';

/** The associations of a block, and those that are known only after apply. */
interface AssociationsOfBlock {
  readonly associations: readonly FoundAssociation[];
  readonly open: readonly (OpenPart & { readonly source: SourceDocument; readonly owner: string })[];
}

/** The associations of a resource or a module; none of any other block. */
export const associationsOfBlock = (
  block: HclBlock,
  document: SourceDocument,
  scope: HclScope,
): AssociationsOfBlock => {
  if (block.type === 'module' && moduleNameOf(block, scope) === 'eks-pod-identity')
    return ofModule(block, document, scope);
  const [type = ''] = block.labels;
  if (block.type !== 'resource' || !/^(?:aws|awscc)_eks_pod_identity_association$/.test(type))
    return { associations: [], open: [] };
  const at = (name: string): SourceNode | undefined => {
    const written = block.attributes.get(name);
    return written && resolved(written, scope);
  };
  const role = block.attributes.get('role_arn');
  const owner = blockAddress(block);
  return associationFrom(at, { document, at: block.at, owner }, role && { ofRole: roleIn(role) });
};

const ofModule = (block: HclBlock, document: SourceDocument, scope: HclScope): AssociationsOfBlock => {
  const written = block.attributes.get('associations');
  if (written === undefined || isModuleOff(block)) return { associations: [], open: [] };
  const all = resolved(written, scope);
  const owner = blockAddress(block);
  if (all.kind !== 'object')
    return {
      associations: [],
      open: isUnresolved(all)
        ? [{ source: document, owner, at: all.at, why: 'associations is known only after apply' }]
        : [],
    };
  const defaults = block.attributes.get('association_defaults');
  const usual = defaults && resolved(defaults, scope);
  // The module's own role, whose ARN is known only after apply.
  const roleArn = { kind: 'string', text: placeholder(`${owner}.iam_role_arn`), at: block.at, end: block.end } as const;
  const each = all.members.map(({ at, value }) =>
    associationFrom(
      name => (name === 'role_arn' ? roleArn : (memberOf(value, name) ?? memberOf(usual, name))),
      { document, at, owner },
      { ofRole: owner },
    ),
  );
  return { associations: each.flatMap(({ associations }) => associations), open: each.flatMap(({ open }) => open) };
};

/** An association whose namespace and service account are texts, which may hold placeholders. */
const associationFrom = (
  valueAt: (name: string) => SourceNode | undefined,
  place: Pick<FoundAssociation, 'document' | 'at' | 'owner'>,
  role: { readonly ofRole: string | undefined } | undefined,
): AssociationsOfBlock => {
  const [namespace, serviceAccount] = [stringOf(valueAt('namespace')), stringOf(valueAt('service_account'))];
  if (namespace === undefined || serviceAccount === undefined) {
    const missing = namespace === undefined ? 'namespace' : 'service_account';
    const why = `the Pod Identity association has no ${missing} that is a text`;
    return { associations: [], open: [{ source: place.document, owner: place.owner, at: place.at, why }] };
  }
  const known = { cluster: stringOf(valueAt('cluster_name')), roleArn: stringOf(valueAt('role_arn')), ...role };
  return { associations: [{ ...place, namespace, serviceAccount, ...given(known) }], open: [] };
};
