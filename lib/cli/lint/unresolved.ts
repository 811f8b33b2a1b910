/** Parts of a policy that are known only when it is deployed. */
import { given } from '../../text.ts';
import { type FoundPolicies, policyOf, type UnknownPolicy } from './found-policy.ts';
import { isOnePlaceholder, isReference } from './placeholders.ts';
import {
  itemsOf,
  memberOf,
  membersOf,
  type SourceDocument,
  type SourceMember,
  type SourceNode,
  stringOf,
} from './source-tree.ts';

/** A part of a policy that is known only when it is deployed. */
export interface OpenPart {
  readonly at: number;
  readonly why: string;
}

/** True for a value of which nothing is known. */
export const isUnresolved = (node: SourceNode | undefined): boolean => {
  const text = stringOf(node);
  return text !== undefined && isOnePlaceholder(text);
};

/** A policy, and its parts that are not known. */
export interface PartlyKnown {
  readonly policy: SourceNode;
  readonly open: readonly OpenPart[];
}

/** A policy as it can be judged before it is deployed, and its unknown parts, `open` among them. `when` names the step that fills them
 *  in. A policy of which nothing is left is not checked, and is no empty policy; neither is there for a text that is one placeholder. */
export const policyBefore = (
  when: 'apply' | 'deployment' | 'it is filled in',
  { policy, open }: PartlyKnown,
  source: SourceDocument,
  owner: string,
  roleName?: string,
): FoundPolicies => {
  const known = knownPart(policy, when);
  const unknown = [...open, ...known.open].map(part => unknownAt(source, owner, part));
  const hasStatements = itemsOf(memberOf(known.policy, 'Statement')).length > 0;
  const found = hasStatements || unknown.length === 0 ? policyOf(known.policy, source, owner) : undefined;
  const isPartial = unknown.length > 0 ? { isPartial: true as const } : {};
  return { policies: found ? [{ ...found, ...given({ roleName }), ...isPartial }] : [], unknown };
};

/** A part that is not known, with its place in the file. */
export const unknownAt = (source: SourceDocument, owner: string, { at, why }: OpenPart): UnknownPolicy => ({
  file: source.name,
  owner,
  at: source.locate(at),
  why,
});

/** Leaves out the statements whose principals or conditions are not known before that: what they allow is not known. A value
 *  that may name anybody is told, and the rest of its statement is judged. */
const knownPart = (policy: SourceNode, when: string): PartlyKnown => {
  if (policy.kind !== 'object') return { policy, open: [] };
  const list = memberOf(policy, 'Statement');
  if (list === undefined) return { policy, open: [] };
  const statements = list.kind === 'array' ? list.items : [list];
  const judged = statements.map(statement => ({ statement, fault: unknownIn(statement, when) }));
  const kept = judged.filter(({ fault }) => fault === undefined).map(({ statement }) => statement);
  const members = policy.members.map(
    (member): SourceMember =>
      member.key === 'Statement'
        ? { ...member, value: { kind: 'array', items: kept, at: list.at, end: list.end } }
        : member,
  );
  return {
    policy: { ...policy, members },
    open: [
      ...judged.flatMap(({ fault }) => fault ?? []),
      ...kept.flatMap(statement => valuesNotKnown(statement, when)),
    ],
  };
};

const later = (what: string, node: SourceNode, when: string): OpenPart => ({
  at: node.at,
  why: `${what} ${stringOf(node) ?? ''} is known only after ${when}`,
});

/** Why a statement cannot be judged. */
const unknownIn = (statement: SourceNode, when: string): OpenPart | undefined => {
  if (isUnresolved(statement)) return later('the statement', statement, when);
  const principal = memberOf(statement, 'Principal') ?? memberOf(statement, 'NotPrincipal');
  if (principal && isUnresolved(principal)) return later('the principal', principal, when);
  const types = membersOf(principal).map(({ key }) => key);
  const unknownType = types.find(isOnePlaceholder);
  if (principal && unknownType !== undefined) return later(`the type ${unknownType} of a principal`, principal, when);
  if (types.length > 0 && types.every(type => type === 'Service')) return undefined;
  const condition = memberOf(statement, 'Condition');
  if (condition && isUnresolved(condition)) return later('the condition', condition, when);
  const test = membersOf(condition).find(({ value }) => isUnresolved(value));
  if (test) return later('the condition', test.value, when);
  // An empty list is the default of a variable that a caller fills in.
  const empty = membersOf(condition)
    .flatMap(({ value }) => membersOf(value))
    .find(({ value }) => value.kind === 'array' && value.items.length === 0);
  return empty && { at: empty.at, why: `the values of ${empty.key} are filled in later: they are an empty list` };
};

/** Values that may name anybody: a subject, and a pattern beside a principal that is everyone. `ArnEquals` takes patterns as `ArnLike`
 *  does (IAM User Guide, "Amazon Resource Name (ARN) condition operators"). */
const valuesNotKnown = (statement: SourceNode, when: string): readonly OpenPart[] => {
  const condition = memberOf(statement, 'Condition');
  const isForAll = isEveryone(memberOf(statement, 'Principal'));
  return membersOf(condition).flatMap(({ key: operator, value: tests }) =>
    membersOf(tests)
      .filter(({ key }) => /:sub$/i.test(key) || (isForAll && /(?:Like|ArnEquals)(?:IfExists)?$/i.test(operator)))
      .flatMap(({ key, value }) =>
        (value.kind === 'array' ? itemsOf(value) : [value])
          .filter(one => isUnresolved(one) && (/:sub$/i.test(key) || !isReference(stringOf(one) ?? '')))
          .map(one => later(/:sub$/i.test(key) ? 'the subject' : `the value of ${key}`, one, when)),
      ),
  );
};

const isEveryone = (principal: SourceNode | undefined): boolean =>
  stringOf(principal) === '*' ||
  [memberOf(principal, 'AWS')].flatMap(one => [one, ...itemsOf(one)]).some(one => stringOf(one) === '*');
