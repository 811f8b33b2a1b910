/** Limits of findings, digests and events: at the limit, and one beyond. */
import { expect, test } from '@jest/globals';
import { changeSentence, withChangeEvents } from '../../lib/history/change-event.ts';
import { maxAreas } from '../../lib/history/coverage-area.ts';
import { digestOf } from '../../lib/history/digest.ts';
import { truncateFinding } from '../../lib/history/truncate-finding.ts';
import { steadyRuns } from '../../lib/history/watch-coverage.ts';
import { maxRemembered } from '../../lib/history/watched-drift.ts';
import type { Finding } from '../../lib/model/finding.ts';
import { aTransition } from '../report/sample-report.ts';
import { openedOf, someCoverage } from '../support/digest-builders.ts';
import { aChangeEvent, aFinding, aKnown, aRoleFinding, aRun } from '../support/drift-builders.ts';

test('the limits that other rooms know', () => {
  expect({ maxAreas, maxRemembered, steadyRuns }).toEqual({ maxAreas: 200, maxRemembered: 1000, steadyRuns: 5 });
});

const x = (length: number) => 'x'.repeat(length);
type Part = readonly [
  name: string,
  limit: number,
  of: (text: string) => Partial<Finding>,
  kept: (finding: Finding) => string | undefined,
];
const evidence = (over: object) => ({ evidence: [{ what: 'w', got: 'g', readFrom: 'r', ...over }] });
const other = { summary: 's', steps: [] };
const texts: readonly Part[] = [
  ['message', 2000, message => ({ message }), ({ message }) => message],
  ['podError', 2000, podError => ({ podError }), ({ podError }) => podError],
  ...(['subject', 'discriminator', 'region', 'clusterName', 'clusterArn', 'namespace'] as const).map(
    name => [name, 700, (text: string) => ({ [name]: text }), (finding: Finding) => finding[name]] as const,
  ),
  ...(['accountId', 'serviceAccount', 'roleArn', 'providerArn', 'issuer'] as const).map(
    name => [name, 700, (text: string) => ({ [name]: text }), (finding: Finding) => finding[name]] as const,
  ),
  ['data', 900, text => ({ data: { a: text } }), ({ data }) => String(data.a)],
  ['a name of a list', 900, text => ({ data: { a: [text] } }), ({ data }) => [data.a].flat().join()],
  ['evidence.what', 900, what => evidence({ what }), finding => finding.evidence[0]?.what],
  ['evidence.readFrom', 900, readFrom => evidence({ readFrom }), finding => finding.evidence[0]?.readFrom],
  ['evidence.got', 2000, got => evidence({ got }), finding => finding.evidence[0]?.got],
  ['evidence.wanted', 2000, wanted => evidence({ wanted }), finding => finding.evidence[0]?.wanted],
  ['evidence.data', 900, text => evidence({ data: { a: text } }), finding => String(finding.evidence[0]?.data?.a)],
  ['fix.summary', 2000, summary => ({ fix: { summary, commands: [] } }), ({ fix }) => fix.summary],
  ['fix.choice', 2000, choice => ({ fix: { summary: 's', commands: [], choice } }), ({ fix }) => fix.choice],
  [
    'another way',
    2000,
    summary => ({ fix: { summary: 's', commands: [], alternatives: [{ ...other, summary }] } }),
    ({ fix }) => fix.alternatives?.[0]?.summary,
  ],
  [
    'its choice',
    2000,
    choice => ({ fix: { summary: 's', commands: [], alternatives: [{ ...other, choice }] } }),
    ({ fix }) => fix.alternatives?.[0]?.choice,
  ],
  [
    'the subject of an effect',
    700,
    subject => ({ explains: [{ id: 'e', ruleId: 'r', subject, message: 'm' }] }),
    ({ explains }) => explains[0]?.subject,
  ],
  [
    'the message of an effect',
    900,
    message => ({ explains: [{ id: 'e', ruleId: 'r', subject: 's', message }] }),
    ({ explains }) => explains[0]?.message,
  ],
];
test.each(texts)('%s has %i characters', (_, limit, of, kept) => {
  expect(kept(truncateFinding(aFinding(of(x(limit)))))).toBe(x(limit));
  expect(kept(truncateFinding(aFinding(of(x(limit + 1)))))).toBe(`${x(limit - 1)}…`);
});

