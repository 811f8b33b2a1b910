import { describe, expect, test } from '@jest/globals';
import { articleSteps } from '../../lib/model/finding.ts';
import { formatByName } from '../../lib/report/formats.ts';
import type { AccessTable } from '../../lib/report/graph/access-row.ts';
import type { HealthCell, HealthRow } from '../../lib/report/graph/health.ts';
import { healthMap } from '../../lib/report/graph/health-lines.ts';
import { isAboutRoles, roleAnswer } from '../../lib/report/graph/role-answer.ts';
import { coverageSection } from '../../lib/report/html/coverage-section.ts';
import { firstScreen } from '../../lib/report/html/first-screen.ts';
import { healthSection } from '../../lib/report/html/health-section.ts';
import { changesSection } from '../../lib/report/html/history-sections.ts';
import { levelsSection } from '../../lib/report/html/levels-section.ts';
import { pageData } from '../../lib/report/html/page-data.ts';
import { accessSection, findingsSection, graphSection } from '../../lib/report/html/sections.ts';
import { trendSection } from '../../lib/report/html/trend-section.ts';
import { kubernetesEvents } from '../../lib/report/kubernetes-events.ts';
import { matrixLines } from '../../lib/report/overview/matrix.ts';
import { renderMoved, renderOverview } from '../../lib/report/overview/overview.ts';
import { roleLines } from '../../lib/report/overview/role-lines.ts';
import { renderText } from '../../lib/report/overview/text.ts';
import { renderTrend } from '../../lib/report/overview/trend-text.ts';
import type { RunReport } from '../../lib/report/run-report.ts';
import { golden } from '../support/golden.ts';
import { aFleetReport } from './fleet-report.ts';
import { aFinding, aFullReport, aReport, aTransition, known } from './sample-report.ts';

/** A report that has everything, in each form, whole. */

const role = (name: string): string => `arn:aws:iam::111122223333:role/${name}`;
const clusterArn = 'arn:aws:eks:eu-west-1:111122223333:cluster/shop';
const row = { roleArn: role('a'), clusterArn, decision: 'allow' } as const;
const access: AccessTable = {
  rows: [
    { ...row, namespace: 'checkout', serviceAccount: 'cart', state: 'annotated' },
    {
      ...row,
      namespace: 'checkout',
      serviceAccount: 'pay',
      state: 'absent',
      decision: 'unknown',
      because: 'a test is open',
    },
    { ...row, roleArn: role('b'), namespace: 'orders', serviceAccount: 'x', byPodIdentity: true },
    {
      ...row,
      roleArn: role('c'),
      pattern: 'system:serviceaccount:checkout:*',
      except: ['system:serviceaccount:checkout:x', 'y'],
      members: 3,
    },
    { ...row, roleArn: role('d'), pattern: '*', members: 1 },
    { roleArn: role('d'), principal: 'AWS service ec2.amazonaws.com', decision: 'allow' },
    {
      roleArn: role('e'),
      principal: 'account 999988887777',
      outside: 'open',
      witness: 'account 999988887777',
      decision: 'allow',
    },
    { roleArn: role('e'), principal: 'logins', outside: 'may-be', witness: 'x', decision: 'unknown', because: 'who' },
  ],
  missing: ['the roles of account 4', 'another thing'],
  levels: [
    { roleArn: role('a'), level: 'administrator', says: 'is an administrator, by x' },
    { roleArn: role('b'), level: 'can-become-administrator', says: 'can become an administrator, by y' },
    {
      roleArn: role('c'),
      level: 'reads-data',
      says: 'reads data',
      open: 'it may be an administrator',
      openLevel: 'administrator',
    },
    { roleArn: role('d'), level: 'unknown', says: 'has unknown permissions' },
    { roleArn: role('z'), level: 'little', says: 'may do little' },
  ],
  areUpperBounds: true,
};

const reason = (kind: 'denied' | 'throttled', operation: string) =>
  ({ kind, operation, message: `message of ${operation}` }) as const;
const fleet = aFleetReport(30, 14);
const closing = (kind: 'resolved' | 'waived' | 'explained' | 'escalated' | 'reopened', id: string) =>
  aTransition({
    kind,
    summary: `summary ${kind}`,
    before: known(aFinding({ id, severity: 'low' })),
    after: known(aFinding({ id })),
  });
