/** Effects are told by their causes: less reading separates no effect from the cause by which people know it. */
import { atLeast, type Finding, type Folded, type Severity, worst } from '../model.ts';
import { nameKey } from './absent.ts';
import type { KnownFinding } from './transition.ts';
import { truncateFinding } from './truncate-finding.ts';

/** The finding with the effects that it had before and that may remain: unread data ends none of them. A cause is never
 *  milder than its effects. */
export const withRemainingEffects = (
  before: Finding,
  finding: Finding,
  mayRemain: (effect: Folded) => boolean,
): Finding => {
  const now = new Set(finding.explains.map(nameKey));
  const kept = before.explains.filter(effect => !now.has(nameKey(effect)) && mayRemain(effect));
  if (kept.length === 0) return finding;
  const severity = worst(before.severity, finding.severity);
  return truncateFinding({ ...finding, severity, explains: [...finding.explains, ...kept] });
};

/** Says of a finding that stands alone whether people know it, as bad as it is, by one of these causes: open findings that
 *  were read less well now, which is why they do not explain it. A cause that is over, or that cannot be decided in the best
 *  of readings, explains nothing. */
export const knownByCause = (causes: readonly KnownFinding[]): ((finding: Finding) => boolean) => {
  const known = new Map<string, Severity>();
  for (const { finding: cause } of causes)
    for (const effect of cause.explains) {
      const earlier = known.get(nameKey(effect));
      known.set(nameKey(effect), earlier === undefined ? cause.severity : worst(earlier, cause.severity));
    }
  return finding => {
    const severity = known.get(nameKey(finding));
    return severity !== undefined && atLeast(severity, finding.severity);
  };
};
