import { PartlyDelivered } from '../audit/partly-delivered.ts';
import type { Digest, Transition } from '../history/transition.ts';
import { errorParts } from '../kit/classify-error.ts';
import { counted } from '../text.ts';
import { DeliveryFailed } from './errors.ts';

/** The limits of a service for one call, and the call itself. */
interface BatchService<E> {
  /** As it is named in messages. */
  readonly service: string;
  readonly maxEntries: number;
  /** Bytes of all entries of a call. */
  readonly maxBytes: number;
  readonly entryOf: (transition: Transition) => E;
  readonly bytesOf: (entry: E) => number;
  /** One call. Answers for each entry the code of its refusal, undefined where it was taken; throws where all were refused. */
  readonly put: (entries: readonly E[]) => Promise<Codes>;
}

type Codes = readonly (string | undefined)[];

interface Item<E> {
  readonly transition: Transition;
  readonly entry: E;
}
interface Refused<E> extends Item<E> {
  readonly code: string;
}

const attempts = 3;
/** The errors of a service about the contents of a call: one entry may be to blame for all. */
const faultOfContent = /^(Validation|InvalidInput|Serialization|RequestEntityTooLarge|PayloadTooLarge)/;

/**
 * Puts one entry for each transition, in calls of the size that the service takes. A refused entry does not keep the
 * others from being put: a call that is refused whole is halved until the entry to blame stands alone. Throws
 * `PartlyDelivered` with what was not taken, or `DeliveryFailed` (or the service's own error) where nothing was.
 */
export const putInBatches = async <E>(digest: Digest, service: BatchService<E>): Promise<void> => {
  const batches = batchesOf(digest.transitions, service);
  const refused: Refused<E>[] = [];
  let put = 0;
  for (const [index, batch] of batches.entries()) {
    try {
      const left = await putApart(batch, service, attempts);
      put += batch.length - left.length;
      refused.push(...left);
    } catch (cause) {
      if (put === 0) throw cause;
      const rest = [...refused, ...batches.slice(index).flat()];
      throw partly(digest, rest, `${service.service} did not take ${events(rest)}: ${errorParts(cause).name}`, cause);
    }
  }
  if (refused.length === 0) return;
  const codes = [...new Set(refused.map(({ code }) => code))].join(', ');
  const message = `${service.service} refused ${events(refused)}: ${codes}`;
  throw put === 0 ? new DeliveryFailed(message) : partly(digest, refused, message);
};

const events = (items: readonly unknown[]): string => counted(items.length, 'change');

const partly = (digest: Digest, rest: readonly Item<unknown>[], message: string, cause?: unknown): PartlyDelivered =>
  new PartlyDelivered(
    message,
    { ...digest, transitions: rest.map(({ transition }) => transition), factChanges: [] },
    { cause },
  );

const batchesOf = <E>(
  transitions: readonly Transition[],
  { maxEntries, maxBytes, entryOf, bytesOf }: BatchService<E>,
): readonly (readonly Item<E>[])[] => {
  const batches: Item<E>[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const transition of transitions) {
    const entry = entryOf(transition);
    const size = bytesOf(entry);
    const open = batches.at(-1);
    if (open === undefined || open.length >= maxEntries || bytes + size > maxBytes) {
      batches.push([{ transition, entry }]);
      bytes = size;
    } else {
      open.push({ transition, entry });
      bytes += size;
    }
  }
  return batches;
};

/** Answers what was refused for good. Throws where a call failed for another reason than what stands in it. */
const putApart = async <E>(
  batch: readonly Item<E>[],
  service: BatchService<E>,
  left: number,
): Promise<readonly Refused<E>[]> => {
  const answer = await answerTo(batch, service);
  if (typeof answer !== 'string') {
    const refused = batch.flatMap((item, index) => withCode(item, answer[index]));
    return refused.length === 0 || left <= 1 ? refused : putApart(refused, service, left - 1);
  }
  if (batch.length === 1) return batch.flatMap(item => withCode(item, answer));
  const middle = Math.ceil(batch.length / 2);
  return [
    ...(await putApart(batch.slice(0, middle), service, left)),
    ...(await putApart(batch.slice(middle), service, left)),
  ];
};

const withCode = <E>({ transition, entry }: Item<E>, code: string | undefined): readonly Refused<E>[] =>
  code === undefined ? [] : [{ transition, entry, code }];

/** The refused entries, or the name of the error where the call as a whole was refused for what stands in it. */
const answerTo = async <E>(batch: readonly Item<E>[], { put }: BatchService<E>): Promise<Codes | string> => {
  try {
    return await put(batch.map(({ entry }) => entry));
  } catch (error) {
    const { name, status } = errorParts(error);
    if (faultOfContent.test(name) || status === 413) return name;
    throw error;
  }
};
