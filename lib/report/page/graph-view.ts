import type { PageData } from '../html/page-data.ts';
import { byId, elementOf, make, makeSvg } from './dom.ts';
import {
  around,
  type Graph,
  isTrouble,
  type LinkedEdge,
  type Node,
  nodesWorstFirst,
  through,
  troubledOf,
} from './graph.ts';
import { type Columns, columnsIn, drawEdge, drawNode, margin, rowHeight } from './graph-draw.ts';
import { childrenOf, type Layout, layOut } from './graph-layout.ts';
import { edgeText, type FindingsById } from './graph-words.ts';

/** More rows than this are too many for paper: only what is in trouble is printed. */
const maxPrintedRows = 400;

/** The picture now, and its parts. */
export interface View {
  readonly graph: Graph;
  readonly order: (a: Node, b: Node) => number;
  columns: Columns;
  readonly frame: HTMLElement;
  readonly picture: SVGSVGElement;
  readonly edgeLayer: SVGGElement;
  readonly nodeLayer: SVGGElement;
  readonly fields: Fields;
  /** Place of a provider among those of its cluster: as many rows it stays below the top. */
  readonly pins: ReadonlyMap<Node, number>;
  readonly nearTrouble: ReadonlySet<Node>;
  readonly findings: FindingsById;
  kept: ReadonlySet<Node>;
  edges: readonly LinkedEdge[];
  layout: Layout;
  chosen: Node | undefined;
  /** The nodes on a way through the chosen one: the rest is faded. */
  lit: ReadonlySet<Node> | undefined;
  /** True on paper: all rows are drawn, not only those in view. */
  whole: boolean;
  drawAsked: boolean;
}

interface Fields {
  readonly search: HTMLInputElement;
  readonly trouble: HTMLInputElement;
  readonly cluster: HTMLSelectElement;
}

/** A view of a graph, with its columns as wide as there is room. */
export const newView = (graph: Graph, data: PageData): View => {
  const frame = byId('graph-view');
  const order = nodesWorstFirst(graph);
  const troubled = troubledOf(graph);
  const fields = {
    search: elementOf('graph-search', HTMLInputElement),
    trouble: elementOf('graph-trouble', HTMLInputElement),
    cluster: elementOf('graph-cluster', HTMLSelectElement),
  };
  fields.trouble.checked = troubled.length > 0;
  const [edgeLayer, nodeLayer] = [makeSvg('g'), makeSvg('g')];
  const picture = elementOf('graph-svg', SVGSVGElement);
  picture.append(edgeLayer, nodeLayer);
  return {
    ...{ graph, order, frame, picture, edgeLayer, nodeLayer, fields },
    columns: columnsIn(frame.clientWidth),
    pins: pinsOf(graph, order),
    nearTrouble: around(troubled),
    findings: new Map(data.findings.map(finding => [finding.id, finding])),
    kept: new Set(),
    edges: [],
    layout: { rows: new Map(), count: 0 },
    chosen: undefined,
    lit: undefined,
    whole: false,
    drawAsked: false,
  };
};

const pinsOf = (graph: Graph, order: View['order']): ReadonlyMap<Node, number> => {
  const all = new Set(graph.nodes);
  const pins = new Map<Node, number>();
  for (const node of graph.nodes)
    for (const [place, provider] of childrenOf(node, 'issues', all, order).entries()) pins.set(provider, place);
  return pins;
};

/** Keeps what the fields ask for, and gives it new rows. */
export const filterGraph = (view: View): void => {
  const { graph, order } = view;
  view.kept = keptOf(view);
  view.layout = layOut(graph, view.kept, order);
  view.edges = graph.edges
    .filter(({ from, to, kind }) => view.kept.has(from) && view.kept.has(to) && kind !== 'issues')
    .sort((a, b) => Number(isTrouble(a)) - Number(isTrouble(b)));
  view.picture.setAttribute('height', String(Math.max(2, view.layout.count) * rowHeight + margin));
  view.picture.setAttribute('width', String(view.columns.width));
  view.frame.scrollTop = 0;
  byId('graph-count').textContent = `${view.kept.size} of ${graph.nodes.length} shown`;
  drawGraph(view);
};

