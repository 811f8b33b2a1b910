import { areaKey } from '../history/coverage-area.ts';
import { isEmptyDigest } from '../history/routing.ts';
import type { Digest, Transition } from '../history/transition.ts';
import type { CoverageNotice } from '../history/watch-coverage.ts';

const nameOf = ({ after: { finding } }: Transition): string => JSON.stringify([finding.accountId, finding.id]);

/** The parts of a digest that a later digest can overtake. */
type Overtaking = Pick<Digest, 'transitions' | 'coverage'>;

/**
 * The rest of digests that wait, once a destination was told a later step of some of their findings or areas of coverage:
 * the older step would come after it and be taken for the last word. A digest of which nothing is left is no longer sent.
 * Facts stay: each change says what it changed from.
 */
export const withoutOvertaken = <W extends { readonly digest: Digest }>(
  waiting: readonly W[],
  { transitions, coverage }: Overtaking,
): W[] => {
  const later = new Set([...transitions.map(nameOf), ...(coverage?.notices ?? []).map(areaKey)]);
  const isLast = (key: string): boolean => !later.has(key);
  return waiting.flatMap(each => {
    const { coverage: news, ...rest } = each.digest;
    const left: Digest = {
      ...rest,
      transitions: rest.transitions.filter(transition => isLast(nameOf(transition))),
      ...coverageLeft(news, notice => isLast(areaKey(notice))),
    };
    if (countOf(left) === countOf(each.digest)) return [each];
    return isEmptyDigest(left) ? [] : [{ ...each, digest: left }];
  });
};

const coverageLeft = (
  news: Digest['coverage'],
  isLeft: (notice: CoverageNotice) => boolean,
): Pick<Digest, 'coverage'> => {
  const notices = (news?.notices ?? []).filter(isLeft);
  return news === undefined || notices.length + news.beyond === 0 ? {} : { coverage: { ...news, notices } };
};

const countOf = ({ transitions, coverage }: Overtaking): number => transitions.length + (coverage?.notices.length ?? 0);

/** The transitions that were delivered of a digest of which something is left. Services that take a digest by parts take
 *  no notices of coverage. */
export const deliveredOf = (digest: Digest, left: Digest): Overtaking => {
  const kept = new Set(left.transitions.map(nameOf));
  return { transitions: digest.transitions.filter(transition => !kept.has(nameOf(transition))) };
};
