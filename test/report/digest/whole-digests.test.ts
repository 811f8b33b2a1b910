import { describe, expect, test } from '@jest/globals';
import {
  associationSubjectId,
  podSubjectId,
  serviceAccountSubjectId,
  webhookSubjectId,
} from '../../../lib/facts/subject-ids.ts';
import type {
  Digest,
  FactChange,
  KnownFinding,
  StillOpen,
  Transition,
  TransitionKind,
} from '../../../lib/history/transition.ts';
import { transitionKinds } from '../../../lib/history/transition.ts';
import type { CoverageNotice } from '../../../lib/history/watch-coverage.ts';
import type { Finding, Severity } from '../../../lib/model/finding.ts';
import { digestJson } from '../../../lib/report/digest/digest-json.ts';
import {
  digestFooter,
  digestLines,
  digestLinks,
  digestTitle,
  showAll,
} from '../../../lib/report/digest/digest-lines.ts';
import { digestText } from '../../../lib/report/digest/digest-text.ts';
import { weeklySummary, weeklySummaryText } from '../../../lib/report/digest/weekly-summary.ts';
import {
  aChangeEvent,
  accountId,
  aFinding,
  aKnown,
  aRoleFinding,
  aRun,
  foldedOf,
  rolePrefix,
} from '../../support/drift-builders.ts';
import { golden } from '../../support/golden.ts';
import { linesOf } from '../../support/whole/lines-of.ts';

/** Digests that have everything, as whole texts: no line, count or order of them is lost. */

const at = '2026-11-30T08:00:00.000Z';
const daysAgo = (days: number): string => new Date(Date.parse(at) - days * 86_400_000).toISOString();
const clusterArn = `arn:aws:eks:eu-west-1:${accountId}:cluster/shop`;
const severityAt = ['high', 'critical', 'medium', 'low', 'info'] as const;

const folded = (subject: string) => foldedOf(aFinding({ subject }));
const everySubject = [
  podSubjectId(clusterArn, { namespace: 'checkout', ownerKind: 'Deployment', ownerName: 'cart', serviceAccount: 'x' }),
  serviceAccountSubjectId(clusterArn, 'checkout', 'cart'),
  associationSubjectId(clusterArn, 'checkout', 'cart'),
  webhookSubjectId(clusterArn),
  clusterArn,
  'https://oidc.eks.eu-west-1.amazonaws.com/id/A',
  `${rolePrefix}another`,
  'a waiver',
];

const findings: readonly Finding[] = [
  aRoleFinding('first', {
    severity: 'critical',
    clusterArn,
    explains: everySubject.slice(0, 4).map(folded),
    fix: { ...aFinding().fix, choice: 'Which one\u202e is meant.' },
    owner: 'team',
  }),
  aRoleFinding('second', {
    clusterArn: clusterArn.replace('eu-west-1', 'us-east-1'),
    region: 'us-east-1',
    explains: everySubject.slice(4).map(folded),
  }),
  aFinding({ ruleId: 'webhook-missing', subject: clusterArn, roleArn: undefined, clusterArn } as object),
  aFinding({ ruleId: 'role-unused', severity: 'low', clusterName: undefined, region: undefined } as object),
];

const transition = (kind: TransitionKind, number: number, finding: Finding): Transition => ({
  ...{ kind, ...aRun(2), summary: `summary ${kind}` },
  before: aKnown({ finding: { ...finding, severity: 'info' } }),
  after: aKnown({
    finding,
    version: number,
    status:
      kind === 'resolved' ? 'resolved' : kind === 'explained' ? 'explained' : kind === 'waived' ? 'waived' : 'open',
    ...(kind === 'resolved' ? { resolvedAt: at, resolution: 'passed' } : {}),
    ...(kind === 'explained' ? { explainedBy: 'e'.repeat(24) } : {}),
  }),
  ...(number % 3 === 0 ? { changedBy: [aChangeEvent()] } : {}),
});

const transitions = transitionKinds.flatMap((kind, number) =>
  number < findings.length
    ? [transition(kind, number, findings[number] as Finding)]
    : [transition(kind, number, aRoleFinding(`role-${kind}`, { severity: severityAt[number % 5] as Severity }))],
);

