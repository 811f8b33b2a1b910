/** Objects of Kubernetes that a Terraform module makes from a manifest (hashicorp/kubernetes, kubernetes_manifest;
 *  gavinbunney/kubectl, kubectl_manifest), or writes to a file (hashicorp/local, local_file). */
import type { FoundPolicies } from '../found-policy.ts';
import { isManifest, manifestPolicies } from '../manifests/found-objects.ts';
import { readYaml } from '../read-yaml.ts';
import { isUnreadable, movedTo, placedBy, type SourceDocument, type SourceNode } from '../source-tree.ts';
import type { HclBlock } from './hcl-tree.ts';
import { type HclScope, resolved } from './resolve.ts';

/** Where a resource has its manifest, by its type. */
const manifestAt: Readonly<Record<string, string>> = {
  ...{ kubernetes_manifest: 'manifest', kubectl_manifest: 'yaml_body', local_file: 'content' },
};

/** The objects in the manifest of a block; none for any other block. */
export const manifestsOfBlock = (
  block: HclBlock,
  source: SourceDocument,
  scope: HclScope,
): readonly FoundPolicies[] => {
  const [type = ''] = block.labels;
  const attribute = block.type === 'resource' && Object.hasOwn(manifestAt, type) ? manifestAt[type] : undefined;
  const written = attribute === undefined ? undefined : block.attributes.get(attribute);
  if (written === undefined) return [];
  return rootsOf(resolved(written, scope), source)
    .filter(isManifest)
    .map(root => manifestPolicies(root, source));
};

/** A text of YAML keeps its places where the file has it as it is. */
const rootsOf = (value: SourceNode, source: SourceDocument): readonly SourceNode[] => {
  if (value.kind !== 'string') return [value];
  const roots = readYaml(value.text);
  if (isUnreadable(roots)) return [];
  const from = source.text.indexOf(value.text, value.at);
  const isHere = from >= 0 && from + value.text.length <= value.end;
  return roots.map(root => (isHere ? placedBy(root, at => at + from) : movedTo(root, value)));
};
