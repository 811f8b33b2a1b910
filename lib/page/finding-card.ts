import type { PageFinding } from '../core/report/html/page-data.ts';
import { copyable } from './copyable.ts';
import { make } from './dom.ts';

/** Id of a finding's element. */
export const cardId = (findingId: string): string => `finding-${findingId}`;

/** One finding as an element that opens; what is inside is made when it is first opened. */
export const findingCard = (finding: PageFinding): HTMLDetailsElement => {
  const place = [finding.accountId, finding.region, finding.clusterName].filter(Boolean).join(' / ');
  const card = make(
    'details',
    { class: 'finding', id: cardId(finding.id) },
    make(
      'summary',
      {},
      make('span', { class: `badge ${finding.severity}` }, finding.severity),
      make('span', {}, finding.message),
      make('span', { class: 'chip' }, finding.waiver ? 'waived' : finding.impact),
      make('span', { class: 'where' }, make('code', {}, finding.ruleId), ` · ${place}`),
    ),
  );
  card.addEventListener('toggle', () => {
    if (card.open) fillCard(card, finding);
  });
  return card;
};

/** Puts the inside into an element of a finding, once. */
export const fillCard = (card: HTMLDetailsElement, finding: PageFinding): void => {
  if (card.children.length === 1) card.append(cardBody(finding));
};

const part = (title: string, ...content: readonly Node[]): readonly Node[] =>
  content.length === 0 ? [] : [make('h4', {}, title), ...content];

const cardBody = (finding: PageFinding): HTMLElement => {
  const { fix, waiver, podError } = finding;
  return make(
    'div',
    { class: 'body' },
    make(
      'dl',
      {},
      make('dt', {}, 'Subject'),
      make('dd', { class: 'mono' }, finding.subject),
      make('dt', {}, 'Finding'),
      make('dd', {}, make('a', { href: `#finding=${finding.id}`, class: 'mono' }, finding.id)),
    ),
    waiver && make('p', {}, `Waived until ${waiver.expires} by ${waiver.owner}: ${waiver.reason}`),
    part('A pod logs', ...(podError === undefined ? [] : [copyable(podError)])),
    part('Fix', make('p', {}, fix.summary), ...choiceOf(fix), ...fix.commands.map(copyable)),
    part('Terraform', ...(fix.terraform === undefined ? [] : [copyable(fix.terraform)])),
    part('CDK', ...(fix.cdk === undefined ? [] : [copyable(fix.cdk)])),
    part('Evidence', ...(finding.evidence.length === 0 ? [] : [evidenceTable(finding.evidence)])),
    part('Same cause', ...(finding.explains.length === 0 ? [] : [foldedList(finding.explains)])),
  );
};

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

const evidenceTable = (evidence: PageFinding['evidence']): HTMLElement =>
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
  );

const evidenceRow = ({ what, got, wanted = '', readFrom }: PageFinding['evidence'][number]): HTMLElement =>
  make(
    'tr',
    {},
    make('td', {}, what),
    [got, wanted, readFrom].map(text => make('td', { class: 'mono' }, text)),
  );
