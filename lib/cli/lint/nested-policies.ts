/** Trust policies anywhere in a document: in a composition, in the values of a tool that lint does not know. */
import { type FoundPolicy, policyOf } from './found-policy.ts';
import { withoutEscapes } from './may-bear.ts';
import { itemsOf, memberOf, type SourceDocument, type SourceNode, statementsOf, stringOf } from './source-tree.ts';

/** The trust policies in a part of a document, whether they are written as objects or as texts of JSON. */
export const nestedPolicies = (node: SourceNode, document: SourceDocument, owner: string): readonly FoundPolicy[] => {
  if (isTrustPolicy(node) || isTextOfPolicy(node)) {
    const found = policyOf(node, document, owner);
    return found ? [found] : [];
  }
  const inner = node.kind === 'object' ? node.members.map(({ value }) => value) : itemsOf(node);
  return inner.flatMap(one => nestedPolicies(one, document, owner));
};

/** True for a policy whose statements have principals and allow to assume a role. */
export const isTrustPolicy = (node: SourceNode, actions = /^sts:(?:AssumeRole|\*)|^\*$/i): boolean =>
  statementsOf(node).some(
    one =>
      (memberOf(one, 'Principal') ?? memberOf(one, 'NotPrincipal')) !== undefined &&
      actionsOf(one).some(action => actions.test(action)),
  );

const actionsOf = (statement: SourceNode): readonly string[] => {
  const action = memberOf(statement, 'Action');
  return (action?.kind === 'array' ? action.items : [action]).flatMap(one => stringOf(one) ?? []);
};

const isTextOfPolicy = (node: SourceNode): boolean => {
  if (node.kind !== 'string' || !/^\s*\{/.test(node.text)) return false;
  const plain = withoutEscapes(node.text);
  return /"Statement"\s*:/.test(plain) && /"Principal"\s*:/.test(plain) && /sts:AssumeRole/i.test(plain);
};
