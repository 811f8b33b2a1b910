import { isEmptyDigest, withoutToldAsWhole } from '../history/routing.ts';
import type { Digest } from '../history/transition.ts';
import { TransientError } from '../kit/errors.ts';
import { inParallel } from '../kit/in-parallel.ts';
import { baseKey } from './document-version.ts';
import { documentKeys, findOwn, inFlightKey, outboxFolder } from './documents.ts';
import { unreadFrom } from './failure.ts';
import { deliveredOf, withoutOvertaken } from './overtaken.ts';
import { PartlyDelivered } from './partly-delivered.ts';
import { type AuditPorts, type DeadLetters, maxPending, type Notifier } from './ports.ts';

type Ports = Pick<AuditPorts, 'deadLetters' | 'documents' | 'notifiers' | 'now'>;

/** Digests that wait for one destination at most, and changes in all of them (`maxPending`): the oldest is given up when
 *  there are more. Those of fast runs, of which there may be one a minute, have as much room of their own. */
export const maxOutbox = 20;
/** A digest that was refused in so many full runs is given up. */
export const maxAttempts = 10;
/** What is given up goes to the queue of dead letters. While that refuses, too, so many digests are kept. */
export const maxKept = 100;
/** After so many refusals in one run the destination counts as down: the others wait for the next run. */
const maxRefusals = 2;
/** Milliseconds that a destination has for one digest. */
export const maxSend = 60_000;
/** Milliseconds after which no further digest is begun. The last one may take `maxSend` more, and a step delivers
 *  twice at the most: it ends before its time is up (`lib/infra/step-function.ts`). */
export const maxDelivery = 180_000;
const destinationsAtOnce = 8;

/** What became of a digest, by destination. */
export interface Delivery {
  /** Destinations that have the digest; of one that was left, those that took it now; without any, those for which
   *  nothing is left. */
  readonly sentTo: readonly string[];
  /** Destinations that refused something, this digest or an earlier one. */
  readonly failed: readonly string[];
  /** Destinations in their quiet hours: it waits for the first run after them. */
  readonly held: readonly string[];
  /** Digests that are not tried again, this one or earlier ones. */
  readonly givenUp: number;
}

interface Waiting {
  readonly digest: Digest;
  /** Full runs in which it was refused. */
  readonly attempts: number;
  /** It is of a fast run. */
  readonly fast?: true;
}

/** Which run made a digest, and which one delivers. */
export interface DeliveryOf {
  readonly fastDigest?: boolean;
  /** Where there is no new digest, the one that is asked for: an earlier invocation of the run left it in the outboxes. */
  readonly leftDigestId?: string | undefined;
  readonly fastRun?: boolean;
}

interface Outbox {
  readonly waiting: readonly Waiting[];
  /** Why the last attempt failed, one line. */
  readonly because: string;
  /** True where something waits because of quiet hours. */
  readonly held?: boolean;
}
const isOutbox = (value: object): value is Outbox => 'waiting' in value && Array.isArray(value.waiting);

interface Delivered {
  readonly sentTo: readonly string[];
}
const isDelivered = (value: object): value is Delivered => 'sentTo' in value && Array.isArray(value.sentTo);

/**
 * Hands a digest to every destination. One that refuses it, or is slow, does not hold up the others, and does not make them
 * get it twice: it finds the digest in its outbox in the next run, before the next one. What waits for a destination that
 * the configuration no longer has is given up. Never throws for a destination.
 */
