import type { Digest } from '../history/transition.ts';
import { StateConflict } from '../kit/errors.ts';
import { inParallel } from '../kit/in-parallel.ts';
import { given } from '../text.ts';
import { documentKeys, handedFolder, inFlightKey, outboxFolder } from './document-keys.ts';
import { baseKey } from './document-version.ts';
import { findOwn } from './documents.ts';
import { type Drained, drain, newest } from './drain.ts';
import {
  findInFlight,
  type InFlight,
  isOutbox,
  type Outbox,
  type Waiting,
  waitingFor,
  withDelivered,
  writeNext,
} from './outbox.ts';
import type { AuditPorts, DeadLetters, Notifier } from './ports.ts';
import { whileSending } from './while-sending.ts';

/** Without `findings` no other process sends. */
type Ports = Pick<AuditPorts, 'deadLetters' | 'documents' | 'notifiers' | 'now'> & {
  readonly findings?: Pick<AuditPorts['findings'], 'claimSending' | 'releaseSending'>;
};

/** A digest that is given up goes to the queue of dead letters. While that refuses, too, so many digests are kept for
 *  each destination: some megabytes. */
export const maxKeptDigests = 100;
/** Milliseconds after which no further digest is begun. The last one may take `maxSend` more: a step ends long before its
 *  time is up (`lib/infra/step-function.ts`). */
export const maxDelivery = 180_000;
/** Destinations at work at once: a configuration has a few, and each waits for an answer of its own. */
const destinationsAtOnce = 8;

/** The outcome of a digest, by destination. */
export interface Delivery {
  /** Destinations that have the digest; without any, those for which nothing is left. */
  readonly sentTo: readonly string[];
  /** Destinations that refused something, this digest or an earlier one, or to which another invocation is sending. */
  readonly failed: readonly string[];
  /** Destinations in their quiet hours: it waits for the first run after them. */
  readonly held: readonly string[];
  /** Digests that are not tried again, this one or earlier ones. */
  readonly givenUp: number;
}

/** The run that delivers. */
interface DeliveryBy {
  readonly runId?: string;
  /** A fast run: its refusals count as no attempt. */
  readonly fastRun?: boolean;
  /** Digests of the run: a destination that took any of them counts. */
  readonly digestIds?: readonly string[] | undefined;
}

/** Hands a digest over and delivers it, in one process. Never throws for a destination. */
export const deliver = async (
  ports: Ports,
  digest: Digest | undefined,
  { fastDigest = false, ...by }: DeliveryBy & { readonly fastDigest?: boolean } = {},
): Promise<Delivery> => {
  if (digest !== undefined) await handOver(ports, { digest, fast: fastDigest });
  return deliverAll(ports, { ...by, ...given({ digestIds: digest === undefined ? by.digestIds : [digest.id] }) });
};

/** Hands a digest over to all destinations, and says so with the rest that is to be done then. The caller has the right. */
export const handOver = async (
  ports: Pick<Ports, 'documents' | 'notifiers'>,
  { digest, fast = false, sending }: Pick<InFlight, 'sending'> & { readonly digest: Digest; readonly fast?: boolean },
): Promise<void> => {
  const { documents, notifiers } = ports;
  const { key, last } = await findInFlight(documents);
  // One that is new begins here: no digest of before is for it.
  await inParallel(notifiers, destinationsAtOnce, async notifier => {
    const { key: place, found } = await findOwn(documents, boxOf(notifier), isOutbox);
    if (found?.upTo !== undefined && found.isClosed !== true) return;
    await documents.put(place, { because: '', waiting: [], ...withoutClosed(found), upTo: last } satisfies Outbox);
  });
  const number = await writeNext(documents, { digest, ...(fast ? { fast } : {}) });
  await documents.put(key, { last: number, ...given({ sending }) } satisfies InFlight);
};

const withoutClosed = ({ isClosed: _closed, ...box }: Partial<Outbox> = {}): Partial<Outbox> => box;