const whole: RunReport = {
  ...fleet,
  access: { ...access, rows: [...access.rows, ...(fleet.access?.rows.slice(0, 3) ?? [])] },
  stillOpen: [aFinding({ id: 'b'.repeat(32), severity: 'low', ruleId: 'role-unused' })],
  undecided: [
    ...['a', 'b'].map(
      subject => ({ ruleId: 'issuer-unreachable', subject, kind: 'unread', missing: 'no way out' }) as const,
    ),
    { ruleId: 'role-denied-by-rcp', subject: role('a'), kind: 'unread', missing: 'policies of the root' },
    ...['trust-undecidable', 'role-unused'].map(
      ruleId => ({ ruleId, subject: role('a'), kind: 'not-asked-for', missing: 'roleDetails' }) as const,
    ),
  ],
  gaps: [
    ...['1', '2', '3', '4', '5', '6', '7'].map(
      digit =>
        ({
          accountId: digit.repeat(12),
          region: 'eu-west-1',
          section: 'clusters',
          reason: reason('denied', 'eks:ListClusters'),
        }) as const,
    ),
    { accountId: '111122223333', section: 'roles', part: 'page 3', reason: reason('throttled', 'iam:ListRoles') },
    {
      accountId: '111122223333',
      clusterName: 'shop',
      clusterArn,
      section: 'pods',
      reason: reason('denied', 'list pods'),
    },
    {
      accountId: '111122223333',
      section: 'provider-detail',
      providerArn: 'arn:p',
      reason: { ...reason('denied', 'iam:Get'), permission: 'iam:Get on arn:p' },
    },
  ],
  notReached: [
    {
      accountId: '111122223333',
      clusterName: 'prod-a',
      clusterArn: `${clusterArn}-a`,
      section: 'inside',
      reason: reason('denied', 'connect'),
    },
  ],
  rulesOff: ['role-unused', 'provider-quota-near'],
  leftOut: 2,
  transitions: [
    aTransition(),
    ...(['resolved', 'waived', 'explained', 'escalated', 'reopened'] as const).map((kind, at) =>
      closing(kind, `${at}`.repeat(32)),
    ),
  ],
  firstSeen: Object.fromEntries(fleet.findings.map(({ id }) => [id, '2026-10-01T06:00:00.000Z'])),
  notes: ['A note of the run.'],
};
const withoutGraph = (({ graph: _, access: __, ...rest }) => rest)(whole);

test.each([
  ['60', { colour: false, width: 60 }],
  ['80', { colour: false, width: 80 }],
  ['140', { colour: false, width: 140 }],
  ['in-colour', { colour: true, width: 100 }],
  ['details', { colour: false, width: 100, form: 'details' } as never],
  ['wide', { colour: false, width: 160, form: 'wide' } as never],
  ['by-cluster', { colour: false, width: 100, group: 'cluster' } as never],
])('as text of form %s', (name, style) => golden(`whole-report/text-${name}.txt`, renderText(whole, style)));

test('as text without a graph, and what moved', () =>
  golden(
    'whole-report/others.txt',
    [
      ...[60, 90, 160].map(width => renderOverview(whole, { colour: false, width })),
      renderOverview(withoutGraph, { colour: false, width: 90 }),
      renderMoved(whole, { colour: false, width: 90 }),
      renderMoved(aReport(), { colour: false, width: 90 }),
      renderTrend(fleet.trend ?? [], { colour: false, width: 90 }),
      renderTrend([], { colour: false, width: 90 }),
      renderTrend(fleet.trend?.slice(0, 1) ?? [], { colour: false, width: 60 }),
    ].join('\n=====\n'),
  ));

test.each(['csv', 'markdown', 'prometheus', 'github', 'policyreport'])('as %s', name => {
  const small = {
    ...aFullReport(),
    ...whole,
    findings: [...aFullReport().findings, ...whole.findings.slice(0, 3)],
    graph: undefined,
    watched: undefined,
  };
  golden(`whole-report/${name}.txt`, formatByName(name)?.render(small as never, { colour: false, width: 100 }) ?? '');
});

test('as cases of a test run: what was not asked for, what is undecided, what was not read', () => {
  const text = formatByName('junit')?.render(whole, { colour: false, width: 100 }) ?? '';
  golden(
    'whole-report/junit.txt',
    `${text
      .split('\n')
      .filter(line => /<failure|<error|<skipped/.test(line))
      .join('\n')}\n`,
  );
});

const map = healthMap(whole);
const sections: Readonly<Record<string, string>> = {
  coverage: coverageSection(whole).markup,
  'first-screen': firstScreen(whole).markup,
  health: healthSection(map).markup,
  changes: changesSection(whole).markup,
  levels: levelsSection(whole).markup,
  access: accessSection(whole).markup,
  findings: findingsSection(whole).markup,
  graph: graphSection(whole).markup,
  trend: trendSection(whole).markup,
};
test.each(Object.entries(sections))('the section %s of the page', (name, markup) =>
  golden(`whole-report/${name}.html`, `${markup.replaceAll('><', '>\n<')}\n`),
);

