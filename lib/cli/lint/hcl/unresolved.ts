/** Parts of a policy that are known only after apply. */
import { isOnePlaceholder } from '../placeholders.ts';
import { itemsOf, memberOf, type SourceMember, type SourceNode, stringOf } from '../source-tree.ts';

/** A part of a policy that is known only after apply. */
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

/** Leaves out the statements whose principals or conditions are known only after apply: what they allow is not known. A
 *  subject that is not known is told, and the rest of its statement is judged. */
export const knownPart = (policy: SourceNode): KnownPolicy => {
  if (policy.kind !== 'object') return { policy, open: [] };
  const list = memberOf(policy, 'Statement');
  if (list === undefined) return { policy, open: [] };
  const statements = list.kind === 'array' ? list.items : [list];
  const judged = statements.map(statement => ({ statement, fault: unknownIn(statement) }));
  const kept = judged.filter(({ fault }) => fault === undefined).map(({ statement }) => statement);
  const members = policy.members.map(
    (member): SourceMember =>
      member.key === 'Statement'
        ? { ...member, value: { kind: 'array', items: kept, at: list.at, end: list.end } }
        : member,
  );
  return {
    policy: { ...policy, members },
    open: [...judged.flatMap(({ fault }) => fault ?? []), ...kept.flatMap(subjectsNotKnown)],
  };
};

const later = (what: string, node: SourceNode): OpenPart => ({
  at: node.at,
  why: `${what} ${stringOf(node) ?? ''} is known only after apply`,
});

/** Why a statement cannot be judged. */
const unknownIn = (statement: SourceNode): OpenPart | undefined => {
  if (isUnresolved(statement)) return later('the statement', statement);
  const principal = memberOf(statement, 'Principal') ?? memberOf(statement, 'NotPrincipal');
  if (principal && isUnresolved(principal)) return later('the principal', principal);
  const types = principal?.kind === 'object' ? principal.members.map(({ key }) => key) : [];
  const unknownType = types.find(isOnePlaceholder);
  if (principal && unknownType !== undefined) return later(`the type ${unknownType} of a principal`, principal);
  if (types.length > 0 && types.every(type => type === 'Service')) return undefined;
  const condition = memberOf(statement, 'Condition');
  if (condition && isUnresolved(condition)) return later('the condition', condition);
  const test = condition?.kind === 'object' ? condition.members.find(({ value }) => isUnresolved(value)) : undefined;
  if (test) return later('the condition', test.value);
  // An empty list is the default of a variable that a caller fills in.
  const values = condition?.kind === 'object' ? condition.members.map(({ value }) => value) : [];
  const empty = values
    .flatMap(value => (value.kind === 'object' ? value.members : []))
    .find(({ value }) => value.kind === 'array' && value.items.length === 0);
  return empty && { at: empty.at, why: `the values of ${empty.key} are filled in later: they are an empty list` };
};

/** Tests on the subject whose value is not known: it may be a wildcard. */
const subjectsNotKnown = (statement: SourceNode): readonly OpenPart[] => {
  const condition = memberOf(statement, 'Condition');
  const tests = condition?.kind === 'object' ? condition.members : [];
  return tests
    .flatMap(({ value }) => (value.kind === 'object' ? value.members : []))
    .filter(({ key }) => /:sub$/i.test(key))
    .flatMap(({ value }) => (value.kind === 'array' ? itemsOf(value) : [value]))
    .filter(isUnresolved)
    .map(value => later('the subject', value));
};
