import { describe, expect, test } from '@jest/globals';
import { articleSteps } from '../../lib/model/finding.ts';
import { coverageSection } from '../../lib/report/html/coverage-section.ts';
import { firstScreen } from '../../lib/report/html/first-screen.ts';
import { renderHtml } from '../../lib/report/html/html.ts';
import { pageAccess } from '../../lib/report/html/page-data.ts';
import { accessSection, rulesSection } from '../../lib/report/html/sections.ts';
import { clusterNames } from '../../lib/report/names.ts';
import { renderOverview } from '../../lib/report/overview/overview.ts';
import { ruleById } from '../../lib/rules/catalog.ts';
import { aFinding, aFullReport, aReport } from './sample-report.ts';

const aTrendPoint = {
  at: '2026-10-31T06:00:00.000Z',
  openBySeverity: { critical: 0, high: 1, medium: 0, low: 0, info: 0 },
  gaps: 0,
};

const inCluster = (region: string, name: string) =>
  aFinding({ clusterName: name, clusterArn: `arn:aws:eks:${region}:111122223333:cluster/${name}` });

describe('names of clusters', () => {
  test('are their own where no other cluster has them', () => {
    const findings = [inCluster('eu-west-1', 'shop'), inCluster('eu-west-1', 'shop'), inCluster('eu-west-1', 'store')];
    expect([...clusterNames({ findings }).values()]).toEqual(['shop', 'store']);
  });

  test('tell region and account where another cluster has the same', () => {
    const findings = [inCluster('eu-west-1', 'shop'), inCluster('us-east-1', 'shop')];
    expect([...clusterNames({ findings }).values()]).toEqual([
      'shop (eu-west-1, 111122223333)',
      'shop (us-east-1, 111122223333)',
    ]);
  });

  test('are ARNs where nothing else is known', () => {
    const { clusterName: _name, ...nameless } = inCluster('eu-west-1', 'shop');
    const odd = aFinding({ clusterArn: 'odd', clusterName: 'shop' });
    const other = aFinding({ clusterArn: 'even', clusterName: 'shop' });
    expect([...clusterNames({ findings: [nameless, odd, other] }).values()]).toEqual([
      nameless.clusterArn,
      'odd',
      'even',
    ]);
  });
});

describe('the rules of a page', () => {
  test('are those of its findings, each once, with why, fix and sources', () => {
    const { markup } = rulesSection(aFullReport());
    const ids = [...markup.matchAll(/id="rule-([^"]+)"/g)].map(([, id]) => id);
    expect(ids).toEqual([...new Set(aFullReport().findings.map(({ ruleId }) => ruleId))].sort());
    expect(markup).toContain('<h3>Why it matters</h3>');
    const [reference = ''] = ruleById('trust-any-subject')?.references ?? [];
    expect(markup).toContain(reference);
  });

  test('leave out what the catalogue does not know', () => {
    expect(rulesSection(aReport({ findings: [aFinding({ ruleId: 'gone' })] })).markup).toBe('');
    expect(rulesSection(aReport()).markup).toBe('');
  });
});

test('coverage stands directly after the overview, whether there are gaps or none', () => {
  for (const report of [aReport(), aFullReport()]) {
    const sections = [...renderHtml(report).matchAll(/<section id="([^"]+)"/g)].map(([, id]) => id);
    expect(sections.slice(0, 2)).toEqual(['overview', 'coverage']);
  }
});

