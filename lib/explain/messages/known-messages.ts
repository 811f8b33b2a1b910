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

/** A message in a text, and how many characters before its end the first match begins. */
export interface Match {
  readonly message: KnownMessage;
  readonly fromEnd: number;
}

/** Characters from the end of a record that are searched: no error is longer, and each costs some microseconds. */
const maxSearched = 20_000;

/** The messages in a text of one line, without those that a more exact one of the same text replaces. */
export const messagesIn = (whole: string): readonly Match[] => {
  const text = whole.slice(-maxSearched);
  const all = knownMessages.flatMap(message => {
    const found = patterns.get(message)?.exec(text);
    return found ? [{ message, fromEnd: text.length - found.index - found[0].length }] : [];
  });
  const ids = new Set(all.map(({ message }) => message.id));
  return all.filter(({ message }) => !message.unless?.some(id => ids.has(id)));
};
