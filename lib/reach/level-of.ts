/** The level of a role of an account, from what was read of its permissions. */
import type { AccountSnapshot } from '../model/snapshot.ts';
import type { RoleLevel } from './role-level.ts';

/** The level of a role, by its ARN. A role whose permissions were not read, or were not asked for, is unknown. */
export const levelOf = (snapshot: AccountSnapshot, _roleArn: string): RoleLevel => {
  const section = snapshot.rolePermissions;
  const isAsked =
    section !== undefined && !(section.status === 'unavailable' && section.reason.kind === 'not-asked-for');
  return { level: 'unknown', because: 'its policies were not read', isAsked };
};
