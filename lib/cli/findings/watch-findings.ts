import { setTimeout as wait } from 'node:timers/promises';
import type { FindingFilter, FindingQueries } from '../../audit/ports.ts';
import type { Transition } from '../../history/transition.ts';
import { inParallel } from '../../kit/in-parallel.ts';
import { compareText, given } from '../../text.ts';
import { everyItem } from './every-item.ts';

/** How to watch. */
interface WatchFilter {
  readonly filter: FindingFilter;
  /** ISO 8601: what changed at or after. */
  readonly since: string;
  /** Milliseconds between two looks. */
  readonly interval: number;
  /** Ends after so many looks; absent: never. */
  readonly times?: number;
  readonly wait?: (milliseconds: number) => Promise<unknown>;
  /** False once nobody reads on: then it ends. */
  readonly isHeard?: () => boolean;
}

const pageSize = 100;
const readsAtOnce = 8;
/** Steps of one finding that are read in a look: more cannot have come since the one before. */
const historyPage = 50;

/** Tells each step in the life of a finding, once, oldest first, look after look. A finding that came and went between
 *  two looks is told with both of its steps. */
export const watchFindings = async (
  queries: FindingQueries,
  watch: WatchFilter,
  tell: (found: readonly Transition[]) => void,
): Promise<void> => {
  const { filter } = watch;
  let { since } = watch;
  let told = new Set<string>();
  for (let look = 1; ; look += 1) {
    const from = since;
    const changed = await everyItem(pageSize, page => queries.list({ ...filter, changedSince: from }, page));
    const steps = await inParallel(changed, readsAtOnce, ({ finding }) => stepsOf(queries, finding.id));
    const found = steps
      .flat()
      .filter(step => step.at >= from && !told.has(keyOf(step)))
      .sort((a, b) => compareText(a.at, b.at) || compareText(keyOf(a), keyOf(b)));
    if (found.length > 0) {
      tell(found);
      since = found.at(-1)?.at ?? since;
      told = new Set([...told, ...found.map(keyOf)].slice(-10_000));
    }
    if (look === watch.times || watch.isHeard?.() === false) return;
    await (watch.wait ?? wait)(watch.interval);
  }
};

const keyOf = ({ after }: Transition): string => `${after.finding.id} ${String(after.version).padStart(8, '0')}`;

/** The last steps of one finding: pages come oldest first. */
const stepsOf = async (queries: FindingQueries, id: string): Promise<readonly Transition[]> => {
  let steps: readonly Transition[] = [];
  let cursor: string | undefined;
  do {
    const page = await queries.history(id, { limit: historyPage, ...given({ cursor }) });
    steps = [...steps, ...page.items].slice(-historyPage);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return steps;
};
