/** The text of a resource control policy: the language of trust policies, with `Resource`, and with `"*"` as the one
 *  principal (docs/facts.md §A.9b). */
import { given, lineAt } from '../../text.ts';
import { buildPolicy } from './build-policy.ts';
import { type JsonNode, scanJson } from './json-scan.ts';
import { locator } from './locate.ts';
import { maxPolicyDepth } from './parse-policy.ts';
import type { Policy, Statement } from './policy.ts';

/** Which resources a statement is for: those that match, or, with `NotResource`, all others. */
export interface ResourceScope {
  readonly patterns: readonly string[];
  readonly isNegated: boolean;
}

/** A statement with its resources; without a readable scope it is undecided for which it is. */
interface ControlStatement {
  readonly statement: Statement;
  readonly scope?: ResourceScope;
}

/** A policy that Organizations keeps: what IAM would refuse in a trust policy is not asked of it. */
export interface ControlPolicyText {
  readonly frame: Pick<Policy, 'version' | 'problems'>;
  readonly statements: readonly ControlStatement[];
}

/** Reads the text; undefined where it is no policy. Never throws. */
export const parseControlPolicy = (text: string): ControlPolicyText | undefined => {
  const scan = scanJson(text, maxPolicyDepth);
  if (!scan.ok) return undefined;
  const source = { text, locate: locator(text), lineAt: (offset: number) => lineAt(text, offset) };
  const parsed = buildPolicy(withoutResources(scan.root), source);
  if (!parsed.ok) return undefined;
  const { version, problems, statements } = parsed.policy;
  const scopes = statementNodes(scan.root).map(scopeOf);
  return {
    // A key that is used twice has no documented reading, whoever keeps it.
    frame: { ...given({ version }), problems: problems.filter(({ kind }) => kind === 'duplicate-key') },
    statements: statements.map((statement, at) => {
      const scope = scopes[at];
      return { statement: forEveryone(statement), ...given({ scope }) };
    }),
  };
};

const statementNodes = (root: JsonNode): readonly JsonNode[] => {
  const list = root.kind === 'object' ? root.members.findLast(({ key }) => key === 'Statement')?.value : undefined;
  return list === undefined ? [] : list.kind === 'array' ? list.items : [list];
};

const isResource = (key: string): boolean => key === 'Resource' || key === 'NotResource';

const scopeOf = (node: JsonNode): ResourceScope | undefined => {
  const members = node.kind === 'object' ? node.members.filter(({ key }) => isResource(key)) : [];
  const [only, second] = members;
  if (only === undefined || second !== undefined) return undefined;
  const items = only.value.kind === 'array' ? only.value.items : [only.value];
  const patterns = items.flatMap(item => (item.kind === 'string' ? [item.text] : []));
  return patterns.length === items.length ? { patterns, isNegated: only.key === 'NotResource' } : undefined;
};

const withoutResources = (root: JsonNode): JsonNode => {
  if (root.kind !== 'object') return root;
  const bare = (node: JsonNode): JsonNode =>
    node.kind === 'object' ? { ...node, members: node.members.filter(({ key }) => !isResource(key)) } : node;
  return {
    ...root,
    members: root.members.map(member => {
      if (member.key !== 'Statement') return member;
      const { value } = member;
      return { ...member, value: value.kind === 'array' ? { ...value, items: value.items.map(bare) } : bare(value) };
    }),
  };
};

/** Here `"*"` is documented to be everyone, web identities too: it is written as the entry that stands for it. */
const forEveryone = (statement: Statement): Statement => {
  const { principal } = statement;
  if (principal?.kind !== 'everyone') return statement;
  const { at } = principal;
  return { ...statement, principal: { kind: 'typed', entries: [{ type: 'AWS', value: { text: '*', at } }], at } };
};
