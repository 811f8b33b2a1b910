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
  /** The worst that it was while it was open before; undefined where it was waived from the beginning. */
  readonly peak?: Severity | undefined;
}

/** The worst severity of the open states among earlier steps. */
export const peakOf = (
  steps: readonly { readonly status: string; readonly state: { readonly severity: Severity } }[],
): Severity | undefined =>
  steps
    .filter(({ status }) => status === 'open')
    .map(({ state }) => state.severity)
    .toSorted((a, b) => order.indexOf(b) - order.indexOf(a))[0];

/** True for a step that each destination must be told of, given the least severity that is sent. */
export const mustBeTold = ({ kind, status, severity, before, peak }: Told, floor: Severity): boolean => {
  if (kind === 'unconfirmed' || kind === 'confirmed') return false;
  if (kind === 'explained' && before?.status === 'waived') return false;
  if (kind === 'resolved' || kind === 'waived' || kind === 'explained')
    return peak !== undefined && reaches(peak, floor);
  if (status === 'waived') return false;
  // Whoever knows it is told how bad it is, also where that is milder than is sent.
  const isAnother = kind === 'reopened' || (before !== undefined && before.severity !== severity);
  if (isAnother && peak !== undefined && reaches(peak, floor)) return true;
  return reaches(severity, floor) || (before !== undefined && reaches(before.severity, floor));
};
