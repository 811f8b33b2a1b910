import { describe, expect, test } from '@jest/globals';
import { pageData } from '../../../lib/report/html/page-data.ts';
import { around, type Node, nodesWorstFirst, readGraph, through, troubledOf } from '../../../lib/report/page/graph.ts';
import { layOut } from '../../../lib/report/page/graph-layout.ts';
import { aFleetReport } from '../fleet-report.ts';

const report = aFleetReport(120, 3);
const data = pageData(report).graph;
if (data === undefined || report.graph === undefined) throw new Error('the report has no graph');
const graph = readGraph(data);
const all = new Set(graph.nodes);
const order = nodesWorstFirst(graph);

describe('the graph of the page', () => {
  test('has every node with the id that findings use, and every edge', () => {
    expect(graph.nodes.map(({ id }) => id)).toEqual(report.graph?.nodes.map(({ id }) => id));
    expect(graph.edges.map(({ from, to, kind }) => [from.id, to.id, kind])).toEqual(
      report.graph?.edges.map(({ from, to, kind }) => [from, to, kind]),
    );
  });

  test('names a provider by its cluster and the ends of its id, and a line by the findings that break it', () => {
    const providers = graph.nodes.filter(({ kind }) => kind === 'provider').map(({ label }) => label);
    expect(providers).toContain('prod-b AAAA…AAA1');
    expect(providers.filter(label => !label.startsWith('prod-'))).toEqual([expect.stringMatching(/^AAAA…\w{4}$/)]);
    const broken = graph.edges.filter(({ state }) => state === 'broken' || state === 'open');
    expect(broken.length).toBeGreaterThan(2);
    for (const { findings } of broken) expect(findings.length).toBeGreaterThan(0);
  });

  test('names two boxes of one name by their place', () => {
    const node = (id: string, accountId: string, kind: 'role' | 'cluster', region?: string) => ({
      ...{ id, kind, label: 'app', accountId, presence: 'read' as const, findings: [] },
      ...(region === undefined ? {} : { region }),
    });
    const nodes = [
      node('arn:aws:eks:sa-east-1:802233445566:cluster/app', '802233445566', 'cluster', 'sa-east-1'),
      node('arn:aws:eks:af-south-1:802233445566:cluster/app', '802233445566', 'cluster', 'af-south-1'),
      node('arn:aws:iam::802233445566:role/app', '802233445566', 'role'),
      node('arn:aws:iam::902233445566:role/x/app', '902233445566', 'role'),
    ];
    expect(pageData({ ...report, graph: { nodes, edges: [] } }).graph?.nodes.map(({ label }) => label)).toEqual([
      'app (sa-east-1, 802233445566)',
      'app (af-south-1, 802233445566)',
      'app (802233445566)',
      'app (902233445566)',
    ]);
  });

  test('keeps what is on a way through a service account, and nothing beside it', () => {
    const account = graph.nodes.find(({ id }) => id.endsWith('/serviceaccount/checkout/api-0'));
    if (account === undefined) throw new Error('there is no such service account');
    expect([...through([account])].map(({ kind, label }) => `${kind} ${label}`).sort()).toEqual([
      'cluster prod-a',
      'namespace checkout',
      expect.stringMatching(/^provider /),
      'role prod-a-checkout-api-0',
      'service-account api-0',
    ]);
  });

  test('explains each troubled node with where it lies, and leaves out healthy neighbours', () => {
    const kept = around(troubledOf(graph));
    expect(kept.size).toBeLessThan(graph.nodes.length / 2);
    const accounts = [...kept].filter(({ kind }) => kind === 'service-account');
    expect(accounts.length).toBeGreaterThan(0);
    for (const account of accounts) expect(account.in.filter(({ from }) => !kept.has(from))).toEqual([]);
  });

  test('orders the cluster with the worst finding first', () => {
    const clusters = graph.nodes.filter(({ kind }) => kind === 'cluster').sort(order);
    expect(clusters.map(({ label }) => label)[0]).toBe('prod-c');
  });
});

describe('the rows of the graph', () => {
  const { rows, count } = layOut(graph, all, order);
  const rowsOf = (node: Node) => rows.get(node) ?? { first: -1, last: -1 };

  test('hold every node, within the picture', () => {
    expect(rows.size).toBe(graph.nodes.length);
    for (const { first, last } of rows.values()) {
      expect(first).toBeGreaterThanOrEqual(0);
      expect(last).toBeGreaterThanOrEqual(first);
      expect(last).toBeLessThan(count);
    }
  });

  test('hold one node of a column each', () => {
    for (const kind of ['cluster', 'namespace', 'service-account', 'role', 'provider'] as const) {
      const spans = graph.nodes.filter(node => node.kind === kind).map(rowsOf);
      const sorted = spans.sort((a, b) => a.first - b.first);
      const clash = sorted.filter(
        ({ first }, index) => kind !== 'provider' && first <= (sorted[index - 1]?.last ?? -1),
      );
      expect([kind, clash]).toEqual([kind, []]);
    }
  });

  test('of a cluster and a namespace span those of what they contain', () => {
    for (const { from, to } of graph.edges.filter(({ kind }) => kind === 'contains')) {
      expect(rowsOf(from).first).toBeLessThanOrEqual(rowsOf(to).first);
      expect(rowsOf(from).last).toBeGreaterThanOrEqual(rowsOf(to).last);
    }
  });

  test('of a role that one service account assumes are those of the service account', () => {
    const level = graph.edges.filter(
      ({ kind, from, to }) => kind === 'assumes' && rowsOf(from).first === rowsOf(to).first,
    );
    expect(level.length).toBeGreaterThan(100);
  });

  test('are fewer where fewer nodes are kept', () => {
    const kept = around(troubledOf(graph));
    const fewer = layOut(graph, kept, order);
    expect(fewer.rows.size).toBe(kept.size);
    expect(fewer.count).toBeLessThan(count);
  });
});
