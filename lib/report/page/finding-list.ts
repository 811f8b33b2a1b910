import { severities } from '../../model/finding.ts';
import type { PageData } from '../html/page-data.ts';
import type { PageFinding } from '../html/page-finding.ts';
import { type Shorten, shortener } from '../html/short-names.ts';
import { byId, elementOf, make } from './dom.ts';
import {
  addressOf,
  choices,
  everything,
  type Filter,
  filterOf,
  type Group,
  groupsOf,
  matches,
  searchTextOf,
} from './filter.ts';
import { cardId, findingCard } from './finding-card.ts';

/** How many findings are shown at once, and how many more a press of the button shows: fewer on a phone. */
const batch = matchMedia('(max-width: 40rem)').matches ? 15 : 100;

/** The findings in the list now. */
interface FindingList {
  readonly data: PageData;
  readonly fields: Fields;
  readonly shorten: Shorten;
  shown: number;
  filter: Filter;
  found: readonly PageFinding[];
}

const boxes = (): readonly HTMLInputElement[] => [
  ...document.querySelectorAll<HTMLInputElement>('input[name=severity]'),
];

/** Sets up the list of findings: filter, search, groups, deep links, print. `#finding=<id>` opens one finding; `#q=…` and
 *  the like set the filter, and every filter sets the address. */
export const startFindingList = (data: PageData): void => {
  const list: FindingList = {
    data,
    fields: filterFields(data),
    shorten: shortener(data.clusters),
    shown: batch,
    filter: everything,
    found: [],
  };
  const searchTexts = new Map(data.findings.map(finding => [finding, searchTextOf(finding)]));
  const show = (filter: Filter): void => {
    writeFields(list.fields, filter);
    list.filter = filter;
    list.shown = batch;
    list.found = data.findings.filter(finding => matches(finding, searchTexts.get(finding) ?? '', filter));
    showFindings(list);
  };
  const choose = (filter: Filter): void => {
    show(filter);
    writeAddress(filter);
  };
  for (const field of [...Object.values(list.fields), ...boxes()])
    field?.addEventListener('input', () => choose(readFields(list.fields)));
  byId('clear').addEventListener('click', () => choose(everything));
  byId('more').addEventListener('click', () => {
    list.shown += batch;
    showFindings(list);
  });
  const follow = (): void => followAddress(list, show);
  addEventListener('hashchange', follow);
  addEventListener('beforeprint', () => {
    list.shown = list.found.length;
    showFindings(list);
  });
  startSearchKey(list.fields.q);
  show(everything);
  follow();
};

type Fields = ReturnType<typeof filterFields>;

const filterFields = ({ clusters, findings }: PageData) => {
  const fields = {
    q: elementOf('search', HTMLInputElement),
    impact: elementOf('impact', HTMLSelectElement),
    cluster: elementOf('cluster', HTMLSelectElement),
    step: elementOf('step', HTMLSelectElement),
    rule: elementOf('rule', HTMLSelectElement),
    group: elementOf('group', HTMLSelectElement),
    /** Absent where no finding is waived. */
    waived: document.querySelector<HTMLInputElement>('#waived'),
  };
  const fill = (select: HTMLSelectElement, values: readonly string[]): void =>
    select.append(...values.map(value => make('option', { value }, value)));
  fill(
    fields.cluster,
    clusters.map(({ name }) => name),
  );
  fill(fields.rule, [...new Set(findings.map(({ ruleId }) => ruleId))].sort());
  return fields;
};

const readFields = (fields: Fields): Filter => ({
  q: fields.q.value,
  impact: fields.impact.value,
  cluster: fields.cluster.value,
  step: fields.step.value,
  rule: fields.rule.value,
  group: fields.group.value,
  waived: fields.waived?.checked ?? false,
  severities: new Set(
    severities.filter(severity => boxes().some(({ value, checked }) => checked && value === severity)),
  ),
});

const writeFields = (fields: Fields, filter: Filter): void => {
  for (const name of choices) if (fields[name].value !== filter[name]) fields[name].value = filter[name];
  for (const box of boxes()) box.checked = severities.some(one => one === box.value && filter.severities.has(one));
  if (fields.waived !== null) fields.waived.checked = filter.waived;
};

const writeAddress = (filter: Filter): void => {
  const address = addressOf(filter);
  history.replaceState(null, '', address === '' ? location.pathname + location.search : `#${address}`);
};

const showFindings = ({ data, filter, found, shown, shorten }: FindingList): void => {
  const groups = groupsOf(found.slice(0, shown), filter.group);
  byId('finding-list').replaceChildren(...groups.flatMap(group => groupElements(group, data, shorten)));
  const left = Math.max(0, found.length - shown);
  const more = byId('more');
  more.hidden = left === 0;
  more.textContent = `Show ${Math.min(left, batch)} more of ${left}`;
  const all = data.findings.filter(({ waiver }) => filter.waived || waiver === undefined).length;
  const leftOut = data.findingsLeftOut > 0 ? ` (${data.findingsLeftOut} more are only in the JSON format)` : '';
  byId('count').textContent = `${found.length} of ${all} findings${leftOut}`;
  byId('clear').hidden = addressOf({ ...filter, group: '' }) === '';
  byId('none').hidden = found.length > 0;
};

const groupElements = ({ title, findings }: Group, { ruleTitles }: PageData, shorten: Shorten): readonly Element[] => {
  const cards = findings.map(finding => findingCard(finding, shorten));
  if (title === '') return cards;
  const meaning = ruleTitles[title];
  return [
    make(
      'h3',
      { class: 'group' },
      title,
      make('span', { class: 'muted' }, ` ${findings.length}${meaning ? ` · ${meaning}` : ''}`),
    ),
    ...cards,
  ];
};

const followAddress = (list: FindingList, show: (filter: Filter) => void): void => {
  const address = location.hash.slice(1);
  const filter = filterOf(address);
  const id = new URLSearchParams(address).get('finding');
  if (filter !== undefined) {
    show(filter);
    byId('findings').scrollIntoView();
  } else if (id !== null) openFinding(list, id, show);
  else openDetails(address);
};

/** Opens a finding whatever the filter is. */
const openFinding = (list: FindingList, id: string, show: (filter: Filter) => void): void => {
  const finding = list.data.findings.find(one => one.id === id);
  if (finding === undefined) return;
  if (!list.found.includes(finding)) show({ ...everything, waived: finding.waiver !== undefined });
  const place = list.found.indexOf(finding);
  if (place >= list.shown) {
    list.shown = Math.ceil((place + 1) / batch) * batch;
    showFindings(list);
  }
  const card = elementOf(cardId(id), HTMLDetailsElement);
  for (const other of document.querySelectorAll('.finding.target')) other.classList.remove('target');
  card.classList.add('target');
  card.open = true;
  card.scrollIntoView({ block: 'center' });
  card.querySelector('summary')?.focus({ preventScroll: true });
};

/** Opens the part of the page that the address names, as `#rule-…`, with what it lies in. */
const openDetails = (id: string): void => {
  let element: Element | null = document.getElementById(id);
  if (!(element instanceof HTMLDetailsElement)) return;
  for (; element !== null; element = element.parentElement)
    if (element instanceof HTMLDetailsElement) element.open = true;
  byId(id).scrollIntoView();
};

/** The key `/` goes to the search, unless someone is typing. */
const startSearchKey = (search: HTMLInputElement): void =>
  addEventListener('keydown', event => {
    const typing = event.target instanceof Element && /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (event.key !== '/' || typing) return;
    event.preventDefault();
    search.focus();
  });
