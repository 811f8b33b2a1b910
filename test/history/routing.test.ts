import { describe, expect, test } from '@jest/globals';
import {
  isQuiet,
  mustWait,
  type QuietHours,
  type RoutingFilter,
  routeDigest,
  withoutToldAsWhole,
} from '../../lib/history/routing.ts';
import { type KnownFinding, type StillOpen, type TransitionKind, toldKinds } from '../../lib/history/transition.ts';
import type { Severity } from '../../lib/model/finding.ts';
import { attributesOf } from '../../lib/notify/digest-attributes.ts';
import { testDigest } from '../../lib/notify/test-digest.ts';
import { weeklySummary, weeklySummaryText } from '../../lib/report/digest/weekly-summary.ts';
import { aDigest } from '../notify/sample-digest.ts';
import { aFinding, known } from '../report/sample-report.ts';
import { someCoverage } from '../support/digest-builders.ts';
import { aKnown } from '../support/drift-builders.ts';

/** The sample holds: trust-any-subject opened (high, cluster shop), provider-orphaned resolved (medium), one changed fact. */
const kept = (filter: RoutingFilter): string => {
  const routed = routeDigest(aDigest(), filter);
  return routed === undefined
    ? 'nothing'
    : [
        ...routed.transitions.map(({ after }) => after.finding.ruleId),
        ...routed.factChanges.map(({ kind }) => kind),
      ].join(' ');
};

describe('a destination gets what it wants', () => {
  test('a made-up finding reaches whoever wants what is high', () => {
    const routed = routeDigest(testDigest('2026-11-01T06:00:00.000Z'), { minSeverity: 'high' });
    expect(routed?.transitions).toHaveLength(1);
  });

  test.each<readonly [string, RoutingFilter, string]>([
    ['everything', {}, 'trust-any-subject provider-orphaned issuer-chain'],
    ['everything, without a filter', undefined as never, 'trust-any-subject provider-orphaned issuer-chain'],
    ['from high', { minSeverity: 'high' }, 'trust-any-subject'],
    ['from low, facts too', { minSeverity: 'low' }, 'trust-any-subject provider-orphaned issuer-chain'],
    ['from medium, facts no more', { minSeverity: 'medium' }, 'trust-any-subject provider-orphaned'],
    ['only critical', { minSeverity: 'critical' }, 'nothing'],
    ['its account', { accounts: ['111122223333'] }, 'trust-any-subject provider-orphaned issuer-chain'],
    ['another account', { accounts: ['999999999999'] }, 'nothing'],
    ['its cluster', { clusters: ['shop'] }, 'trust-any-subject provider-orphaned'],
    ['a namespace, of which roles and providers have none', { namespaces: ['checkout'] }, 'nothing'],
    ['its owner, where nothing has one', { owners: ['team-a'] }, 'nothing'],
    ['its rule', { rules: ['provider-orphaned'] }, 'provider-orphaned'],
    ['what was resolved', { transitions: ['resolved'] }, 'provider-orphaned'],
    ['all filters at once', { transitions: ['resolved'], minSeverity: 'high' }, 'nothing'],
  ])('%s', (_, filter, expected) => expect(kept(filter)).toBe(expected));

  test.each<readonly [TransitionKind, TransitionKind, Severity?]>([
    ['explained', 'resolved'],
    ['waived', 'resolved'],
    ['reassessed', 'escalated', 'low'],
    ['reassessed', 'changed', 'critical'],
  ])('whoever is told of what is %s is also told so by %s (it was %s)', (kind, wanted, was = 'high') => {
    const [transition] = aDigest().transitions;
    if (transition === undefined) throw new Error('no sample');
    const before = aKnown({ finding: aFinding({ severity: was }) });
    const digest = aDigest({ transitions: [{ ...transition, before, kind }], factChanges: [] });
    const toldBy = (each: TransitionKind) => routeDigest(digest, { transitions: [each] })?.transitions.length ?? 0;
    expect(toldKinds.filter(each => toldBy(each) > 0).sort()).toEqual([kind, wanted].sort());
    expect(attributesOf(digest).transition).toEqual([kind, wanted].sort());
  });

  test('what fell in severity counts as bad as it was', () => {
    const [transition] = aDigest().transitions;
    if (transition === undefined) throw new Error('no sample');
    const fell = {
      ...transition,
      before: known(aFinding({ severity: 'critical' })),
      after: known(aFinding({ severity: 'low' })),
    };
    const digest = aDigest({ transitions: [fell], factChanges: [] });
    expect(routeDigest(digest, { minSeverity: 'critical' })?.transitions).toHaveLength(1);
    expect(routeDigest(digest, { minSeverity: 'critical' })?.id).toBe(digest.id);
  });
});

