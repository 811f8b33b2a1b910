/** The shapes of what was seen at a step. */
import type { Finding, ReadFailure } from '../model.ts';

/** The cause of a failed step: a finding, or as much of one as there is. */
export type WhyCause = Pick<Finding, 'message' | 'evidence' | 'fix'> &
  Partial<Pick<Finding, 'id' | 'ruleId' | 'severity' | 'podError' | 'explains' | 'subject'>>;

/** The reading of a step. */
export interface StepReading {
  readonly seen?: string;
  /** Why the step is not known, whatever the rules say. */
  readonly unread?: string;
  readonly optional?: true;
  /** A cause that no rule reports. */
  readonly fault?: WhyCause;
}

/** A failed read for people: the operation and what the other side answered. */
export const inWords = ({ operation, message, permission }: ReadFailure): string =>
  `${operation}: ${message}${permission === undefined || message.includes(permission) ? '' : ` (needs ${permission})`}`;
