import { globMatches, wildcardGlob } from '../../../trust/language/glob.ts';
import type { Statement } from '../../../trust/policy/policy.ts';

/** The action by which a pod assumes a role. */
export const webIdentity = 'sts:AssumeRoleWithWebIdentity';

/** True if an action pattern covers an action: no case, `*` and `?` anywhere (docs/facts.md §A.7). */
export const covers = (pattern: string, action: string): boolean =>
  globMatches(wildcardGlob(pattern.toLowerCase()), action.toLowerCase());

/** True if a statement is about the action by which a pod assumes a role. */
export const coversWebIdentity = (statement: Statement): boolean => {
  if (statement.actions) return statement.actions.some(action => covers(action.text, webIdentity));
  return statement.notActions !== undefined && !statement.notActions.some(action => covers(action.text, webIdentity));
};
