import type { Facts, RoleSubject } from '../../../facts.ts';
import { setTrustPolicy } from '../../../fixes/aws-steps.ts';
import type { FixDraft, Role, Step } from '../../../model.ts';
import { accountText, type Policy, trustPolicyOf } from '../../../policy.ts';
import { hcl, type JsonObject } from '../../../text.ts';
import { accessOfEdit } from '../../access/access-change.ts';
import { type Gains, gainsOfEdit } from '../../access/gains.ts';
import { lengthFault } from '../../access/policy-length.ts';
import { clusterCalled, strangeCluster } from '../../oidc/cluster-called.ts';

/** A fix of a trust policy before it is proven. */
interface Proposal extends Omit<FixDraft, 'steps'> {
  /** The provider that must be created before the policy is set: its issuer (without scheme) and the step. */
  readonly creates?: { readonly issuer: string; readonly step: Step };
  /** The decision of a person where no command can be given. */
  readonly instead: string;
}

/**
 * The fix that sets an edited trust policy. The command is given only if it is proven that the new policy allows at most
 * one service account with one audience that the old one did not, changes nothing for other principals, and fits into the
 * quota. Else a person must choose. `edited` is undefined where the policy cannot be edited as proposed.
 */
export const trustPolicyFix = (
  { role, policy }: Pick<RoleSubject, 'role' | 'policy'>,
  facts: Facts,
  edited: JsonObject | undefined,
  { creates, instead, ...fix }: Proposal,
): FixDraft => {
  const refuse = (why?: string, summary = fix.summary): FixDraft => ({
    summary,
    choice: why === undefined ? instead : `${why} ${instead}`,
  });
  const after = edited === undefined ? undefined : trustPolicyOf({ trustPolicy: JSON.stringify(edited) });
  if (edited === undefined || !after?.ok || !policy.ok || hasNewProblem(policy.policy, after.policy)) return refuse();
  const tooLong = lengthFault(policy.policy, after.policy, facts);
  if (tooLong !== undefined) return refuse(tooLong);
  const gains = gainsOfEdit(policy.policy, after.policy, role, facts, creates?.issuer);
  const refusal = refusalOf(gains);
  if (refusal !== undefined)
    return refuse(
      refusal,
      gains.kind === 'more' || gains.kind === 'undecided' ? afterNaming(fix.summary, role) : fix.summary,
    );
  const choice = [fix.choice, gainSentence(gains, role, facts)].filter(sentence => sentence !== undefined).join(' ');
  const access = accessOfEdit(policy.policy, after.policy, role, facts, creates?.issuer);
  return {
    ...fix,
    steps: [
      ...(creates === undefined ? [] : [creates.step]),
      setTrustPolicy(role.arn, role.trustPolicy, edited, [access]),
    ],
    ...(choice === '' ? {} : { choice }),
  };
};

/** The edit alone would open the role: the words say first what closes it. */
const afterNaming = (summary: string, { name }: Pick<Role, 'name'>): string =>
  `First name the service accounts that use ${name} exactly, under StringEquals on the subject. Then ${summary.charAt(0).toLowerCase()}${summary.slice(1)}`;

/** Why no command is given for an edit that would allow more than one service account; undefined where it allows less. */
export const refusalOf = ({ kind }: Gains): string | undefined => {
  switch (kind) {
    case 'more':
      return 'No command is given, because the corrected policy would allow more than one service account or audience.';
    case 'undecided':
      return 'No command is given, because the policy is too complex to prove who could assume the role afterwards.';
    case 'other-principals':
      return 'No command is given, because the statement also has principals that are not service accounts: give them a statement of their own.';
    default:
      return undefined;
  }
};

/** Who can assume the role after a fix and could not before: the person who runs the command must know. */
export const gainSentence = (gains: Gains, role: Pick<Role, 'arn'>, facts: Facts): string | undefined => {
  if (gains.kind !== 'one') return undefined;
  const { issuer, subject } = gains.identity;
  return `Confirm that service account ${accountText(subject)} of ${strangeCluster(issuer, role.arn, facts) ?? `cluster ${clusterCalled(issuer, facts)}`} uses the role: it can then assume it.`;
};

/** True if the edited policy has a fault that the old one did not have. */
const hasNewProblem = (before: Policy, after: Policy): boolean => {
  const known = new Set(problemsOf(before));
  return problemsOf(after).some(problem => !known.has(problem));
};

const problemsOf = ({ problems, statements }: Policy): readonly string[] =>
  [...problems, ...statements.flatMap(statement => statement.problems)].map(
    ({ kind, message }) => `${kind} ${message}`,
  );

/** The Terraform block (aws_iam_policy_document) of one test. */
export const terraformCondition = (operator: string, key: string, values: readonly string[]): string =>
  [
    'condition {',
    `  test     = ${hcl(operator)}`,
    `  variable = ${hcl(key)}`,
    `  values   = [${values.map(hcl).join(', ')}]`,
    '}',
  ].join('\n');
