/** A period: what was found, fixed and how long it stood. Every expectation is counted by hand from the days of the steps. */
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { FindingStatus, KnownFinding, Transition } from '../../lib/history/transition.ts';
import type { Severity } from '../../lib/model/finding.ts';
import { renderPeriod } from '../../lib/report/html/period-page.ts';
import { endings, type FindingLife, type Moved, sumUpPeriod } from '../../lib/report/period.ts';
import type { TrendPoint } from '../../lib/report/run-report.ts';
import { aKnown, aRoleFinding, aRun } from '../support/drift-builders.ts';
import { hostileName } from './sample-report.ts';

const day = 86_400_000;
const at = (number: number): string => aRun(number).at;
const counts = (over: Partial<Record<Severity, number>> = {}) => ({
  ...{ critical: 0, high: 0, medium: 0, low: 0, info: 0 },
  ...over,
});
const point = (number: number, high = 0, gaps = 0): TrendPoint => ({
  at: at(number),
  openBySeverity: counts({ high }),
  gaps,
});

type Step = readonly [day: number, status: FindingStatus, resolution?: string];
/** A finding by the days on which it became another, with its owner. */
const aLife = (name: string, steps: readonly Step[], owner?: string, severity: Severity = 'high'): FindingLife => {
  const finding = aRoleFinding(name, { severity, ...(owner === undefined ? {} : { owner }) });
  const states = steps.map(
    ([number, status, resolution], index): KnownFinding =>
      aKnown({
        ...{ finding, status, version: index + 1, firstSeenAt: at(steps[0]?.[0] ?? 1), changedAt: at(number) },
        ...(resolution === undefined ? {} : { resolution }),
      }),
  );
  const transitions = states.map((after, index): Transition => {
    const before = states[index - 1];
    const kind = before === undefined ? 'opened' : 'changed';
    return { kind, at: after.changedAt, runId: 'r', summary: '', after, ...(before === undefined ? {} : { before }) };
  });
  return { known: states.at(-1) ?? aKnown(), steps: transitions };
};
const moved = ({ atStart, found, ended, open }: Moved) => [
  ...[atStart, found, ...endings.map(ending => ended[ending]), open],
];

/** From day 10 to day 20; the run of day 9 is the last one before. */
const of = (lives: readonly FindingLife[], points: readonly TrendPoint[] = [point(9, 1), point(20)]) =>
  sumUpPeriod(lives, points, at(10));