describe('an owner', () => {
  const [opened] = aDigest().transitions;
  if (opened === undefined) throw new Error('no sample');
  const of = (owner: string | undefined) => known(aFinding(owner === undefined ? {} : { owner }));
  const told = (transition: { readonly before?: KnownFinding; readonly after: KnownFinding }, owner: string) => {
    const { before: _before, ...rest } = opened;
    const digest = aDigest({ transitions: [{ ...rest, ...transition }], factChanges: [] });
    return routeDigest(digest, { owners: [owner] })?.transitions.length ?? 0;
  };

  test('is told of what is theirs, and of nothing that has no owner or another', () => {
    expect(told({ after: of('team-a') }, 'team-a')).toBe(1);
    expect(told({ after: of('team-a') }, 'team-b')).toBe(0);
    expect(told({ after: of(undefined) }, 'team-a')).toBe(0);
    expect(told({ after: of('team-a') }, 'Team-A')).toBe(0);
  });

  test('is told what becomes of a finding that is another’s now, or whose owner was not read this time', () => {
    expect(told({ before: of('team-a'), after: of('team-b') }, 'team-a')).toBe(1);
    expect(told({ before: of('team-a'), after: of('team-b') }, 'team-b')).toBe(1);
    expect(told({ before: of('team-a'), after: of(undefined) }, 'team-a')).toBe(1);
  });
});

describe('quiet hours', () => {
  const night: QuietHours = { from: '22:00', to: '07:00', timeZone: 'Europe/Berlin', exceptSeverity: 'critical' };
  test.each<readonly [string, QuietHours, string, boolean]>([
    ['before midnight', night, '2026-11-01T21:30:00Z', true],
    ['after midnight', night, '2026-11-02T02:00:00Z', true],
    ['at the end they are over', night, '2026-11-02T06:00:00Z', false],
    ['a minute before', night, '2026-11-02T05:59:00Z', true],
    ['by summer time', night, '2026-07-01T20:00:00Z', true],
    ['the same instant by winter time', night, '2026-12-01T20:00:00Z', false],
    ['within a day', { ...night, from: '12:00', to: '13:00', timeZone: 'UTC' }, '2026-11-01T12:30:00Z', true],
    ['outside of it', { ...night, from: '12:00', to: '13:00', timeZone: 'UTC' }, '2026-11-01T13:00:00Z', false],
    ['of no length never', { ...night, from: '12:00', to: '12:00', timeZone: 'UTC' }, '2026-11-01T12:00:00Z', false],
  ])('%s', (_, hours, at, quiet) => expect(isQuiet(hours, at)).toBe(quiet));

  test('the worst is sent all the same', () => {
    const at = '2026-11-01T23:00:00Z';
    expect(mustWait(aDigest(), night, at)).toBe(true);
    expect(mustWait(aDigest(), { ...night, exceptSeverity: 'high' }, at)).toBe(false);
    expect(mustWait(aDigest(), night, '2026-11-01T12:00:00Z')).toBe(false);
  });

  test('what cannot be read any more is as bad as it is alone: it may hide anything', () => {
    const coverage = someCoverage(1);
    const alone = aDigest({ transitions: [], factChanges: [], coverage });
    expect(mustWait(alone, { ...night, exceptSeverity: 'high' }, '2026-11-01T23:00:00Z')).toBe(false);
    expect(mustWait(alone, night, '2026-11-01T23:00:00Z')).toBe(true);
  });

  test('a time zone that there is not is an error, not a guess', () => {
    expect(() => isQuiet({ ...night, timeZone: 'Mars/Olympus' }, '2026-11-01T12:00:00Z')).toThrow(RangeError);
  });
});

