/** Part 3 of the page's script: one finding as an expandable card, filled when it is first opened; and the wiring of
 *  the filters. */
export const cardScript = `
const card = finding => {
  const place = [finding.a, finding.g, finding.c].filter(Boolean).join(' / ');
  const details = make('details', { class: 'finding', id: 'finding-' + finding.id },
    make('summary', {},
      make('span', { class: 'badge ' + finding.s }, finding.s),
      make('span', {}, finding.m),
      make('span', { class: 'chip' }, finding.w ? 'waived' : finding.i),
      make('span', { class: 'where' }, make('code', {}, finding.r), ' · ' + place)));
  details.addEventListener('toggle', () => {
    if (details.open && details.children.length === 1) details.append(cardBody(finding));
  });
  return details;
};

const heading = text => make('h4', {}, text);
const copyable = text => {
  const pre = make('pre', {}, make('code', {}, text));
  const button = make('button', { type: 'button', class: 'button', 'aria-label': 'Copy: ' + text.slice(0, 80) }, 'Copy');
  button.addEventListener('click', () => copy(text, pre, button));
  return make('div', { class: 'command' }, pre, button);
};

const cardBody = finding => make('div', { class: 'body' },
  make('dl', {},
    make('dt', {}, 'Subject'), make('dd', { class: 'mono' }, finding.u),
    make('dt', {}, 'Finding'), make('dd', {}, make('a', { href: '#finding=' + finding.id, class: 'mono' }, finding.id))),
  finding.w ? make('p', {}, 'Waived until ' + finding.w[2] + ' by ' + finding.w[1] + ': ' + finding.w[0]) : '',
  finding.p ? [heading('A pod logs'), copyable(finding.p)] : '',
  heading('Fix'), make('p', {}, finding.f),
  finding.h ? make('p', {}, make('strong', {}, 'Choose first: '), finding.h) : '',
  finding.k.map(copyable),
  finding.tf ? [heading('Terraform'), copyable(finding.tf)] : '',
  finding.cdk ? [heading('CDK'), copyable(finding.cdk)] : '',
  finding.e.length > 0 ? [heading('Evidence'), evidenceTable(finding.e)] : '',
  finding.x.length > 0 ? [heading('Same cause'), make('ul', {}, finding.x.map(([rule, subject, message]) =>
    make('li', {}, make('code', {}, rule), ' ' + message + ' ', make('span', { class: 'muted mono' }, subject))))] : '');

const evidenceTable = rows => make('table', { class: 'evidence' },
  make('thead', {}, make('tr', {}, ['What', 'Seen', 'Wanted', 'Read from'].map(text => make('th', { scope: 'col' }, text)))),
  make('tbody', {}, rows.map(cells => make('tr', {}, cells.map((cell, index) =>
    make('td', { class: index === 0 ? undefined : 'mono' }, cell))))));

for (const field of Object.values(fields)) field.addEventListener('input', () => { state.only = undefined; filterFindings(); });
for (const box of document.querySelectorAll('[name=severity]')) box.addEventListener('change', () => {
  state.only = undefined;
  if (box.checked) state.severity.add(box.value); else state.severity.delete(box.value);
  filterFindings();
});
for (const tile of document.querySelectorAll('[data-severity]')) tile.addEventListener('click', () => {
  clearFilters();
  setSeverities([tile.dataset.severity]);
  filterFindings();
  byId('findings').scrollIntoView();
});
for (const cell of document.querySelectorAll('[data-cell]'))
  cell.addEventListener('click', () => onlyFindings(cell.dataset.cell.split(' ')));
byId('clear').addEventListener('click', () => { clearFilters(); filterFindings(); });
byId('more').addEventListener('click', () => { state.shown += batch; showFindings(); });
addEventListener('hashchange', readAddress);
addEventListener('keydown', event => {
  if (event.key === '/' && !/INPUT|SELECT|TEXTAREA/.test(event.target.tagName)) {
    event.preventDefault();
    fields.q.focus();
  }
});
addEventListener('beforeprint', () => {
  state.shown = state.matches.length;
  showFindings();
  for (const details of [...list.children].slice(0, 200)) { details.open = true; if (details.children.length === 1) details.append(cardBody(data.findings.find(one => 'finding-' + one.id === details.id))); }
});
filterFindings(true);
readAddress();
`;