export const deliver = async (
  ports: Ports,
  digest: Digest | undefined,
  { fastDigest = false, fastRun = false, leftDigestId }: DeliveryOf = {},
): Promise<Delivery> => {
  const noted = digest === undefined ? undefined : await receiversOf(ports, digest);
  const until = Date.parse(ports.now()) + maxDelivery;
  const outcomes = await inParallel(ports.notifiers, destinationsAtOnce, async notifier => {
    const box = await findOwn(ports.documents, boxOf(notifier), isOutbox);
    const waiting = box.found?.waiting ?? [];
    const isNew = noted?.has(notifier.name) === false && !waiting.some(each => each.digest.id === digest?.id);
    const queue = isNew && digest !== undefined ? [...waiting, fresh(digest, fastDigest)] : waiting;
    const drained = await drain(notifier, queue, {
      counts: fastRun ? 0 : 1,
      isLate: () => Date.parse(ports.now()) >= until,
      save: left => ports.documents.put(box.key, { waiting: left, because: 'being sent' } satisfies Outbox),
    });
    const { givenUp, kept } = await moveToDeadLetters(ports.deadLetters, notifier.name, drained);
    const left: Outbox = { waiting: [...kept, ...drained.waiting], because: drained.because, held: drained.held };
    if (left.waiting.length > 0 || waiting.length > 0) await ports.documents.put(box.key, left);
    const isThis = (each: Waiting): boolean => each.digest.id === (digest?.id ?? leftDigestId);
    if (!left.waiting.some(isThis)) await noted?.add(notifier.name);
    const failed = left.because !== '';
    const held = !failed && drained.held;
    // That an earlier digest was refused takes nothing from this one.
    const isOver = ![...left.waiting, ...drained.givenUp].some(isThis);
    const wasLeft = leftDigestId === undefined ? !failed && !held : waiting.some(isThis);
    const took = digest === undefined ? wasLeft && isOver : isOver;
    return { name: notifier.name, box: box.key, givenUp, failed, held, took };
  });
  const named = (wanted: 'took' | 'failed' | 'held') =>
    outcomes.filter(outcome => outcome[wanted]).map(({ name }) => name);
  return {
    sentTo: named('took'),
    failed: named('failed'),
    held: named('held'),
    givenUp: outcomes.reduce(
      (sum, { givenUp }) => sum + givenUp,
      await buryForsaken(ports, new Set(outcomes.map(({ box }) => box))),
    ),
  };
};

const fresh = (digest: Digest, fast: boolean): Waiting => ({ digest, attempts: 0, ...(fast ? { fast } : {}) });

const boxOf = (notifier: Notifier): string => documentKeys('').outbox(notifier.name);

/** Who has a digest. Additions are written one after another: an earlier one must not overwrite a later one. */
const receiversOf = async ({ documents }: Ports, { id, runId }: Digest) => {
  const key = documentKeys(runId).delivery(id);
  const names = new Set((await findOwn(documents, key, isDelivered)).found?.sentTo ?? []);
  let written: Promise<void> = Promise.resolve();
  return {
    has: (name: string): boolean => names.has(name),
    add: (name: string): Promise<void> => {
      names.add(name);
      const sentTo = [...names];
      written = written.then(() => documents.put(key, { sentTo } satisfies Delivered));
      return written;
    },
  };
};

interface Drained extends Outbox {
  readonly held: boolean;
  readonly givenUp: readonly Waiting[];
}

interface Draining {
  /** What a refusal counts. */
  readonly counts: 0 | 1;
  readonly isLate: () => boolean;
  /** Writes the outbox. */
  readonly save: (waiting: readonly Waiting[]) => Promise<void>;
}

/** Sends in order; answers what is left. One that is refused does not hold up those after it, and what these tell of the
 *  same findings and areas is then the last word. That is written down before they are sent: a step that ends right after would
 *  leave the older word to be told by the next run. */
const drain = async (
  notifier: Notifier,
  queue: readonly Waiting[],
  { counts, isLate, save }: Draining,
): Promise<Drained> => {
  let waiting: readonly Waiting[] = [];
  const givenUp: Waiting[] = [];
  const partOf = (digest: Digest) => (notifier.everyFinding ? digest : withoutToldAsWhole(digest));
  const wanted = (digest: Digest) => (notifier.wanted === undefined ? partOf(digest) : notifier.wanted(partOf(digest)));
  let refusals = 0;
  let because = '';
  let held = false;
  for (const [at, each] of queue.entries()) {
    const { digest, attempts } = each;
    const late = isLate();
    if (late || refusals >= maxRefusals) {
      waiting = [...waiting, each];
      if (late && because === '') because = 'no time was left in this run';
      continue;
    }
    const before = inOrderOf(queue.slice(0, at), [...waiting, ...givenUp]);
    const told = withoutOvertaken(before, wanted(digest) ?? { transitions: [] });
    if (told.length < before.length || told.some((left, place) => left !== before[place]))
      await save([...told, ...queue.slice(at)]);
    try {
      if ((await inTime(notifier, partOf(digest))) === 'held') {
        held = true;
        waiting = [...waiting, each];
      } else waiting = withoutOvertaken(waiting, wanted(digest) ?? { transitions: [] });
    } catch (error) {
      refusals += 1;
      because = unreadFrom(error, notifier.name).message;
      const left = error instanceof PartlyDelivered ? error.left : digest;
      if (left !== digest) waiting = withoutOvertaken(waiting, deliveredOf(wanted(digest) ?? digest, left));
      const refused = { ...each, digest: left, attempts: attempts + counts };
      if (refused.attempts < maxAttempts) waiting = [...waiting, refused];
      else givenUp.push(refused);
    }
  }
  const kinds = [waiting.filter(({ fast }) => fast !== true), waiting.filter(({ fast }) => fast === true)];
  const tooMany = new Set(kinds.flatMap(kind => newest(kind, maxOutbox)[0]));
  const rest = waiting.filter(each => !tooMany.has(each));
  return { waiting: rest, because, held, givenUp: [...givenUp, ...tooMany] };
};