const fact = (over: Partial<FactChange>): FactChange => ({
  ...{
    kind: 'provider-audiences',
    subject: `arn:aws:iam::${accountId}:oidc-provider/oidc.example.test/id/A`,
    accountId,
  },
  ...aRun(2),
  ...over,
});
const policy = (...subjects: readonly string[]): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: subjects.map(subject => ({
      Effect: 'Allow',
      Condition: { StringEquals: { 'oidc.example.test/id/A:sub': subject } },
    })),
  });
const factChanges: readonly FactChange[] = [
  fact({ before: 'sts.amazonaws.com', after: '', clusterName: 'depot' }),
  fact({ before: 'a', changedBy: [aChangeEvent()] }),
  fact({ after: 'b' }),
  fact({ kind: 'role-trust-policy', subject: `${rolePrefix}x`, before: policy('a', 'b'), after: policy('a', 'c') }),
  fact({ kind: 'role-trust-policy', subject: `${rolePrefix}y`, before: policy('a'), after: policy(...'bcdefgh') }),
  fact({
    kind: 'webhook-configuration',
    subject: webhookSubjectId(clusterArn),
    before: 'x'.repeat(400),
    after: `${'x'.repeat(390)}y`,
  }),
  fact({
    kind: 'issuer-chain',
    subject: 'https://oidc.example.test/id/A',
    before: JSON.stringify(['a'.repeat(99), 'b']),
    after: JSON.stringify(['b', 'c'.repeat(99)]),
  }),
  fact({ kind: 'cluster-issuer', subject: clusterArn, before: 'https://a', after: 'https://b' }),
];

const notice = (over: Partial<CoverageNotice>): CoverageNotice => ({
  ...{
    kind: 'fell',
    accountId,
    region: 'eu-west-1',
    section: 'clusters',
    whole: true,
    failures: 1,
    at,
    since: at,
    comesAndGoes: false,
  },
  reason: {
    kind: 'denied',
    operation: 'eks:ListClusters',
    permission: 'eks:ListClusters on *',
    message: 'AccessDenied',
  },
  ...over,
});
const notices: readonly CoverageNotice[] = [
  ...['1', '2', '3', '4', '5'].map(digit => notice({ accountId: digit.repeat(12) })),
  notice({
    whole: false,
    section: 'pods',
    clusterName: 'shop',
    reason: { kind: 'throttled', operation: 'list pods', message: 'slow\nly' },
  }),
  notice({ kind: 'returned', section: 'roles', region: undefined, since: aRun(1).at } as object),
  notice({ comesAndGoes: true, section: 'providers' }),
  notice({ section: 'webhook' }),
  notice({ section: 'service-accounts' }),
];

const counts = (critical: number, high = 0, low = 0) => ({ critical, high, medium: 0, low, info: 0 });
const links = {
  report: 'https://reports.example/a/report.html',
  console: 'https://console.example/x',
  table: 'Table1',
  region: 'eu-west-1',
};
const whole: Digest = {
  ...{ id: 'd'.repeat(16), runId: 'run-2', at, gaps: 2, links, transitions, factChanges },
  openBySeverity: counts(1, 4),
  coverage: { notices, beyond: 3 },
  notes: ['The auditor is old.', 'A note with\ttab.'],
};

const known = (
  name: string,
  severity: Severity,
  days: number,
  over: Partial<KnownFinding> = {},
  finding: Partial<Finding> = {},
) => aKnown({ finding: aRoleFinding(name, { severity, ...finding }), firstSeenAt: daysAgo(days), ...over });
const waiver = (expires: string, owner: string) => ({ waiver: { reason: 'It is old.', owner, expires } });
const stillOpen: StillOpen = {
  findings: [
    known('a', 'high', 1, {}, { owner: 'shop-team' }),
    known('b', 'high', 31, {}, { accountId: '999988887777' }),
    known('c', 'high', 30, {}, { accountId: '999988887777', owner: 'shop-team', ruleId: 'role-unused' }),
    known('d', 'critical', 2, {}, { owner: 'pay-team' }),
    known('gone', 'critical', 400, { status: 'resolved' }),
    ...Array.from({ length: 9 }, (_, n) => known(`more-${n}`, 'low', n, {}, { owner: `o${n}`, ruleId: `rule-${n}` })),
  ],
  beyond: 4,
  waived: ['a', 'b', 'c', 'd', 'e', 'f'].flatMap((owner, n) => [
    known(`w-${owner}`, 'high', 9, { status: 'waived' }, waiver(`2026-12-0${6 - n}`, owner)),
    known(`v-${owner}`, 'low', 9, { status: 'waived' }, waiver(`2026-12-0${6 - n}`, owner)),
  ]),
  trend: { now: counts(2, 3, 1), before: { startedAt: '2026-11-23T01:00:00.000Z', openBySeverity: counts(4, 3) } },
};
const first = { accounts: 2, openBySeverity: counts(1, 2, 3) };

