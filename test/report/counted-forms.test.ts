import { describe, expect, test } from '@jest/globals';
import { formatByName } from '../../lib/report/formats.ts';
import { withStillOpen } from '../../lib/report/report-of-run.ts';
import type { RunReport } from '../../lib/report/run-report.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import { aFinding, aFullReport, aHostileReport, aReport, aTransition, known } from './sample-report.ts';

/** Numbers that a form tells, counted once more from the text itself. */

const junit = (report: RunReport): readonly string[] =>
  (formatByName('junit')?.render(report, { colour: false, width: 100 }) ?? '').split('\n');
const attributes = (line: string): Readonly<Record<string, string>> =>
  Object.fromEntries([...line.matchAll(/ (\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]));

describe.each([
  ['clean', aReport()],
  ['full', aFullReport()],
  ['hostile', aHostileReport()],
  ['of no time', aReport({ startedAt: 'x' })],
] as const)('JUnit, %s', (of, report) => {
  const lines = junit(report);
  const starts = lines.flatMap((line, at) => (line.startsWith('  <testsuite ') ? [at] : []));
  const suites = starts.map(at => ({
    head: attributes(lines[at] ?? ''),
    text: lines.slice(at + 1, lines.indexOf('  </testsuite>', at)).join('\n'),
  }));
  const countsIn = (text: string) => ({
    tests: `${[...text.matchAll(/<testcase /g)].length}`,
    failures: `${[...text.matchAll(/<failure /g)].length}`,
    errors: `${[...text.matchAll(/<error /g)].length}`,
  });

  test('each suite has the rules of its group, and counts its cases', () => {
    for (const { head, text } of suites) {
      const { name = '', tests = '', failures = '', errors = '', skipped } = head;
      expect({ tests, failures, errors }).toEqual(countsIn(text));
      expect(skipped).toBe(`${[...text.matchAll(/<skipped>/g)].length}`);
      expect(head).toMatchObject({ time: '0', hostname: 'irsa-auditor', timestamp: report.startedAt.slice(0, 19) });
      const classes = [...text.matchAll(/<testcase classname="irsa-auditor\.([^"]*)"/g)].map(([, id = '']) => id);
      expect(classes.filter(id => id.split('-')[0] !== name)).toEqual([]);
    }
    const names = suites.map(({ head }) => head.name ?? '');
    expect(names).toEqual([...new Set(names)].sort());
  });

  test('every rule is in it, and the whole counts all suites', () => {
    const all = suites.map(({ text }) => text).join('\n');
    const { name, time, ...sums } = attributes(lines[1] ?? '');
    expect([name, sums]).toEqual(['irsa-auditor', countsIn(all)]);
    expect(time).toBe(of === 'of no time' ? '0.000' : '12.500');
    expect(catalog.filter(({ id }) => !all.includes(`irsa-auditor.${id}"`)).map(({ id }) => id)).toEqual([]);
    expect([lines[0], lines.at(-2), lines.at(-1)]).toEqual([
      '<?xml version="1.0" encoding="UTF-8"?>',
      '</testsuites>',
      '',
    ]);
  });
});

test('what was not asked for is skipped with its reason, and so is what could not be decided', () => {
  const bodies = junit(aFullReport()).filter(line => line.includes('<skipped>'));
  expect(new Set(bodies.map(line => /time="0">(<skipped>.*<\/skipped>)<\/testcase>$/.test(line)))).toEqual(
    new Set([true]),
  );
});

const unconfirmed = (count: number, over: object = {}) =>
  aReport({
    notes: ['a note'],
    transitions: Array.from({ length: count }, (_, at) =>
      aTransition({
        kind: 'unconfirmed',
        after: known(aFinding({ id: `${at}`.repeat(32), ruleId: `rule-${at}` }), over),
      }),
    ),
  });

test.each([
  [1, '1 finding of the baseline could not be confirmed and stays open: 00000000 rule-0'],
  [2, '2 findings of the baseline could not be confirmed and stay open: 00000000 rule-0, 11111111 rule-1'],
  [
    5,
    '5 findings of the baseline could not be confirmed and stay open: 00000000 rule-0, 11111111 rule-1, 22222222 rule-2, 33333333 rule-3, 44444444 rule-4',
  ],
  [
    6,
    '6 findings of the baseline could not be confirmed and stay open: 00000000 rule-0, 11111111 rule-1, 22222222 rule-2, 33333333 rule-3, 44444444 rule-4, …',
  ],
])('%i findings of a baseline that were not confirmed are named in a note', (count, note) => {
  const found = withStillOpen(unconfirmed(count));
  expect(found.notes).toEqual(['a note', note]);
  expect(found.stillOpen?.map(({ ruleId }) => ruleId)).toEqual(Array.from({ length: count }, (_, at) => `rule-${at}`));
});

test('none that is waived, and none of another kind', () => {
  const waived = unconfirmed(1, { status: 'waived' });
  expect(withStillOpen(waived)).toBe(waived);
  const opened = aReport({ transitions: [aTransition()] });
  expect(withStillOpen(opened)).toBe(opened);
});
