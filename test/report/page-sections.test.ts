import { describe, expect, test } from '@jest/globals';
import { renderHtml } from '../../lib/report/html/html.ts';
import { pageAccess } from '../../lib/report/html/page-data.ts';
import { accessSection, rulesSection } from '../../lib/report/html/sections.ts';
import { clusterNames } from '../../lib/report/names.ts';
import { ruleById } from '../../lib/rules/catalog.ts';
import { aFinding, aFullReport, aReport } from './sample-report.ts';

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
    const [reference = ''] = ruleById('trust-any-subject')?.docs.references ?? [];
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