describe('the weekly summary', () => {
  const at = '2026-11-30T08:00:00.000Z';
  const open = (id: string, over: Parameters<typeof aFinding>[0], firstSeenAt: string) =>
    known(aFinding({ id, ...over }), { firstSeenAt });

  const stillOpen = (findings: readonly KnownFinding[], beyond = 0): StillOpen => ({ findings, beyond });

  test('what was left out is counted, and is never called nothing', () => {
    expect(weeklySummaryText(weeklySummary(stillOpen([], 7), at), {})).toBe(
      'IRSA audit, this week: nothing is open among the worst; 7 more are not\nin this.\nAnd 7 more:\nirsa-auditor findings list\n',
    );
  });

  test.each<readonly [string, RoutingFilter, readonly string[]]>([
    ['everything', {}, ['a', 'b']],
    ['from high', { minSeverity: 'high' }, ['a']],
    ['another account', { accounts: ['999999999999'] }, []],
    ['its rule', { rules: ['webhook-missing'] }, ['b']],
    ['its owner', { owners: ['team-a'] }, ['a']],
    ['its namespace', { namespaces: ['batch'] }, ['b']],
    ['kinds of transitions do not matter', { transitions: ['resolved'] }, ['a', 'b']],
  ])('a destination gets its part of it: %s', (_, filter, expected) => {
    const findings = [
      open('a', { severity: 'high', owner: 'team-a' }, at),
      open('b', { severity: 'low', ruleId: 'webhook-missing', namespace: 'batch' }, at),
    ];
    const routed = routeDigest(
      { ...aDigest(), transitions: [], factChanges: [], stillOpen: stillOpen(findings, 3) },
      filter,
    );
    expect(routed?.stillOpen?.findings.map(({ finding }) => finding.id)).toEqual(expected);
    expect(routed?.stillOpen?.beyond).toBe(3);
  });

  test('counts what is open, worst and oldest first', () => {
    const summary = weeklySummary(
      stillOpen([
        open('1', { severity: 'low' }, '2026-01-01T00:00:00.000Z'),
        open('2', { severity: 'high' }, '2026-11-20T00:00:00.000Z'),
        open('3', { severity: 'high', ruleId: 'webhook-missing' }, '2026-11-10T00:00:00.000Z'),
        known(aFinding({ id: '4' }), { status: 'resolved' }),
        known(aFinding({ id: '5' }), { status: 'waived' }),
      ]),
      at,
    );
    expect(summary.worst.map(({ finding }) => finding.id)).toEqual(['3', '2', '1']);
    expect(summary.openBySeverity).toEqual({ critical: 0, high: 2, medium: 0, low: 1, info: 0 });
    expect(summary.byRule[0]).toEqual({ ruleId: 'trust-any-subject', open: 2 });
    const text = weeklySummaryText(summary, {});
    expect(text).toContain('3 open (2 high, 1 low), 1 of them for more than\n30 days.');
    expect(text).toContain('(open for 20 days)');
  });

  test('says who has how many, most first, and how many nobody has', () => {
    const text = (findings: readonly KnownFinding[]) => weeklySummaryText(weeklySummary(stillOpen(findings), at), {});
    const of = (id: string, owner?: string) =>
      open(id, { severity: id === '1' ? 'low' : 'high', ...(owner === undefined ? {} : { owner }) }, at);
    expect(text([of('1', 'team-a'), of('2', 'team-b'), of('3', 'team-b'), of('4')]).replace(/\s+/g, ' ')).toContain(
      'By owner: team-b 2 high; team-a 1 low; without an owner 1.',
    );
    expect(text([of('1'), of('2')])).not.toContain('By owner');
    const many = Array.from({ length: 12 }, (_, index) => of(`${10 + index}`, `team-${10 + index}`));
    expect(text(many).replace(/\s+/g, ' ')).toContain('team-19 1 high; 2 more owners.');
  });

  test('says how many more there are, and that nothing is open', () => {
    const many = Array.from({ length: 14 }, (_, index) => open(String(index), {}, at));
    expect(weeklySummaryText(weeklySummary(stillOpen(many), at), {})).toContain('And 4 more');
    expect(weeklySummaryText(weeklySummary(stillOpen([]), at), {})).toBe('IRSA audit, this week: nothing is open.\n');
  });
});

test('people are told of no finding that opened in a run whose findings they were told of as a whole', () => {
  const digest = aDigest();
  const [opened, resolved] = digest.transitions;
  if (opened === undefined || resolved === undefined) throw new Error('no transitions');
  expect(withoutToldAsWhole(digest)).toBe(digest);
  const other = { ...opened, runId: 'another-run' };
  const told = { ...digest, transitions: [opened, other, resolved], toldAsWhole: [opened.runId, resolved.runId] };
  expect(withoutToldAsWhole(told)).toEqual({ ...digest, transitions: [other, resolved] });
});

test('a summary has the waived findings that are wanted, as it has the open ones', () => {
  const [mine, other] = [aFinding({ severity: 'high' }), aFinding({ severity: 'low' })].map(finding => known(finding));
  if (mine === undefined || other === undefined) throw new Error('no findings');
  const stillOpen: StillOpen = { findings: [mine, other], waived: [other, mine], beyond: 2 };
  const routed = (filter: RoutingFilter) => routeDigest({ ...aDigest(), stillOpen }, filter)?.stillOpen;
  expect(routed({ minSeverity: 'high' })).toEqual({ findings: [mine], waived: [mine], beyond: 2 });
  expect(routed({ accounts: ['none'] })).toEqual({ findings: [], waived: [], beyond: 2 });
  expect(routed({})).toEqual(stillOpen);
});
