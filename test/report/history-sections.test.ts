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

  test.each([
    [1, 0, undefined],
    [0, 1, undefined],
    [300, 300, undefined],
    [301, 0, 'And 1 more change.'],
    [0, 350, 'And 50 more changes.'],
    [1, 301, 'And 1 more change.'],
    [302, 303, 'And 5 more changes.'],
  ])('of %d transitions and %d facts: %s', (transitions, facts, rest) => {
    const markup = changes(transitions, facts);
    const [shownTransitions, shownFacts] = [Math.min(300, transitions), Math.min(300, facts)];
    expect(markup.match(/<li>/g) ?? []).toHaveLength(shownTransitions + shownFacts);
    expect(markup.match(/<details class="finding">/g) ?? []).toHaveLength(shownFacts);
    const hidden = /<summary>(\d+) more changes?<\/summary>/.exec(markup)?.[1] ?? '0';
    expect(Number(hidden)).toBe(Math.max(0, shownTransitions + shownFacts - 8));
    expect(/And [^<]*/.exec(markup)?.[0]).toBe(rest);
  });

  test('a run that opened every finding says so on the first screen and repeats none', () => {
    const findings = [aFinding(), aFinding({ id: 'b' })];
    const opened = findings.map(finding => aTransition({ after: known(finding), summary: finding.message }));
    const report = aReport({ findings, transitions: opened });
    expect(changesSection(report).markup).toBe('');
    expect(firstScreen(report).markup).toContain('every finding is new');
    const drift = changesSection({ ...report, factChanges: [aFactChange()] }).markup;
    expect(drift.match(/<li>/g)).toHaveLength(1);
    const [one] = opened;
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
