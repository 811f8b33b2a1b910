import type { PageFinding } from '../html/page-finding.ts';
import { make } from './dom.ts';
import { isTrouble, type LinkedEdge, type Node } from './graph.ts';
import { kindNames } from './graph-draw.ts';

/** Finds the findings of a page. */
export type FindingsById = ReadonlyMap<string, PageFinding>;

/** Characters of the message of a finding beside a line. */
const maxMessage = 140;

/** The reason for the state of a line, in words: what does not exist, was not read, or refuses. Empty where findings say
 *  it. */
const reasonOf = ({ from, to, state, because }: LinkedEdge): string => {
  const absent = [from, to].filter(({ presence }) => presence === 'absent').map(nameOf);
  if (absent.length > 0) return `${absent.join(' and ')} ${absent.length === 1 ? 'does' : 'do'} not exist`;
  const named = [from, to].filter(({ presence }) => presence === 'named').map(nameOf);
  if (because !== '') return because;
  return state === 'unknown' ? `${named.join(' and ') || 'an end'} was not read` : '';
};

const nameOf = ({ kind, label }: Node): string => `${kindNames[kind]} ${label}`;

const stateWords = { ok: 'works', broken: 'broken', open: 'too open', unknown: 'not known' } as const;

/** The line in a sentence, for its title and for screen readers. */
export const edgeText = (edge: LinkedEdge, findings: FindingsById): string => {
  const { from, to, state } = edge;
  const why = [reasonOf(edge), ...edge.findings.flatMap(id => findings.get(id)?.message ?? [])].filter(Boolean);
  return `${nameOf(from)} → ${nameOf(to)}: ${[stateWords[state], ...why].join('; ')}`;
};

/** Why a line is broken, too open or not read, as elements: the state, the reason, its findings but for those that
 *  were told already. None of a line that works. */
export const edgeReasons = (
  edge: LinkedEdge,
  findings: FindingsById,
  told: readonly string[] = [],
): readonly HTMLElement[] => {
  if (edge.state === 'ok') return [];
  const others = edge.findings.filter(id => !told.includes(id));
  const reason = reasonOf(edge) || (others.length < edge.findings.length ? 'by what is told above' : '');
  return [
    make('span', { class: `chip ${edge.state}` }, stateWords[edge.state]),
    ...(reason === '' ? [] : [make('span', {}, ` ${reason}`)]),
    ...(isTrouble(edge) ? others.flatMap(id => findings.get(id) ?? []).map(findingLink) : []),
  ];
};

/** A finding as a link to its card. */
export const findingLink = ({ id, severity, message }: PageFinding): HTMLElement =>
  make(
    'div',
    { class: 'why' },
    make('span', { class: `badge ${severity}` }, severity),
    ' ',
    make('a', { href: `#finding=${id}` }, message.length > maxMessage ? `${message.slice(0, maxMessage)}…` : message),
  );
