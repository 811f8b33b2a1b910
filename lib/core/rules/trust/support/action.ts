import { globMatches, wildcardGlob } from '../../../trust/glob.ts';
import type { Statement } from '../../../trust/policy.ts';

const webIdentity = 'sts:assumerolewithwebidentity';

/** True if an action pattern covers sts:AssumeRoleWithWebIdentity: no case, `*` and `?` anywhere (docs/facts.md §A.7). */
const covers = (pattern: string): boolean => globMatches(wildcardGlob(pattern.toLowerCase()), webIdentity);

/** True if a statement is about the action by which a pod assumes a role. */
export const coversWebIdentity = (statement: Statement): boolean => {
  if (statement.actions) return statement.actions.some(action => covers(action.text));
  return statement.notActions !== undefined && !statement.notActions.some(action => covers(action.text));
};
