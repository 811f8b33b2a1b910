import type { Role } from '../../../model/account.ts';
import type { UnknownKind } from '../../../model/finding.ts';
import type { UnknownReason } from '../../../policy/decide/reason.ts';
import { unknownKindOf } from '../../define-rule.ts';

/** The kind of an unknown for the doubts that the evaluator has about a policy: of several, the one that something can be
 *  done about. What it did not read is what the role's details would tell: its tags. */
export const kindOfDoubt = (doubts: readonly UnknownReason[], { detail }: Pick<Role, 'detail'>): UnknownKind => {
  const kinds = new Set(doubts.map(({ kind }) => kind));
  if (kinds.has('budget')) return 'budget';
  if (kinds.has('unread')) return detail.status === 'unavailable' ? unknownKindOf(detail.reason) : 'unread';
  return kinds.size === 1 && kinds.has('request-dependent') ? 'request-dependent' : 'undocumented';
};
