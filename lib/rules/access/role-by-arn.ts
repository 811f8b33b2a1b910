/** Roles by their ARN, of this account and of others that are audited. */
import type { Facts } from '../../facts.ts';
import { parseArn, type Role, readFailuresOf, roleNameOf, type Undecided, valueOr } from '../../model.ts';
import { unknownKindOf } from '../prelude.ts';

/** The parts of a role that decide who may assume it. */
export type NamedRole = Pick<Role, 'arn' | 'name' | 'trustPolicy'> & Partial<Pick<Role, 'detail'>>;

/** A role by its exact ARN, as far as the roles of its account were read; `absent` is a fact. Of other accounts those are known
 *  that are audited too. */
export const roleByArn = (arn: string, { snapshot, fleet }: Facts): NamedRole | 'absent' | Undecided => {
  const owner = parseArn(arn)?.accountId;
  if (owner !== snapshot.accountId) {
    const target = fleet.targets?.find(role => role.arn === arn);
    if (target !== undefined) return { ...target, name: roleNameOf(arn) };
    const isRead = fleet.accounts.some(({ accountId, rolesRead }) => accountId === owner && rolesRead);
    if (fleet.targets !== undefined && isRead) return 'absent';
    return { kind: 'not-asked-for', missing: `role ${arn}, which is of another account` };
  }
  const found = valueOr(snapshot.roles, []).find(role => role.arn === arn);
  if (found) return found;
  const [unread] = readFailuresOf(snapshot.roles);
  return unread ? { kind: unknownKindOf(unread), missing: `${unread.operation}: ${unread.message}` } : 'absent';
};
