import { severities } from '../../model.ts';
import { byId, elementOf, make } from './dom.ts';
import { type Graph, isTrouble, type LinkedEdge, type Node, through } from './graph.ts';
import { edgeReasons, type FindingsById } from './graph-words.ts';

/** Lines that are shown at once, and how many more a press of the button shows. */
const batch = 3;

/** Sets up the list that stands in place of the picture on a phone: who reaches which role, what is in trouble first. Search,
 *  cluster and "only trouble" are those of the picture. */
export const startGraphList = (graph: Graph, findings: FindingsById): void => {
  const fields = {
    search: elementOf('graph-search', HTMLInputElement),
    trouble: elementOf('graph-trouble', HTMLInputElement),
    cluster: elementOf('graph-cluster', HTMLSelectElement),
  };
  const lines = linesOf(graph, findings);
  const more = byId('graph-more');
  let shown = batch;
  const show = (): void => {
    const cluster = fields.cluster.value === '' ? undefined : graph.nodes[Number(fields.cluster.value)];
    const ofCluster = cluster && through([cluster]);
    const text = fields.search.value.trim().toLowerCase();
    const found = lines.filter(
      line =>
        (!fields.trouble.checked || isTrouble(line)) &&
        (ofCluster === undefined || ofCluster.has(line.from)) &&
        lineText(line).toLowerCase().includes(text),
    );
    byId('graph-list').replaceChildren(...found.slice(0, shown).map(line => lineItem(line, findings)));
    const left = Math.max(0, found.length - shown);
    more.hidden = left === 0;
    more.textContent = `Show ${Math.min(left, batch)} more of ${left}`;
  };
  for (const field of Object.values(fields))
    field.addEventListener('input', () => {
      shown = batch;
      show();
    });
  more.addEventListener('click', () => {
    shown += batch;
    show();
  });
  show();
};

const states: readonly LinkedEdge['state'][] = ['broken', 'open', 'unknown', 'ok'];

/** Ways to a role, and from a role to its provider where that is in trouble. Trouble stands first, by the worst
 *  of its findings. */
const linesOf = ({ edges }: Graph, findings: FindingsById): readonly LinkedEdge[] => {
  const worst = ({ findings: ids }: LinkedEdge): number =>
    Math.min(severities.length, ...ids.flatMap(id => severities.indexOf(findings.get(id)?.severity ?? 'info')));
  return edges
    .filter(edge => edge.kind === 'assumes' || edge.kind === 'admits' || (edge.kind === 'trusts' && isTrouble(edge)))
    .sort(
      (a, b) =>
        Number(isTrouble(b)) - Number(isTrouble(a)) ||
        worst(a) - worst(b) ||
        states.indexOf(a.state) - states.indexOf(b.state),
    );
};

const lineText = ({ from, to, label, kind }: LinkedEdge): string =>
  `${startOf(from)} → ${to.label}${kind === 'admits' ? ` (${label})` : ''}`;

/** `prod-a · checkout/api`. */
const startOf = (node: Node): string => {
  const parents: string[] = [];
  for (let one: Node | undefined = node; one !== undefined; ) {
    parents.unshift(one.label);
    one = one.in.find(({ kind }) => kind === 'contains')?.from;
  }
  const [cluster = '', ...rest] = parents;
  return node.kind === 'role' ? node.label : [cluster, rest.join('/')].filter(Boolean).join(' · ');
};

const lineItem = (line: LinkedEdge, findings: FindingsById): HTMLElement =>
  make('li', {}, make('strong', {}, lineText(line)), ' ', edgeReasons(line, findings));
