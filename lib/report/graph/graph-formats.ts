import { safeJson, visible } from '../../text.ts';
import { type GraphEdge, type GraphNode, type IdentityGraph, nodeKinds } from './graph-model.ts';

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
