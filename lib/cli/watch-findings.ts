import { setTimeout as wait } from 'node:timers/promises';
import type { FindingFilter, FindingQueries } from '../audit/ports.ts';
import type { KnownFinding } from '../core/drift/transition.ts';
import { compareText } from '../core/model/finding.ts';

/** How to watch. */
export interface WatchWish {
  readonly filter: FindingFilter;
  /** ISO 8601: what changed at or after. */
  readonly since: string;
  /** Milliseconds between two looks. */
  readonly interval: number;
  /** Ends after so many looks; absent: never. */
  readonly times?: number;
  readonly wait?: (milliseconds: number) => Promise<unknown>;
}

const pageSize = 100;

/** Tells each finding that changed, once a version, oldest change first, look after look. */
export const watchFindings = async (
  queries: FindingQueries,
  wish: WatchWish,
  tell: (found: readonly KnownFinding[]) => void,
): Promise<void> => {
  let { since } = wish;
  let told = new Set<string>();
  for (let look = 1; ; look += 1) {
    const found = (await changedSince(queries, { ...wish.filter, changedSince: since })).filter(
      item => !told.has(versionOf(item)),
    );
    if (found.length > 0) {
      tell(found);
      since = found.at(-1)?.changedAt ?? since;
      told = new Set([...told, ...found.map(versionOf)].slice(-10_000));
    }
    if (look === wish.times) return;
    await (wish.wait ?? wait)(wish.interval);
  }
};

const versionOf = ({ finding, version }: KnownFinding): string => `${finding.id} ${version}`;

const changedSince = async (queries: FindingQueries, filter: FindingFilter): Promise<readonly KnownFinding[]> => {
  const found: KnownFinding[] = [];
  let cursor: string | undefined;
  do {
    const page = await queries.list(filter, { limit: pageSize, ...(cursor === undefined ? {} : { cursor }) });
    found.push(...page.items);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return found.sort((a, b) => compareText(a.changedAt, b.changedAt) || compareText(a.finding.id, b.finding.id));
};
