/** How bad things are, and what is told: the promises' own view of it. */
import type { Severity } from '../../../lib/model/finding.ts';

const order: readonly Severity[] = ['info', 'low', 'medium', 'high', 'critical'];

/** True if `severity` is as bad as `floor` or worse. */
export const reaches = (severity: Severity, floor: Severity): boolean =>
  order.indexOf(severity) >= order.indexOf(floor);

/** A step of a finding's life, as far as it decides whether a person is told. */
export interface Told {
  readonly kind: string;
  readonly status: string;
  readonly severity: Severity;
  readonly before?: { readonly status: string; readonly severity: Severity } | undefined;
}

/** True for a step that each destination must be told of, given the least severity that is sent. */
export const mustBeTold = ({ kind, status, severity, before }: Told, floor: Severity): boolean => {
  if (kind === 'unconfirmed' || kind === 'confirmed' || status === 'waived') return false;
  if (kind === 'resolved' && before?.status === 'waived') return false;
  return reaches(severity, floor) || (before !== undefined && reaches(before.severity, floor));
};
