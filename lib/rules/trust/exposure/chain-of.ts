import type { Role } from '../../../model/account.ts';
import { roleNameOf } from '../../../model/arn.ts';
import { phrase } from '../../../text/message.ts';
import type { Failure } from '../../failure.ts';
import type { StrangerByRole } from './strangers-by-role.ts';

/** The place, the evidence and the fix of strangers that come by a trusted role. */
export const chainOf = (
  role: Role,
  { via, principal, at }: StrangerByRole,
  witness: string,
): Pick<Failure, 'discriminator' | 'at' | 'evidence' | 'fix'> => ({
  discriminator: `${via} ${principal}`,
  at,
  evidence: [
    {
      what: 'Principal',
      got: via,
      wanted: phrase('roles that nobody outside of the zone of trust can assume'),
      readFrom: `trust policy of ${role.arn}`,
      at,
    },
    { what: 'a caller that passes there', got: witness, readFrom: `trust policy of ${via}` },
  ],
  fix: {
    summary: `Close role ${roleNameOf(via)} to strangers, or remove it from the trust policy of ${role.name}.`,
    steps: [],
    choice: `What uses ${role.name} through ${roleNameOf(via)}: it loses access where the role is no longer trusted.`,
  },
});
