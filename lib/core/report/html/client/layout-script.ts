/** Part 4 of the page's script: the graph in memory and where each thing stands. Rows are service accounts; a role stands
 *  in the row of the first account that uses it, so most edges are short and level. The same graph always gives the same
 *  picture. */
export const layoutScript = `
const rowHeight = 26;
const columns = [{ name: 'Clusters', width: 140 }, { name: 'Namespaces', width: 150 }, { name: 'Service accounts', width: 190 },
  { name: 'Roles', width: 250 }, { name: 'OIDC providers', width: 170 }];
const spare = (document.getElementById('graph-view') || { clientWidth: 0 }).clientWidth - 20 - columns.reduce((sum, column) => sum + column.width, 0);
const between = Math.max(56, Math.min(100, Math.floor(spare / 4)));
columns.reduce((x, column) => { column.x = x; return x + column.width + between; }, 10);
const graphWidth = columns[4].x + columns[4].width + 12;

/** Nodes and edges as objects; each node knows its edges. */
const readGraph = packed => {
  const nodes = packed.nodes.map(([kind, label, account, presence, severity, findings, id, region], index) =>
    ({ index, kind, label, account, presence, severity, findings, id, region, out: [], in: [] }));
  const edges = packed.edges.map(([from, to, kind, edgeState, word]) => {
    const edge = { from: nodes[from], to: nodes[to], kind, state: edgeState, word };
    edge.from.out.push(edge);
    edge.to.in.push(edge);
    return edge;
  });
  for (const node of nodes) {
    if (node.id !== '') continue;
    const parent = node.in.find(edge => edge.kind === 0).from;
    node.id = node.kind === 1 ? parent.id + '/namespace/' + node.label
      : parent.in.find(edge => edge.kind === 0).from.id + '/serviceaccount/' + parent.label + '/' + node.label;
  }
  return { nodes, edges };
};

/** Everything on a way through one of the nodes. The edge from a cluster to its provider is no way. */
const through = starts => {
  const kept = new Set();
  for (const [side, far] of [['out', 'to'], ['in', 'from']]) {
    const seen = new Set(starts);
    for (const node of seen) for (const edge of node[side]) if (edge.kind !== 4) seen.add(edge[far]);
    for (const node of seen) kept.add(node);
  }
  return kept;
};

const isTrouble = edge => edge.state === 1 || edge.state === 2;

/** A troubled node with what is needed to understand it: where it lies and whom it becomes, not its neighbours. */
const around = (node, kept) => {
  if (kept.has(node)) return kept;
  kept.add(node);
  const follow = { 1: [['in', 0]], 2: [['in', 0], ['out', 1]], 3: [['in', 1], ['in', 2], ['out', 3]], 4: [['in', 4]] }[node.kind] || [];
  for (const [side, kind] of follow)
    for (const edge of node[side]) if (edge.kind === kind) around(side === 'in' ? edge.from : edge.to, kept);
  return kept;
};
/** Nodes with findings, and the ends of edges in trouble that say most. */
const troubledOf = graph => [...graph.nodes.filter(node => node.findings.length > 0),
  ...graph.edges.filter(isTrouble).map(edge => edge.kind === 1 || edge.kind === 3 ? edge.from : edge.to)];

/** How bad the worst of a node and of what hangs on it is; 9 if nothing. */
const worstOf = node => {
  if (node.worst === undefined) {
    node.worst = node.severity < 0 ? 9 : node.severity;
    for (const edge of node.out) if (edge.kind < 3) node.worst = Math.min(node.worst, worstOf(edge.to));
  }
  return node.worst;
};
const worstFirst = (a, b) => worstOf(a) - worstOf(b)
  || (a.label < b.label ? -1 : a.label > b.label ? 1 : a.index - b.index);
const children = (node, kind, kept) => node.out.filter(edge => edge.kind === kind && kept.has(edge.to)).map(edge => edge.to).sort(worstFirst);

/** Gives every kept node a first row and a last row; returns how many rows there are. */
const layOut = (nodes, kept) => {
  for (const node of nodes) { node.row = undefined; node.last = undefined; }
  let row = 0;
  const placeRoles = (owner, kind) => {
    for (const role of children(owner, kind, kept)) if (role.row === undefined && (kind === 1 || !role.in.some(edge => edge.kind === 1 && kept.has(edge.from)))) { role.row = role.last = row; row += 1; }
  };
  for (const cluster of nodes.filter(node => node.kind === 0 && kept.has(node)).sort(worstFirst)) {
    cluster.row = row;
    placeRoles(cluster, 2);
    for (const namespace of children(cluster, 0, kept)) {
      namespace.row = row;
      placeRoles(namespace, 2);
      for (const account of children(namespace, 0, kept)) {
        account.row = account.last = row;
        placeRoles(account, 1);
        row = Math.max(row, account.row + 1);
      }
      row = Math.max(row, namespace.row + 1);
      namespace.last = row - 1;
    }
    const providers = children(cluster, 4, kept).filter(provider => provider.row === undefined);
    row = Math.max(row, cluster.row + Math.max(1, providers.length));
    cluster.last = row - 1;
    providers.forEach((provider, place) => { provider.row = cluster.row + place; provider.last = row - providers.length + place; });
  }
  const rest = nodes.filter(node => kept.has(node) && node.row === undefined);
  for (const provider of rest.filter(node => node.kind === 4).sort(worstFirst)) {
    provider.row = row;
    const roles = provider.in.filter(edge => edge.kind === 3 && kept.has(edge.from) && edge.from.row === undefined).map(edge => edge.from).sort(worstFirst);
    for (const role of roles) { if (role.row === undefined) { role.row = role.last = row; row += 1; } }
    row = Math.max(row, provider.row + 1);
    provider.last = row - 1;
  }
  for (const node of rest) if (node.row === undefined) { node.row = node.last = row; row += 1; }
  return row;
};
`;
