import { describe, expect, test } from '@jest/globals';
import { type CoverageArea, noTarget, unreadAccount } from '../../lib/history/coverage-area.ts';
import {
  type AccountCoverage,
  type CoverageNotice,
  type CoverageState,
  noteFalls,
  steadyRuns,
  watchCoverage,
} from '../../lib/history/watch-coverage.ts';
import { fc } from '../support/properties.ts';

const accountId = '111122223333';
const other = '444455556666';
const anArea = (over: Partial<CoverageArea> = {}): CoverageArea => ({
  accountId,
  section: 'roles',
  whole: true,
  failures: 1,
  reason: { kind: 'denied', operation: 'iam:ListRoles', permission: 'iam:ListRoles', message: 'no' },
  ...over,
});
const throttled = { kind: 'throttled', operation: 'iam:ListRoles', message: 'slow down' } as const;
const clusters = anArea({ section: 'clusters', region: 'eu-west-1' });
const inside = anArea({ section: 'inside', region: 'eu-west-1', clusterName: 'shop' });
const pods = { ...inside, section: 'pods' as const };

/** The notices of each of these runs; every run reads these accounts wholly but for the areas given. */
const toldBy = (
  runs: readonly (readonly CoverageArea[])[],
  accounts: readonly string[] = [accountId],
): readonly (readonly string[])[] => {
  let state: CoverageState | undefined;
  return runs.map((areas, index) => {
    const told = watchCoverage(state, aRun(index, accounts, areas));
    state = told.state;
    return told.notices.map(wordsOf);
  });
};
const aRun = (index: number, accounts: readonly string[], areas: readonly CoverageArea[]) => ({
  runId: `run-${index}`,
  at: new Date(Date.UTC(2026, 10, 1 + index)).toISOString(),
  accounts: accounts.map(
    (id): AccountCoverage => ({ accountId: id, areas: areas.filter(area => area.accountId === id) }),
  ),
});
const wordsOf = ({ kind, section, comesAndGoes }: CoverageNotice) =>
  `${kind} ${section}${comesAndGoes ? ' again' : ''}`;

describe('coverage is watched', () => {
  test.each<readonly [string, readonly (readonly CoverageArea[])[], readonly (readonly string[])[]]>([
    ['nothing is unread: nothing is told', [[], []], [[], []]],
    ['a gap of the first run is told', [[anArea()], [anArea()]], [['fell roles'], []]],
    [
      'one notice when it falls, one when it returns',
      [[], [anArea()], [anArea()], [anArea()], [], []],
      [[], ['fell roles'], [], [], ['returned roles'], []],
    ],
    [
      'a part that fell is told again where the whole falls, and not where it is a part again',
      [[anArea({ whole: false })], [anArea()], [anArea({ whole: false })], [anArea()]],
      [['fell roles'], ['fell roles'], [], []],
    ],
    [
      'twice as many failures are told again',
      [[anArea({ failures: 2 })], [anArea({ failures: 3 })], [anArea({ failures: 4 })], [anArea({ failures: 1 })]],
      [['fell roles'], [], ['fell roles'], []],
    ],
    [
      'another cause is told, and the first one has not returned',
      [[anArea()], [anArea({ reason: throttled })], [anArea()], []],
      [['fell roles'], ['fell roles'], [], ['returned roles', 'returned roles']],
    ],
    [
      'an unread account says nothing of its roles',
      [[anArea()], [unreadAccount(accountId, throttled)], [anArea()]],
      [['fell roles'], ['fell account'], ['returned account']],
    ],
    [
      'unread clusters say nothing of what is inside one, nor an unread inside of its pods',
      [[pods], [inside], [clusters], []],
      [['fell pods'], ['fell inside'], ['fell clusters'], ['returned inside', 'returned clusters', 'returned pods']],
    ],
    [
      'a gap that comes and goes is told twice, and then when it is read in so many runs in a row',
      [[anArea()], [], [anArea()], [], [anArea()], [], [anArea()], ...Array.from({ length: steadyRuns + 1 }, () => [])],
      [
        ['fell roles'],
        ['returned roles'],
        ['fell roles again'],
        ...[[], [], [], []],
        ...Array.from({ length: steadyRuns - 1 }, () => []),
        ['returned roles again'],
        [],
      ],
    ],
  ])('%s', (_title, runs, told) => {
    const got = toldBy(runs).map(lines => [...lines].sort());
    expect(got).toEqual(told.map(lines => [...lines].sort()));
  });

  test('one account of fifty, one region, one section is enough', () => {
    const fifty = Array.from({ length: 50 }, (_, index) => String(100000000000 + index));
    const [last = ''] = fifty.slice(-1);
    for (const area of [unreadAccount(last, throttled), { ...clusters, accountId: last }, anArea({ accountId: last })])
      expect(toldBy([[], [area], []], fifty).map(lines => lines.length)).toEqual([0, 1, 1]);
  });

  test('an account that is no longer among the targets is told once, and so is its return', () => {
    const first = watchCoverage(undefined, aRun(0, [accountId, other], [anArea({ accountId: other })]));
    const second = watchCoverage(first.state, aRun(1, [accountId], []));
    expect(second.notices).toMatchObject([{ kind: 'fell', accountId: other, section: noTarget(other).section }]);
    const third = watchCoverage(second.state, aRun(2, [accountId], []));
    expect(third.notices).toEqual([]);
    expect(
      watchCoverage(third.state, aRun(3, [accountId, other], [])).notices.map(({ kind, section }) => [kind, section]),
    ).toEqual([
      ['returned', 'roles'],
      ['returned', 'target'],
    ]);
  });

  test('an account of which nothing is known changes nothing', () => {
    const { state } = watchCoverage(undefined, aRun(0, [accountId], [anArea()]));
    const unknown = watchCoverage(state, { ...aRun(1, [], []), accounts: [{ accountId }] });
    expect(unknown.notices).toEqual([]);
    expect(unknown.state.areas).toEqual(state.areas);
  });

  test('a repeat of a run and an older run say nothing and change nothing', () => {
    const { state } = watchCoverage(undefined, aRun(5, [accountId], [anArea()]));
    expect(watchCoverage(state, aRun(5, [accountId], []))).toEqual({ state, notices: [] });
    expect(watchCoverage(state, aRun(4, [accountId], []))).toEqual({ state, notices: [] });
  });
});

