import type { GraphEdge, GraphNode, IdentityGraph } from './graph-model.ts';
import { nodeKinds } from './graph-model.ts';
import { safeJson, visible } from './visible-text.ts';

/** What part of a graph is wanted. Names are exact. */
export interface GraphFocus {
  readonly cluster?: string | undefined;
  readonly namespace?: string | undefined;
  readonly serviceAccount?: string | undefined;
  /** Name or ARN. */
  readonly role?: string | undefined;
  readonly problemsOnly?: boolean | undefined;
}

/** The part of a graph that lies on a way through every named thing; with `problemsOnly`, on a way through an edge that
 *  is broken or open, or a node with a finding. */
export const focusGraph = (graph: IdentityGraph, focus: GraphFocus): IdentityGraph => {
  const wanted: ((node: GraphNode) => boolean)[] = [];
  if (focus.cluster !== undefined) wanted.push(node => node.kind === 'cluster' && node.label === focus.cluster);
  if (focus.namespace !== undefined) wanted.push(node => node.kind === 'namespace' && node.label === focus.namespace);
  if (focus.serviceAccount !== undefined)
    wanted.push(node => node.kind === 'service-account' && node.label === focus.serviceAccount);
  if (focus.role !== undefined)
    wanted.push(node => node.kind === 'role' && (node.label === focus.role || node.id === focus.role));
  const ends = new Set(graph.edges.filter(isProblem).flatMap(edge => [edge.from, edge.to]));
  if (focus.problemsOnly === true) wanted.push(node => node.findings.length > 0 || ends.has(node.id));
  return wanted.reduce(keepThrough, graph);
};

const isProblem = (edge: GraphEdge): boolean => edge.state === 'broken' || edge.state === 'open';

/** Nodes that satisfy the wish, everything before them and everything after them. */
const keepThrough = (graph: IdentityGraph, wish: (node: GraphNode) => boolean): IdentityGraph => {
  const start = graph.nodes.filter(wish).map(node => node.id);
  const edges = graph.edges.filter(edge => edge.kind !== 'issues');
  const kept = new Set([...walk(start, edges, 'from', 'to'), ...walk(start, edges, 'to', 'from')]);
  return {
    nodes: graph.nodes.filter(node => kept.has(node.id)),
    edges: graph.edges.filter(edge => kept.has(edge.from) && kept.has(edge.to)),
  };
};

const walk = (
  start: readonly string[],
  edges: readonly GraphEdge[],
  near: 'from' | 'to',
  far: 'from' | 'to',
): Set<string> => {
  const next = new Map<string, string[]>();
  for (const edge of edges) next.set(edge[near], [...(next.get(edge[near]) ?? []), edge[far]]);
  const seen = new Set(start);
  for (const id of seen) for (const other of next.get(id) ?? []) seen.add(other);
  return seen;
};

/** The graph as JSON. */
export const renderGraphJson = (graph: IdentityGraph): string => `${safeJson(graph, 2)}\n`;

const edgeWord = (edge: GraphEdge): string =>
  [
    edge.pattern ?? (edge.by === 'annotation' ? 'annotated' : edge.by === 'trust' ? 'trusted' : ''),
    edge.state === 'ok' ? '' : edge.state,
  ]
    .filter(word => word !== '')
    .join(': ');

const arrows = { ok: '-->', broken: '-.->', open: '==>', unknown: '-.->' } as const;

/** The graph for Mermaid: broken edges dotted, over-open edges thick, nodes with findings coloured. */
export const renderMermaid = (graph: IdentityGraph): string => {
  const short = new Map(graph.nodes.map((node, index) => [node.id, `n${index}`]));
  return [
    `%%{init: {"maxEdges": ${Math.max(500, graph.edges.length)}, "maxTextSize": 1000000}}%%`,
    'flowchart LR',
    ...graph.nodes.map(node => `  ${short.get(node.id)}${mermaidShape(node)}${classOf(node)}`),
    ...graph.edges.map(edge => {
      const word = edgeWord(edge);
      const label = word === '' ? '' : `|"${mermaidText(word)}"|`;
      return `  ${short.get(edge.from)} ${arrows[edge.state]}${label} ${short.get(edge.to)}`;
    }),
    '  classDef bad stroke:#c62828,stroke-width:3px;',
    '  classDef warn stroke:#b26a00,stroke-width:2px;',
    '  classDef absent stroke-dasharray:4 3,color:#757575;',
    '',
  ].join('\n');
};

const shapes = {
  cluster: ['[[', ']]'],
  namespace: ['([', '])'],
  'service-account': ['(', ')'],
  role: ['[', ']'],
  provider: ['{{', '}}'],
} as const;

const mermaidShape = (node: GraphNode): string => {
  const [open, close] = shapes[node.kind];
  return `${open}"${mermaidText(labelOf(node))}"${close}`;
};

const labelOf = (node: GraphNode): string => `${node.label}${node.presence === 'read' ? '' : ` (${node.presence})`}`;

const classOf = (node: GraphNode): string => {
  if (node.severity === 'critical' || node.severity === 'high') return ':::bad';
  if (node.severity === 'medium' || node.severity === 'low') return ':::warn';
  return node.presence === 'read' ? '' : ':::absent';
};

/** Entity codes, as Mermaid wants them inside quotes: nothing in a name can end the label or make markup. */
const mermaidText = (text: string): string =>
  visible(text).replace(/["#;&<>`\\{}[\]()|*_~]/g, character => `#${character.codePointAt(0)};`);

const dotEdge = {
  ok: 'color="#546e7a"',
  broken: 'color="#c62828",style=dashed,penwidth=2',
  open: 'color="#e65100",penwidth=3',
  unknown: 'color="#9e9e9e",style=dotted',
} as const;
const dotShape = {
  cluster: 'box3d',
  namespace: 'folder',
  'service-account': 'ellipse',
  role: 'box',
  provider: 'hexagon',
} as const;

/** The graph for Graphviz, one rank a kind. */
export const renderDot = (graph: IdentityGraph): string =>
  [
    'digraph irsa {',
    '  rankdir=LR; node [fontname="Helvetica"]; edge [fontname="Helvetica",fontsize=10];',
    ...nodeKinds.map(
      kind =>
        `  { rank=same; ${graph.nodes
          .filter(node => node.kind === kind)
          .map(dotNode)
          .join(' ')} }`,
    ),
    ...graph.edges.map(
      edge =>
        `  ${dotText(edge.from)} -> ${dotText(edge.to)} [${dotEdge[edge.state]},label=${dotText(edgeWord(edge))}];`,
    ),
    '}',
    '',
  ].join('\n');

const dotNode = (node: GraphNode): string => {
  const colour = node.severity === 'critical' || node.severity === 'high' ? ',color="#c62828",penwidth=3' : '';
  const absent = node.presence === 'read' ? '' : ',style=dashed';
  return `${dotText(node.id)} [shape=${dotShape[node.kind]},label=${dotText(labelOf(node))}${colour}${absent}];`;
};

const dotText = (text: string): string => `"${visible(text).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