/**
 * Sends to every destination what waits for it. One that refuses, or is slow, does not hold up the others, and does not
 * make them get anything twice: a digest waits in its outbox for the next run. While another invocation sends to a
 * destination, that one sends what was handed over meanwhile, too. A digest for a destination that the configuration no
 * longer has is given up. Never throws for a destination.
 */
export const deliverAll = async (ports: Ports, by: DeliveryBy): Promise<Delivery> => {
  const until = Date.parse(ports.now()) + maxDelivery;
  const isLate = (): boolean => Date.parse(ports.now()) >= until;
  const outcomes = await inParallel(ports.notifiers, destinationsAtOnce, notifier =>
    deliverTo(ports, notifier, by, isLate),
  );
  const named = (wanted: 'took' | 'failed' | 'held') =>
    outcomes.filter(outcome => outcome[wanted]).map(({ name }) => name);
  return {
    sentTo: named('took'),
    failed: named('failed'),
    held: named('held'),
    givenUp: outcomes.reduce((sum, { givenUp }) => sum + givenUp, await closeForsaken(ports, outcomes)),
  };
};

interface Outcome {
  readonly name: string;
  /** Where its outbox stands. */
  readonly key: string;
  readonly took: boolean;
  readonly failed: boolean;
  readonly held: boolean;
  readonly givenUp: number;
}

/** Sends until nothing new was handed over: whoever hands over while this invocation has the right to the destination
 *  leaves it to this one. Where nothing waits, nobody needs the right: a digest that is handed over from now on is sent by
 *  whoever hands it over. */
const deliverTo = async (ports: Ports, notifier: Notifier, by: DeliveryBy, isLate: () => boolean): Promise<Outcome> => {
  const { key, box, upTo: handed } = await outboxOf(ports.documents, notifier);
  const idle = { name: notifier.name, key, took: false, failed: false, held: false, givenUp: 0 };
  const hasIt = hasAny(box.delivered ?? [], by);
  if (box.waiting.length === 0 && (box.upTo ?? handed) >= handed)
    return { ...idle, took: by.digestIds === undefined || hasIt };
  let [took, givenUp] = [hasIt, 0];
  for (;;) {
    const sent = await withRight(ports, notifier, by, () => sendWaiting(ports, notifier, by, isLate));
    // It may have sent since this one looked.
    if (sent === undefined) {
      const { box } = await outboxOf(ports.documents, notifier);
      return { ...idle, took: took || hasAny(box.delivered ?? [], by), failed: true, givenUp };
    }
    took = sent.took;
    givenUp += sent.givenUp;
    const { last } = await findInFlight(ports.documents);
    if (sent.failed || isLate() || last <= sent.upTo) return { ...sent, givenUp };
  }
};

/** The outbox of a destination and the number of the last digest that was handed over; read in this order, what is handed
 *  over in between is not taken for sent. */
const outboxOf = async (
  documents: AuditPorts['documents'],
  notifier: Notifier,
): Promise<{ readonly key: string; readonly box: Outbox; readonly upTo: number }> => {
  const { last: upTo } = await findInFlight(documents);
  const { key, found } = await findOwn(documents, boxOf(notifier), isOutbox);
  return { key, box: found ?? { waiting: [], because: '', upTo }, upTo };
};

/** Undefined while another invocation has the right to send to the destination. */
const withRight = async <T>(
  { findings, now }: Ports,
  { name: destination }: Pick<Notifier, 'name'>,
  { runId = '' }: DeliveryBy,
  work: () => Promise<T>,
): Promise<T | undefined> => {
  if (findings === undefined) return work();
  let began = false;
  try {
    return await whileSending({ findings, now }, { runId, destination }, () => {
      began = true;
      return work();
    });
  } catch (error) {
    if (!began && error instanceof StateConflict) return undefined;
    throw error;
  }
};