test.each([
  ['an empty report', aReport()],
  ['one with everything', aFullReport()],
  ['one run of a trend', aReport({ trend: [aTrendPoint] })],
  ['clusters without a finding', { ...aFullReport(), findings: [], undecided: [], gaps: [] }],
  ['two runs of it', aReport({ trend: [aTrendPoint, { ...aTrendPoint, at: '2026-11-01T06:00:00.000Z' }] })],
  ['a graph of nothing', aReport({ graph: { nodes: [], edges: [] } as never })],
])('the navigation of a page leads to each section that is there, and to no other: %s', (_of, report) => {
  const isEmpty = report.findings.length === 0;
  const page = renderHtml(report);
  const [nav = ''] = /<nav aria-label="Sections">.*?<\/nav>/s.exec(page) ?? [];
  const links = [...nav.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
  const sections = [...page.matchAll(/<section id="([^"]+)"/g)].map(([, id]) => id);
  expect(links).toEqual(sections.filter(id => !(isEmpty && id === 'findings')));
  expect(links.slice(0, 2)).toEqual(['overview', 'coverage']);
});

test('an all-clear of some steps says so on the first screen, as in the terminal', () => {
  const coverage = articleSteps.map((step, at) => ({ step, checked: 2, notAskedFor: at === 0 ? 1 : 0, unread: 0 }));
  const sentence = 'All clear. That is for 7 of 8 steps: the others were not checked in every cluster.';
  expect(firstScreen(aReport({ coverage })).markup).toContain(`<h1 id="headline">${sentence}</h1>`);
  expect(renderOverview(aReport({ coverage }), { colour: false, width: 200 })).toContain(sentence);
  expect(firstScreen(aReport()).markup).toContain('<h1 id="headline">All clear.</h1>');
});

test('the headline says in how many clusters findings are, of how many', () => {
  const arnOf = (name: string) => `arn:aws:eks:eu-west-1:111122223333:cluster/${name}`;
  const findings = ['a', 'b'].map(name => aFinding({ id: name, clusterArn: arnOf(name), clusterName: name }));
  const headline = (clusters: number) =>
    /<h1 id="headline">(.*?)<\/h1>/.exec(
      firstScreen(aReport({ findings, counts: { ...aReport().counts, clusters } })).markup,
    )?.[1];
  expect([2, 3].map(headline)).toEqual(['2 findings in 2 clusters', '2 findings in 2 of 3 clusters']);
});

test('a fix of what a tool manages is no command to copy', () => {
  const fix = { summary: 'Annotate it.', commands: ['kubectl annotate x'] };
  const command = (over: object) =>
    /<code>(.*?)<\/code>/.exec(
      firstScreen(aReport({ findings: [aFinding({ fix: { ...fix, ...over } })] })).markup,
    )?.[1];
  expect(command({})).toBe('kubectl annotate x');
  expect(command({ managers: [{ tool: 'Terraform' }] })).toMatch(/^irsa-auditor fix /);
});

describe('coverage', () => {
  const denied = (clusterName: string, message = `host-${clusterName}.example refuses`) => ({
    ...{ accountId: '111122223333', region: 'eu-west-1', clusterName, section: 'inside' as const },
    reason: { kind: 'denied' as const, operation: 'GET /api', message },
  });
  const shown = (over: Parameters<typeof aReport>[0]): string => coverageSection(aReport(over)).markup;
  const summaryOf = (markup: string): string => /<summary>(.*?)<\/summary>/s.exec(markup)?.[1] ?? '';

  test('is one line where all was read, with nothing to open', () => {
    expect(shown({})).toContain('class="quiet"');
    expect(shown({})).not.toContain('<details>');
  });

  test('says on its line what was not reached and what could not be decided; notes stand below', () => {
    const undecided = [{ ruleId: 'role-unused', subject: 'x', kind: 'unread' as const, missing: 'y' }];
    const markup = shown({ notReached: [denied('shop'), denied('store')], undecided, notes: ['A note.'] });
    expect(markup).toContain('class="quiet some"');
    expect(summaryOf(markup)).toContain('The inside of 2 clusters was not reached.');
    expect(summaryOf(markup)).toContain('1 check could not be decided.');
    expect(markup).toMatch(/<\/details><p><strong>Note\.<\/strong> A note\.<\/p><\/section>$/);
  });

  test('is loud where something was not read: one line for each cause, the places behind it', () => {
    const markup = shown({ gaps: [...['a', 'b', 'c'].map(name => denied(name)), denied('shop', 'another reason')] });
    expect(markup).toContain('class="gap"');
    expect(markup).toContain('4 things could not be read: what lies there is neither passed nor failed');
    expect(summaryOf(markup)).toContain(
      'Kubernetes resources of a, b, c: GET /api denied: host-a.example refuses (3 times)',
    );
    expect(markup.match(/<li><strong class="mono">/g)).toHaveLength(3);
  });
});

describe('who can assume what', () => {
  const row = {
    roleArn: 'arn:aws:iam::111122223333:role/team/cart',
    clusterArn: 'arn:aws:eks:eu-west-1:111122223333:cluster/shop',
    decision: 'allow' as const,
  };

  test('is a section that says what of it was not read', () => {
    const missing = ['not all roles of account 111122223333 were read'];
    expect(accessSection(aReport({ access: { rows: [], missing } })).markup).toContain(`<li>${missing[0]}</li>`);
    expect(accessSection(aReport({ access: { rows: [row], missing: [] } })).markup).not.toContain('missing rows');
    const many = Array.from({ length: 53 }, (_, at) => `m${at}`);
    expect(accessSection(aReport({ access: { rows: [], missing: many } })).markup).toContain('And 3 more.');
  });

  test('is left out where nothing is known of it', () => {
    expect(accessSection(aReport()).markup).toBe('');
    expect(accessSection(aReport({ access: { rows: [], missing: [] } })).markup).toBe('');
  });

  test('has names beside ARNs in the data, and counts the rows that are too many for a page', () => {
    const rows = Array.from({ length: 5_002 }, () => ({ ...row, pattern: 'system:serviceaccount:\u202ea:*' }));
    const access = pageAccess(aReport({ findings: [inCluster('eu-west-1', 'shop')], access: { rows, missing: [] } }));
    expect(access?.leftOut).toBe(2);
    expect(access?.rows).toHaveLength(5_000);
    expect(access?.rows[0]).toEqual({
      ...{ cluster: 'shop', role: 'cart', accountId: '111122223333', roleArn: row.roleArn, decision: 'allow' },
      pattern: 'system:serviceaccount:\\u{202e}a:*',
    });
  });
});

test('the policy of a page lets it fetch, send and embed nothing', () => {
  const [, policy = ''] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(renderHtml(aReport())) ?? [];
  const directives = policy.replaceAll('&#39;', "'").split('; ');
  expect(directives.filter(each => !/^(?:script|style)-src 'sha256-[\w+/=]+'$/.test(each)).sort()).toEqual(
    ['base-uri', 'default-src', 'form-action'].map(name => `${name} 'none'`),
  );
  expect(directives).toHaveLength(5);
});
