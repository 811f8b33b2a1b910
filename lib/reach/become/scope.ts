/** The grants of one identity where they are asked about: in one namespace, or in the whole cluster. */
import type { RbacQuestion, ResourceQuestion } from '../rbac/decide.ts';
import { ruleAllows } from '../rbac/decide.ts';
import { allowing, type RbacGrant } from '../rbac/grants.ts';

/** The rights of an identity at one place. */
export interface Rights {
  readonly grants: readonly RbacGrant[];
  /** Empty: in every namespace, by grants of the whole cluster alone. */
  readonly namespace: string;
}

/** A question without its place. */
export interface WantedAccess {
  readonly verb: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly apiGroup?: string;
  readonly name?: string;
}

const questionOf = ({ namespace }: Rights, wanted: WantedAccess): ResourceQuestion => ({
  apiGroup: '',
  subresource: '',
  name: '',
  ...wanted,
  namespace,
});

/** The source of the first grant that allows it, whatever the name of the object; undefined where none does. */
export const may = (rights: Rights, wanted: WantedAccess): string | undefined =>
  allowing(rights.grants, questionOf(rights, wanted))?.by;

/** The source for the first of several verbs that is allowed. */
export const mayAny = (
  rights: Rights,
  verbs: readonly string[],
  wanted: Omit<WantedAccess, 'verb'>,
): string | undefined => {
  for (const verb of verbs) {
    const by = may(rights, { verb, ...wanted });
    if (by !== undefined) return by;
  }
  return undefined;
};

/** The names for which a question is allowed by a rule with names, each with its source. */
export const namesFor = (rights: Rights, wanted: WantedAccess): ReadonlyMap<string, string> => {
  const found = new Map<string, string>();
  const names = new Set(rights.grants.flatMap(({ rule }) => rule.resourceNames));
  for (const name of names) {
    const by = may(rights, { ...wanted, name });
    if (by !== undefined) found.set(name, by);
  }
  return found;
};

/**
 * The source by which objects of a kind can be created: `create` without a name, or a server-side apply of a name, which asks for
 * `patch` and `create` of that name.
 */
export const mayCreate = (rights: Rights, wanted: Omit<WantedAccess, 'verb'>): string | undefined =>
  may(rights, { verb: 'create', ...wanted }) ??
  [...namesFor(rights, { verb: 'patch', ...wanted })].find(
    ([name]) => may(rights, { verb: 'create', ...wanted, name }) !== undefined,
  )?.[1];

/** True if some rule allows everything: every verb on every resource and path. */
export const mayDoEverything = (grants: readonly RbacGrant[]): string | undefined => {
  const every: readonly RbacQuestion[] = [
    { verb: '\0', apiGroup: '\0', resource: '\0', subresource: '\0', namespace: '', name: '' },
    { verb: '\0', path: '/\0' },
  ];
  const [resources] = every.map(question =>
    grants.find(({ namespace, rule }) => namespace === '' && ruleAllows(rule, question)),
  );
  return resources?.by;
};
