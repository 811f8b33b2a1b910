/** Which of the known messages in a log is the one to explain. */
import type { KnownMessage } from './known-message.ts';
import type { LogRecord } from './log-records.ts';

/** The message to explain, and the others of the text, newest first. */
export interface Choice {
  readonly message: KnownMessage;
  readonly also: readonly KnownMessage[];
  /** The record that the message stands in, on one line. */
  readonly text: string;
}

/** A message in a record, and how many characters before the record's end it ends. */
interface Match {
  readonly message: KnownMessage;
  readonly fromEnd: number;
}

/** The same fault shows as a reason and as its symptom within this time; later, the symptom has another reason. */
const oneFault = 5 * 60_000;

/**
 * The newest record decides, and in it the innermost cause: what stands last. A message without a reason (a chain of
 * providers that found no credentials, an SDK's frame around an answer) gives way to one with a reason. Undefined if no
 * message is known in any record.
 */
export const chooseMessage = (records: readonly LogRecord[], messages: readonly KnownMessage[]): Choice | undefined => {
  // A log says the same over and over: each text is looked at once.
  const looked = new Map<string, readonly Match[]>();
  const matchesOnce = (record: LogRecord): readonly Match[] => {
    const text = record.readings.join('\n');
    const matches = looked.get(text) ?? narrowed(matchesIn(record, messages));
    looked.set(text, matches);
    return matches;
  };
  const newestFirst = records
    .map(record => ({ record, matches: matchesOnce(record) }))
    .filter(({ matches }) => matches.length > 0)
    .reverse();
  const all = newestFirst.flatMap(({ matches }) => matches.map(({ message }) => message));
  const [reason, symptom] = [0, 1].map(weight =>
    newestFirst.find(({ matches }) => matches.some(({ message }) => weightOf(message) === weight)),
  );
  const isNewFault =
    reason?.record.at !== undefined &&
    symptom?.record.at !== undefined &&
    symptom.record.at - reason.record.at > oneFault;
  const chosen = (isNewFault ? symptom : (reason ?? symptom)) ?? newestFirst[0];
  const message = chosen && innermost(chosen.matches);
  if (!message) return undefined;
  const told = (other: KnownMessage): boolean =>
    other.id !== message.id && other.from !== 'wrapper' && other.unless?.includes(message.id) !== true;
  return { message, also: [...new Set(all.filter(told))], text: chosen.record.readings.join(' ') };
};

const weightOf = (message: KnownMessage): number => (message.from === 'wrapper' ? 2 : message.isSymptom ? 1 : 0);

const innermost = (matches: readonly Match[]): KnownMessage | undefined =>
  [...matches].sort((a, b) => weightOf(a.message) - weightOf(b.message) || a.fromEnd - b.fromEnd)[0]?.message;

const matchesIn = ({ readings }: LogRecord, messages: readonly KnownMessage[]): readonly Match[] =>
  messages.flatMap(message => {
    const ends = readings.flatMap(reading => message.patterns.flatMap(pattern => endsOf(pattern, reading)));
    return ends.length === 0 ? [] : [{ message, fromEnd: Math.min(...ends) }];
  });

/** The distance of a pattern's last match from the end of the text. */
const endsOf = (pattern: RegExp, text: string): readonly number[] => {
  if (!pattern.test(text)) return [];
  let end = 0;
  for (const match of text.matchAll(new RegExp(pattern.source, `${pattern.flags}g`)))
    end = match.index + match[0].length;
  return [text.length - end];
};

const narrowed = (found: readonly Match[]): readonly Match[] => {
  const ids = new Set(found.map(({ message }) => message.id));
  return found.filter(({ message }) => !message.unless?.some(id => ids.has(id)));
};
