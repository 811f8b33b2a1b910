/** Looks at a table that holds more than one page, or steps of one instant: each step is told, once. */
import { expect, test } from '@jest/globals';
import type { FindingQueries, Page, Paged } from '../../../lib/audit/ports.ts';
import { watchFindings } from '../../../lib/cli/findings/watch-findings.ts';
import type { KnownFinding, Transition } from '../../../lib/history/transition.ts';
import { aKnown, aRoleFinding, aRun } from '../../support/drift-builders.ts';

const page = <T>(items: readonly T[], { limit, cursor = '0' }: Page): Paged<T> => {
  const end = Number(cursor) + limit;
  return { items: items.slice(Number(cursor), end), ...(end < items.length ? { cursor: String(end) } : {}) };
};

/** A step, and the finding after it. */
const stepOf = (name: string, version: number, at: string): Transition => ({
  ...{ kind: 'escalated', ...aRun(2), at, summary: `${name} ${version}` },
  after: aKnown({ finding: aRoleFinding(name), version }),
});

/** The steps that each look tells, of a table that has these steps from look to look. */
const told = async (...tables: readonly (readonly Transition[])[]): Promise<readonly (readonly string[])[]> => {
  const found: string[][] = [];
  let look = 0;
  const now = () => tables[look] ?? [];
  const queries: Pick<FindingQueries, 'list' | 'history'> = {
    list: async ({ changedSince = '' }, wanted) => {
      const last = new Map<string, KnownFinding>();
      for (const { at, after } of now()) if (at >= changedSince) last.set(after.finding.id, after);
      return page([...last.values()], wanted);
    },
    history: async (id, wanted) =>
      page(
        now().filter(({ after }) => after.finding.id === id),
        wanted,
      ),
  };
  const wait = async () => {
    look += 1;
  };
  await watchFindings(
    queries as FindingQueries,
    { filter: {}, since: aRun(2).at, interval: 1, times: tables.length, wait },
    steps => found.push(steps.map(({ summary }) => summary)),
  );
  return found;
};
const at = aRun(2).at;
const later = aRun(3).at;

test('findings of every page are looked at', async () => {
  const many = Array.from({ length: 203 }, (_, number) => stepOf(`role-${number}`, 1, at));
  const [first = []] = await told(many);
  expect(first.toSorted()).toEqual(many.map(({ summary }) => summary).toSorted());
});

test('of a long history the last fifty steps are told, in order', async () => {
  const steps = Array.from({ length: 120 }, (_, number) => stepOf('cart', number + 1, at));
  expect(await told(steps)).toEqual([steps.slice(-50).map(({ summary }) => summary)]);
});

test('a step of the instant of the look before is told, and one that was told is not told again', async () => {
  const [one, two, three, old] = [
    stepOf('a', 1, at),
    stepOf('b', 1, at),
    stepOf('c', 1, later),
    stepOf('d', 1, aRun(1).at),
  ];
  expect(await told([one, old], [one, two, old], [one, two, old], [one, two, three])).toEqual([
    ['a 1'],
    ['b 1'],
    ['c 1'],
  ]);
});
