/** The word on coverage: each destination ends with what is true, and hears no older notice after a newer one. */
import { coverageKey } from '../../../lib/audit/documents.ts';
import { areaKey } from '../../../lib/history/coverage-area.ts';
import type { Digest } from '../../../lib/history/transition.ts';
import type { CoverageNotice, CoverageState } from '../../../lib/history/watch-coverage.ts';
import type { Simulation } from '../simulation/simulation.ts';
import type { Verdicts } from './verdicts.ts';

/** The last notice of each area, in the order of arrival. */
const lastNotices = (
  name: string,
  digests: readonly Digest[],
  { bad, note }: Verdicts,
): ReadonlyMap<string, CoverageNotice> => {
  const last = new Map<string, CoverageNotice>();
  for (const notice of digests.flatMap(({ coverage }) => coverage?.notices ?? [])) {
    const key = areaKey(notice);
    const before = last.get(key);
    if (before !== undefined && before.at > notice.at)
      bad('coverage-order', `${name}: ${key} ${notice.kind} of ${notice.at} came after ${before.kind} of ${before.at}`);
    if (before?.kind === 'returned' && notice.kind === 'returned')
      bad('coverage-order', `${name}: ${key} returned at ${before.at} and again at ${notice.at}`);
    // A digest that was refused may have arrived, and what waits is dropped once a later word was told.
    if (before === undefined && notice.kind === 'returned') note('a return is told though its fall was not taken');
    last.set(key, notice);
  }
  return last;
};

/** What is known of coverage at the end: areas that people know as unread. */
const unreadNow = ({ bucket }: Simulation): ReadonlySet<string> => {
  const text = bucket.texts.get(coverageKey);
  if (text === undefined) throw new Error('there is no document of coverage');
  const { areas }: CoverageState = JSON.parse(text);
  return new Set(areas.filter(({ told }) => told === 'unread').map(areaKey));
};

/** Checks the notices that one destination took, at the end of a schedule. */
export const checkCoverage = (
  name: string,
  digests: readonly Digest[],
  simulation: Simulation,
  verdicts: Verdicts,
): void => {
  const last = lastNotices(name, digests, verdicts);
  const unread = unreadNow(simulation);
  for (const [key, { kind, at }] of last)
    if ((kind === 'fell') !== unread.has(key))
      verdicts.bad(
        'coverage-last-word',
        `${name}: ${key} was told ${kind} at ${at} last, is ${unread.has(key) ? 'unread' : 'read'}`,
      );
  for (const key of unread)
    if (!last.has(key)) verdicts.bad('coverage-last-word', `${name}: ${key} is unread, and was never told`);
};