test('the data of the page', () => {
  const { graph: _, ...data } = pageData(whole);
  golden('whole-report/page-data.json', `${JSON.stringify(data, null, 1)}\n`);
});

test('the events for Kubernetes', () =>
  golden(
    'whole-report/events.json',
    `${JSON.stringify([...kubernetesEvents(whole, 'prod-c'), ...kubernetesEvents(aFullReport(), 'shop')], null, 1)}\n`,
  ));

describe('roles by level and namespace', () => {
  const questions = [
    { levels: ['administrator'] },
    { namespace: 'checkout' },
    { levels: ['reads-data', 'little'], namespace: 'checkout' },
    { levels: ['unknown'] },
    { namespace: 'nothing' },
    { levels: ['reads-secrets'] },
  ] as const;
  test('as lines', () =>
    golden(
      'whole-report/roles.txt',
      questions
        .flatMap(question =>
          [60, 120].map(width =>
            roleLines(
              {
                ...roleAnswer(access, question),
                ...('namespace' in question && question.namespace === 'nothing'
                  ? { isNamespaceUnseen: true as const }
                  : {}),
              },
              { colour: false, width },
            ).join('\n'),
          ),
        )
        .join('\n\n'),
    ));
  test('nobody asked', () => expect(roleLines(undefined, { colour: false, width: 80 })).toEqual([]));
  test('the findings that are about them', () => {
    const about = (question: (typeof questions)[number], over: object) =>
      isAboutRoles(aFinding({ roleArn: role('x'), ...over }), roleAnswer(access, question));
    const [administrators, checkout, both] = questions;
    expect([
      about(administrators, { roleArn: role('a') }),
      about(administrators, { roleArn: role('b') }),
      about(administrators, { roleLevel: 'administrator' }),
      about(administrators, { roleLevel: 'little' }),
      about(administrators, {}),
      about(checkout, { namespace: 'checkout' }),
      about(checkout, { namespace: 'other' }),
      about(both, { namespace: 'checkout' }),
      about(both, { namespace: 'checkout', roleLevel: 'little' }),
      about(both, { namespace: 'other', roleLevel: 'little' }),
    ]).toEqual([true, false, true, false, false, true, false, false, true, false]);
  });
});

test('five hundred roles are listed, and the rest is counted', () => {
  const levels = Array.from(
    { length: 501 },
    (_, at) => ({ roleArn: role(`r${at}`), level: 'little', says: 's' }) as const,
  );
  const markup = (count: number): string =>
    levelsSection({ ...whole, access: { ...access, levels: levels.slice(0, count) } }).markup;
  expect(markup(500)).not.toContain('in the JSON format');
  expect(markup(501)).toContain('And 1 more, in the JSON format.');
  expect(markup(501).match(/<tr><td/g)).toHaveLength(500);
  expect(markup(0)).toBe('');
});

describe('clusters by steps', () => {
  const ok: HealthRow['cells'] = articleSteps.map(step => ({ step, state: 'ok' }));
  const rows = (count: number, first: HealthCell): readonly HealthRow[] =>
    Array.from({ length: count }, (_, at) => ({
      ...({ clusterArn: `arn:${at}`, label: `cluster-${at}` } as HealthRow),
      cells: at === 0 ? [first, ...ok.slice(1)] : ok,
    }));
  const lines = (count: number, first: HealthCell, width = 100) =>
    matrixLines(rows(count, first), new Map([['arn:1', 'named']]), { colour: false, width });
  const unknown: HealthCell = { step: 'role-arn-format', state: 'unknown' };

  test('one has no table, twelve are twelve rows, and of thirteen the healthy ones are names', () => {
    expect(lines(1, unknown)).toEqual([]);
    expect(lines(2, unknown)).toEqual([
      '           ARN  provider  audience  thumbprint  trust  webhook  injection  SDK',
      'cluster-0  ?    ✓         ✓         ✓           ✓      ✓        ✓          ✓',
      'named      ✓    ✓         ✓         ✓           ✓      ✓        ✓          ✓',
      '✓ passed; ? not decided or not read',
    ]);
    expect(lines(12, unknown)).toHaveLength(14);
    expect(lines(13, unknown)).toEqual([
      expect.any(String),
      expect.stringMatching(/^cluster-0 {2}\?/),
      expect.stringMatching(/^Every step passed in 12 more: named, cluster-2, /),
      expect.any(String),
      '✓ passed; ? not decided or not read',
    ]);
  });

  test('in a narrow terminal the steps are numbers', () =>
    expect([lines(2, unknown, 78)[0], lines(2, unknown, 77)[0]].map(line => line?.trim().slice(0, 4))).toEqual([
      'ARN ',
      '1   ',
    ]));
});

