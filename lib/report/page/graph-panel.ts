import { nodeKinds } from '../graph-model.ts';
import type { PageData } from '../html/page-data.ts';
import { byId, make } from './dom.ts';
import { type Node, readGraph, through } from './graph.ts';
import { type Columns, rowHeight } from './graph-draw.ts';
import { sideOf } from './graph-side.ts';
import { drawForPrint, drawGraph, drawLater, filterGraph, focusNode, newView, type View } from './graph-view.ts';

/** Sets up the picture of the identity graph: only the part in view is drawn; clusters, namespaces and providers stay in
 *  view while their rows pass. Does nothing where the page has no graph. */
export const startGraph = (data: PageData): void => {
  if (data.graph === undefined || document.getElementById('graph') === null) return;
  const view = newView(readGraph(data.graph), data);
  drawHead(view.columns);
  for (const node of view.graph.nodes)
    if (node.kind === 'cluster')
      view.fields.cluster.append(
        make('option', { value: String(node.index) }, `${node.label} ${node.region} ${node.accountId}`),
      );
  for (const field of Object.values(view.fields)) field.addEventListener('input', () => filterGraph(view));
  view.picture.addEventListener('click', event => choose(view, nodeAt(view, event)));
  view.picture.addEventListener('keydown', event => moveByKey(view, event));
  view.frame.addEventListener('scroll', () => drawLater(view), { passive: true });
  addEventListener('resize', () => drawLater(view));
  addEventListener('beforeprint', () => drawForPrint(view));
  addEventListener('afterprint', () => {
    view.whole = false;
    view.picture.removeAttribute('viewBox');
    filterGraph(view);
  });
  choose(view, undefined);
  filterGraph(view);
};

const drawHead = (columns: Columns): void => {
  const head = byId('graph-head');
  for (const { name, left } of Object.values(columns.of)) {
    const label = make('span', {}, name);
    label.style.left = `${left}px`;
    head.append(label);
  }
  head.style.minWidth = `${columns.width}px`;
};

const choose = (view: View, node: Node | undefined): void => {
  view.chosen = node;
  view.lit = node && through([node]);
  view.frame.parentElement?.classList.toggle('chosen', node !== undefined);
  byId('graph-side').replaceChildren(...sideOf(node, view.findings, other => reveal(view, other)));
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

const nodeAt = ({ graph }: View, event: Event): Node | undefined => {
  const element = event.target instanceof Element ? event.target.closest('[data-node]') : null;
  return element === null ? undefined : graph.nodes[Number(element.getAttribute('data-node'))];
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
