/** The level of a role, as the reading of its account has it. */
import type { AccountSnapshot, RoleLevel } from '../model.ts';

/** The level of a role of the account, by its ARN. A role whose permissions were not read, or were not asked for, is
 *  unknown. */
export const levelOf = ({ rolePermissions: section }: AccountSnapshot, roleArn: string): RoleLevel => {
  if (section === undefined) return unread('they were not asked for', false);
  if (section.status === 'unavailable') {
    const { kind, operation, message } = section.reason;
    return unread(`${operation}: ${message}`, kind !== 'not-asked-for');
  }
  const [gap] = section.status === 'partial' ? section.gaps : [];
  const because = gap === undefined ? 'IAM did not list the role' : `${gap.what}: ${gap.reason.message}`;
  return section.value.levels[roleArn] ?? unread(because, true);
};

const unread = (because: string, isAsked: boolean): RoleLevel => ({ level: 'unknown', because, isAsked });
