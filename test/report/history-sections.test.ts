import { describe, expect, test } from '@jest/globals';
import { firstScreen } from '../../lib/report/html/first-screen.ts';
import { changesSection } from '../../lib/report/html/history-sections.ts';
import { aFactChange } from '../support/digest-builders.ts';
import { aFinding, aReport, aTransition, known } from './sample-report.ts';

const texts = (markup: string, pattern: RegExp): readonly (string | undefined)[] =>
  [...markup.matchAll(pattern)].map(([, text]) => text);

describe('what changed', () => {
  const changes = (transitions: number, facts: number): string =>
    changesSection(
      aReport({
        transitions: Array.from({ length: transitions }, () => aTransition()),
        factChanges: Array.from({ length: facts }, () => aFactChange()),
      }),
    ).markup;

  test('nothing is said of nothing', () => {
    expect(changes(0, 0)).toBe('');
  });

  /** Lines in all, facts among them, lines that open with a click, and what is left out. */
  test.each<readonly [transitions: number, facts: number, lines: number, facts: number, hidden: string, left: string]>([
    [1, 0, 1, 0, '', ''],
    [0, 1, 1, 1, '', ''],
    [8, 0, 8, 0, '', ''],
    [5, 3, 8, 3, '', ''],
    [9, 0, 9, 0, '1 more change', ''],
    [5, 5, 10, 5, '2 more changes', ''],
    [300, 300, 600, 300, '592 more changes', ''],
    [301, 0, 300, 0, '292 more changes', 'And 1 more change.'],
    [0, 350, 300, 300, '292 more changes', 'And 50 more changes.'],
    [1, 301, 301, 300, '293 more changes', 'And 1 more change.'],
    [302, 303, 600, 300, '592 more changes', 'And 5 more changes.'],
  ])(
    'of %d transitions and %d facts: %d lines, %d of facts, %s hidden. %s',
    (transitions, facts, lines, ofFacts, hidden, left) => {
      const markup = changes(transitions, facts);
      expect(markup.match(/<li>/g)).toHaveLength(lines);
      expect(markup.match(/<details class="finding">/g) ?? []).toHaveLength(ofFacts);
      expect(/<summary>(\d+ more changes?)<\/summary>/.exec(markup)?.[1] ?? '').toBe(hidden);
      expect(/And [^<]*/.exec(markup)?.[0] ?? '').toBe(left);
      const [inView = ''] = markup.split('</ul>', 1);
      expect(inView.match(/<li>/g)).toHaveLength(Math.min(lines, 8));
      // Findings come before facts.
      if (transitions >= 8) expect(inView).not.toContain('class="finding"');
    },
  );

  test('a run that opened every finding says so on the first screen and repeats none', () => {
    const findings = [aFinding(), aFinding({ id: 'b' })];
    const opened = findings.map(finding => aTransition({ after: known(finding), summary: finding.message }));
    const report = aReport({ findings, transitions: opened });
    expect(changesSection(report).markup).toBe('');
    expect(firstScreen(report).markup).toContain('every finding is new');
    const drift = changesSection({ ...report, factChanges: [aFactChange()] }).markup;
    expect(drift.match(/<li>/g)).toHaveLength(1);
    const [one] = opened;
    // One that is gone beside them is a change that the first screen does not tell.
    const gone = aTransition({ kind: 'resolved', after: known(aFinding({ id: 'c' }), { status: 'resolved' }) });
    const beside = { ...report, transitions: [...opened, gone] };
    expect(changesSection(beside).markup.match(/<li>/g)).toHaveLength(3);
    expect(firstScreen(beside).markup).not.toContain('every finding is new');
    const later = changesSection(aReport({ findings, transitions: one === undefined ? [] : [one] })).markup;
    expect(firstScreen(aReport({ findings })).markup).not.toContain('every finding is new');
    expect(later).toContain('<li>');
  });

  test('a change has its severity, and leads to its finding where that is on the page', () => {
    const [open, gone] = [aFinding({ severity: 'low' }), aFinding({ id: 'gone', severity: 'critical' })];
    const transitions = [
      aTransition({ kind: 'changed', after: known(open), summary: 'the evidence is another' }),
      aTransition({ kind: 'resolved', after: known(gone, { status: 'resolved' }), summary: 'passed' }),
    ];
    const { markup } = changesSection(aReport({ findings: [open], transitions }));
    expect(texts(markup, /<span class="badge (\w+)">/g)).toEqual(['low', 'critical']);
    expect(texts(markup, /href="#finding=([^"]+)"/g)).toEqual([open.id]);
    expect(texts(markup, /\(([^()]+)\)<\/li>/g)).toEqual(['the evidence is another', 'passed']);
  });

  test('a fact is shown before and now, also where there is nothing', () => {
    const { before: _before, ...appeared } = aFactChange({ after: '<script>' });
    const { after: _after, ...gone } = aFactChange({ before: 'x'.repeat(9000) });
    const { markup } = changesSection(aReport({ factChanges: [appeared, gone] }));
    const shown = texts(markup, /<pre>([^<]*)<\/pre>/g);
    expect([shown[0], shown[1], shown[3]]).toEqual(['(not there)', '&#60;script&#62;', '(gone)']);
    expect(shown[2]?.length).toBeLessThan(8100);
  });
});
