/** Part 5 of the page's script: draws the part of the graph that is in view, pins clusters, namespaces and providers to
 *  it while their rows pass, and answers filter, pointer and keyboard. */
export const graphScript = `
if (data.graph) {
  const graph = readGraph(data.graph);
  const view = byId('graph-view');
  const svg = byId('graph-svg');
  const nodeLayer = makeSvg('g', {});
  const edgeLayer = makeSvg('g', {});
  svg.append(edgeLayer, nodeLayer);
  for (const column of columns) {
    const label = make('span', {}, column.name);
    label.style.left = column.x + 'px';
    byId('graph-head').append(label);
  }
  byId('graph-head').style.minWidth = graphWidth + 'px';
  const kinds = ['cluster', 'namespace', 'service account', 'role', 'provider'];
  const stateNames = ['ok', 'broken', 'open', 'unknown'];
  const presenceNames = ['read', 'named', 'absent'];
  const search = byId('graph-search');
  const trouble = byId('graph-trouble');
  const clusterChoice = byId('graph-cluster');
  let kept = new Set(), drawn = [], rows = 0, chosen, lit, whole = false, asked = false;
  for (const node of graph.nodes) if (node.kind === 0) clusterChoice.append(make('option', { value: String(node.index) }, node.label + ' ' + node.region + ' ' + node.account));

  const troubled = troubledOf(graph);
  const nearTrouble = troubled.reduce((kept, node) => around(node, kept), new Set());
  const narrow = (set, test) => through([...set].filter(test));
  const filterGraph = () => {
    let wanted = new Set(graph.nodes);
    const meet = other => { wanted = new Set([...wanted].filter(node => other.has(node))); };
    if (trouble.checked) meet(nearTrouble);
    if (clusterChoice.value !== '') meet(through([graph.nodes[Number(clusterChoice.value)]]));
    const text = search.value.trim().toLowerCase();
    if (text !== '') meet(narrow(wanted, node => node.label.toLowerCase().includes(text) || node.id.toLowerCase().includes(text)));
    kept = wanted;
    rows = layOut(graph.nodes, kept);
    drawn = graph.edges.filter(edge => kept.has(edge.from) && kept.has(edge.to) && edge.kind !== 4).sort((a, b) => isTrouble(a) - isTrouble(b));
    svg.setAttribute('height', String(Math.max(2, rows) * rowHeight + 16));
    svg.setAttribute('width', String(graphWidth));
    view.scrollTop = 0;
    byId('graph-count').textContent = kept.size + ' of ' + graph.nodes.length + ' shown';
    draw();
  };

  const window_ = () => whole ? [0, rows] : [Math.floor(view.scrollTop / rowHeight), Math.ceil((view.scrollTop + view.clientHeight) / rowHeight)];
  /** Row at which a node is drawn: one that spans several stays in view while they pass. */
  const rowOf = (node, first) => Math.min(Math.max(node.row, Math.min(first + (node.pin || 0), node.last)), node.last);
  const draw = () => {
    asked = false;
    const [first, last] = window_();
    const at = node => rowOf(node, whole ? 0 : first) * rowHeight + rowHeight / 2 + 6;
    const seen = node => node.row <= last + 2 && node.last >= first - 2;
    const nodes = [...kept].filter(seen);
    const focused = document.activeElement && document.activeElement.dataset ? document.activeElement.dataset.node : undefined;
    edgeLayer.replaceChildren(...drawn.filter(edge => (edge.kind === 0 ? seen(edge.to) : seen(edge.from) || seen(edge.to))).map(edge => drawEdge(edge, at(edge.from), at(edge.to))));
    nodeLayer.replaceChildren(...nodes.map(node => drawNode(node, at(node))));
    if (focused !== undefined) { const again = nodeLayer.querySelector('[data-node="' + Number(focused) + '"]'); if (again) again.focus({ preventScroll: true }); }
  };
  const later = () => { if (!asked) { asked = true; requestAnimationFrame(draw); } };

  const drawEdge = (edge, from, to) => {
    const left = columns[edge.from.kind].x + columns[edge.from.kind].width;
    const right = columns[edge.to.kind].x;
    const lane = edge.kind === 2 ? to + (edge.to.in.some(other => other.kind === 1 && kept.has(other.from)) ? rowHeight / 2 - 1 : 0) : to;
    const bend = edge.kind === 3 ? right - 26 : left + 26;
    const path = from === lane ? 'M' + left + ' ' + from + 'H' + right
      : 'M' + left + ' ' + from + 'H' + bend + 'V' + lane + (lane === to ? 'H' + right : 'H' + (right - 8) + 'L' + right + ' ' + to);
    const dim = lit && !(lit.has(edge.from) && lit.has(edge.to)) ? ' faded' : '';
    return makeSvg('path', { d: path, class: 'edge ' + stateNames[edge.state] + dim });
  };
  const drawNode = (node, y) => {
    const column = columns[node.kind];
    const text = makeSvg('text', { x: column.x + 14, y: y + 4 });
    const room = Math.floor((column.width - 22) / (node.kind === 4 ? 8.6 : 6.8));
    text.textContent = node.label.length > room ? node.label.slice(0, room - 1) + '…' : node.label;
    const name = kinds[node.kind] + ' ' + node.label + (node.presence === 0 ? '' : ', ' + presenceNames[node.presence]) + (node.findings.length > 0 ? ', ' + node.findings.length + ' findings, worst ' + severities[node.severity] : '');
    const title = makeSvg('title', {});
    title.textContent = name;
    const group = makeSvg('g', { class: 'node ' + presenceNames[node.presence] + (node === chosen ? ' chosen' : '') + (lit && !lit.has(node) ? ' faded' : ''), tabindex: '0', role: 'button', 'aria-label': name, 'data-node': String(node.index) },
      title, makeSvg('rect', { x: column.x, y: y - 10, width: column.width, height: 20, rx: node.kind === 2 ? 10 : 4 }));
    if (node.severity >= 0) group.append(makeSvg('rect', { x: column.x, y: y - 10, width: 7, height: 20, rx: 3, class: 'mark m-' + severities[node.severity] }));
    group.append(text);
    return group;
  };

  const choose = node => {
    chosen = node;
    view.parentElement.classList.toggle('chosen', node !== undefined);
    lit = node ? through([node]) : undefined;
    byId('graph-side').replaceChildren(...(node ? sideOf(node) : [make('p', { class: 'muted' }, 'Choose a node to see what it is, what leads to it and its findings.')]));
    draw();
  };
  const relation = (edge, other) => make('li', {}, make('button', { type: 'button', class: 'button', onclick: () => { reveal(other); } }, other.label), ' ' + kinds[other.kind] + (edge.word ? ', ' + edge.word : '') + (edge.state > 0 ? ', ' + stateNames[edge.state] : ''));
  const sideOf = node => {
    const some = (title, edges, far) => edges.length === 0 ? '' : [heading(title), make('ul', {}, edges.slice(0, 40).map(edge => relation(edge, edge[far]))), edges.length > 40 ? make('p', { class: 'muted' }, 'and ' + (edges.length - 40) + ' more') : ''];
    const byPlace = node.findings.map(id => data.findings.find(finding => finding.id === id)).filter(Boolean);
    return [make('h3', {}, node.label), make('p', { class: 'muted' }, kinds[node.kind] + (node.presence === 1 ? ': named, not read' : node.presence === 2 ? ': does not exist' : '')),
      make('p', { class: 'mono' }, node.id),
      byPlace.length > 0 ? [heading('Findings'), make('ul', {}, byPlace.map(finding => make('li', {}, make('span', { class: 'badge ' + finding.s }, finding.s), ' ', make('a', { href: '#finding=' + finding.id }, finding.m))))] : '',
      some('From', node.in, 'from'), some('To', node.out, 'to')].flat(2).filter(part => part !== '');
  };
  const reveal = node => {
    if (!kept.has(node)) { search.value = ''; trouble.checked = false; clusterChoice.value = ''; filterGraph(); }
    view.scrollTop = Math.max(0, node.row * rowHeight - view.clientHeight / 3);
    choose(node);
    const element = nodeLayer.querySelector('[data-node="' + node.index + '"]');
    if (element) element.focus({ preventScroll: true });
  };
  const nodeAt = event => { const group = event.target.closest('[data-node]'); return group ? graph.nodes[Number(group.dataset.node)] : undefined; };
  svg.addEventListener('click', event => choose(nodeAt(event)));
  svg.addEventListener('keydown', event => {
    const node = nodeAt(event);
    if (!node) return;
    const near = () => [...kept].filter(other => other.kind === node.kind).sort((a, b) => a.row - b.row);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const move = step ? near()[near().indexOf(node) + step]
      : event.key === 'ArrowRight' ? node.out.map(edge => edge.to).find(other => kept.has(other) && other.kind > node.kind)
      : event.key === 'ArrowLeft' ? node.in.map(edge => edge.from).find(other => kept.has(other)) : undefined;
    if (move) { event.preventDefault(); reveal(move); }
    else if (event.key === 'Enter' || event.key === ' ') { event.preventDefault(); choose(node); }
    else if (event.key === 'Escape') choose(undefined);
  });
  view.addEventListener('scroll', later, { passive: true });
  addEventListener('resize', later);
  for (const field of [search, trouble, clusterChoice]) field.addEventListener('input', filterGraph);
  addEventListener('beforeprint', () => { if (rows > 400) { trouble.checked = true; filterGraph(); } whole = rows <= 400; svg.setAttribute('viewBox', '0 0 ' + graphWidth + ' ' + (rows * rowHeight + 16)); svg.setAttribute('width', '100%'); draw(); });
  addEventListener('afterprint', () => { whole = false; svg.removeAttribute('viewBox'); filterGraph(); });
  trouble.checked = troubled.length > 0 && graph.nodes.filter(node => node.kind === 2).length > 300;
  for (const node of graph.nodes) if (node.kind === 0) children(node, 4, new Set(graph.nodes)).forEach((provider, place) => { provider.pin = place; });
  choose(undefined);
  filterGraph();
}
document.documentElement.dataset.ready = 'true';
`;
