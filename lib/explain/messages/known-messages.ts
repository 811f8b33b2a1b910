/** Every message that is recognized, and what of a text is one. */
import { clusterMessages } from './cluster-messages.ts';
import type { KnownMessage } from './known-message.ts';
import { networkMessages } from './network-messages.ts';
import { otherMessages } from './other-messages.ts';
import { podIdentityMessages } from './pod-identity-messages.ts';
import { programMessages } from './program-messages.ts';
import { sdkMessages } from './sdk-messages.ts';
import { serviceMessages } from './service-messages.ts';
import { stsMessages } from './sts-messages.ts';
import { stsRequestMessages } from './sts-request-messages.ts';
import { patternOf } from './text-pattern.ts';
import { tokenMessages } from './token-messages.ts';

/** Every message, by theme. */
export const knownMessages: readonly KnownMessage[] = [
  ...tokenMessages,
  ...stsMessages,
  ...stsRequestMessages,
  ...sdkMessages,
  ...networkMessages,
  ...podIdentityMessages,
  ...clusterMessages,
  ...serviceMessages,
  ...programMessages,
  ...otherMessages,
];

const patterns: ReadonlyMap<KnownMessage, RegExp> = new Map(knownMessages.map(one => [one, patternOf(one.texts)]));

/** A message in a text. */
export interface Match {
  readonly message: KnownMessage;
  /** Characters between the end of the first match and the end of the text. */
  readonly fromEnd: number;
  /** The words of the text that it stands in, for people. */
  readonly quote: string;
}

/** Characters of a text before and after a match that a quote has at least. */
const [before, after] = [40, 80] as const;

const quoteOf = (text: string, from: number, to: number): string => {
  const start = from <= before ? 0 : text.lastIndexOf(' ', from - before) + 1;
  const space = text.indexOf(' ', to + after);
  return `${start > 0 ? '… ' : ''}${text.slice(start, space < 0 ? text.length : space).trim()}${space < 0 ? '' : ' …'}`;
};

/** Characters from the end of a record that are searched: no error is longer, and each costs some microseconds. */
const maxSearched = 20_000;

/** The messages in a text of one line, without those that a more exact one of the same text replaces. */
export const messagesIn = (whole: string): readonly Match[] => {
  const text = whole.slice(-maxSearched);
  const all = knownMessages.flatMap(message => {
    const found = patterns.get(message)?.exec(text);
    if (!found) return [];
    const end = found.index + found[0].length;
    return [{ message, fromEnd: text.length - end, quote: quoteOf(text, found.index, end) }];
  });
  const ids = new Set(all.map(({ message }) => message.id));
  return all.filter(({ message }) => !message.unless?.some(id => ids.has(id)));
};
