/** Which of the known messages in a log is the one to explain. */
import type { LogRecord } from './log-records.ts';
import type { KnownMessage } from './messages/known-message.ts';
import { type Match, messagesIn } from './messages/known-messages.ts';

/** The message to explain, and the others of the text, newest first. */
export interface Choice {
  readonly message: KnownMessage;
  /** The words of the text that it stands in. */
  readonly quote: string;
  readonly also: readonly Match[];
  /** The record that the message stands in, on one line. */
  readonly text: string;
}

/** The same fault shows as a reason and as its symptom within this time; later, the symptom has another reason. */
const oneFault = 5 * 60_000;

/**
 * The newest record decides, and in it the innermost cause: what stands last. A message without a reason (a chain of
 * providers that found no credentials, an SDK's frame around an answer) gives way to one with a reason. Undefined if no
 * message is known in any record. `find`: the messages in a text of one line.
 */
export const chooseMessage = (
  records: readonly LogRecord[],
  find: (text: string) => readonly Match[] = messagesIn,
): Choice | undefined => {
  // A log says the same over and over: each text is looked at once.
  const looked = new Map<string, readonly Match[]>();
  const matchesOnce = ({ readings }: LogRecord): readonly Match[] => {
    const text = readings.join('\n');
    const matches = looked.get(text) ?? readings.map(find).find(some => some.length > 0) ?? [];
    looked.set(text, matches);
    return matches;
  };
  const newestFirst = records
    .map(record => ({ record, matches: matchesOnce(record) }))
    .filter(({ matches }) => matches.length > 0)
    .reverse();
  const [reason, symptom] = [0, 1].map(weight =>
    newestFirst.find(({ matches }) => matches.some(({ message }) => weightOf(message) === weight)),
  );
  const isNewFault =
    reason?.record.at !== undefined &&
    symptom?.record.at !== undefined &&
    symptom.record.at - reason.record.at > oneFault;
  const chosen = (isNewFault ? symptom : (reason ?? symptom)) ?? newestFirst[0];
  const match = chosen && innermost(chosen.matches);
  if (!match) return undefined;
  const { message, quote } = match;
  const others = new Map<string, Match>();
  for (const other of newestFirst.flatMap(({ matches }) => matches))
    if (!others.has(other.message.id) && isToldBeside(other.message, message)) others.set(other.message.id, other);
  return { message, quote, also: [...others.values()], text: chosen.record.readings.join(' ') };
};

const isToldBeside = (other: KnownMessage, { id }: KnownMessage): boolean =>
  other.id !== id && other.isFrame !== true && other.unless?.includes(id) !== true;

const weightOf = ({ isFrame, isSymptom }: KnownMessage): number => (isFrame ? 2 : isSymptom ? 1 : 0);

const innermost = (matches: readonly Match[]): Match | undefined =>
  [...matches].sort((a, b) => weightOf(a.message) - weightOf(b.message) || a.fromEnd - b.fromEnd)[0];