const digests: Readonly<Record<string, Digest>> = {
  whole,
  'what is closed alone': {
    ...whole,
    transitions: transitions.filter(({ kind }) => ['explained', 'resolved', 'waived'].includes(kind)),
    factChanges: [],
    notes: [],
    gaps: 0,
    openBySeverity: counts(0),
    links: {},
  },
  'facts alone': {
    ...whole,
    transitions: [],
    coverage: { notices: notices.slice(0, 2), beyond: 0 },
    links: { report: 's3://x', console: 'http://x' },
  },
  'coverage alone': {
    ...whole,
    transitions: [],
    factChanges: [],
    coverage: { notices: [notice({ kind: 'returned' })], beyond: 0 },
  },
  nothing: { id: 'i', runId: 'r', at, gaps: 0, links: {}, transitions: [], factChanges: [], openBySeverity: counts(0) },
  weekly: { ...whole, transitions: [], factChanges: [], stillOpen },
  'the first audit': { ...whole, transitions: [], factChanges: [], stillOpen: { ...stillOpen, first } },
  'a week without anything': {
    ...whole,
    transitions: [],
    factChanges: [],
    gaps: 0,
    notes: [],
    stillOpen: { findings: [], beyond: 0, trend: { now: counts(0) } },
  },
  'a week as before': {
    ...whole,
    transitions: [],
    factChanges: [],
    stillOpen: {
      findings: [known('a', 'high', 1)],
      beyond: 0,
      waived: [],
      trend: { now: counts(1), before: { startedAt: at, openBySeverity: counts(1) } },
    },
  },
};

const toldOf = (digest: Digest, limit?: number): string => {
  const { subject, body } = digestText(digest);
  const { lines, ...rest } = digestLines(digest, limit);
  return [
    `Subject: ${subject}`,
    body,
    `Title: ${digestTitle(digest)}`,
    ...lines.flatMap(line =>
      Object.entries(line).map(([name, value], at) => `${at === 0 ? '- ' : '  '}${name}: ${value}`),
    ),
    JSON.stringify(rest),
    `Footer: ${digestFooter(digest)}`,
    `All: ${showAll(digest)}`,
    JSON.stringify(digestLinks(digest)),
    '',
  ].join('\n');
};

test.each(Object.entries(digests))('%s: as an email, and as lines of a message', (name, digest) =>
  golden(`digests/${name.replaceAll(' ', '-')}.txt`, toldOf(digest)),
);

test('all lines of a digest, one for each change', () => golden('digests/all-lines.txt', toldOf(whole, 100)));

test('as JSON', () =>
  golden(
    'digests/whole-json.txt',
    `${[whole, digests.weekly].flatMap(each => linesOf(digestJson(each as Digest))).join('\n')}\n`,
  ));