describe('whatever comes and goes', () => {
  const anyArea = fc.constantFrom(
    anArea(),
    anArea({ reason: throttled }),
    anArea({ whole: false }),
    { ...clusters, failures: 3 },
    inside,
    pods,
    unreadAccount(accountId, throttled),
    unreadAccount(other, throttled),
  );
  const anyRuns = fc.array(fc.array(anyArea, { maxLength: 4 }), { minLength: 1, maxLength: 40 });
  const notices = (runs: readonly (readonly CoverageArea[])[]) => {
    let state: CoverageState | undefined;
    return runs.map((areas, index) => {
      const told = watchCoverage(state, aRun(index, [accountId, other], areas));
      state = told.state;
      return { areas, ...told };
    });
  };

  test('what is not read stands as unread in what people were told', () => {
    fc.assert(
      fc.property(anyRuns, runs => {
        for (const { areas, state } of notices(runs))
          for (const { section, accountId: of } of areas)
            expect(state.areas).toContainEqual(expect.objectContaining({ section, accountId: of, told: 'unread' }));
      }),
    );
  });

  test('a fall and a return of one area take turns, but for one that became worse', () => {
    fc.assert(
      fc.property(anyRuns, runs => {
        const last = new Map<string, string>();
        for (const { notices: told } of notices(runs))
          for (const { kind, section, accountId: of, reason } of told) {
            const key = `${of} ${section} ${reason.kind}`;
            if (kind === 'returned') expect(last.get(key)).toBe('fell');
            last.set(key, kind);
          }
      }),
    );
  });

  test('an area that flaps in each period of at most so many runs is told three times in all', () => {
    const periods = fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: steadyRuns - 1 })), {
      minLength: 2,
      maxLength: 30,
    });
    fc.assert(
      fc.property(periods, lengths => {
        const runs = lengths.flatMap(([bad, good]) => [
          ...Array.from({ length: bad }, () => [anArea()]),
          ...Array.from({ length: good }, () => []),
        ]);
        expect(toldBy(runs).flat()).toEqual(['fell roles', 'returned roles', 'fell roles again']);
      }),
    );
  });
});

