/** Parts of a policy that are known only when it is deployed. */
import { isOnePlaceholder } from './placeholders.ts';
import { itemsOf, memberOf, type SourceMember, type SourceNode, stringOf } from './source-tree.ts';

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

/** A policy without the statements that cannot be judged, and why they cannot. */
interface KnownPolicy {
  readonly policy: SourceNode;
  readonly open: readonly OpenPart[];
}

/** Leaves out the statements whose principals or conditions are not known before that: what they allow is not known. A value
 *  that may be a wildcard is told, and the rest of its statement is judged. `when` names the step that fills it in. */
export const knownPart = (policy: SourceNode, when: 'apply' | 'deployment'): KnownPolicy => {
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
  const types = principal?.kind === 'object' ? principal.members.map(({ key }) => key) : [];
  const unknownType = types.find(isOnePlaceholder);
  if (principal && unknownType !== undefined) return later(`the type ${unknownType} of a principal`, principal, when);
  if (types.length > 0 && types.every(type => type === 'Service')) return undefined;
  const condition = memberOf(statement, 'Condition');
  if (condition && isUnresolved(condition)) return later('the condition', condition, when);
  const test = condition?.kind === 'object' ? condition.members.find(({ value }) => isUnresolved(value)) : undefined;
  if (test) return later('the condition', test.value, when);
  // An empty list is the default of a variable that a caller fills in.
  const values = condition?.kind === 'object' ? condition.members.map(({ value }) => value) : [];
  const empty = values
    .flatMap(value => (value.kind === 'object' ? value.members : []))
    .find(({ value }) => value.kind === 'array' && value.items.length === 0);
  return empty && { at: empty.at, why: `the values of ${empty.key} are filled in later: they are an empty list` };
};

/** The tests that a wildcard would pass: a subject by any operator, since a caller may fill in another operator's value too, and a
 *  pattern that is all that keeps strangers from a principal that is everyone. */
const valuesNotKnown = (statement: SourceNode, when: string): readonly OpenPart[] => {
  const condition = memberOf(statement, 'Condition');
  const isForAll = isEveryone(memberOf(statement, 'Principal'));
  return membersOf(condition).flatMap(({ key: operator, value: tests }) =>
    membersOf(tests)
      .filter(({ key }) => /:sub$/i.test(key) || (isForAll && /Like(?:IfExists)?$/i.test(operator)))
      .flatMap(({ key, value }) =>
        (value.kind === 'array' ? itemsOf(value) : [value])
          .filter(isUnresolved)
          .map(one => later(/:sub$/i.test(key) ? 'the subject' : `the value of ${key}`, one, when)),
      ),
  );
};

const membersOf = (node: SourceNode | undefined): readonly SourceMember[] =>
  node?.kind === 'object' ? node.members : [];

const isEveryone = (principal: SourceNode | undefined): boolean =>
  stringOf(principal) === '*' ||
  [memberOf(principal, 'AWS')]
    .flatMap(one => (one?.kind === 'array' ? itemsOf(one) : (one ?? [])))
    .some(one => stringOf(one) === '*');
