import type { EdgeState, NodeKind } from '../graph/graph-model.ts';
import { makeSvg } from './dom.ts';
import type { LinkedEdge, Node } from './graph.ts';

/** Height of a row, in pixels. */
export const rowHeight = 26;
/** Free pixels above the first row and below the last. */
export const margin = 16;

/** One column of the picture; all in pixels. */
interface Column {
  readonly name: string;
  readonly left: number;
  readonly width: number;
}

/** The columns of the picture, and how wide it is. */
export interface Columns {
  readonly of: Readonly<Record<NodeKind, Column>>;
  readonly width: number;
  /** Pixels of a text in a label. */
  readonly widthOf: (text: string) => number;
}

const widths: Readonly<Record<NodeKind, { readonly name: string; readonly width: number }>> = {
  cluster: { name: 'Clusters', width: 140 },
  namespace: { name: 'Namespaces', width: 150 },
  'service-account': { name: 'Service accounts', width: 190 },
  role: { name: 'Roles', width: 250 },
  provider: { name: 'OIDC providers', width: 170 },
};

/** The word for a kind of node in a sentence. */
export const kindNames: Readonly<Record<NodeKind, string>> = {
  cluster: 'cluster',
  namespace: 'namespace',
  'service-account': 'service account',
  role: 'role',
  provider: 'provider',
};

/** Least and most pixels between columns. */
const gaps = { least: 40, most: 100 } as const;
/** Columns become as narrow as this share of their width, before the picture is wider than the room. */
const narrowest = 0.72;

/** Places the columns so that they fill the room: narrower where it is small, with wider gaps where it is large. */
export const columnsIn = (room: number): Columns => {
  const full = Object.values(widths).reduce((sum, { width }) => sum + width, 0);
  const share = Math.max(narrowest, Math.min(1, (room - 22 - 4 * gaps.least) / full));
  const used = Object.values(widths).reduce((sum, { width }) => sum + Math.floor(width * share), 0);
  const between = Math.max(gaps.least, Math.min(gaps.most, Math.floor((room - 22 - used) / 4)));
  let left = 10;
  const place = (kind: NodeKind): Column => {
    const column = { ...widths[kind], width: Math.floor(widths[kind].width * share), left };
    left += column.width + between;
    return column;
  };
  const of = {
    cluster: place('cluster'),
    namespace: place('namespace'),
    'service-account': place('service-account'),
    role: place('role'),
    provider: place('provider'),
  };
  return { of, width: of.provider.left + of.provider.width + 12, widthOf: ruler() };
};

/** The name of a node, with its faults. */
const nameOf = ({ kind, label, presence, findings, severity }: Node): string =>
  [
    `${kindNames[kind]} ${label}`,
    ...(presence === 'read' ? [] : [presence]),
    ...(findings.length === 0 ? [] : [`${findings.length} findings, worst ${severity}`]),
  ].join(', ');

/** How an element differs from its neighbours while a node is chosen. */
interface Emphasis {
  readonly chosen: boolean;
  readonly faded: boolean;
}

const classes = (...names: readonly (string | false)[]): string => names.filter(Boolean).join(' ');

/** A node as an element, with its middle at `y`. */
export const drawNode = (node: Node, y: number, { of, widthOf }: Columns, { chosen, faded }: Emphasis): SVGElement => {
  const { left, width } = of[node.kind];
  const name = nameOf(node);
  const mark =
    node.severity === undefined
      ? []
      : [makeSvg('rect', { x: left, y: y - 10, width: 7, height: 20, rx: 3, class: `mark m-${node.severity}` })];
  return makeSvg(
    'g',
    {
      class: classes('node', node.presence, chosen && 'chosen', faded && 'faded'),
      tabindex: 0,
      role: 'button',
      'aria-label': name,
      'data-node': node.index,
    },
    makeSvg('title', {}, name),
    makeSvg('rect', { x: left, y: y - 10, width, height: 20, rx: node.kind === 'service-account' ? 10 : 4 }),
    ...mark,
    clipped(fitted(node.label, width - 18, widthOf), left + 14, y, width - 18),
  );
};

/** A label that was cut already; the frame cuts what was measured too short. */
const clipped = (label: string, x: number, y: number, width: number): SVGElement =>
  makeSvg('svg', { x, y: y - 10, width, height: 20 }, makeSvg('text', { x: 0, y: 14 }, label));

/** The start of the label, and an ellipsis, in at most so many pixels. */
const fitted = (label: string, width: number, widthOf: Columns['widthOf']): string => {
  if (widthOf(label) <= width) return label;
  const letters = Array.from(label);
  let [least, most] = [0, letters.length];
  while (least < most) {
    const middle = Math.ceil((least + most) / 2);
    if (widthOf(`${letters.slice(0, middle).join('')}…`) <= width) least = middle;
    else most = middle - 1;
  }
  return `${letters.slice(0, least).join('')}…`;
};

/** Measures texts in the font of labels. */
const ruler = (): Columns['widthOf'] => {
  const context = document.createElement('canvas').getContext('2d');
  if (context === null) return () => 0;
  context.font = `12px ${getComputedStyle(document.body).fontFamily}`;
  return text => context.measureText(text).width;
};

/** An edge from one height to another. An edge with `ownLane` keeps off the row of its end until the last moment: there
 *  the edge of a service account arrives. */
export const drawEdge = (
  edge: LinkedEdge,
  title: string,
  { from, to }: { readonly from: number; readonly to: number },
  { of }: Columns,
  { faded, ownLane }: Pick<Emphasis, 'faded'> & { readonly ownLane: boolean },
): SVGElement => {
  const { left: start, width } = of[edge.from.kind];
  const [left, right] = [start + width, of[edge.to.kind].left];
  const lane = ownLane ? to + rowHeight / 2 - 1 : to;
  const bend = edge.kind === 'trusts' ? right - 26 : left + 26;
  const end = lane === to ? `H${right}` : `H${right - 8}L${right} ${to}`;
  const path = from === lane ? `M${left} ${from}H${right}` : `M${left} ${from}H${bend}V${lane}${end}`;
  return makeSvg(
    'path',
    { d: path, class: classes('edge', edge.state satisfies EdgeState, faded && 'faded'), 'data-edge': edge.from.index },
    makeSvg('title', {}, title),
  );
};
