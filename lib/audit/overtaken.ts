import { isEmptyDigest } from '../history/routing.ts';
import type { Digest, Transition } from '../history/transition.ts';

const nameOf = ({ after: { finding } }: Transition): string => JSON.stringify([finding.accountId, finding.id]);

/**
 * What is left of digests that wait, once a destination was told a later step of some of their findings: an older step
 * would come after it and be taken for the last word. A digest of which nothing is left is no longer sent. Facts stay: each
 * change says what it changed from.
 */
export const withoutOvertaken = <W extends { readonly digest: Digest }>(
  waiting: readonly W[],
  told: readonly Transition[],
): W[] => {
  const later = new Set(told.map(nameOf));
  return waiting.flatMap(each => {
    const { digest } = each;
    const transitions = digest.transitions.filter(transition => !later.has(nameOf(transition)));
    if (transitions.length === digest.transitions.length) return [each];
    const left = { ...digest, transitions };
    return isEmptyDigest(left) ? [] : [{ ...each, digest: left }];
  });
};

/** What was delivered of a digest of which something is left. */
export const deliveredOf = (digest: Digest, left: Digest): readonly Transition[] => {
  const kept = new Set(left.transitions.map(nameOf));
  return digest.transitions.filter(transition => !kept.has(nameOf(transition)));
};
