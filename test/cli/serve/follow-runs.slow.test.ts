import { describe, expect, test } from '@jest/globals';
import { followRuns, type RunsLook, shownOf } from '../../../lib/cli/serve/follow-runs.ts';
import type { ServedView } from '../../../lib/cli/serve/page-server.ts';

const one: RunsLook = { page: { run: 'one', html: '1' }, endedAt: '2026-11-25T20:00:12.000Z' };
const two: RunsLook = { page: { run: 'two', html: '2' }, endedAt: '2026-11-25T21:00:12.000Z' };

/** The shown states of these looks, the first included. */
const shownBy = async (...looks: readonly (RunsLook | Error)[]): Promise<readonly ServedView[]> => {
  const left = [...looks];
  const look = async () => {
    const next = left.shift();
    if (next === undefined || next instanceof Error) throw next;
    return next;
  };
  const first = await look();
  const shown = [shownOf(first)];
  await followRuns(
    { look, interval: 1, now: () => '2026-11-25T22:00:00.000Z', wait: async () => left.length > 0 },
    first,
    next => shown.push(next),
  );
  return shown;
};

describe('a page that follows the runs', () => {
  test('is of the last run, and says when that ended', async () => {
    expect(await shownBy(one, two)).toEqual([
      {
        page: one.page,
        text: 'The run of 2026-11-25 20:00 UTC. The next one is shown when it ends.',
        isTrouble: false,
      },
      {
        page: two.page,
        text: 'The run of 2026-11-25 21:00 UTC. The next one is shown when it ends.',
        isTrouble: false,
      },
    ]);
  });

  test('says that there is no run yet', async () => {
    expect(await shownBy({})).toEqual([
      { text: 'No run has a page yet. The first is shown when it ends.', isTrouble: false },
    ]);
  });

  test('stays, and says that it may be old, while looks fail', async () => {
    const [, failed, again, well] = await shownBy(one, new Error('ThrottledError\u202e'), new Error('denied'), two);
    const text = 'The look at 2026-11-25 22:00 UTC failed: denied. The run of 2026-11-25 20:00 UTC is shown.';
    expect(again).toEqual({ page: one.page, text, isTrouble: true });
    expect(failed?.text).toContain('failed: ThrottledError\\u{202e}. ');
    expect(well).toMatchObject({ page: two.page, isTrouble: false });
  });

  test('stays at the newest page while looks fail, and not at the first one', async () => {
    const [, , failed, again] = await shownBy(one, two, new Error('denied'), new Error('denied'));
    const text = 'The look at 2026-11-25 22:00 UTC failed: denied. The run of 2026-11-25 21:00 UTC is shown.';
    expect([failed, again]).toEqual(Array(2).fill({ page: two.page, text, isTrouble: true }));
  });

  test('says that a later run failed', async () => {
    const [shown] = await shownBy({ ...one, failed: 'The run that began at 21:00 failed: out of time' });
    expect(shown).toEqual({
      page: one.page,
      text: 'The run that began at 21:00 failed: out of time. The run of 2026-11-25 20:00 UTC is shown.',
      isTrouble: true,
    });
  });

  test('says why there is no page at all', async () => {
    expect((await shownBy({ failed: 'The run that began at 21:00 failed: out of time' }))[0]?.text).toBe(
      'The run that began at 21:00 failed: out of time. No run has a page yet.',
    );
  });
});
