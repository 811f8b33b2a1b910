import { iamQuotas, nearFrom, valueOr } from '../../model.ts';
import { phrase } from '../../text.ts';
import { raiseQuota } from '../oidc/provider-lines.ts';
import { defineRule, iamGuide, notApplicable, pass, unknown } from '../prelude.ts';

const { least, most } = iamQuotas.trustPolicyLength;

/** A trust policy that is almost full: IAM will refuse the statement of the next cluster. */
export const trustSizeNearLimit = defineRule({
  id: 'trust-size-near-limit',
  kind: 'role',
  impact: 'hygiene',
  severity: 'low',
  articleStep: 'role-trust-policy',
  title: 'Trust policies are well below the length quota',
  fault: 'The trust policy is near the length quota',
  says: {
    quota: [
      'near the length quota',
      'the trust policy of role {role} has {length} characters, {share} % of the quota of {quota}',
    ],
    maximum: [
      'near the length quota',
      'the trust policy of role {role} has {length} characters, {share} % of {quota}, the most that AWS grants',
    ],
  },
  needs: ['roles'],
  why: 'A trust policy can have 2,048 characters by default and 8,192 at most; white space does not count. Each cluster that shares a role takes some 400 characters. IAM refuses the statement that no longer fits with LimitExceeded.',
  fix: 'Give each cluster or application a role of its own, or ask for a higher quota.',
  references: [iamGuide('reference_iam-quotas'), 'docs/facts.md §A.9'],
  check: ({ role, policy }, { snapshot }, fail) => {
    if (!policy.ok) return notApplicable;
    const { length } = policy.policy;
    const known = valueOr(snapshot.quotas, {}).trustPolicyLength;
    const quota = known ?? most;
    if (length < nearFrom(quota)) return known === undefined ? unknownUnlessSmall(length) : pass;
    const share = Math.floor((length / quota) * 100);
    return fail[known === undefined ? 'maximum' : 'quota']({ role: role.name, length, share, quota })
      .evidence(
        'length without white space',
        `trust policy of ${role.arn}`,
        String(length),
        phrase('fewer than {limit}', { limit: nearFrom(quota) }),
      )
      .fix({
        summary: `Split ${role.name} into a role for each cluster or application, or ask for a higher quota.`,
        steps: raiseQuota(iamQuotas.trustPolicyLength, quota, snapshot),
        choice: 'Which service accounts get a role of their own.',
      });
  },
});

/** A policy far below what every account has is near no limit. */
const unknownUnlessSmall = (length: number) =>
  length < nearFrom(least)
    ? pass
    : unknown('unread', `the account's quota of trust policy length (the policy has ${length} characters)`);
