import type { PageEvidence, PageFinding } from '../html/page-finding.ts';
import { aboutOf, type Shorten } from '../html/short-names.ts';
import { announce, make } from './dom.ts';

/** Id of a finding's element. */
export const cardId = (findingId: string): string => `finding-${findingId}`;

/** One finding as an element that opens; what is inside is made when it is first opened. */
export const findingCard = (finding: PageFinding, shorten: Shorten): HTMLDetailsElement => {
  const facts = [finding.ruleId, finding.accountId, finding.region, ageOf(finding)].filter(Boolean).join(' · ');
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
        effects > 0 && make('span', { class: 'chip', title: 'failures with the same cause' }, `+${effects}`),
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

const shownFor = 1500;

/** A block of text with a button that copies it. */
const copyable = (text: string): HTMLElement => {
  const block = make('pre', {}, make('code', {}, text));
  const button = make(
    'button',
    { type: 'button', class: 'button', 'aria-label': `Copy: ${text.slice(0, 80)}` },
    'Copy',
  );
  button.addEventListener('click', async () => {
    button.textContent = await copy(text, block);
    setTimeout(() => {
      button.textContent = 'Copy';
    }, shownFor);
  });
  return make('div', { class: 'command' }, block, button);
};

/** Copies text; where the clipboard is refused, selects it so that a key press copies it. Says which it was. */
const copy = async (text: string, block: HTMLElement): Promise<string> => {
  try {
    await navigator.clipboard.writeText(text);
    announce('Copied');
    return 'Copied';
  } catch {
    getSelection()?.selectAllChildren(block);
    announce('Selected: press the copy key');
    return 'Selected';
  }
};
