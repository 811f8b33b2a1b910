import { describe, expect, test } from '@jest/globals';
import { type Finding, severities } from '../../lib/model/finding.ts';
import {
  type AccountParts,
  addParts,
  type Bounds,
  noRunParts,
  notDrawnBecause,
  notesOfCuts,
} from '../../lib/report/bounded-parts.ts';
import { evaluate } from '../../lib/rules/evaluate/evaluate.ts';
import type { Evaluation } from '../../lib/rules/evaluate/evaluation.ts';
import { someFacts } from '../support/example-world.ts';
import { fc } from '../support/properties.ts';
import { aFinding, aReport, aTransition } from './sample-report.ts';

const { runId, startedAt, endedAt, accounts, apiCalls } = aReport();
const nothing = noRunParts({ runId, startedAt, endedAt, accounts, apiCalls });
const bounds: Bounds = { findings: 3, others: 2, drawn: 100 };
const empty = evaluate(someFacts(), { rules: [] });
const account = (findings: readonly Finding[], over: Partial<Evaluation> = {}): AccountParts => ({
  evaluation: { ...empty, findings, ...over },
  transitions: [],
  factChanges: [],
  gaps: [],
  firstSeen: Object.fromEntries(findings.map(({ id }) => [id, `seen ${id}`])),
});
const undecided = (count: number) =>
  Array.from({ length: count }, (_, at) => ({
    ruleId: 'role-unused',
    subject: `s${at}`,
    kind: 'unread' as const,
    missing: 'm',
  }));

describe('parts of a run within bounds', () => {
  test('the worst findings of all accounts stay, whichever account came first; the others are counted', () => {
    const severity = fc.constantFrom(...severities);
    fc.assert(
      fc.property(fc.array(fc.array(severity, { maxLength: 4 }), { maxLength: 4 }), lists => {
        const all = lists.map((list, at) => list.map((one, i) => aFinding({ id: `${at}-${i}`, severity: one })));
        const { parts, left } = all.reduce((sum, list) => addParts(sum, [account(list)], bounds), nothing);
        const kept = parts.evaluations.flatMap(({ findings }) => findings.map(one => severities.indexOf(one.severity)));
        const given = all.flat().map(one => severities.indexOf(one.severity));
        const byRank = (a: number, b: number) => a - b;
        expect(kept.toSorted(byRank)).toEqual(given.toSorted(byRank).slice(0, bounds.findings));
        expect(kept.length + left.findings).toBe(given.length);
      }),
    );
  });

  test('of all else the first stay, and the others are counted', () => {
    const gap = { accountId: '1', section: 'roles', reason: { kind: 'denied', operation: 'o', message: 'm' } } as const;
    const change = { kind: 'issuer-chain', subject: 's', accountId: '1', at: endedAt, runId } as const;
    const { parts, left } = addParts(
      nothing,
      [
        {
          ...account([], { undecided: undecided(3) }),
          gaps: [gap, gap, gap],
          transitions: [aTransition(), aTransition(), aTransition()],
          factChanges: [change, change, change],
        },
      ],
      bounds,
    );
    expect([parts.gaps, parts.transitions, parts.factChanges].map(list => list.length)).toEqual([2, 2, 2]);
    expect(parts.evaluations.flatMap(one => one.undecided)).toHaveLength(2);
    expect(left).toEqual({ findings: 0, undecided: 1, gaps: 1, transitions: 1, factChanges: 1 });
    expect(notesOfCuts(left)).toHaveLength(4);
    expect(notesOfCuts(left)[0]).toContain('1 more undecided checks');
  });

  test('it is kept when the findings that stay were first seen, of all accounts, and of no other', () => {
    const added = ['a', 'b', 'c'].map(id => account([aFinding({ id, severity: id === 'a' ? 'info' : 'high' })]));
    const { parts } = added.reduce((sum, one) => addParts(sum, [one], { ...bounds, findings: 2 }), nothing);
    expect(parts.firstSeen).toEqual({ b: 'seen b', c: 'seen c' });
  });

  test('an account that gave no evaluation is none, and nothing cut is nothing said', () => {
    const { parts, left } = addParts(nothing, [{ transitions: [], factChanges: [], gaps: [], firstSeen: {} }], bounds);
    expect(parts.evaluations).toEqual([]);
    expect(notesOfCuts(left)).toEqual([]);
  });
});

describe('what is drawn', () => {
  const counts = { ...empty.counts, clusters: 1, roles: 40, serviceAccounts: 30, pods: 40 };
  test.each<[string, AccountParts, RegExp | undefined]>([
    ['few', account([aFinding()]), undefined],
    [
      'what was cut would look healthy',
      account(Array.from({ length: 4 }, (_, at) => aFinding({ id: `${at}` }))),
      /findings were left out/,
    ],
    ['also what is undecided', account([], { undecided: undecided(3) }), /findings were left out/],
    ['as many as fit', account([], { counts: { ...counts, roles: 29 } }), undefined],
    ['too many', account([], { counts }), /111 roles, service accounts and pods are too many/],
  ])('%s', (_, added, why) => {
    const said = notDrawnBecause(addParts(nothing, [added], bounds), bounds);
    if (why === undefined) expect(said).toBeUndefined();
    else expect(said).toMatch(why);
  });
});