describe('what moved', () => {
  const cases: readonly (readonly [name: string, steps: readonly Step[], wanted: readonly number[]])[] = [
    // at the start, found, fixed, waived, explained, not checked, open
    ['open before and still', [[3, 'open']], [1, 0, 0, 0, 0, 0, 1]],
    ['opened by the run that the period is compared with', [[9, 'open']], [1, 0, 0, 0, 0, 0, 1]],
    ['found', [[12, 'open']], [0, 1, 0, 0, 0, 0, 1]],
    [
      'found and fixed',
      [
        [12, 'open'],
        [15, 'resolved', 'passed'],
      ],
      [0, 1, 1, 0, 0, 0, 0],
    ],
    [
      'gone with its role',
      [
        [3, 'open'],
        [15, 'resolved', 'gone'],
      ],
      [1, 0, 1, 0, 0, 0, 0],
    ],
    [
      'fixed before',
      [
        [3, 'open'],
        [9, 'resolved', 'passed'],
      ],
      [0, 0, 0, 0, 0, 0, 0],
    ],
    [
      'waived in it',
      [
        [3, 'open'],
        [15, 'waived'],
      ],
      [1, 0, 0, 1, 0, 0, 0],
    ],
    ['waived from its first day', [[12, 'waived']], [0, 0, 0, 0, 0, 0, 0]],
    [
      'the waiver ended',
      [
        [3, 'waived'],
        [15, 'open'],
      ],
      [0, 1, 0, 0, 0, 0, 1],
    ],
    [
      'became a part of its cause',
      [
        [3, 'open'],
        [15, 'explained'],
      ],
      [1, 0, 0, 0, 1, 0, 0],
    ],
    [
      'its rule is off',
      [
        [3, 'open'],
        [15, 'resolved', 'rule off'],
      ],
      [1, 0, 0, 0, 0, 1, 0],
    ],
    [
      'its account left',
      [
        [12, 'open'],
        [15, 'resolved', 'no longer audited'],
      ],
      [0, 1, 0, 0, 0, 1, 0],
    ],
    [
      'came back',
      [
        [3, 'open'],
        [12, 'resolved', 'passed'],
        [15, 'open'],
      ],
      [1, 1, 1, 0, 0, 0, 1],
    ],
    [
      'came back before',
      [
        [3, 'open'],
        [5, 'resolved', 'passed'],
        [7, 'open'],
      ],
      [1, 0, 0, 0, 0, 0, 1],
    ],
    [
      'only worded otherwise',
      [
        [3, 'open'],
        [12, 'open'],
        [15, 'open'],
      ],
      [1, 0, 0, 0, 0, 0, 1],
    ],
  ];
  test.each(cases)('%s', (_name, steps, wanted) => {
    expect(moved(of([aLife('one', steps)]).all)).toEqual(wanted);
  });

  test('adds up, whatever the steps are', async () => {
    const status = fc.constantFrom<FindingStatus>('open', 'explained', 'resolved', 'waived');
    const life = fc
      .tuple(fc.uniqueArray(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 8 }), fc.infiniteStream(status))
      .map(([days, statuses]) =>
        aLife(
          'any',
          days.sort((a, b) => a - b).map(number => [number, statuses.next().value ?? 'open', 'passed'] as const),
        ),
      );
    await fc.assert(
      fc.property(fc.array(life, { maxLength: 6 }), lives => {
        const { all, bySeverity, byOwner } = of(lives);
        for (const { atStart, found, ended, open } of [all, ...bySeverity, ...byOwner])
          expect(atStart + found - endings.reduce((sum, ending) => sum + ended[ending], 0)).toBe(open);
        expect(all.open).toBe(lives.filter(({ known }) => known.status === 'open').length);
      }),
    );
  });
});

describe('how long it stood', () => {
  test('is counted from when it was last opened, of those that were fixed in the period', () => {
    const lives = [
      aLife('a', [
        [3, 'open'],
        [5, 'resolved', 'passed'],
        [12, 'open'],
        [13, 'resolved', 'passed'],
      ]),
      aLife('b', [
        [3, 'open'],
        [15, 'resolved', 'gone'],
      ]),
      aLife('c', [
        [11, 'open'],
        [14, 'resolved', 'passed'],
      ]),
      aLife('d', [
        [1, 'open'],
        [19, 'waived'],
      ]),
    ];
    expect(of(lives).all.fixedAfterMs).toEqual({ median: 3 * day, longest: 12 * day });
    expect(of(lives.slice(0, 2)).all.fixedAfterMs).toEqual({ median: 6.5 * day, longest: 12 * day });
    expect(of(lives.slice(3)).all.fixedAfterMs).toBeUndefined();
  });

  test('of open ones ends with the last run', () => {
    expect(
      of([
        aLife('a', [
          [3, 'open'],
          [5, 'resolved', 'passed'],
          [12, 'open'],
        ]),
      ]).all.oldestMs,
    ).toBe(8 * day);
  });

  test('begins on the first day where the steps have expired', () => {
    const { known, steps } = aLife('a', [
      [3, 'open'],
      [8, 'open'],
      [12, 'resolved', 'passed'],
    ]);
    for (const left of [[], steps.slice(1), steps.slice(2)])
      expect(of([{ known, steps: left }]).all.fixedAfterMs).toEqual({ median: 9 * day, longest: 9 * day });
    const waived = aLife('b', [
      [3, 'waived'],
      [12, 'open'],
      [15, 'resolved', 'passed'],
    ]);
    expect(of([{ ...waived, steps: waived.steps.slice(1) }]).all.fixedAfterMs?.longest).toBe(3 * day);
  });
});