/** The size of a text, and the lines that count what is left out: a limit that is another one changes one of them. */
const measured = (name: string, text: string): string => {
  const lines = text.split('\n');
  const more = lines
    .filter(line => /\bmore\b|…/.test(line))
    .map(line =>
      line
        .trim()
        .replace(/(\w)\1{20,}/g, (run, letter: string) => `${letter}*${run.length}`)
        .slice(0, 300),
    );
  return [`# ${name}: ${lines.length} lines, ${text.length} characters`, ...[...new Set(more)].slice(0, 12)].join('\n');
};

test('more of everything than is shown: what is left out is counted, in each form', () => {
  const text = (letter: string, length: number): string => letter.repeat(length);
  const times = <T>(count: number, make: (at: number) => T): readonly T[] =>
    Array.from({ length: count }, (_, at) => make(at));
  const findings = times(320, at =>
    aFinding({
      id: `${at}`.padStart(32, '0'),
      ruleId: at % 2 === 0 ? 'trust-any-subject' : 'webhook-missing',
      severity: (['critical', 'high', 'medium', 'low', 'info'] as const)[at % 5] as 'low',
      message: text('m', 100 * (at % 15)),
      namespace: 'checkout',
      serviceAccount: `cart-${at}`,
      clusterName: `c${at % 7}`,
      clusterArn: `${clusterArn}-${at % 7}`,
      ...(at % 50 === 0 ? { waiver: { reason: 'r', owner: 'o', expires: '2027-01-01' } } : {}),
    }),
  );
  const big: RunReport = {
    ...withoutGraph,
    accounts: times(6, at => ({ accountId: `${at}`.repeat(12), regions: ['eu-west-1'] })),
    findings,
    gaps: times(30, at => ({
      accountId: `${at % 9}`.repeat(12),
      section: 'clusters',
      reason: reason('denied', `o:${at}`),
    })),
    undecided: times(
      30,
      at => ({ ruleId: `rule-${at % 9}`, subject: `s${at}`, kind: 'unread', missing: `missing ${at}` }) as const,
    ),
    transitions: times(310, at => aTransition({ after: known(aFinding({ id: `t${at}` })), summary: `s${at}` })),
    factChanges: times(
      10,
      at =>
        ({
          kind: 'issuer-chain',
          subject: `https://i${at}`,
          accountId: '1',
          before: 'a',
          after: `b${at}`,
          at: '2026-11-01T06:00:00.000Z',
          runId: 'r',
        }) as const,
    ),
    access: { ...access, missing: times(51, at => `missing ${at}`) },
    trend: times(70, at => ({
      at: new Date(Date.UTC(2026, 0, 1 + at)).toISOString(),
      openBySeverity: { critical: 0, high: at, medium: 0, low: 0, info: 0 },
      gaps: 0,
    })),
  };
  const style = { colour: false, width: 100 };
  golden(
    'whole-report/limits.txt',
    `${[
      measured('text', renderText(big, style)),
      measured('overview', renderOverview(big, style)),
      measured('moved', renderMoved(big, style)),
      measured('trend', renderTrend(big.trend ?? [], style)),
      ...['csv', 'markdown', 'prometheus', 'github', 'policyreport'].map(name =>
        measured(name, formatByName(name)?.render(big, style) ?? ''),
      ),
      measured('coverage', coverageSection(big).markup),
      measured('first screen', firstScreen(big).markup),
      measured('changes', changesSection(big).markup),
      measured('access', accessSection(big).markup),
      measured('findings', findingsSection(big).markup),
      measured('trend of the page', trendSection(big).markup),
      measured('events', JSON.stringify(kubernetesEvents(big, 'c1'), null, 1)),
      measured(
        'events of one',
        JSON.stringify(
          kubernetesEvents({ ...big, findings: findings.map(one => ({ ...one, clusterName: 'c1' })) }, 'c1'),
          null,
          1,
        ),
      ),
      measured('data of the page', JSON.stringify(pageData(big), null, 1)),
    ].join('\n')}\n`,
  );
});

test('findings beside gaps are not all findings, which the first screen says beside them alone', () => {
  const alarms = (over: Partial<RunReport>): boolean => firstScreen(aReport(over)).markup.includes('class="alarm"');
  const { gaps } = whole;
  expect([
    alarms({}),
    alarms({ gaps }),
    alarms({ findings: [aFinding()] }),
    alarms({ findings: [aFinding()], gaps }),
  ]).toEqual([false, false, false, true]);
});