/** A list whose items take so much each as JSON. */
const lists: readonly (readonly [
  string,
  number,
  of: (items: readonly string[]) => Partial<Finding>,
  kept: (finding: Finding) => number,
])[] = [
  ['names', 3000, items => ({ data: { a: items } }), ({ data }) => [data.a].flat().length],
  ['commands', 24_000, items => ({ fix: { summary: 's', commands: items } }), ({ fix }) => fix.commands.length],
];
test.each(lists)('%s take %i characters together', (_, budget, of, kept) => {
  const items = (each: number) => Array.from({ length: 10 }, () => x(each - 2));
  expect(kept(truncateFinding(aFinding(of(items(budget / 10)))))).toBe(10);
  expect(kept(truncateFinding(aFinding(of(items(budget / 10 + 1)))))).toBe(9);
});

test.each([
  ['evidence', 24_000],
  ['explains', 12_000],
] as const)('%s takes %i characters', (name, budget) => {
  const piece =
    name === 'evidence' ? { what: 'w', readFrom: 'r', got: '' } : { id: '', ruleId: 'r', subject: 's', message: 'm' };
  const of = (size: number) => {
    const filling = x(size - JSON.stringify(piece).length);
    return { ...piece, ...(name === 'evidence' ? { got: filling } : { id: filling }) };
  };
  const kept = (size: number) =>
    truncateFinding(aFinding({ [name]: Array.from({ length: 20 }, () => of(size)) }))[name].length;
  expect([kept(budget / 20), kept(budget / 20 + 1)]).toEqual([20, 19]);
});

test('steps take 60,000 characters, of a fix or of another way', () => {
  const step = (size: number) => {
    const of = (after: string) => ({ change: { kind: 'trust-policy' as const, roleArn: 'r', before: '{}', after } });
    return of(x(size - JSON.stringify([of('')]).length));
  };
  const kept = (size: number) =>
    truncateFinding(aFinding({ fix: { summary: 's', commands: [], steps: [step(size)] } })).fix.steps?.length;
  expect([kept(60_000), kept(60_001)]).toEqual([1, undefined]);
});

test('of those who changed something three are kept, and the first counts the others', () => {
  const events = [1, 2, 3, 4, 5].map(day => aChangeEvent({ eventId: `e-${day}`, at: aRun(day).at }));
  const changedBy = (some: typeof events) =>
    withChangeEvents(
      { transitions: [aTransition({ after: aKnown() })], factChanges: [] },
      some,
    ).transitions[0]?.changedBy?.map(({ eventId, others }) => `${eventId} ${others ?? ''}`.trim());
  expect([changedBy(events.slice(0, 3)), changedBy(events.slice(0, 4)), changedBy(events)]).toEqual([
    ['e-3', 'e-2', 'e-1'],
    ['e-4 1', 'e-3', 'e-2'],
    ['e-5 2', 'e-4', 'e-3'],
  ]);
});

test('a name in an event has 200 characters, and each other text 60', () => {
  const of = (length: number, actor: number) =>
    changeSentence(aChangeEvent({ event: x(length), sourceIp: x(length), at: x(length), actor: x(actor) }));
  expect(of(60, 200)).toBe(`${x(60)} by ${x(200)} from ${x(60)} at ${x(60)}`);
  expect(of(61, 201)).toBe(`${x(59)}… by ${x(199)}… from ${x(59)}… at ${x(59)}…`);
});

const context = {
  ...aRun(2),
  minSeverity: 'low',
  openBySeverity: { critical: 0, high: 0, medium: 0, low: 0, info: 0 },
  gaps: 0,
  links: {},
} as const;
test('a digest has 500 notices, and counts those beyond', () => {
  const told = (count: number) => digestOf([], { ...context, notices: someCoverage(count).notices })?.coverage;
  expect([told(500)?.notices.length, told(500)?.beyond]).toEqual([500, 0]);
  expect([told(501)?.notices.length, told(501)?.beyond]).toEqual([500, 1]);
});

test('of findings that are new and waived three are named', () => {
  const waiver = { reason: 'r', owner: 'o', expires: '2027-01-01' };
  const note = (count: number) =>
    digestOf(
      openedOf(Array.from({ length: count }, (_, at) => aRoleFinding(`r${at}`, { waiver }))).map(transition => ({
        key: transition.after.finding.id,
        transition,
      })),
      context,
    )?.notes?.[0];
  expect(note(3)).toMatch(/^New and waived: [^;]+; [^;]+; [^;]+ until 2027-01-01 by o\.$/);
  expect(note(4)).toMatch(/^New and waived: [^;]+; [^;]+; [^;]+ until 2027-01-01 by o; and 1 more\.$/);
  expect(note(5)).toMatch(/; and 2 more\.$/);
});