/** What is left of a queue, in its order. */
const inOrderOf = (queue: readonly Waiting[], left: readonly Waiting[]): readonly Waiting[] => {
  const byId = new Map(left.map(each => [each.digest.id, each]));
  return queue.flatMap(({ digest }) => byId.get(digest.id) ?? []);
};

/** Splits what waits: the older ones for which there is no room, and at most `most` of the newest, with at most
 *  `maxPending` changes, but always the newest one. */
const newest = (waiting: readonly Waiting[], most: number): readonly [readonly Waiting[], readonly Waiting[]] => {
  let from = waiting.length;
  let changes = 0;
  while (from > 0 && waiting.length - from < most) {
    changes += waiting.slice(from - 1, from).reduce((sum, { digest }) => sum + changesIn(digest), 0);
    if (changes > maxPending && from < waiting.length) break;
    from -= 1;
  }
  return [waiting.slice(0, from), waiting.slice(from)];
};

const changesIn = ({ transitions, factChanges, coverage, stillOpen }: Digest): number =>
  transitions.length + factChanges.length + (coverage?.notices.length ?? 0) + (stillOpen?.findings.length ?? 0);

/** Hands what is given up to the queue of dead letters. What that does not take stays in the outbox while there is room;
 *  `givenUp` counts what is tried no more. */
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
      const [lost, kept] = newest(givenUp.slice(index), maxKept);
      return { givenUp: index + lost.length, kept };
    }
  }
  return { givenUp: givenUp.length, kept: [] };
};

/** Buries what waits for destinations that were renamed or taken out of the configuration, and what an earlier version left
 *  beside a newer outbox: nobody else ever looks there. */
const buryForsaken = async (
  { deadLetters, documents, notifiers }: Ports,
  used: ReadonlySet<string>,
): Promise<number> => {
  const boxes = new Set([...used, ...notifiers.map(boxOf)]);
  let buried = 0;
  for (const key of await documents.list(outboxFolder)) {
    if (boxes.has(key) || key === inFlightKey) continue;
    const waiting = (await findOwn(documents, key, isOutbox)).found?.waiting ?? [];
    if (waiting.length === 0) continue;
    const name = decodeURIComponent(
      baseKey(key)
        .slice(outboxFolder.length)
        .replace(/\.json$/, ''),
    );
    const because = boxes.has(baseKey(key))
      ? 'an earlier version of irsa-auditor left it behind'
      : 'the configuration no longer has a destination of this name';
    const { givenUp, kept } = await moveToDeadLetters(deadLetters, name, { givenUp: waiting, because });
    await documents.put(key, { waiting: kept, because } satisfies Outbox);
    buried += givenUp;
  }
  return buried;
};

/** Sends, and counts a destination that does not answer in time as one that refuses. Throws `TransientError` then. */
const inTime = async (notifier: Notifier, digest: Digest): Promise<'sent' | 'held'> => {
  if (isEmptyDigest(digest)) return 'sent';
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new TransientError(`no answer in ${maxSend / 1000} s`);
    timer = setTimeout(() => reject(error), maxSend);
  });
  try {
    return await Promise.race([notifier.send(digest), late]);
  } finally {
    clearTimeout(timer);
  }
};
