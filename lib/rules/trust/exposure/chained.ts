import { type Role, roleNameOf } from '../../../model.ts';
import { phrase } from '../../../text.ts';
import type { Failure, FailureDraft } from '../../prelude.ts';
import type { StrangerByRole } from './strangers-by-role.ts';

/** The failure of strangers that come by a trusted role: what is said of them, with its place, its evidence and its fix. */
export const chained = (
  said: FailureDraft,
  role: Role,
  { via, principal, at }: StrangerByRole,
  witness: string,
): Failure =>
  said
    .discriminator(`${via} ${principal}`)
    .at(at)
    .evidence(
      'Principal',
      { readFrom: `trust policy of ${role.arn}`, at },
      via,
      phrase('roles that nobody outside of the zone of trust can assume'),
    )
    .evidence('a caller that passes there', `trust policy of ${via}`, witness)
    .fix(
      `Close role ${roleNameOf(via)} to strangers, or remove it from the trust policy of ${role.name}.`,
      `What uses ${role.name} through ${roleNameOf(via)}: it loses access where the role is no longer trusted.`,
    );
