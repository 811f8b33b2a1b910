/** A look at the runs as readers see it: with and without a page, with and without a failed run; and looks at a deployed auditor. */
import { expect, test } from '@jest/globals';
import { followRuns, type RunsLook, shownOf } from '../../../lib/cli/serve/follow-runs.ts';

const page = { run: 'r', html: '<p>' };
const endedAt = '2026-11-25T20:07:59.000Z';

test.each<[RunsLook, string, boolean]>([
  [{ page, endedAt }, 'The run of 2026-11-25 20:07 UTC. The next one is shown when it ends.', false],
  [{}, 'No run has a page yet. The first is shown when it ends.', false],
  [{ page, endedAt, failed: 'It failed' }, 'It failed. The run of 2026-11-25 20:07 UTC is shown.', true],
  [{ failed: 'It failed' }, 'It failed. No run has a page yet.', true],
  [{ failed: '' }, '. No run has a page yet.', true],
])('%j', (look, text, isTrouble) => {
  expect(shownOf(look)).toEqual({ ...(look.page && { page }), text, isTrouble });
});

test('each look is shown, a failed one with what was shown before, to the end of the waiting', async () => {
  const looks: (RunsLook | Error | string)[] = [{ page, endedAt, failed: 'Late' }, new Error('no'), 'odd', {}];
  const shown: string[] = [];
  const waits: number[] = [];
  await followRuns(
    {
      look: () => {
        const next = looks.shift();
        return next instanceof Error || typeof next === 'string' ? Promise.reject(next) : Promise.resolve(next ?? {});
      },
      ...{ interval: 7, now: () => '2026-11-25T21:00:30.000Z' },
      wait: milliseconds => {
        waits.push(milliseconds);
        return Promise.resolve(waits.length <= 4);
      },
    },
    {},
    ({ text }) => shown.push(text),
  );
  const failed = (why: string) =>
    `The look at 2026-11-25 21:00 UTC failed: ${why}. The run of 2026-11-25 20:07 UTC is shown.`;
  expect(shown).toEqual([
    'Late. The run of 2026-11-25 20:07 UTC is shown.',
    failed('no'),
    failed('odd'),
    'No run has a page yet. The first is shown when it ends.',
  ]);
  expect(waits).toEqual([7, 7, 7, 7, 7]);
});
