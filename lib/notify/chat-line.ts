import type { DigestLine } from '../report/digest/digest-lines.ts';
import { whereAndCause } from '../report/digest/digest-lines.ts';
import { cut } from '../text.ts';

/** Escapes make a text up to ten times as long as it was. */
const maxPart = 1500;
const maxPlace = 300;

/** One change as chat channels show it: every part is bounded however much of it was escaped. */
export interface ChatLine extends Pick<DigestLine, 'id' | 'url' | 'ruleId' | 'affected' | 'choice' | 'fix'> {
  /** How bad it is and what happened: `high, new`, `resolved, was high`. */
  readonly heading: string;
  /** `good` where something ended, `neutral` where nothing is bad. */
  readonly mood: NonNullable<DigestLine['severity']> | 'good' | 'neutral';
  readonly whereAndCause: string;
  readonly text: string;
  /** Fixes it, where it is short, else shows how; whole, since half a command must not be pasted. */
  readonly command: string | undefined;
}

/** The parts of a change that stand in every chat message. */
export const chatLine = (line: DigestLine): ChatLine => ({
  id: line.id,
  url: line.url,
  ruleId: line.ruleId,
  heading: line.severity === undefined || line.kind === 'blind' ? line.happened : `${line.severity}, ${line.happened}`,
  mood: line.kind === 'resolved' || line.kind === 'waived' ? 'good' : (line.severity ?? 'neutral'),
  whereAndCause: whereAndCause({ place: cut(line.place, maxPlace), cause: line.cause }),
  text: cut(textOf(line), maxPart),
  affected: bounded(line.affected, maxPlace),
  choice: bounded(line.choice, maxPart),
  fix: bounded(line.fix, maxPart),
  command: [line.command, line.showCommand].find(command => command !== undefined && command.length <= maxPart),
});

/** Of what is closed the text says that first: shown as it stood, it would be read as if it still were open. */
const textOf = ({ kind, closedBecause, message, events }: DigestLine): string => {
  const text = closedBecause === undefined ? message : `${closedWords(kind)} (${closedBecause}): ${message}`;
  return events === undefined ? text : `${text.replace(/[^.]$/, '$&.')} Event: ${events}.`;
};

const closedWords = (kind: string): string => {
  if (kind === 'explained') return 'Still so, and told with its cause';
  return kind === 'waived' ? 'Waived' : 'No longer so';
};

const bounded = (text: string | undefined, limit: number): string | undefined =>
  text === undefined ? undefined : cut(text, limit);
