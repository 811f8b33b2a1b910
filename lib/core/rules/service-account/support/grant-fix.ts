import type { Fix } from '../../../model/finding.ts';
import { minimalGrant } from '../../../trust/explain/minimal-grant.ts';
import type { Question } from './trust-decision.ts';

/** A change that is proven to let in this account and nobody else; without it a person must choose. */
export const grantFix = (question: Extract<Question, { status: 'ready' }>, audience: string, denied: boolean): Fix => {
  const request = question.request(audience);
  const summary = `Let exactly ${request.subject} into ${question.roleArn}`;
  const change = minimalGrant(question.policy, question.trustPolicy, request);
  if (change)
    return {
      summary: `${summary}: ${change.summary}.`,
      commands: [change.command],
      replaces: { kind: 'trust-policy', roleArn: request.roleArn },
      choice: 'Whether this account is meant to have the role: the annotation alone says so.',
    };
  return {
    summary: `${summary}, or name another role.`,
    commands: [],
    choice: denied
      ? 'A Deny statement refuses this account: whether that is meant.'
      : 'What else keeps this account out, such as a Deny that may apply: no change was proven to let it in, and only it.',
  };
};
