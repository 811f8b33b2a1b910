/** Which actions a statement covers (IAM User Guide, Action and NotAction; docs/facts.md §A.7). */
import { any, known, maybe, no, not, type ThreeValued, yes } from './formula.ts';
import { globMatches, wildcardGlob } from './glob.ts';

/** The action by which a pod assumes a role. */
export const webIdentityAction = 'sts:AssumeRoleWithWebIdentity';

/** The actions of a statement, as far as their names tell. */
interface Actions {
  readonly actions?: readonly { readonly text: string }[];
  readonly notActions?: readonly { readonly text: string }[];
}

/** Whether a statement covers an action: names have no case, `*` and `?` stand anywhere in the name. Unknown where a
 *  wildcard stands in the service prefix, which has no documented meaning. */
export const actionTruth = ({ actions, notActions }: Actions, action: string): ThreeValued => {
  const wanted = action.toLowerCase();
  if (actions && notActions) return maybe;
  if (actions) return any(actions.map(({ text }) => matchAction(text.toLowerCase(), wanted)));
  return notActions ? not(any(notActions.map(({ text }) => matchAction(text.toLowerCase(), wanted)))) : maybe;
};

const matchAction = (pattern: string, wanted: string): ThreeValued => {
  if (pattern === '*') return yes;
  if (!/[*?]/.test(pattern)) return known(pattern === wanted);
  const matches = globMatches(wildcardGlob(pattern), wanted);
  const service = wanted.slice(0, wanted.indexOf(':') + 1);
  return pattern.startsWith(service) ? known(matches) : matches ? maybe : no;
};

/** Whether a statement covers an action, or may: false only where it certainly does not. */
export const mayCover = (statement: Actions, action = webIdentityAction): boolean =>
  actionTruth(statement, action).possible !== false;
