import { complete, valueOr } from '../../model/collected.ts';
import { iamQuotas, nearFrom } from '../../model/quotas.ts';
import { defineRule, fail, notApplicable, pass, unknown } from '../define-rule.ts';
import { aRole, aTrustPolicy, someFacts } from '../example-world.ts';
import { raiseQuota } from '../provider/support/provider-commands.ts';

const { least, most } = iamQuotas.trustPolicyLength;

/** A trust policy that is almost full: the next cluster's statement will be refused, in the middle of a migration. */
export const trustSizeNearLimit = defineRule({
  id: 'trust-size-near-limit',
  kind: 'role',
  group: 'trust',
  impact: 'hygiene',
  severity: 'low',
  articleStep: 'role-trust-policy',
  title: "Trust policies stay well below the account's length quota",
  needs: ['roles'],
  docs: {
    why: 'A trust policy may have 2,048 characters by default and 8,192 at most, white space not counted. Each cluster that shares a role takes some 400: the statement that no longer fits is refused with LimitExceeded.',
    fix: 'Give each cluster or application a role of its own, or ask for a higher quota.',
    references: ['https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html', 'docs/facts.md §A.9'],
  },
  check: ({ role, policy }, { snapshot }) => {
    if (!policy.ok) return notApplicable;
    const { length } = policy.policy;
    const known = valueOr(snapshot.quotas, {}).trustPolicyLength;
    const quota = known ?? most;
    if (length < nearFrom(quota)) return known === undefined ? unknownUnlessSmall(length) : pass;
    const share = Math.floor((length / quota) * 100);
    const limit = known === undefined ? 'the most that AWS grants' : "the account's quota";
    return fail({
      message: `the trust policy of ${role.arn} has ${length} characters, ${share} % of ${quota}, ${limit}`,
      evidence: [
        {
          what: 'length without white space',
          got: String(length),
          wanted: `fewer than ${nearFrom(quota)}`,
          readFrom: `trust policy of ${role.arn}`,
        },
      ],
      fix: {
        summary: `Split ${role.name} into a role for each cluster or application, or ask for a higher quota.`,
        commands: raiseQuota(iamQuotas.trustPolicyLength, quota, snapshot.partition),
        choice: 'Which service accounts get a role of their own.',
      },
    });
  },
  examples: {
    pass: {
      title: 'a short policy, with the quota known',
      facts: () => someFacts({ quotas: complete({ oidcProviders: 100, trustPolicyLength: 2048 }) }),
    },
    fail: {
      title: 'a policy for some fifty accounts',
      facts: () =>
        someFacts({
          quotas: complete({ oidcProviders: 100, trustPolicyLength: 2048 }),
          roles: complete([aRole({ trustPolicy: longPolicy() })]),
        }),
    },
    unknown: {
      title: 'the quota was not read',
      facts: () => someFacts({ roles: complete([aRole({ trustPolicy: longPolicy() })]) }),
    },
  },
});

/** A policy far below what every account has is near no limit. */
const unknownUnlessSmall = (length: number) =>
  length < nearFrom(least)
    ? pass
    : unknown('unread', `the account's quota of trust policy length (the policy has ${length} characters)`);

const longPolicy = (): string =>
  aTrustPolicy({
    condition: {
      StringEquals: {
        'oidc.eks.eu-west-1.amazonaws.com/id/5C1D2E3F4A5B6C7D8E9F0A1B2C3D4E5F:sub': Array.from(
          { length: 50 },
          (_, at) => `system:serviceaccount:checkout:cart-${at}`,
        ),
      },
    },
  });