const keptOf = ({ graph, fields, nearTrouble }: View): ReadonlySet<Node> => {
  const cluster = fields.cluster.value === '' ? undefined : graph.nodes[Number(fields.cluster.value)];
  const ofCluster = cluster && through([cluster]);
  const kept = graph.nodes.filter(
    node => (!fields.trouble.checked || nearTrouble.has(node)) && (ofCluster?.has(node) ?? true),
  );
  const text = fields.search.value.trim().toLowerCase();
  if (text === '') return new Set(kept);
  const ways = through(
    kept.filter(({ label, id }) => label.toLowerCase().includes(text) || id.toLowerCase().includes(text)),
  );
  return new Set(kept.filter(node => ways.has(node)));
};

/** Draws before the next picture of the browser, once however often it is asked for. */
export const drawLater = (view: View): void => {
  if (view.drawAsked) return;
  view.drawAsked = true;
  requestAnimationFrame(() => drawGraph(view));
};

/** Draws the rows in view. */
export const drawGraph = (view: View): void => {
  view.drawAsked = false;
  const { frame, layout, lit } = view;
  const first = view.whole ? 0 : Math.floor(frame.scrollTop / rowHeight);
  const last = view.whole ? layout.count : Math.ceil((frame.scrollTop + frame.clientHeight) / rowHeight);
  const isSeen = (node: Node): boolean => {
    const rows = layout.rows.get(node);
    return rows !== undefined && rows.first <= last + 2 && rows.last >= first - 2;
  };
  const at = (node: Node): number => rowOf(view, node, first) * rowHeight + rowHeight / 2 + 6;
  const isFaded = (...nodes: readonly Node[]): boolean => lit !== undefined && !nodes.every(node => lit.has(node));
  const seenEdges = view.edges.filter(({ kind, from, to }) => isSeen(to) || (kind !== 'contains' && isSeen(from)));
  const focused = document.activeElement?.getAttribute('data-node');
  view.edgeLayer.replaceChildren(
    ...seenEdges.map(edge =>
      drawEdge(edge, edgeText(edge, view.findings), { from: at(edge.from), to: at(edge.to) }, view.columns, {
        faded: isFaded(edge.from, edge.to),
        ownLane:
          edge.kind === 'admits' && edge.to.in.some(({ kind, from }) => kind === 'assumes' && view.kept.has(from)),
      }),
    ),
  );
  view.nodeLayer.replaceChildren(
    ...[...view.kept]
      .filter(isSeen)
      .map(node => drawNode(node, at(node), view.columns, { chosen: node === view.chosen, faded: isFaded(node) })),
  );
  if (focused) focusNode(view, Number(focused));
};

/** Row at which a node is drawn: one that spans several stays in view while they pass. */
const rowOf = ({ layout, pins }: View, node: Node, top: number): number => {
  const { first, last } = layout.rows.get(node) ?? { first: 0, last: 0 };
  return Math.min(Math.max(first, Math.min(top + (pins.get(node) ?? 0), last)), last);
};

/** Makes the columns as wide as there is room now, and brings those of the chosen node into view. */
export const fitColumns = (view: View): void => {
  view.columns = columnsIn(view.frame.clientWidth);
  view.picture.setAttribute('width', String(view.columns.width));
  drawHead(view.columns);
  if (view.chosen === undefined) return;
  const { left, width } = view.columns.of[view.chosen.kind];
  const { scrollLeft, clientWidth } = view.frame;
  if (left < scrollLeft) view.frame.scrollLeft = left - 10;
  else if (left + width > scrollLeft + clientWidth) view.frame.scrollLeft = left + width + 12 - clientWidth;
};

const drawHead = (columns: Columns): void => {
  const head = byId('graph-head');
  head.replaceChildren(
    ...Object.values(columns.of).map(({ name, left }) => {
      const label = make('span', {}, name);
      label.style.left = `${left}px`;
      return label;
    }),
  );
  head.style.minWidth = `${columns.width}px`;
};

/** Puts the focus on a node that is drawn. */
export const focusNode = ({ nodeLayer }: View, index: number): void =>
  nodeLayer.querySelector<SVGElement>(`[data-node="${index}"]`)?.focus({ preventScroll: true });

/** Draws all rows, to the width of the paper. */
export const drawForPrint = (view: View): void => {
  if (view.layout.count > maxPrintedRows) {
    view.fields.trouble.checked = true;
    filterGraph(view);
  }
  view.whole = view.layout.count <= maxPrintedRows;
  const { width } = view.columns;
  view.picture.setAttribute('viewBox', `0 0 ${width} ${view.layout.count * rowHeight + margin}`);
  view.picture.setAttribute('width', '100%');
  drawGraph(view);
};
