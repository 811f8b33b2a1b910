import { severities } from '../core/model/finding.ts';
import type { PageData, PageFinding } from '../core/report/html/page-data.ts';
import { announce, byId, elementOf, make } from './dom.ts';
import { addressOf, everything, type Filter, filterOf, matches, searchTextOf } from './filter.ts';
import { cardId, fillCard, findingCard } from './finding-card.ts';

/** How many findings are shown at once, and how many more a press of the button shows. */
const batch = 100;
/** More opened findings than this are too long to print. */
const maxPrinted = 200;

/** What the list shows now. */
interface ListState {
  shown: number;
  found: readonly PageFinding[];
}

/** What other parts of the page ask of the list. */
export interface FindingList {
  /** Shows these findings and no other, and goes there. */
  readonly showOnly: (ids: readonly string[]) => void;
}

const boxes = (): readonly HTMLInputElement[] => [
  ...document.querySelectorAll<HTMLInputElement>('input[name=severity]'),
];

/** Sets up the list of findings: filter, search, deep links, print. `#finding=<id>` opens one finding; `#q=…` and the
 *  like set the filter, and every filter sets the address. */
export const startFindingList = (data: PageData): FindingList => {
  const searched = data.findings.map(finding => ({ finding, text: searchTextOf(finding) }));
  const state: ListState = { shown: batch, found: data.findings };
  const fields = filterFields(data.findings);
  const show = (filter: Filter, only?: ReadonlySet<string>): void => {
    writeFields(fields, filter);
    state.shown = batch;
    state.found = searched
      .filter(({ finding, text }) => only?.has(finding.id) ?? matches(finding, text, filter))
      .map(({ finding }) => finding);
    showFindings(data, state);
  };
  const choose = (filter: Filter): void => {
    show(filter);
    writeAddress(filter);
  };
  const follow = (): void => followAddress(data, state, show);
  startFields(fields, choose);
  startTiles(choose);
  byId('more').addEventListener('click', () => {
    state.shown += batch;
    showFindings(data, state);
  });
  addEventListener('hashchange', follow);
  addEventListener('beforeprint', () => openForPrint(data, state));
  startSearchKey(fields.text);
  show(everything);
  follow();
  return {
    showOnly: ids => {
      show(everything, new Set(ids));
      byId('findings').scrollIntoView();
      announce(`${state.found.length} findings`);
    },
  };
};

const startFields = (fields: Fields, choose: (filter: Filter) => void): void => {
  for (const field of [...Object.values(fields), ...boxes()])
    field.addEventListener('input', () => choose(readFields(fields)));
  byId('clear').addEventListener('click', () => choose(everything));
};

/** The tiles of the overview show the findings of one severity. */
const startTiles = (choose: (filter: Filter) => void): void => {
  for (const tile of document.querySelectorAll<HTMLElement>('[data-severity]'))
    tile.addEventListener('click', () => {
      choose({ ...everything, severities: new Set(severities.filter(one => one === tile.dataset.severity)) });
      byId('findings').scrollIntoView();
    });
};

type Fields = ReturnType<typeof filterFields>;

const filterFields = (findings: readonly PageFinding[]) => {
  const fields = {
    text: elementOf('search', HTMLInputElement),
    impact: elementOf('impact', HTMLSelectElement),
    cluster: elementOf('cluster', HTMLSelectElement),
    rule: elementOf('rule', HTMLSelectElement),
  };
  const fill = (select: HTMLSelectElement, values: readonly string[]): void =>
    select.append(...[...new Set(values)].sort().map(value => make('option', { value }, value)));
  fill(fields.cluster, findings.map(({ clusterName }) => clusterName ?? '').filter(Boolean));
  fill(
    fields.rule,
    findings.map(({ ruleId }) => ruleId),
  );
  return fields;
};

const readFields = (fields: Fields): Filter => ({
  text: fields.text.value,
  impact: fields.impact.value,
  cluster: fields.cluster.value,
  rule: fields.rule.value,
  severities: new Set(
    severities.filter(severity => boxes().some(({ value, checked }) => checked && value === severity)),
  ),
});

const writeFields = (fields: Fields, filter: Filter): void => {
  for (const name of ['text', 'impact', 'cluster', 'rule'] as const)
    if (fields[name].value !== filter[name]) fields[name].value = filter[name];
  for (const box of boxes()) box.checked = severities.some(one => one === box.value && filter.severities.has(one));
};

const writeAddress = (filter: Filter): void => {
  const address = addressOf(filter);
  history.replaceState(null, '', address === '' ? location.pathname + location.search : `#${address}`);
};

const showFindings = (data: PageData, { found, shown }: ListState): void => {
  byId('finding-list').replaceChildren(...found.slice(0, shown).map(findingCard));
  const left = Math.max(0, found.length - shown);
  const more = byId('more');
  more.hidden = left === 0;
  more.textContent = `Show ${Math.min(left, batch)} more of ${left}`;
  const leftOut = data.findingsLeftOut > 0 ? ` (${data.findingsLeftOut} more are only in the JSON format)` : '';
  byId('count').textContent = `${found.length} of ${data.findings.length} findings${leftOut}`;
  byId('clear').hidden = found.length === data.findings.length;
  byId('none').hidden = found.length > 0;
};

const followAddress = (data: PageData, state: ListState, show: (filter: Filter) => void): void => {
  const address = location.hash.slice(1);
  const id = new URLSearchParams(address).get('finding');
  const filter = filterOf(address);
  if (id === null) {
    if (filter !== undefined) show(filter);
    return;
  }
  if (!data.findings.some(finding => finding.id === id)) return;
  if (!state.found.some(finding => finding.id === id)) show(everything);
  const place = state.found.findIndex(finding => finding.id === id);
  if (place >= state.shown) {
    state.shown = Math.ceil((place + 1) / batch) * batch;
    showFindings(data, state);
  }
  openCard(id);
};

const openCard = (id: string): void => {
  const card = elementOf(cardId(id), HTMLDetailsElement);
  for (const other of document.querySelectorAll('.finding.target')) other.classList.remove('target');
  card.classList.add('target');
  card.open = true;
  card.scrollIntoView({ block: 'center' });
  card.querySelector('summary')?.focus({ preventScroll: true });
};

/** Paper has no buttons: everything found is listed, and the first of them are open. */
const openForPrint = (data: PageData, state: ListState): void => {
  state.shown = state.found.length;
  showFindings(data, state);
  for (const finding of state.found.slice(0, maxPrinted)) {
    const card = elementOf(cardId(finding.id), HTMLDetailsElement);
    fillCard(card, finding);
    card.open = true;
  }
};

/** The key `/` goes to the search, unless someone is typing. */
const startSearchKey = (search: HTMLInputElement): void =>
  addEventListener('keydown', event => {
    const typing = event.target instanceof Element && /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (event.key !== '/' || typing) return;
    event.preventDefault();
    search.focus();
  });