const sendWaiting = async (
  { documents, deadLetters }: Ports,
  notifier: Notifier,
  by: DeliveryBy,
  isLate: () => boolean,
): Promise<Outcome & { readonly upTo: number }> => {
  const { key, box, upTo } = await outboxOf(documents, notifier);
  const queue = await waitingFor(documents, box, upTo);
  const drained = await drain(notifier, queue, {
    counts: by.fastRun === true ? 0 : 1,
    runId: by.runId,
    isLate,
    save: left => documents.put(key, { ...box, waiting: left, because: 'being sent', upTo } satisfies Outbox),
  });
  const { givenUp, kept } = await moveToDeadLetters(deadLetters, notifier.name, drained);
  const left = [...kept, ...drained.waiting];
  const isLeft = (id: string): boolean => [...left, ...drained.givenUp].some(each => each.digest.id === id);
  const delivered = withDelivered(
    box.delivered,
    queue.flatMap(({ digest }) => (isLeft(digest.id) ? [] : [digest.id])),
  );
  const { because, held } = drained;
  if (queue.length > 0 || (box.upTo ?? -1) < upTo)
    await documents.put(key, { waiting: left, because, held, upTo, delivered } satisfies Outbox);
  const failed = because !== '';
  const took = by.digestIds === undefined ? !failed && !held : hasAny(delivered, by);
  return { name: notifier.name, key, givenUp, failed, held: !failed && held, took, upTo };
};

const hasAny = (delivered: readonly string[], { digestIds = [] }: DeliveryBy): boolean =>
  digestIds.some(id => delivered.includes(id));

const boxOf = (notifier: Notifier): string => documentKeys('').outbox(notifier.name);

/** Hands what is given up to the queue of dead letters. A digest refused there stays in the outbox while there is room;
 *  `givenUp` counts those that are tried no more. */
const moveToDeadLetters = async (
  deadLetters: DeadLetters | undefined,
  destination: string,
  { givenUp, because }: Pick<Drained, 'givenUp' | 'because'>,
): Promise<{ readonly givenUp: number; readonly kept: readonly Waiting[] }> => {
  if (deadLetters === undefined) return { givenUp: givenUp.length, kept: [] };
  for (const [index, { digest, attempts }] of givenUp.entries()) {
    try {
      await deadLetters.put({ destination, attempts, because, digest });
    } catch {
      const [lost, kept] = newest(givenUp.slice(index), maxKeptDigests);
      return { givenUp: index + lost.length, kept };
    }
  }
  return { givenUp: givenUp.length, kept: [] };
};

/** Gives up what waits for destinations that were renamed or taken out of the configuration, and what an earlier version left
 *  beside a newer outbox: no other step looks there. */
const closeForsaken = async (
  { deadLetters, documents, notifiers }: Ports,
  used: readonly Outcome[],
): Promise<number> => {
  const boxes = new Set([...notifiers.map(boxOf), ...used.map(({ key }) => key)]);
  let closed = 0;
  for (const key of await documents.list(outboxFolder)) {
    if (boxes.has(key) || baseKey(key) === inFlightKey || key.startsWith(handedFolder)) continue;
    const { found } = await findOwn(documents, key, isOutbox);
    if (found === undefined || (found.isClosed && found.waiting.length === 0)) continue;
    const name = decodeURIComponent(
      baseKey(key)
        .slice(outboxFolder.length)
        .replace(/\.json$/, ''),
    );
    const because = boxes.has(baseKey(key))
      ? 'an earlier version of irsa-auditor left it behind'
      : 'the configuration no longer has a destination of this name';
    const { last } = await findInFlight(documents);
    // The newest may have been handed over after it was taken out: better a letter too many.
    const waiting = found.isClosed ? found.waiting : await waitingFor(documents, found, last);
    const { givenUp, kept } = await moveToDeadLetters(deadLetters, name, { givenUp: waiting, because });
    await documents.put(key, { waiting: kept, because, upTo: last, isClosed: true } satisfies Outbox);
    closed += givenUp;
  }
  return closed;
};
