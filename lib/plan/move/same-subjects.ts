/** Proof that an edit of a trust policy gives the second cluster exactly what the first one has, or takes the first one away and
 *  nothing else: by the sets that the evaluator makes of both policies, never by the form of the edit. */
import type { Facts } from '../../facts.ts';
import type { Role } from '../../model.ts';
import {
  addedTo,
  any,
  type Budget,
  compilePolicy,
  hasSubject,
  hintBudget,
  namesPodIdentity,
  type Policy,
  type ThreeValued,
} from '../../policy.ts';
import { audiencesOfTokens, issuersInPolicies } from '../../rules/access/asked-tokens.ts';
import { nothing } from '../../rules/access/gains.ts';
import { keepsOtherPrincipals } from '../../rules/access/other-principals.ts';
import { trustContextFor } from '../../rules/access/trust-context.ts';
import type { ClusterMove } from './clusters.ts';

/** Two policies of one role, and the facts of its account. */
interface Edit {
  readonly role: Role;
  readonly before: Policy;
  readonly after: Policy;
  readonly facts: Facts;
}

/** Why it is not proven that afterwards the second cluster's service accounts may do exactly what those of the first one may, beside
 *  what they could do before, and that nobody else gains or loses. Undefined where it is. */
export const mirrorFault = ({ role, before, after, facts }: Edit, { from, to }: ClusterMove): string | undefined => {
  const budget = hintBudget();
  const audiences = new Set(
    [from.issuer, to.issuer].flatMap(issuer =>
      audiencesOfTokens(issuer, [before, after], role, facts).map(({ audience }) => audience),
    ),
  );
  const set = (policy: Policy, issuer: string, audience: string): ThreeValued =>
    compilePolicy(policy, trustContextFor({ role }, facts, issuer, audience));
  for (const audience of audiences) {
    const wanted = any([set(before, from.issuer, audience), set(before, to.issuer, audience)]);
    const fault =
      difference(wanted, set(after, to.issuer, audience), budget) ??
      difference(set(before, from.issuer, audience), set(after, from.issuer, audience), budget);
    if (fault !== undefined) return `${fault} with audience ${audience}`;
  }
  return otherFault({ role, before, after, facts }, [from.issuer, to.issuer], budget);
};

/** Why it is not proven that the policy of a second role (`after`) allows the second cluster's service accounts what the first one's
 *  may do by `before`, and nobody else anything. Undefined where it is. */
export const secondRoleFault = (
  { role, before, after, facts }: Edit,
  { from, to }: ClusterMove,
): string | undefined => {
  const budget = hintBudget();
  for (const issuer of new Set([...issuersInPolicies([before, after], role, facts), to.issuer])) {
    const asked = issuer === to.issuer ? [from.issuer, to.issuer] : [issuer];
    const audiences = new Set(
      asked.flatMap(one => audiencesOfTokens(one, [before, after], role, facts).map(({ audience }) => audience)),
    );
    for (const audience of audiences) {
      const wanted =
        issuer === to.issuer
          ? compilePolicy(before, trustContextFor({ role }, facts, from.issuer, audience))
          : compilePolicy(nothing, trustContextFor({ role }, facts, issuer, audience));
      const fault = difference(
        wanted,
        compilePolicy(after, trustContextFor({ role }, facts, issuer, audience)),
        budget,
      );
      if (fault !== undefined) return `${fault} with audience ${audience}`;
    }
  }
  return keepsOtherPrincipals(nothing, after, facts) ? undefined : 'other principals could assume it';
};

/** Why it is not proven that an edit takes away what the first cluster has, and nothing else. Undefined where it is. */
export const retireFault = ({ role, before, after, facts }: Edit, issuer: string): string | undefined => {
  const budget = hintBudget();
  for (const { audience } of audiencesOfTokens(issuer, [before, after], role, facts)) {
    const left = compilePolicy(after, trustContextFor({ role }, facts, issuer, audience));
    const fault = difference(compilePolicy(nothing, trustContextFor({ role }, facts, issuer, audience)), left, budget);
    if (fault !== undefined)
      return `some of its service accounts could still assume the role with audience ${audience}`;
  }
  return otherFault({ role, before, after, facts }, [issuer], budget);
};

/** Changes for anybody but tokens of these issuers. */
const otherFault = (
  { role, before, after, facts }: Edit,
  issuers: readonly string[],
  budget: Budget,
): string | undefined => {
  for (const issuer of issuersInPolicies([before, after], role, facts).filter(one => !issuers.includes(one)))
    for (const { audience } of audiencesOfTokens(issuer, [before, after], role, facts)) {
      const context = trustContextFor({ role }, facts, issuer, audience);
      if (difference(compilePolicy(before, context), compilePolicy(after, context), budget) !== undefined)
        return `service accounts of ${issuer} would gain or lose the role`;
    }
  const isSame =
    keepsOtherPrincipals(withoutPods(before), withoutPods(after), facts) &&
    keepsOtherPrincipals(withoutPods(after), withoutPods(before), facts);
  return isSame ? undefined : 'other principals would gain or lose the role';
};

/** Statements for EKS Pod Identity are proven by its associations. */
const withoutPods = (policy: Policy): Policy => ({
  ...policy,
  statements: policy.statements.filter(one => !namesPodIdentity(one)),
});

/** In what two sets differ; undefined where they are the same, certainly and possibly. */
const difference = (wanted: ThreeValued, got: ThreeValued, budget: Budget): string | undefined => {
  const [more, less] = [hasSubject(addedTo(wanted, got), budget), hasSubject(addedTo(got, wanted), budget)];
  if (more === undefined || less === undefined) return 'the policy is too complex to prove who could assume the role';
  if (more) return 'service accounts could assume the role that are not those of the first cluster';
  return less ? 'not every service account of the first cluster could assume the role' : undefined;
};
