import { describe, expect, test } from '@jest/globals';
import { articleSteps, type Finding } from '../../lib/model/finding.ts';
import { healthMap } from '../../lib/report/graph/health-lines.ts';
import { healthSection } from '../../lib/report/html/health-section.ts';
import { pageData } from '../../lib/report/html/page-data.ts';
import { renderOverview } from '../../lib/report/overview/overview.ts';
import type { RunReport } from '../../lib/report/run-report.ts';
import { aFinding, aReport } from './sample-report.ts';

const arnOf = (name: string): string => `arn:aws:eks:eu-west-1:111122223333:cluster/${name}`;

/** Clusters of which everything was read, with these findings. */
const world = (names: readonly string[], findings: readonly Finding[] = []): RunReport =>
  aReport({
    findings,
    graph: {
      nodes: names.map(name => ({
        id: arnOf(name),
        kind: 'cluster' as const,
        label: name,
        accountId: '111122223333',
        presence: 'read' as const,
        region: 'eu-west-1',
        findings: [],
      })),
      edges: names.map(name => ({ from: arnOf(name), to: 'provider', kind: 'issues' as const, state: 'ok' as const })),
    },
  });

const fault = (name: string, over: Partial<Finding> = {}): Finding =>
  aFinding({
    ...{ id: `${name}${over.ruleId ?? ''}`, clusterName: name, clusterArn: arnOf(name), subject: arnOf(name) },
    ...{ roleArn: 'arn:aws:iam::111122223333:role/dns', brief: 'any service account' },
    ...over,
  });

const linesOf = (report: RunReport) => healthMap(report).lines.map(({ name, clusters }) => [name, clusters.length]);

describe('the health map', () => {
  test('has the worst cluster first, and healthy ones by name', () => {
    const report = world(
      ['a', 'b', 'c', 'd'],
      [fault('c', { severity: 'critical' }), fault('b', { ruleId: 'x', brief: 'x' }), fault('b', { ruleId: 'y' })],
    );
    expect(linesOf(report)).toEqual([
      ['c', 1],
      ['b', 1],
    ]);
    expect(healthMap(report).healthy).toEqual(['a', 'd']);
  });

  test('is in the order of the terminal: the cluster of the worst finding first, then by counts', () => {
    const critical = (name: string, ruleId: string) => fault(name, { severity: 'critical', ruleId });
    const report = world(
      ['a', 'b', 'c', 'd'],
      [critical('d', 'x'), critical('c', 'y'), fault('c'), fault('a'), fault('b'), fault('b', { ruleId: 'y' })],
    );
    expect(linesOf(report).map(([name]) => name)).toEqual(['d', 'c', 'b', 'a']);
    const rows = renderOverview(report, { width: 100, colour: false }).split('\n');
    const listed = rows.flatMap(row => /^([abcd]) {2,}\S/.exec(row)?.[1] ?? []);
    expect(listed).toEqual(['d', 'c', 'b', 'a']);
  });

  test('healthy clusters of one name have their places', () => {
    const report = world(['a', 'b']);
    const nodes = report.graph?.nodes.map(node => ({ ...node, label: 'shop' })) ?? [];
    const same = { ...report, graph: { nodes, edges: report.graph?.edges ?? [] } };
    expect(new Set(healthMap(same).healthy)).toEqual(new Set(['shop (eu-west-1, 111122223333)']));
  });

  test('folds three clusters and more in which the same is wrong, with the findings of all', () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const report = world(names, [...['a', 'b', 'c'].map(name => fault(name)), fault('d', { severity: 'low' })]);
    expect(linesOf(report)).toEqual([
      ['a and 2 more', 3],
      ['d', 1],
    ]);
    const cell = healthMap(report).lines[0]?.cells[articleSteps.indexOf('role-trust-policy')];
    expect(cell).toMatchObject({ state: 'finding', severity: 'high', findings: ['a', 'b', 'c'] });
    expect(pageData(report).alike).toEqual([{ name: 'a and 2 more', clusters: ['a', 'b', 'c'] }]);
  });

  test.each<readonly [string, Partial<Finding>]>([
    ['cause', { brief: 'any namespace' }],
    ['severity', { severity: 'medium' }],
    ['step', { articleStep: 'provider-exists' }],
  ])('does not fold clusters whose faults differ by %s', (_, over) => {
    const report = world(['a', 'b', 'c'], [fault('a'), fault('b'), fault('c', over)]);
    expect(healthMap(report).lines).toHaveLength(3);
  });

  test('folds no cluster that was not read with one that is healthy', () => {
    const { graph, ...rest } = world(['a', 'b', 'c', 'd']);
    const [first, ...others] = graph?.nodes ?? [];
    const nodes =
      first === undefined ? [] : [{ ...first, unread: { 'role-arn-format': 'unread' } as const }, ...others];
    const map = healthMap({ ...rest, graph: { nodes, edges: graph?.edges ?? [] } });
    expect(map.lines.map(({ name }) => name)).toEqual(['a']);
    expect(map.healthy).toEqual(['b', 'c', 'd']);
  });

  test('of healthy clusters alone is one line; without a graph there is none', () => {
    const many = Array.from({ length: 44 }, (_, at) => `prod-${at}`);
    const { markup } = healthSection(healthMap(world(many)));
    expect(markup).toContain('Every step passed in all of 44 clusters');
    expect(markup).not.toContain('<table');
    expect(healthSection(healthMap(aReport({ findings: [fault('a')] }))).markup).toBe('');
  });

  test('stands in two columns where there are many lines, and shows each line once', () => {
    const names = Array.from({ length: 44 }, (_, at) => `prod-${at}`);
    const { markup } = healthSection(
      healthMap(
        world(
          names,
          names.map(name => fault(name, { brief: `own of ${name}` })),
        ),
      ),
    );
    expect(markup.match(/<table/g)).toHaveLength(2);
    expect(markup.match(/<th scope="row"/g)).toHaveLength(44);
  });
});
