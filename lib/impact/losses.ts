/** Who may assume roles today and could not after a deletion: exact sets, by the trust policies. */
import type { Facts } from '../facts.ts';
import { type AccessChange, providerArnBeside, type Role, stripScheme } from '../model.ts';
import { trustPolicyOf } from '../policy.ts';
import { accessOfEdit } from '../rules/access/access-change.ts';
import { nothing } from '../rules/access/gains.ts';
import { lookUpProvider } from '../rules/access/trust-context.ts';
import type { Loss } from './impact.ts';

/** Who loses a role with tokens of an issuer (without scheme), or of any where none is given; undefined where nobody does. */
export const lossOf = (role: Role, facts: Facts, issuer?: string): Loss | undefined => {
  const parsed = trustPolicyOf(role);
  const access: AccessChange = parsed.ok
    ? accessOfEdit(parsed.policy, nothing, role, facts)
    : { roleArn: role.arn, gains: [], loses: [], isOpen: true };
  // Without its provider nobody has the role today, whatever the policy says.
  const loses = access.loses.filter(
    set =>
      (issuer === undefined || set.issuer === stripScheme(issuer)) &&
      lookUpProvider(providerArnBeside(role.arn, set.issuer), facts).status !== 'absent',
  );
  if (loses.length === 0 && access.isOpen !== true) return undefined;
  const { detail } = role;
  return {
    roleArn: role.arn,
    accountId: facts.snapshot.accountId,
    loses,
    ...(access.isOpen ? { isOpen: true as const } : {}),
    ...(detail.status === 'complete' ? { lastUsedAt: detail.value.lastUsedAt ?? null } : {}),
  };
};
