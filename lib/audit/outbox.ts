/**
 * Digests on their way. Each is handed over once, under the next number, by whoever has the right to send. Each destination
 * has an outbox, which only the holder of the right to send to it writes: it takes what was handed over since, and sends.
 */

import type { Digest } from '../history/transition.ts';
import type { CoverageState } from '../history/watch-coverage.ts';
import { given } from '../text.ts';
import { documentKeys, inFlightKey } from './document-keys.ts';
import { findDocument, findOwn } from './documents.ts';
import type { DocumentStore } from './ports.ts';

/** A digest that waits for one destination. */
export interface Waiting {
  readonly digest: Digest;
  /** Full runs in which it was refused. */
  readonly attempts: number;
  /** The run in which it was refused last: a repeat of its step counts nothing. */
  readonly refusedIn?: string;
  /** It is of a fast run. */
  readonly fast?: true;
}

/** `outbox/<destination>.json` */
export interface Outbox {
  readonly waiting: readonly Waiting[];
  /** Why the last attempt failed, one line. */
  readonly because: string;
  /** True where something waits because of quiet hours. */
  readonly held?: boolean;
  /** Number of the last digest that was taken over from those handed over. */
  readonly upTo?: number;
  /** Ids of the digests that the destination took last: a repeat is not sent again. */
  readonly delivered?: readonly string[];
  /** The configuration has the destination no longer. */
  readonly isClosed?: true;
}

/** Ids that an outbox remembers: those of a day with a fast run every ten minutes. */
const remembered = 150;

export const isOutbox = (value: object): value is Outbox => 'waiting' in value && Array.isArray(value.waiting);

/** `outbox/.handed/<number>.json`. The number says whose turn the place is. */
interface Handed extends Pick<Waiting, 'digest' | 'fast'> {
  readonly number: number;
}
const isHanded = (value: object): value is Handed => 'digest' in value && 'number' in value;

/** `outbox/.in-flight.json`: the number of the last digest, and the part of its hand-over that is still to be done. */
export interface InFlight {
  readonly last?: number;
  /** Keys to be marked as sent, and the coverage that people know then. */
  readonly sending?: { readonly digestId: string; readonly keys: readonly string[]; readonly coverage?: CoverageState };
}
const isInFlight = (value: object): value is InFlight => !('sending' in value) || typeof value.sending === 'object';

/** The number of the digest that was handed over last, and the key of the document that says so. */
export const findInFlight = async (
  documents: DocumentStore,
): Promise<{ readonly key: string; readonly last: number; readonly sending?: InFlight['sending'] }> => {
  const { key, found } = await findOwn(documents, inFlightKey, isInFlight);
  return { key, last: found?.last ?? 0, ...given({ sending: found?.sending }) };
};

/** Writes a digest down under the next number. The caller has the right to send, and says afterwards in the document of
 *  what is in flight that the number is taken. */
export const writeNext = async (documents: DocumentStore, handed: Omit<Handed, 'number'>): Promise<number> => {
  const { last } = await findInFlight(documents);
  const number = last + 1;
  await documents.put(documentKeys('').handed(number), { number, ...handed } satisfies Handed);
  return number;
};

/** The digests that wait for a destination: the rest of earlier runs, then what was handed over since, up to `last`. A digest that
 *  the destination has, or that waits already, is left out. */
export const waitingFor = async (documents: DocumentStore, box: Outbox, last: number): Promise<readonly Waiting[]> => {
  const { waiting, delivered = [], upTo = last } = box;
  const all = [...waiting];
  for (let number = upTo + 1; number <= last; number += 1) {
    const handed = await findDocument(documents, documentKeys('').handed(number), isHanded);
    if (handed?.number !== number) continue;
    const { digest, fast } = handed;
    const isKnown = delivered.includes(digest.id) || all.some(each => each.digest.id === digest.id);
    if (!isKnown) all.push({ digest, attempts: 0, ...given({ fast }) });
  }
  return all;
};

/** The ids with those of digests that were just taken; the oldest are forgotten. */
export const withDelivered = (before: readonly string[] = [], now: readonly string[]): readonly string[] =>
  [...new Set([...before, ...now])].slice(-remembered);