test('is split by severity, worst first, and by owner, most open first', () => {
  const { bySeverity, byOwner } = of([
    aLife('a', [[3, 'open']], undefined, 'low'),
    aLife('b', [[12, 'open']], 'team-b', 'critical'),
    aLife('c', [[12, 'open']], 'team-b', 'low'),
    aLife(
      'd',
      [
        [3, 'open'],
        [12, 'resolved', 'passed'],
      ],
      'team-a',
      'low',
    ),
  ]);
  expect(bySeverity.map(({ severity, open }) => [severity, open])).toEqual([
    ['critical', 1],
    ['low', 2],
  ]);
  expect(byOwner.map(({ owner, open }) => [owner, open])).toEqual([
    ['team-b', 2],
    [undefined, 1],
    ['team-a', 0],
  ]);
});

test('says which findings of its start the table has forgotten, and a period that is older than the first run', () => {
  expect(of([aLife('a', [[3, 'open']])], [point(9, 4), point(20)]).forgotten).toBe(3);
  const young = of([aLife('a', [[12, 'open']])], [point(12, 1), point(20, 1)]);
  expect([young.hasStart, young.since, moved(young.all), young.forgotten]).toEqual([
    ...[false, at(10), [0, 1, 0, 0, 0, 0, 1], 0],
  ]);
});

test('draws of each part of a long period the last run', () => {
  const hours = Array.from({ length: 240 }, (_, index) => ({
    ...point(1, index),
    at: new Date(Date.parse(at(1)) + index * 3_600_000).toISOString(),
  }));
  const { trend } = sumUpPeriod([], hours, at(1));
  expect(trend).toHaveLength(30);
  expect([trend[0]?.openBySeverity.high, trend.at(-1)?.openBySeverity.high]).toEqual([7, 239]);
});

describe('the page', () => {
  const text = (lives: readonly FindingLife[], points?: readonly TrendPoint[]): string =>
    renderPeriod(of(lives, points ?? [point(9, 1), point(20)]), '9.9.9')
      .replace(/<style>.*?<\/style>/s, '')
      .replace(/<[^>]*>/g, ' ')
      .replace(/\s+/g, ' ');

  test('tells the sum, the time and the owners', () => {
    const told = text([
      aLife('a', [[3, 'open']], 'team-a'),
      aLife(
        'b',
        [
          [12, 'open'],
          [14, 'resolved', 'passed'],
        ],
        'team-b',
        'critical',
      ),
      aLife(
        'c',
        [
          [12, 'open'],
          [15, 'waived'],
        ],
        'team-b',
      ),
    ]);
    expect(told).toContain('IRSA audit, 2026-11-09 to 2026-11-20');
    expect(told).toContain('2 findings found, 1 fixed, 1 open now');
    expect(told).toContain('1 open on 2026-11-09, 2 found, less 1 fixed, less 1 waived: 1 open.');
    expect(told).toContain('Half of the fixed ones were open for 2 days or less, the longest for 2 days.');
    expect(told).toContain('team-b 0 2 1 2 days 1 0');
    expect(told).toContain('team-a 1 0 0 0 1 17 days');
    expect(told).not.toContain('could not read');
  });

  test('says what its numbers lack', () => {
    const told = text([], [point(9, 2), point(20, 0, 3)]);
    expect(told).toContain('The last run could not read 3 things: there may be more findings.');
    expect(told).toContain('2 findings of 2026-11-09 ended so long ago that the table no longer has them');
    expect(text([], [point(12), point(20)])).toContain('No run is as old as 2026-11-10');
  });

  test('has eight owners, and counts the others', () => {
    const owned = (count: number) =>
      text(Array.from({ length: count }, (_, index) => aLife(`r${index}`, [[12, 'open']], `team-${index}`)));
    expect(owned(8)).not.toContain('more owner');
    expect(owned(9)).toContain('And 1 more owner.');
  });

  test('has no program, loads nothing, and shows names as text', () => {
    const markup = renderPeriod(of([aLife('a', [[3, 'open']], hostileName)]), '9.9.9');
    expect(markup).not.toMatch(/<script|javascript:|\u202e|url\(|src=/);
    expect(markup).toContain('&#60;script&#62;');
  });
});
