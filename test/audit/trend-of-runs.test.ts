import { describe, expect, test } from '@jest/globals';
import type { Page, RunRecord } from '../../lib/audit/ports.ts';
import { trendOfRuns } from '../../lib/audit/trend-of-runs.ts';

/** Run number n begins n hours into the month and leaves n findings open. */
const aRecord = (n: number): RunRecord => ({
  runId: `run-${n}`,
  startedAt: new Date(Date.UTC(2026, 10, 1, n)).toISOString(),
  endedAt: new Date(Date.UTC(2026, 10, 1, n, 5)).toISOString(),
  accounts: 1,
  failedAccounts: [],
  gaps: [],
  gapCount: n % 2,
  openBySeverity: { critical: 0, high: n, medium: 0, low: 0, info: 0 },
  transitions: 0,
  sent: false,
  apiCalls: {},
});

/** So many runs, newest first, in pages, as the table gives them; counts the pages that are read. */
const storeOf = (count: number) => {
  const all = Array.from({ length: count }, (_, n) => aRecord(count - 1 - n));
  const state = { pages: 0 };
  const runs = async ({ limit, cursor = '0' }: Page) => {
    state.pages += 1;
    const end = Number(cursor) + limit;
    return { items: all.slice(Number(cursor), end), ...(end < all.length ? { cursor: String(end) } : {}) };
  };
  return { state, runs };
};
const openOf = async (count: number, until: number): Promise<readonly number[]> =>
  (await trendOfRuns(storeOf(count), aRecord(until).startedAt)).map(({ openBySeverity }) => openBySeverity.high);

describe('the trend', () => {
  test('is oldest first and ends with the run that it is of, though later ones are on record', async () => {
    expect(await openOf(6, 3)).toEqual([0, 1, 2, 3]);
    expect(await trendOfRuns(storeOf(2), aRecord(1).startedAt)).toEqual([
      { at: '2026-11-01T00:00:00.000Z', openBySeverity: aRecord(0).openBySeverity, gaps: 0 },
      { at: '2026-11-01T01:00:00.000Z', openBySeverity: aRecord(1).openBySeverity, gaps: 1 },
    ]);
  });

  test('has the clusters of a run that recorded them', async () => {
    const openByCluster = [{ open: aRecord(1).openBySeverity }];
    const runs = async () => ({ items: [{ ...aRecord(1), openByCluster, clustersLeftOut: 3 }, aRecord(0)] });
    const trend = await trendOfRuns({ runs }, aRecord(1).startedAt);
    expect(trend.map(point => [point.openByCluster, point.clustersLeftOut])).toEqual([
      [undefined, undefined],
      [openByCluster, 3],
    ]);
  });

  test('has at most sixty runs: those before an old one are found behind as many pages as it takes', async () => {
    const shown = await openOf(300, 100);
    expect([shown.length, shown[0], shown.at(-1)]).toEqual([60, 41, 100]);
  });

  test('of the newest run reads one page', async () => {
    const store = storeOf(300);
    await trendOfRuns(store, aRecord(299).startedAt);
    expect(store.state.pages).toBe(1);
  });

  test('gives up on a run that is older than all that may be read', async () => {
    const store = storeOf(10_000);
    expect(await trendOfRuns(store, aRecord(1).startedAt)).toEqual([]);
    expect(store.state.pages).toBe(100);
  });

  test('compares instants, not text: Step Functions gives one, two or three digits of a second', async () => {
    const at = '2026-11-01T01:00:00.5Z';
    const runs = async () => ({ items: [{ ...aRecord(1), startedAt: '2026-11-01T01:00:00.50Z' }, aRecord(0)] });
    expect(await trendOfRuns({ runs }, at)).toHaveLength(2);
  });
});
