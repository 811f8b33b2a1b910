import type { Question } from '../../../facts/trust-question.ts';
import { minimalGrant } from '../../../fixes/minimal-grant.ts';
import { parseArn, roleNameOf } from '../../../model/arn.ts';
import type { FixDraft } from '../../../model/finding.ts';

/** What the fix depends on beside the question. */
export interface GrantContext {
  readonly audience: string;
  /** A Deny refuses the service account. */
  readonly denied: boolean;
  /** The audited account: a role's policy is shown and changed only for the account that owns the role. */
  readonly accountId: string;
}

/** A change that is proven to add this service account and nobody else; without it a person must choose. */
export const grantFix = (
  question: Extract<Question, { status: 'ready' }>,
  { audience, denied, accountId }: GrantContext,
): FixDraft => {
  const request = question.request(audience);
  const owner = parseArn(request.roleArn)?.accountId;
  const summary = `Let role ${roleNameOf(request.roleArn)} trust ${request.subject}`;
  if (owner !== accountId)
    return {
      summary: `Ask the owner of account ${owner} to let role ${roleNameOf(request.roleArn)} trust ${request.subject}, or name another role.`,
      steps: [],
      choice: 'Whether the service account is to have this role: its owner decides that.',
    };
  const change = minimalGrant(question.policy, question.trustPolicy, request);
  if (change)
    return {
      summary: `${summary}: ${change.summary}.`,
      steps: [change.step],
      choice: 'Whether this service account is to have the role: so far only its annotation says so.',
    };
  return {
    summary: `${summary}, or name another role.`,
    steps: [],
    choice: denied
      ? 'A Deny statement refuses this service account: whether that is intended.'
      : 'What else refuses this service account, such as a Deny that may apply: no change was proven to add it alone.',
  };
};
