import type { PageFinding } from '../html/page-finding.ts';
import { make } from './dom.ts';
import type { Edge, Node } from './graph.ts';
import { kindNames } from './graph-draw.ts';

/** Neighbours of a node that are listed. */
const maxListed = 40;

const presenceText = { read: '', named: ': named, not read', absent: ': does not exist' } as const;

/** What is said beside the picture: of the chosen node, what it is, its findings, what leads to it and where it leads. */
export const sideOf = (
  node: Node | undefined,
  findings: ReadonlyMap<string, PageFinding>,
  reveal: (node: Node) => void,
): readonly HTMLElement[] => {
  if (node === undefined)
    return [make('p', { class: 'muted' }, 'Choose a node to see what it is, what leads to it and its findings.')];
  const own = node.findings.flatMap(id => findings.get(id) ?? []);
  return [
    make('h3', {}, node.label),
    make('p', { class: 'muted' }, `${kindNames[node.kind]}${presenceText[node.presence]}`),
    make('p', { class: 'mono' }, node.id),
    ...(own.length === 0 ? [] : [make('h4', {}, 'Findings'), make('ul', {}, own.map(findingItem))]),
    ...neighbours('From', node.in, edge => edge.from, reveal),
    ...neighbours('To', node.out, edge => edge.to, reveal),
  ];
};

const findingItem = ({ id, severity, message }: PageFinding): HTMLElement =>
  make(
    'li',
    {},
    make('span', { class: `badge ${severity}` }, severity),
    ' ',
    make('a', { href: `#finding=${id}` }, message),
  );

const neighbours = (
  title: string,
  edges: readonly Edge[],
  endOf: (edge: Edge) => Node,
  reveal: (node: Node) => void,
): readonly HTMLElement[] => {
  if (edges.length === 0) return [];
  const items = edges.slice(0, maxListed).map(edge => neighbour(edge, endOf(edge), reveal));
  const left = edges.length - items.length;
  return [
    make('h4', {}, title),
    make('ul', {}, items),
    ...(left > 0 ? [make('p', { class: 'muted' }, `and ${left} more`)] : []),
  ];
};

const neighbour = ({ label, state }: Edge, node: Node, reveal: (node: Node) => void): HTMLElement => {
  const button = make('button', { type: 'button', class: 'button' }, node.label);
  button.addEventListener('click', () => reveal(node));
  const words = [kindNames[node.kind], label, state === 'ok' ? '' : state].filter(Boolean);
  return make('li', {}, button, ` ${words.join(', ')}`);
};
