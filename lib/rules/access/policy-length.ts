/** The answer of IAM to the length of an edited trust policy. */
import type { Facts } from '../../facts.ts';
import { iamQuotas, valueOr } from '../../model.ts';
import type { Policy } from '../../policy.ts';

/** Why IAM would refuse a policy for its length: by the quota of the account, or by the most that AWS grants. */
export const lengthFault = (before: Policy, after: Policy, { snapshot }: Facts): string | undefined => {
  const quota = valueOr(snapshot.quotas, {}).trustPolicyLength ?? iamQuotas.trustPolicyLength.most;
  return after.length > quota && after.length > before.length
    ? `No command is given, because the policy would have ${after.length} characters and the quota is ${quota}: split the role, or raise the quota first.`
    : undefined;
};

/** Says that IAM may refuse a policy for its length, where the quota of the account was not read. */
export const lengthNote = (before: Policy, after: Policy, { snapshot }: Facts): string | undefined => {
  const { least } = iamQuotas.trustPolicyLength;
  const isKnown = valueOr(snapshot.quotas, {}).trustPolicyLength !== undefined;
  return !isKnown && after.length > least && after.length > before.length
    ? `The policy then has ${after.length} characters: IAM refuses it if the account has the default quota of ${least}.`
    : undefined;
};