describe('at its limits', () => {
  const opened = (count: number) =>
    Array.from({ length: count }, (_, n) => transition('opened', 1, aRoleFinding(`r${n}`)));
  const resolved = (count: number) =>
    Array.from({ length: count }, (_, n) => transition('resolved', 1, aRoleFinding(`r${n}`)));
  const bodyOf = (over: Partial<Digest>): string => {
    const { coverage: _, notes: __, ...rest } = whole;
    return digestText({ ...rest, transitions: [], factChanges: [], ...over }).body;
  };

  test('three causes are told whole, the fourth in a line', () => {
    expect(bodyOf({ transitions: opened(3) })).not.toContain('Also (+n');
    expect(bodyOf({ transitions: opened(4) }).match(/^- HIGH/gm)).toHaveLength(1);
  });

  test.each([
    ['resolved', (count: number) => bodyOf({ transitions: resolved(count) })],
    [
      'changed',
      (count: number) => bodyOf({ factChanges: Array.from({ length: count }, (_, n) => fact({ after: `${n}` })) }),
    ],
  ])('five are told that are %s, and the sixth is counted', (_, body) => {
    expect(body(5)).not.toContain('more');
    expect(body(5).match(/^- /gm)).toHaveLength(5);
    expect(body(6)).toContain('And 1 more.');
    expect(body(6).match(/^- /gm)).toHaveLength(5);
  });

  test('three places of a cause are named, and more are counted; eight places are counted by name', () => {
    const inPlaces = (count: number) =>
      Array.from({ length: count }, (_, n) =>
        transition(
          'opened',
          1,
          aRoleFinding('r', {
            subject: `s${n}`,
            clusterName: `c${n}`,
            clusterArn: `arn:${n}`,
            id: `${n}`.padEnd(32, 'a'),
          }),
        ),
      );
    const told = (count: number) => {
      const digest = {
        ...whole,
        transitions: inPlaces(count),
        factChanges: [],
        coverage: undefined,
        notes: undefined,
      } as unknown as Digest;
      return [digestTitle(digest), digestLines(digest).counts];
    };
    golden('digests/places.txt', `${[1, 2, 3, 4, 5, 8, 9, 10].flatMap(told).join('\n')}\n`);
  });

  test('long texts are cut: names, values, messages, commands, events', () => {
    const long = (letter: string, length: number): string => letter.repeat(length);
    const findings = [599, 600, 601, 2000].map((length, n) =>
      aRoleFinding(`r${n}`, {
        message: long('m', length),
        clusterName: long('c', 59 + n),
        fix: { summary: long('s', length), commands: [], steps: [], choice: long('q', length) },
        explains: Array.from({ length: n + 2 }, (_, at) => folded(`${rolePrefix}${long('n', 60)}${at}`)),
      }),
    );
    const digest = {
      ...whole,
      transitions: findings.flatMap(one => [
        transition('opened', 1, one),
        { ...transition('resolved', 1, { ...one, id: `z${one.id}` }), summary: long('w', 500) },
      ]),
      factChanges: [119, 120, 121, 300, 310].map(length => fact({ before: long('b', length - 1), after: 'a' })),
      notes: [long('t', 700)],
    };
    const short = (text: string): string =>
      text.replace(/(\w)\1{20,}/g, (run, letter: string) => `${letter}*${run.length}`);
    golden('digests/long.txt', short(toldOf(digest, 30)));
  });

  test('five causes of lost coverage are told, and that there are more', () => {
    const some = (count: number) =>
      Array.from({ length: count }, (_, n) =>
        notice({ reason: { kind: 'denied', operation: `o:${n}`, message: 'm' } }),
      );
    expect(bodyOf({ coverage: { notices: some(5), beyond: 0 } })).not.toContain('And more');
    expect(bodyOf({ coverage: { notices: some(6), beyond: 0 } })).toContain('And more: see the report of the run.');
    expect(bodyOf({ coverage: { notices: some(1), beyond: 1 } })).toContain('And more: see the report of the run.');
  });

  test('ten of a week are told and twenty of a first audit, the rest is counted', () => {
    const open = (count: number): StillOpen => ({
      findings: Array.from({ length: count }, (_, n) => known(`n${n}`, 'high', 1)),
      beyond: 0,
    });
    const text = (some: StillOpen): string => weeklySummaryText(weeklySummary(some, at), {});
    expect(text(open(10))).not.toContain('more:');
    expect(text(open(11))).toContain('And 1 more:\nirsa-auditor findings list\n');
    expect(text({ ...open(20), first })).not.toContain('more:');
    expect(text({ ...open(21), first })).toContain('And 1 more:');
  });

  test('eleven owners are ten and one more', () => {
    const owned = (count: number): StillOpen => ({
      findings: Array.from({ length: count }, (_, n) => known(`n${n}`, 'high', 1, {}, { owner: `o${n}` })),
      beyond: 0,
    });
    expect(weeklySummary(owned(10), at).lines.at(-1)).not.toContain('more owner');
    expect(weeklySummary(owned(11), at).lines.at(-1)).toMatch(/; 1 more owner\.$/);
    expect(weeklySummary(owned(1), at).lines.at(-1)).toBe('By owner: o0 1 high.');
  });
});
