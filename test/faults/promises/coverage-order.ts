/** The word on coverage: each destination ends with what is true, and hears no older notice after a newer one. */
import { coverageKey } from '../../../lib/audit/document-keys.ts';
import { areaKey } from '../../../lib/history/coverage-area.ts';
import type { Digest } from '../../../lib/history/transition.ts';
import type { CoverageNotice, CoverageState } from '../../../lib/history/watch-coverage.ts';
import type { Simulation } from '../simulation/simulation.ts';
import type { Verdicts } from './verdicts.ts';

/** The digests of one destination: what was given up, what it took, and the ids of what came after its sender had given up
 *  waiting. */
interface Read {
  readonly letters: readonly Digest[];
  readonly distinct: readonly Digest[];
  readonly lateIds: ReadonlySet<string>;
}

const noticesIn = ({ coverage }: Digest): readonly CoverageNotice[] => coverage?.notices ?? [];

/** The notices that were ever handed over to the destinations. */
const handedOver = ({ bucket }: Simulation): readonly CoverageNotice[] =>
  [...bucket.outboxes]
    .filter(([key]) => key.startsWith('outbox/.handed/'))
    .flatMap(([, texts]) => [...texts.keys()].flatMap(text => noticesIn(JSON.parse(text).digest)));

/** Checks the order of arrival. A notice that came late tells by its time that a newer one came before, or that it is newer
 *  than one that its sender tells after it (docs/delivery.md). */
const checkOrder = (
  name: string,
  { distinct, lateIds }: Read,
  simulation: Simulation,
  { bad, allow }: Verdicts,
): void => {
  const last = new Map<string, { readonly notice: CoverageNotice; readonly isLate: boolean }>();
  const handed = handedOver(simulation);
  const fellBetween = (key: string, from: string, to: string): boolean =>
    handed.some(notice => areaKey(notice) === key && notice.kind === 'fell' && from <= notice.at && notice.at <= to);
  for (const digest of distinct)
    for (const notice of noticesIn(digest)) {
      const key = areaKey(notice);
      const isLate = lateIds.has(digest.id);
      const { notice: before, isLate: wasLate = false } = last.get(key) ?? {};
      if (before !== undefined && before.at > notice.at) {
        if (isLate || wasLate) allow('an earlier notice or step that came late');
        else
          bad(
            'coverage-order',
            `${name}: ${key} ${notice.kind} of ${notice.at} came after ${before.kind} of ${before.at}`,
          );
        continue;
      }
      // A digest that was refused may have arrived, and what waits is dropped once a later word was told.
      const isFallUntold =
        before === undefined || (before.kind === 'returned' && fellBetween(key, before.at, notice.at));
      if (notice.kind === 'returned' && isFallUntold) allow('a return whose fall was not taken');
      else if (notice.kind === 'returned' && before?.kind === 'returned')
        bad('coverage-order', `${name}: ${key} returned at ${before.at} and again at ${notice.at}`);
      last.set(key, { notice, isLate });
    }
};

/** The notice of each area that happened last. */
const lastNotices = ({ letters, distinct }: Read): ReadonlyMap<string, CoverageNotice> => {
  const last = new Map<string, CoverageNotice>();
  for (const notice of [...letters, ...distinct].flatMap(noticesIn)) {
    const key = areaKey(notice);
    const before = last.get(key);
    if (before === undefined || before.at <= notice.at) last.set(key, notice);
  }
  return last;
};

/** The coverage at the end: areas that people know as unread. */
const unreadNow = ({ bucket }: Simulation): ReadonlySet<string> => {
  const text = bucket.texts.get(coverageKey);
  if (text === undefined) throw new Error('there is no document of coverage');
  const { areas }: CoverageState = JSON.parse(text);
  return new Set(areas.filter(({ told }) => told === 'unread').map(areaKey));
};

/** Checks the notices that one destination took, and those that were given up, at the end of a schedule. */
export const checkCoverage = (name: string, read: Read, simulation: Simulation, verdicts: Verdicts): void => {
  checkOrder(name, read, simulation, verdicts);
  const last = lastNotices(read);
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
