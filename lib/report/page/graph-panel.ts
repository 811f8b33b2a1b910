import { nodeKinds } from '../graph/graph-model.ts';
import type { PageData } from '../html/page-data.ts';
import { byId, make } from './dom.ts';
import { isTrouble, type LinkedEdge, type Node, readGraph, through } from './graph.ts';
import { kindNames, rowHeight } from './graph-draw.ts';
import { startGraphList } from './graph-list.ts';
import {
  drawForPrint,
  drawGraph,
  drawLater,
  filterGraph,
  fitColumns,
  focusNode,
  newView,
  type View,
} from './graph-view.ts';
import { edgeReasons, type FindingsById, findingLink } from './graph-words.ts';

/** Sets up the picture of the identity graph: only the part in view is drawn; clusters, namespaces and providers stay in
 *  view while their rows pass. Does nothing where the page has no graph. */
export const startGraph = (data: PageData): void => {
  if (data.graph === undefined || document.getElementById('graph') === null) return;
  const view = newView(readGraph(data.graph), data);
  for (const node of view.graph.nodes)
    if (node.kind === 'cluster')
      view.fields.cluster.append(
        make('option', { value: String(node.index) }, `${node.label} ${node.region} ${node.accountId}`),
      );
  for (const field of Object.values(view.fields)) field.addEventListener('input', () => filterGraph(view));
  view.picture.addEventListener('click', event => choose(view, nodeAt(view, event)));
  view.picture.addEventListener('keydown', event => moveByKey(view, event));
  view.frame.addEventListener('scroll', () => drawLater(view), { passive: true });
  addEventListener('resize', () => {
    fitColumns(view);
    drawLater(view);
  });
  addEventListener('beforeprint', () => drawForPrint(view));
  addEventListener('afterprint', () => {
    view.whole = false;
    view.picture.removeAttribute('viewBox');
    filterGraph(view);
  });
  choose(view, undefined);
  filterGraph(view);
  startGraphList(view.graph, view.findings);
};

const choose = (view: View, node: Node | undefined): void => {
  view.chosen = node;
  view.lit = node && through([node]);
  view.frame.parentElement?.classList.toggle('chosen', node !== undefined);
  byId('graph-side').replaceChildren(
    ...sideOf(node, { findings: view.findings, told: node?.findings ?? [], reveal: other => reveal(view, other) }),
  );
  fitColumns(view);
  drawGraph(view);
};

/** Chooses a node and brings it into view, whatever the fields ask for. */
const reveal = (view: View, node: Node): void => {
  if (!view.kept.has(node)) {
    const { search, trouble, cluster } = view.fields;
    search.value = '';
    trouble.checked = false;
    cluster.value = '';
    filterGraph(view);
  }
  const row = view.layout.rows.get(node)?.first ?? 0;
  view.frame.scrollTop = Math.max(0, row * rowHeight - view.frame.clientHeight / 3);
  choose(view, node);
  focusNode(view, node.index);
};

/** The node that was hit, or the one that a line comes from: its text says why the line is broken. */
const nodeAt = ({ graph }: View, event: Event): Node | undefined => {
  const element = event.target instanceof Element ? event.target.closest('[data-node], [data-edge]') : null;
  if (element === null) return undefined;
  return graph.nodes[Number(element.getAttribute('data-node') ?? element.getAttribute('data-edge'))];
};

/** Arrow keys go to neighbours, Enter and the space bar choose, Escape chooses nothing. */
const moveByKey = (view: View, event: KeyboardEvent): void => {
  const node = nodeAt(view, event);
  if (node === undefined) return;
  const next = neighbourOf(view, node, event.key);
  if (next !== undefined) {
    event.preventDefault();
    reveal(view, next);
  } else if (event.key === 'Enter' || event.key === ' ') {
    event.preventDefault();
    choose(view, node);
  } else if (event.key === 'Escape') choose(view, undefined);
};

const neighbourOf = ({ kept, layout, graph }: View, node: Node, key: string): Node | undefined => {
  const columnIndex = (other: Node): number => nodeKinds.indexOf(other.kind);
  const row = (other: Node): number => layout.rows.get(other)?.first ?? 0;
  const column = graph.nodes
    .filter(other => other.kind === node.kind && kept.has(other))
    .sort((a, b) => row(a) - row(b));
  switch (key) {
    case 'ArrowDown':
      return column[column.indexOf(node) + 1];
    case 'ArrowUp':
      return column[column.indexOf(node) - 1];
    case 'ArrowRight':
      return node.out.map(edge => edge.to).find(other => kept.has(other) && columnIndex(other) > columnIndex(node));
    case 'ArrowLeft':
      return node.in.map(edge => edge.from).find(other => kept.has(other));
    default:
      return undefined;
  }
};

/** Neighbours of a node that are listed. */
const maxListed = 40;

/** How the text beside the picture finds findings, and chooses other nodes. */
interface Side {
  readonly findings: FindingsById;
  /** Ids of the findings that it tells before the lines. */
  readonly told: readonly string[];
  readonly reveal: (node: Node) => void;
}

const presenceText = { read: '', named: ': named, not read', absent: ': does not exist' } as const;

/** The text beside the picture: of the chosen node, its kind, its findings, the nodes before and after it. */
const sideOf = (node: Node | undefined, side: Side): readonly HTMLElement[] => {
  const { findings } = side;
  if (node === undefined)
    return [make('p', { class: 'muted' }, 'Choose a node to see what it is, what leads to it and its findings.')];
  const own = node.findings.flatMap(id => findings.get(id) ?? []);
  return [
    make('h3', {}, node.label),
    make('p', { class: 'muted' }, `${kindNames[node.kind]}${presenceText[node.presence]}`),
    make('p', { class: 'mono' }, node.id),
    ...(own.length === 0 ? [] : [make('h4', {}, 'Findings'), make('div', {}, own.map(findingLink))]),
    ...neighbours('From', node.in, edge => edge.from, side),
    ...neighbours('To', node.out, edge => edge.to, side),
  ];
};

const neighbours = (
  title: string,
  edges: readonly LinkedEdge[],
  endOf: (edge: LinkedEdge) => Node,
  side: Side,
): readonly HTMLElement[] => {
  if (edges.length === 0) return [];
  const worst = [...edges].sort((a, b) => Number(isTrouble(b)) - Number(isTrouble(a)));
  const items = worst.slice(0, maxListed).map(edge => neighbour(edge, endOf(edge), side));
  const left = edges.length - items.length;
  return [
    make('h4', {}, title),
    make('ul', {}, items),
    ...(left > 0 ? [make('p', { class: 'muted' }, `and ${left} more`)] : []),
  ];
};

/** Who says that a service account assumes a role. */
const says: Readonly<Record<string, string>> = {
  annotation: 'by its annotation',
  trust: 'by the trust policy',
  both: 'by annotation and trust policy',
  association: 'by a Pod Identity association',
};

const neighbour = (edge: LinkedEdge, node: Node, { findings, told, reveal }: Side): HTMLElement => {
  const button = make('button', { type: 'button', class: 'button' }, node.label);
  button.addEventListener('click', () => reveal(node));
  const words = [kindNames[node.kind], says[edge.label] ?? edge.label].filter(Boolean);
  return make('li', {}, button, ` ${words.join(', ')} `, edgeReasons(edge, findings, told));
};
