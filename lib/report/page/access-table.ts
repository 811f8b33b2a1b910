import { whoOf } from '../graph/who-of.ts';
import type { PageAccess, PageAccessRow, PageData } from '../html/page-data.ts';
import type { PageFinding } from '../html/page-finding.ts';
import { type AccessFilter, accessCsv, matchesAccess, nowOf } from './access.ts';
import { byId, download, elementOf, make } from './dom.ts';

/** How many rows are shown at once, and how many more a press of the button shows: fewer on a phone. */
const batch = matchMedia('(max-width: 40rem)').matches ? 8 : 50;

/** Sets up the table of who can assume what: filter, more rows, download. Does nothing where the page has none. */
export const startAccessTable = ({ access, clusters, findings }: PageData): void => {
  if (access === undefined || document.getElementById('access') === null) return;
  const fields = {
    text: elementOf('access-search', HTMLInputElement),
    cluster: elementOf('access-cluster', HTMLSelectElement),
    patterns: elementOf('access-patterns', HTMLInputElement),
    ...(access.hasLevels ? { level: elementOf('access-level', HTMLSelectElement) } : {}),
  };
  fields.cluster.append(...clusters.map(({ name }) => make('option', { value: name }, name)));
  const worst = worstByRole(findings);
  let found: readonly PageAccessRow[] = access.rows;
  let shown = batch;
  const show = (): void => showRows(access, found, shown, worst);
  const search = (): void => {
    const { text, cluster, patterns, level } = fields;
    const filter: AccessFilter = {
      text: text.value,
      cluster: cluster.value,
      patterns: patterns.checked,
      level: level?.value ?? '',
    };
    found = access.rows.filter(row => matchesAccess(row, filter));
    shown = batch;
    show();
  };
  for (const field of Object.values(fields)) field.addEventListener('input', search);
  byId('access-more').addEventListener('click', () => {
    shown += batch;
    show();
  });
  byId('access-csv').addEventListener('click', () => download('who-can-assume-what.csv', accessCsv(found)));
  search();
};

/** The first finding of each role is the worst: findings are worst first. */
const worstByRole = (findings: readonly PageFinding[]): ReadonlyMap<string, PageFinding> => {
  const worst = new Map<string, PageFinding>();
  for (const finding of findings)
    if (finding.roleArn !== undefined && finding.waiver === undefined && !worst.has(finding.roleArn))
      worst.set(finding.roleArn, finding);
  return worst;
};

const showRows = (
  { rows, leftOut, hasLevels }: PageAccess,
  found: readonly PageAccessRow[],
  shown: number,
  worst: ReadonlyMap<string, PageFinding>,
): void => {
  byId('access-rows').replaceChildren(
    ...found.slice(0, shown).map(row => rowElement(row, worst.get(row.roleArn), hasLevels)),
  );
  const left = Math.max(0, found.length - shown);
  const more = byId('access-more');
  more.hidden = left === 0;
  more.textContent = `Show ${Math.min(left, batch)} more of ${left}`;
  const only = leftOut > 0 ? ` (${leftOut} more are only in the JSON format)` : '';
  byId('access-count').textContent = `${found.length} of ${rows.length} rows${only}`;
};

const rowElement = (row: PageAccessRow, finding: PageFinding | undefined, hasLevels: boolean): HTMLElement =>
  make(
    'tr',
    {},
    make('td', {}, row.cluster),
    make('td', row.pattern === undefined ? {} : { class: 'pattern' }, whoOf(row)),
    make('td', { title: row.roleArn }, row.role),
    make('td', {}, row.accountId),
    hasLevels && make('td', { class: 'wide', title: row.levelSays ?? '' }, row.level ?? ''),
    make(
      'td',
      {},
      row.decision === 'unknown' && make('span', { class: 'chip unknown', title: row.because ?? '' }, 'not known'),
      row.decision === 'unknown' && ' ',
      row.witness === undefined
        ? nowOf(row)
        : make('span', { class: 'chip unknown', title: `for example ${row.witness}` }, nowOf(row)),
    ),
    make(
      'td',
      {},
      finding && make('a', { class: `badge ${finding.severity}`, href: `#finding=${finding.id}` }, finding.severity),
    ),
  );
