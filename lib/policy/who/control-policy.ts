/** The part of web identity that a resource control policy denies (docs/facts.md §A.9b). */
import { webIdentityAction } from '../decide/action.ts';
import { matchesArn } from '../decide/arn-pattern.ts';
import { effective } from '../decide/decide.ts';
import { environmentOfAll, type TrustContext } from '../decide/environment.ts';
import { type Asker, evaluateStatement } from '../decide/evaluate-statement.ts';
import { evaluateTest } from '../decide/evaluate-test.ts';
import { all, any, maybe, not, type ThreeValued, yes } from '../decide/formula.ts';
import type { UnknownReason } from '../decide/reason.ts';
import { doubtsOf, refusalDoubts } from '../decide/statement-reason.ts';
import type { ControlPolicyText, ResourceScope } from '../parse/control-policy.ts';

/** Which subjects' tokens are denied, as a formula over the subject, and what is open about it. */
export interface Denial {
  readonly truth: ThreeValued;
  readonly doubts: readonly { readonly because: string; readonly reason: UnknownReason }[];
}

/** The denial of a policy to the tokens of an issuer and audience that ask for a role. Pure, total. */
export const denialOf = (policy: ControlPolicyText, context: TrustContext): Denial => {
  const env = environmentOfAll(context, policy.frame);
  const denials = policy.statements.map(({ statement, scope }) => {
    const evaluated = evaluateStatement(statement, env, anybody);
    const covers = scopeTruth(scope, context.roleArn, env.variables);
    const truth = all([effective(evaluated, 'Deny'), covers]);
    const isOpen = truth.certain !== true && truth.possible !== false;
    const unclear = isOpen && covers === maybe ? [openScope] : [];
    return { truth, doubts: isOpen ? [...doubtsOf(evaluated, env), ...unclear] : [] };
  });
  const truth = any(denials.map(denial => denial.truth));
  return { truth, doubts: [...refusalDoubts(env), ...denials.flatMap(({ doubts }) => doubts)] };
};

/** Organizations takes no other principal than "*". */
const anybody: Asker = {
  action: webIdentityAction,
  principal: ({ value }) => (value.text === '*' ? yes : maybe),
  test: evaluateTest,
};

const openScope = {
  because: 'which resources its Resource element stands for is not documented',
  reason: { kind: 'undocumented' },
} as const;

const scopeTruth = (scope: ResourceScope | undefined, roleArn: string, variables: boolean): ThreeValued => {
  if (scope === undefined) return maybe;
  const covered = any(scope.patterns.map(pattern => matchesArn(pattern, roleArn, variables)));
  return scope.isNegated ? not(covered) : covered;
};
