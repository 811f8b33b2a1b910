import type { Facts } from '../../../facts/facts.ts';
import type { AssociationSubject } from '../../../facts/subjects.ts';
import type { Role } from '../../../model/account.ts';
import { parseArn } from '../../../model/arn.ts';
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

/** A role by its exact ARN, as far as the audited account's roles were read; `absent` is a fact. */
export const roleByArn = (arn: string, { snapshot }: Facts): Role | 'absent' | UnknownReason => {
  const owner = parseArn(arn)?.accountId;
  if (owner !== snapshot.accountId)
    return { kind: 'not-asked-for', missing: `role ${arn}, which is of another account` };
  const found = valueOr(snapshot.roles, []).find(role => role.arn === arn);
  if (found) return found;
  const [unread] = readFailuresOf(snapshot.roles);
  return unread ? { kind: unknownKindOf(unread), missing: `${unread.operation}: ${unread.message}` } : 'absent';
};
