import type { AssociationSubject } from '../../../facts.ts';
import type { Undecided } from '../../../model.ts';
import type { EvidenceDraft } from '../../prelude.ts';

/** `orders/refund`: how the service account of an association is named in messages. */
export const accountOfAssociation = ({ association }: AssociationSubject): string =>
  `${association.namespace}/${association.serviceAccount}`;

/** A fact of the association as evidence. */
export const associationEvidence = ({ association }: AssociationSubject, got: string): EvidenceDraft => ({
  what: `association ${association.id}`,
  got,
  readFrom: 'eks:DescribePodIdentityAssociation',
});

/** The reason of an unknown for an association of which only the list was read. */
export const undescribed = ({ association }: AssociationSubject): Undecided => ({
  kind: 'unread',
  missing: `the role of the Pod Identity association ${association.id}`,
});
