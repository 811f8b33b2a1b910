import type { PageEvidence, PageFinding } from '../html/page-finding.ts';
import { aboutOf, type Shorten } from '../html/short-names.ts';
import { copyable } from './copy.ts';
import { make } from './dom.ts';

/** Id of a finding's element. */
export const cardId = (findingId: string): string => `finding-${findingId}`;

/** How cards show their findings. */
export interface CardLook {
  readonly shorten: Shorten;
  /** True if some finding is older than a day: where all are new, no age tells anything. */
  readonly tellsAge: boolean;
}

/** Id of the element of several findings with one root cause, by the first of them. */
export const repeatId = (findingId: string): string => `cause-${findingId}`;

/** Clusters that stand on the line of a root cause by name. */
const maxPlaces = 4;

/** Findings with one root cause as one line that opens to them. */
export const repeatCard = (
  cause: string,
  findings: readonly [PageFinding, ...PageFinding[]],
  look: CardLook,
): HTMLDetailsElement => {
  const [{ id, severity, impact, ruleId }] = findings;
  const places = [
    ...new Set(findings.flatMap(({ clusters, accountId }) => (clusters.length > 0 ? clusters : accountId))),
  ];
  const more = places.length - maxPlaces;
  const card = make(
    'details',
    { class: 'repeat', id: repeatId(id) },
    make(
      'summary',
      {},
      make('span', { class: `badge ${severity}` }, severity),
      make('strong', { class: 'about' }, cause),
      make(
        'span',
        { class: 'chips' },
        make('span', { class: 'chip strong' }, `${findings.length} findings`),
        make('span', { class: 'chip' }, impact),
      ),
      make(
        'span',
        { class: 'where' },
        `${ruleId} · ${places.slice(0, maxPlaces).join(', ')}${more > 0 ? ` and ${more} more places` : ''}`,
      ),
    ),
  );
  card.addEventListener('toggle', () => {
    if (card.open && card.children.length === 1)
      card.append(
        make(
          'div',
          { class: 'places' },
          findings.map(finding => findingCard(finding, look)),
        ),
      );
  });
  return card;
};

/** One finding as an element that opens; what is inside is made when it is first opened. */
export const findingCard = (finding: PageFinding, { shorten, tellsAge }: CardLook): HTMLDetailsElement => {
  const age = tellsAge ? ageOf(finding) : '';
  const facts = [finding.ruleId, finding.accountId, finding.region, age].filter(Boolean).join(' · ');
  const effects = finding.explains.length;
  const card = make(
    'details',
    { class: 'finding', id: cardId(finding.id) },
    make(
      'summary',
      {},
      make('span', { class: `badge ${finding.severity}` }, finding.severity),
      make('strong', { class: 'about' }, aboutOf(finding)),
      make(
        'span',
        { class: 'chips' },
        effects > 0 && make('span', { class: 'chip' }, `+${effects} of the same cause`),
        make('span', { class: 'chip' }, finding.waiver ? 'waived' : finding.impact),
      ),
      make('span', { class: 'message' }, shorten(finding.message, finding.accountId)),
      make('span', { class: 'where' }, facts),
      make('span', { class: 'paper-fix' }, `Fix: ${shorten(finding.fix.summary, finding.accountId)}`),
    ),
  );
  card.addEventListener('toggle', () => {
    if (card.open && card.children.length === 1) card.append(cardBody(finding));
  });
  return card;
};

/** How long a finding has been there; nothing where that is not known. */
const ageOf = ({ firstSeen }: PageFinding): string => {
  if (firstSeen === undefined) return '';
  if (firstSeen.days === 0) return 'open for less than a day';
  return `open for ${firstSeen.days} ${firstSeen.days === 1 ? 'day' : 'days'}`;
};

const part = (title: string, ...content: readonly Node[]): readonly Node[] =>
  content.length === 0 ? [] : [make('h3', {}, title), ...content];

const fact = (name: string, value: string | Node): readonly Node[] => [make('dt', {}, name), make('dd', {}, value)];

const cardBody = (finding: PageFinding): HTMLElement => {
  const { fix, waiver, podError } = finding;
  return make(
    'div',
    { class: 'body' },
    make('p', {}, finding.message),
    make(
      'dl',
      {},
      fact('Subject', make('span', { class: 'mono' }, finding.subject)),
      fact('Rule', make('a', { href: `#rule-${finding.ruleId}`, class: 'mono' }, finding.ruleId)),
      finding.firstSeen === undefined ? [] : fact('First seen', finding.firstSeen.at),
      fact('Finding', make('a', { href: `#finding=${finding.id}`, class: 'mono' }, finding.id)),
    ),
    waiver && make('p', {}, `Waived until ${waiver.expires} by ${waiver.owner}: ${waiver.reason}`),
    part('A pod logs', ...(podError === undefined ? [] : [copyable(podError)])),
    part('Fix', make('p', {}, fix.summary), ...choiceOf(fix), ...(fix.isManaged ? formsOf(fix) : [])),
    fix.commands.map(copyable),
    fix.isManaged ? [] : formsOf(fix),
    part('Evidence', ...(finding.evidence.length === 0 ? [] : [evidenceTable(finding.evidence)])),
    part('Same cause', ...(finding.explains.length === 0 ? [] : [foldedList(finding.explains)])),
  );
};

/** The fix as code: of what a tool manages, before the commands. */
const formsOf = ({ forms }: PageFinding['fix']): readonly Node[] =>
  forms.flatMap(({ language, code }) => part(language, copyable(code)));

const choiceOf = ({ choice }: PageFinding['fix']): readonly Node[] =>
  choice === undefined ? [] : [make('p', {}, make('strong', {}, 'Choose first: '), choice)];

const foldedList = (folded: PageFinding['explains']): HTMLElement =>
  make(
    'ul',
    {},
    folded.map(({ ruleId, subject, message }) =>
      make('li', {}, make('code', {}, ruleId), ` ${message} `, make('span', { class: 'muted mono' }, subject)),
    ),
  );

const evidenceTable = (evidence: readonly PageEvidence[]): HTMLElement =>
  make(
    'div',
    { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Evidence' },
    make(
      'table',
      { class: 'evidence' },
      make(
        'thead',
        {},
        make(
          'tr',
          {},
          ['What', 'Seen', 'Wanted', 'Read from'].map(text => make('th', { scope: 'col' }, text)),
        ),
      ),
      make('tbody', {}, evidence.map(evidenceRow)),
    ),
  );

const evidenceRow = ({ what, got, wanted = '', readFrom }: PageEvidence): HTMLElement =>
  make(
    'tr',
    {},
    make('td', {}, what),
    [got, wanted, readFrom].map(text => make('td', { class: 'mono' }, text)),
  );
