import type { FoundPolicies, FoundPolicy, UnknownPolicy } from './found-policy.ts';
import { resolveIntrinsics } from './intrinsics.ts';
import { originOf, policyTextOf } from './policy-text.ts';
import { memberOf, type Place, type SourceMember, type SourceNode, stringOf } from './source-tree.ts';

/** True for a CloudFormation template. */
export const isTemplate = (root: SourceNode): boolean => memberOf(root, 'Resources')?.kind === 'object';

/** The trust policies of all AWS::IAM::Role resources of a template. */
export const templatePolicies = (root: SourceNode, file: string, placeAt: (offset: number) => Place): FoundPolicies => {
  const resources = memberOf(root, 'Resources');
  const policies: FoundPolicy[] = [];
  const unknown: UnknownPolicy[] = [];
  for (const { key, value } of resources?.kind === 'object' ? resources.members : []) {
    if (stringOf(memberOf(value, 'Type')) !== 'AWS::IAM::Role') continue;
    const document = memberOf(memberOf(value, 'Properties'), 'AssumeRolePolicyDocument');
    if (!document) continue;
    const owner = `AWS::IAM::Role ${key}`;
    const refused = functionKeyIn(document);
    if (refused)
      unknown.push({
        file,
        owner,
        at: placeAt(refused.keyOffset),
        why: 'a function stands where a key belongs: CloudFormation refuses such a template; give the policy as JSON text in one Fn::Sub',
      });
    const resolved = resolveIntrinsics(document, resources);
    const found = policyOf(resolved, file, owner, placeAt);
    if (found) policies.push(found);
    else
      unknown.push({
        file,
        owner,
        at: placeAt(document.offset),
        why: 'its trust policy is known only when the stack is deployed',
      });
  }
  return { policies, unknown };
};

/** The first key that is written as a function. */
const functionKeyIn = (node: SourceNode): SourceMember | undefined => {
  if (node.kind === 'scalar') return undefined;
  if (node.kind === 'array') return node.items.map(functionKeyIn).find(found => found !== undefined);
  return node.members
    .map(member => (member.isFunction ? member : functionKeyIn(member.value)))
    .find(found => found !== undefined);
};

/** A policy that stands in a document as an object or as text; undefined for a text that is a placeholder as a whole. */
export const policyOf = (
  node: SourceNode,
  file: string,
  owner: string,
  placeAt: (offset: number) => Place,
): FoundPolicy | undefined => {
  const text = stringOf(node);
  if (text === undefined) {
    const written = policyTextOf(node);
    return { file, owner, text: written.text, placeOf: originOf(written, placeAt) };
  }
  if (/^\$\{[^{}]*\}$/.test(text.trim())) return undefined;
  return { file, owner, text, placeOf: () => placeAt(node.offset) };
};
