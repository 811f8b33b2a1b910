import { itemsOf, memberOf, type SourceNode, stringOf } from './source-tree.ts';

/** The forms that a part of a template has when it is deployed, by the answers to its `Fn::If`s. */
export interface DeployedForms {
  readonly forms: readonly SourceNode[];
  /** Conditions that are not evaluated, because there are several: their answers may depend on each other. */
  readonly open: readonly string[];
}

/**
 * Both forms of a part that uses one condition. The part itself if it uses none or several: not every combination of
 * answers is possible. `given` is the condition that the resource itself depends on.
 */
export const deployedForms = (node: SourceNode, given: string | undefined): DeployedForms => {
  const names = new Set(conditionsIn(node));
  const [name, ...others] = names;
  if (name === undefined) return { forms: [node], open: [] };
  if (others.length > 0) return { forms: [node], open: [...names] };
  const answers = name === given ? [true] : [true, false];
  return { forms: answers.flatMap(answer => choose(node, answer) ?? []), open: [] };
};

const branchesOf = (node: SourceNode): readonly SourceNode[] | undefined => {
  const parts = itemsOf(memberOf(node, 'Fn::If'));
  return node.kind === 'object' && node.members.length === 1 && parts.length === 3 ? parts : undefined;
};

const conditionsIn = (node: SourceNode): readonly string[] => {
  const [name, ...branches] = branchesOf(node) ?? [];
  if (name) return [stringOf(name) ?? '', ...branches.flatMap(conditionsIn)];
  return childrenOf(node).flatMap(conditionsIn);
};

const childrenOf = (node: SourceNode): readonly SourceNode[] => {
  if (node.kind === 'object') return node.members.map(member => member.value);
  return itemsOf(node);
};

/** The part with the branches of one answer; undefined for `AWS::NoValue`, which removes its key or item. */
const choose = (node: SourceNode, answer: boolean): SourceNode | undefined => {
  const branch = branchesOf(node)?.[answer ? 1 : 2];
  if (branch) return choose(branch, answer);
  if (stringOf(memberOf(node, 'Ref')) === 'AWS::NoValue') return undefined;
  if (node.kind === 'array') return { ...node, items: node.items.flatMap(item => choose(item, answer) ?? []) };
  if (node.kind !== 'object') return node;
  return {
    ...node,
    members: node.members.flatMap(member => {
      const value = choose(member.value, answer);
      return value ? [{ ...member, value }] : [];
    }),
  };
};
