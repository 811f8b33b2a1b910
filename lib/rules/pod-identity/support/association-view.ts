import type { Facts } from '../../../facts/facts.ts';
import type { AssociationSubject } from '../../../facts/subjects.ts';
import type { Role } from '../../../model/account.ts';
import { parseArn, roleNameOf } from '../../../model/arn.ts';
import { readFailuresOf, valueOr } from '../../../model/collected.ts';
import { type UnknownReason, unknownKindOf } from '../../define-rule.ts';
import type { EvidenceDraft } from '../../failure.ts';

/** `orders/refund`: how the service account of an association is named in messages. */
export const serviceAccountOf = ({ association }: AssociationSubject): string =>
  `${association.namespace}/${association.serviceAccount}`;

/** A fact of the association as evidence. */
export const associationEvidence = ({ association }: AssociationSubject, got: string): EvidenceDraft => ({
  what: `association ${association.id}`,
  got,
  readFrom: 'eks:DescribePodIdentityAssociation',
});

/** The reason of an unknown for an association of which only the list was read. */
export const undescribed = ({ association }: AssociationSubject): UnknownReason => ({
  kind: 'unread',
  missing: `the role of the Pod Identity association ${association.id}`,
});

/** The parts of a role that decide whether an association works. */
export type NamedRole = Pick<Role, 'arn' | 'name' | 'trustPolicy'> & Partial<Pick<Role, 'detail'>>;

/** A role by its exact ARN, as far as the roles of its account were read; `absent` is a fact. Of other accounts those are known
 *  that are audited too. */
export const roleByArn = (arn: string, { snapshot, fleet }: Facts): NamedRole | 'absent' | UnknownReason => {
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
