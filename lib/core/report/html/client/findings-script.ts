/** Part 2 of the page's script: the list of findings with filter, search and deep links. `#finding=<id>` opens one;
 *  `#q=…&severity=…&impact=…&cluster=…&rule=…` sets the filters, and every filter sets the address. */
export const findingsScript = String.raw`
const list = byId('finding-list');
const fields = { q: byId('search'), impact: byId('impact'), cluster: byId('cluster'), rule: byId('rule') };
const batch = 100;
const state = { severity: new Set(severities), only: undefined, shown: batch, matches: [] };

for (const finding of data.findings)
  finding.text = [finding.r, finding.u, finding.m, finding.c, finding.a, finding.g, finding.id, finding.p, finding.f,
    ...finding.k, ...finding.e.flat(), ...finding.x.flat()].join('\n').toLowerCase();

const fill = (select, values) => {
  for (const value of [...new Set(values.filter(Boolean))].sort()) select.append(make('option', { value }, value));
};
fill(fields.cluster, data.findings.map(finding => finding.c));
fill(fields.rule, data.findings.map(finding => finding.r));

const matches = finding => {
  if (state.only !== undefined) return state.only.has(finding.id);
  const words = fields.q.value.toLowerCase().split(/\s+/).filter(Boolean);
  return state.severity.has(finding.s)
    && (fields.impact.value === '' || finding.i === fields.impact.value)
    && (fields.cluster.value === '' || finding.c === fields.cluster.value)
    && (fields.rule.value === '' || finding.r === fields.rule.value)
    && words.every(word => finding.text.includes(word));
};

const showFindings = () => {
  const found = state.matches.slice(0, state.shown);
  list.replaceChildren(...found.map(card));
  const left = state.matches.length - found.length;
  const more = byId('more');
  more.classList.toggle('hidden', left <= 0);
  more.textContent = 'Show ' + Math.min(left, batch) + ' more of ' + left;
  const hidden = data.findings.length - state.matches.length;
  byId('count').textContent = state.matches.length + ' of ' + data.findings.length + ' findings'
    + (data.left > 0 ? ' (' + data.left + ' more are only in the JSON format)' : '');
  byId('clear').classList.toggle('hidden', hidden === 0);
  byId('none').classList.toggle('hidden', state.matches.length > 0);
};

const filterFindings = keepAddress => {
  state.shown = batch;
  state.matches = data.findings.filter(matches);
  showFindings();
  if (keepAddress !== true) writeAddress();
};

const writeAddress = () => {
  if (state.only !== undefined) return;
  const wanted = new URLSearchParams();
  for (const [name, field] of Object.entries(fields)) if (field.value !== '') wanted.set(name, field.value);
  if (state.severity.size < severities.length) wanted.set('severity', [...state.severity].join(','));
  const text = wanted.toString();
  history.replaceState(null, '', text === '' ? location.pathname + location.search : '#' + text);
};

const setSeverities = wanted => {
  state.severity = new Set(wanted);
  for (const box of document.querySelectorAll('[name=severity]')) box.checked = state.severity.has(box.value);
};

const clearFilters = () => {
  for (const field of Object.values(fields)) field.value = '';
  state.only = undefined;
  setSeverities(severities);
};

const onlyFindings = ids => {
  clearFilters();
  state.only = new Set(ids);
  filterFindings();
  byId('findings').scrollIntoView();
  say(state.matches.length + ' findings');
};

const openFinding = id => {
  const index = data.findings.findIndex(finding => finding.id === id);
  if (index < 0) return;
  if (!state.matches.some(finding => finding.id === id)) { clearFilters(); filterFindings(true); }
  const place = state.matches.findIndex(finding => finding.id === id);
  if (place >= state.shown) { state.shown = Math.ceil((place + 1) / batch) * batch; showFindings(); }
  const element = document.getElementById('finding-' + id);
  for (const other of document.querySelectorAll('.finding.target')) other.classList.remove('target');
  element.classList.add('target');
  element.open = true;
  element.scrollIntoView({ block: 'center' });
  element.querySelector('summary').focus({ preventScroll: true });
};

const readAddress = () => {
  let wanted;
  try { wanted = new URLSearchParams(location.hash.slice(1)); } catch { return; }
  if (wanted.has('finding')) { openFinding(wanted.get('finding')); return; }
  if (![...wanted.keys()].some(key => key === 'severity' || key in fields)) return;
  clearFilters();
  for (const [name, field] of Object.entries(fields)) if (wanted.has(name)) field.value = wanted.get(name);
  if (wanted.has('severity')) setSeverities(wanted.get('severity').split(',').filter(one => severities.includes(one)));
  filterFindings(true);
};
`;