describe('full and fast runs of one account, in the order in which they notify', () => {
  type Step = readonly ['full' | 'fast', number, readonly CoverageArea[], 'overtaken'?];
  const told = (steps: readonly Step[]): readonly (readonly string[])[] => {
    let state = watchCoverage(undefined, aRun(0, [accountId, other], [])).state;
    return steps.map(([kind, index, areas, isOvertaken]) => {
      const run = aRun(index, kind === 'full' ? [accountId, other] : [accountId], areas);
      const accounts = run.accounts.map(each => ({
        ...each,
        isOvertaken: isOvertaken !== undefined && each.accountId === accountId,
      }));
      const after =
        kind === 'full' ? watchCoverage(state, { ...run, accounts }) : noteFalls(state, { ...run, accounts });
      state = after.state;
      return after.notices.map(wordsOf);
    });
  };
  test.each<readonly [string, readonly Step[], readonly (readonly string[])[]]>([
    [
      'an older full run says no "returned" over the "fell" of a newer fast run',
      [
        ['fast', 2, [anArea()]],
        ['full', 1, []],
        ['full', 3, [anArea()]],
        ['full', 4, []],
      ],
      [['fell roles'], [], [], ['returned roles']],
    ],
    [
      'nor over one that a newer fast run did not read either, though that told nothing new',
      [
        ['full', 1, [anArea()]],
        ['fast', 3, [anArea()]],
        ['full', 2, []],
        ['full', 4, []],
      ],
      [['fell roles'], [], [], ['returned roles']],
    ],
    [
      'a full run that a fast run has overtaken still says that what fell is read',
      [
        ['full', 1, [anArea()]],
        ['fast', 3, []],
        ['full', 2, [], 'overtaken'],
      ],
      [['fell roles'], [], ['returned roles']],
    ],
    [
      'an older full run tells no fall of an account that a newer fast run has read, nor takes one back',
      [
        ['fast', 2, []],
        ['full', 1, [anArea()]],
        ['full', 3, [anArea()]],
        ['full', 4, [anArea()], 'overtaken'],
        ['full', 5, []],
      ],
      [[], [], ['fell roles'], [], ['returned roles']],
    ],
    [
      'a fast run that is older than what is known says nothing',
      [
        ['full', 2, []],
        ['fast', 1, [anArea()]],
        ['fast', 4, []],
        ['fast', 3, [anArea()]],
      ],
      [[], [], [], []],
    ],
    [
      'a fast run whose reading a newer one has overtaken tells no fall: the newer one tells what it read',
      [
        ['fast', 1, [anArea()], 'overtaken'],
        ['fast', 2, [anArea()]],
      ],
      [[], ['fell roles']],
    ],
    [
      'what an older full run does not read of another account is told',
      [
        ['fast', 2, []],
        ['full', 1, [anArea({ accountId: other })]],
      ],
      [[], ['fell roles']],
    ],
  ])('%s', (_title, steps, notices) => expect(told(steps)).toEqual(notices));

  const aStep = fc.record({
    kind: fc.constantFrom('full' as const, 'full' as const, 'fast' as const),
    /** Runs that began later and have told already. */
    late: fc.integer({ min: 0, max: 2 }),
    unread: fc.subarray([accountId, other]),
    isOvertaken: fc.boolean(),
  });

  test('in whichever order they notify, the last word on each area is the newest, and what is known says the same', () =>
    fc.assert(
      fc.property(fc.array(aStep, { minLength: 1, maxLength: 20 }), steps => {
        let state = watchCoverage(undefined, aRun(0, [accountId, other], [])).state;
        const words = new Map<string, CoverageNotice>();
        for (const [position, { kind, late, unread, isOvertaken }] of steps.entries()) {
          const read = kind === 'full' ? [accountId, other] : [accountId];
          const run = aRun(
            10 + 3 * position - 4 * late,
            read,
            unread.map(id => anArea({ accountId: id })),
          );
          const accounts = run.accounts.map(each => ({ ...each, isOvertaken: isOvertaken && late > 0 }));
          const watch = kind === 'full' ? watchCoverage : noteFalls;
          const after = watch(state, { ...run, accounts });
          state = after.state;
          for (const notice of after.notices) {
            const before = words.get(notice.accountId);
            expect([before?.at ?? '', before?.kind]).not.toEqual([notice.at, notice.kind]);
            if (before !== undefined) expect([notice.at > before.at, notice.kind]).toEqual([true, notice.kind]);
            if (before?.kind === notice.kind) expect(notice.kind).toBe('fell');
            words.set(notice.accountId, notice);
          }
          const told = state.areas.filter(area => area.told === 'unread').map(area => area.accountId);
          const fell = [...words.values()].filter(word => word.kind === 'fell').map(word => word.accountId);
          expect(told.sort()).toEqual(fell.sort());
        }
      }),
      { numRuns: 500 },
    ));
});
