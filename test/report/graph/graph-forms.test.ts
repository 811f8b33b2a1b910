import { expect, test } from '@jest/globals';
import { focusGraph } from '../../../lib/report/graph/graph-focus.ts';
import { renderDot, renderMermaid } from '../../../lib/report/graph/graph-formats.ts';
import { judgeGraph } from '../../../lib/report/graph/graph-judge.ts';
import {
  type EdgeKind,
  type GraphEdge,
  type GraphNode,
  type IdentityGraph,
  type NodeKind,
  nodeKinds,
  presences,
} from '../../../lib/report/graph/graph-model.ts';
import { golden } from '../../support/golden.ts';
import { aFinding } from '../sample-report.ts';

/** A graph with each kind of node in each presence, and each kind of edge between all of them. */

const clusterArn = 'arn:aws:eks:eu-west-1:111122223333:cluster/shop';
const issuer = 'https://oidc.example.com/shop';
const account = `${clusterArn}/serviceaccount/checkout/cart`;
const node = (kind: NodeKind, presence: GraphNode['presence'], id = `${kind} "${presence}"`): GraphNode => ({
  ...{ id, kind, presence, label: `${kind} <${presence}>`, accountId: '111122223333', findings: [] },
  ...(kind === 'cluster' && presence === 'read' ? { issuer } : {}),
});
const nodes = nodeKinds.flatMap(kind => presences.map(presence => node(kind, presence)));
const edge = (kind: EdgeKind, from: string, to: string, over: Partial<GraphEdge> = {}): GraphEdge => ({
  ...{ kind, from, to, state: 'ok', ...over },
});
const ways: readonly (readonly [EdgeKind, NodeKind, NodeKind])[] = [
  ['contains', 'cluster', 'namespace'],
  ['assumes', 'service-account', 'role'],
  ['admits', 'namespace', 'role'],
  ['trusts', 'role', 'provider'],
  ['issues', 'cluster', 'provider'],
];
const edges = ways.flatMap(([kind, from, to]) =>
  presences.flatMap(one => presences.map(other => edge(kind, `${from} "${one}"`, `${to} "${other}"`))),
);
const words = [
  edge('assumes', 'service-account "read"', 'role "named"', { by: 'annotation' }),
  edge('assumes', 'service-account "read"', 'role "read"', { by: 'trust' }),
  edge('assumes', 'service-account "named"', 'role "read"', { by: 'both' }),
  edge('admits', 'cluster "read"', 'role "read"', { pattern: 'any "subject"' }),
];
const graph: IdentityGraph = { nodes, edges: [...edges, ...words] };
const on = (subject: string, over: Parameters<typeof aFinding>[0] = {}) => {
  const {
    clusterArn: _,
    namespace: __,
    serviceAccount: ___,
    issuer: ____,
    ...one
  } = aFinding({ id: subject, subject });
  return { ...one, ...over };
};
const told = ({ nodes: all, edges: between }: IdentityGraph): string =>
  [
    ...all.map(({ id, findings, severity }) => `${id}: ${severity ?? '-'} ${findings.join(', ')}`),
    ...between.map(
      ({ kind, from, to, by, pattern, state, findings = [] }) =>
        `${from} ${kind}${by ? ` by ${by}` : ''}${pattern ? ` ${pattern}` : ''} ${to}: ${state} ${findings.join(', ')}`,
    ),
  ].join('\n');

const cases = [
  ['nothing is found', []],
  [
    'findings of each impact and severity',
    [
      on('role "read"', { impact: 'exposes', severity: 'critical' }),
      on('service-account "named"', { impact: 'breaks', severity: 'medium' }),
      on('provider "read"', { impact: 'breaks', severity: 'info' }),
      on('cluster "named"', { impact: 'exposes', severity: 'low' }),
    ],
  ],
  [
    'what breaks the ends',
    [
      on('role "named"', { impact: 'breaks', severity: 'high' }),
      on('provider "read"', { impact: 'breaks', severity: 'low' }),
      on('namespace "read"', { impact: 'breaks', severity: 'low' }),
    ],
  ],
  [
    'a waived finding, one of an issuer, one of nothing that is drawn',
    [
      on('role "read"', { waiver: { id: 'w', reason: 'r', owner: 'o', expires: '2099-01-01' } as never }),
      on('an issuer', { issuer, severity: 'medium' }),
      on('somewhere', { issuer: 'https://other.example.com' }),
    ],
  ],
] as const;

test('judged', () => {
  const texts = cases.map(([of, findings]) => {
    const judged = judgeGraph(graph, findings);
    expect(judged.nodes).toHaveLength(nodes.length);
    return `# ${of}\n${told(judged)}\n\n${renderMermaid(judged)}\n${renderDot(judged)}`;
  });
  golden('graph-forms.txt', texts.join('\n'));
});

test('a finding of a pod lies on its service account, else on its cluster', () => {
  const own = { nodes: [node('service-account', 'read', account), node('cluster', 'read', clusterArn)], edges: [] };
  const pod = aFinding({ id: 'p', subject: 'a pod', clusterArn, namespace: 'checkout', serviceAccount: 'cart' });
  const places = (finding: typeof pod) =>
    judgeGraph(own, [finding]).nodes.flatMap(({ kind, findings }) => (findings.length > 0 ? [kind] : []));
  expect(places(pod)).toEqual(['service-account']);
  expect(places({ ...pod, serviceAccount: 'other' })).toEqual(['cluster']);
});

test('Mermaid takes as many edges as there are, at least its own 500', () => {
  const allowed = (count: number): string | undefined =>
    /"maxEdges": (\d+)/.exec(
      renderMermaid({ nodes, edges: Array.from({ length: count }, () => edge('contains', 'a', 'b')) }),
    )?.[1];
  expect([allowed(1), allowed(501)]).toEqual(['500', '501']);
});

test('nothing in a name ends the text of Graphviz', () => {
  const [first] = nodes;
  if (first === undefined) throw new Error('no node');
  const dot = renderDot({ nodes: [{ ...first, label: 'a\\" -> "b' }], edges: [] });
  expect(dot).toContain('label="a\\\\\\" -> \\"b"');
});

test.each<readonly [EdgeKind, string, string, readonly string[]]>([
  ['assumes', 'service-account "read"', 'role "read"', ['service-account "read"', 'role "read"']],
  ['trusts', 'role "read"', 'provider "read"', ['role "read"', 'provider "read"']],
  ['issues', 'cluster "read"', 'provider "read"', ['cluster "read"', 'provider "read"']],
  ['admits', 'cluster "read"', 'role "read"', ['cluster "read"', 'role "read"']],
])('of a broken edge that %s, its ends are trouble, and what it needs', (kind, from, to, kept) => {
  const one = edge(kind, from, to, { state: 'broken' });
  const own = (id: string): boolean => id === from || id === to || id === 'namespace "read"';
  const part = { nodes: nodes.filter(({ id }) => own(id)), edges: [one] };
  expect(
    focusGraph(part, { problemsOnly: true })
      .nodes.map(({ id }) => id)
      .sort(),
  ).toEqual([...kept].sort());
});
