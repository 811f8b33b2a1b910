import type { PageData } from '../html/page-data.ts';
import type { PageFinding } from '../html/page-finding.ts';
import { shortener } from '../html/short-names.ts';
import { byId, download, elementOf, make } from './dom.ts';
import {
  everything,
  type Filter,
  filterAddress,
  filterOf,
  groupsOf,
  type Line,
  linesOf,
  matches,
  searchTextOf,
} from './filter.ts';
import { type FilterFields, filterFields, readFields, writeFields } from './filter-fields.ts';
import { type CardLook, cardId, findingCard, repeatCard, repeatId } from './finding-card.ts';
import { findingsCsv } from './findings-csv.ts';

/** How many lines are shown at once, and how many more a press of the button shows: fewer on a phone. */
const batch = matchMedia('(max-width: 40rem)').matches ? 10 : 100;

/** The findings in the list now. */
interface FindingList {
  readonly data: PageData;
  readonly fields: FilterFields;
  readonly look: CardLook;
  shown: number;
  filter: Filter;
  found: readonly PageFinding[];
  lines: readonly GroupedLine[];
}

/** A line of the list, with the heading that it stands under. */
interface GroupedLine extends Line {
  readonly title: string;
  /** Findings under the heading. */
  readonly ofTitle: number;
}

/** Sets up the list of findings: filter, search, groups, deep links, print. `#finding=<id>` opens one finding; `#q=…` and
 *  the like set the filter, and every filter sets the address. */
export const startFindingList = (data: PageData): void => {
  const list: FindingList = {
    data,
    fields: filterFields(data),
    look: {
      shorten: shortener(data.clusters),
      tellsAge: data.findings.some(({ firstSeen }) => (firstSeen?.days ?? 0) > 0),
    },
    shown: batch,
    filter: everything,
    found: [],
    lines: [],
  };
  const searchTexts = new Map(data.findings.map(finding => [finding, searchTextOf(finding)]));
  const show = (filter: Filter): void => {
    writeFields(list.fields, filter);
    list.filter = filter;
    list.shown = batch;
    list.found = data.findings.filter(finding => matches(finding, searchTexts.get(finding) ?? '', filter, data.alike));
    list.lines = groupsOf(list.found, filter.group).flatMap(({ title, findings }) =>
      linesOf(findings, data.causes).map(line => ({ ...line, title, ofTitle: findings.length })),
    );
    showFindings(list);
  };
  const choose = (filter: Filter): void => {
    show(filter);
    writeAddress(filter);
  };
  for (const field of Object.values(list.fields).flat())
    field?.addEventListener('input', () => choose(readFields(list.fields)));
  byId('clear').addEventListener('click', () => choose(everything));
  byId('csv').addEventListener('click', () => download('findings.csv', findingsCsv(list.found)));
  byId('more').addEventListener('click', () => {
    list.shown += batch;
    showFindings(list);
  });
  const follow = (): void => followAddress(list, show);
  addEventListener('hashchange', follow);
  addEventListener('beforeprint', () => {
    list.shown = list.lines.length;
    showFindings(list);
    for (const card of document.querySelectorAll<HTMLDetailsElement>('.repeat')) openRepeat(card);
  });
  startSearchKey(list.fields.q);
  show(everything);
  follow();
};

const writeAddress = (filter: Filter): void => {
  const address = filterAddress(filter);
  history.replaceState(null, '', address === '' ? location.pathname + location.search : `#${address}`);
};

const showFindings = (list: FindingList): void => {
  const { data, filter, found, lines, shown } = list;
  byId('finding-list').replaceChildren(
    ...lines.slice(0, shown).flatMap((line, index) => lineElements(line, lines[index - 1]?.title ?? '', list)),
  );
  const left = Math.max(0, lines.length - shown);
  const more = byId('more');
  more.hidden = left === 0;
  more.textContent = `Show ${Math.min(left, batch)} more of ${left}`;
  const all = data.findings.filter(({ waiver }) => filter.waived || waiver === undefined).length;
  const leftOut = data.findingsLeftOut > 0 ? ` (${data.findingsLeftOut} more are only in the JSON format)` : '';
  const step = filter.step === '' ? '' : ` at the step ${filter.step.replaceAll('-', ' ')}`;
  byId('count').textContent = `${found.length} of ${all} findings${step}${leftOut}`;
  byId('clear').hidden = filterAddress({ ...filter, group: '' }) === '';
  byId('csv').hidden = found.length === 0;
  byId('none').hidden = found.length > 0 || all === 0;
};

/** A line, after its heading where that is another than that of the line before. */
const lineElements = (
  { title, ofTitle, cause, findings }: GroupedLine,
  before: string,
  { data, look }: FindingList,
): readonly Element[] => {
  const [first] = findings;
  const card = cause === undefined ? findingCard(first, look) : repeatCard(cause, findings, look);
  if (title === '' || title === before) return [card];
  const meaning = data.ruleFaults[title];
  return [
    make(
      'h3',
      { class: 'group' },
      title,
      make('span', { class: 'muted' }, ` ${ofTitle}${meaning ? ` · ${meaning}` : ''}`),
    ),
    card,
  ];
};

/** Opens the line of a root cause now: the event by which it fills itself comes late otherwise. */
const openRepeat = (card: HTMLDetailsElement): void => {
  card.open = true;
  card.dispatchEvent(new Event('toggle'));
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
  const place = list.lines.findIndex(({ findings }) => findings.includes(finding));
  if (place >= list.shown) {
    list.shown = Math.ceil((place + 1) / batch) * batch;
    showFindings(list);
  }
  const line = list.lines[place];
  if (line?.cause !== undefined) openRepeat(elementOf(repeatId(line.findings[0].id), HTMLDetailsElement));
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
