import type { Digest } from '../core/drift/transition.ts';
import { documentKeys, findDocument } from './documents.ts';
import { unreadFrom } from './failure.ts';
import { inParallel } from './in-parallel.ts';
import type { AuditPorts, DeadLetters, Notifier } from './ports.ts';

type Ports = Pick<AuditPorts, 'deadLetters' | 'documents' | 'notifiers'>;

/** Digests that wait for one destination at most; the oldest is given up when there are more. */
export const longestOutbox = 20;
/** A digest that was refused so often is given up. */
export const mostAttempts = 10;
/** What is given up goes to the queue of dead letters. While that refuses, too, so many digests are kept. */
export const mostKept = 100;
/** After so many refusals in one run the destination counts as down: the others wait for the next run. */
const mostRefusals = 2;

/** What became of a digest, by destination. */
export interface Delivery {
  readonly sentTo: readonly string[];
  readonly failed: readonly string[];
  /** Destinations that want to be left alone now: it waits for the first run after their quiet hours. */
  readonly held: readonly string[];
  /** Digests that are not tried again, this one or earlier ones. */
  readonly givenUp: number;
}

interface Waiting {
  readonly digest: Digest;
  readonly attempts: number;
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
 * Hands a digest to every destination. One that refuses it does not hold up the others, and does not make them get it
 * twice: it finds the digest in its outbox in the next run, before the next one. Never throws for a destination.
 */
export const deliver = async (ports: Ports, digest: Digest | undefined): Promise<Delivery> => {
  const delivered = new Set(digest === undefined ? [] : await deliveredTo(ports, digest));
  const outcomes = await inParallel(ports.notifiers, 1, async notifier => {
    const waiting = (await findDocument(ports.documents, boxOf(notifier), isOutbox))?.waiting ?? [];
    const isNew =
      digest !== undefined && !delivered.has(notifier.name) && !waiting.some(each => each.digest.id === digest.id);
    const queue = isNew ? [...waiting, { digest, attempts: 0 }] : waiting;
    const drained = await drain(notifier, queue);
    const { buried, kept } = await bury(ports.deadLetters, notifier.name, drained);
    const left: Outbox = { waiting: [...kept, ...drained.waiting], because: drained.because, held: drained.held };
    if (left.waiting.length > 0 || waiting.length > 0) await ports.documents.put(boxOf(notifier), left);
    const failed = left.because !== '';
    if (digest !== undefined && !left.waiting.some(each => each.digest.id === digest.id)) {
      delivered.add(notifier.name);
      const key = documentKeys(digest.runId).delivery(digest.id);
      await ports.documents.put(key, { sentTo: [...delivered] } satisfies Delivered);
    }
    return { name: notifier.name, buried, outcome: failed ? 'failed' : left.held ? 'held' : 'sentTo' };
  });
  const named = (wanted: 'sentTo' | 'failed' | 'held') =>
    outcomes.filter(({ outcome }) => outcome === wanted).map(({ name }) => name);
  return {
    sentTo: named('sentTo'),
    failed: named('failed'),
    held: named('held'),
    givenUp: outcomes.reduce((sum, { buried }) => sum + buried, 0),
  };
};

const boxOf = (notifier: Notifier): string => documentKeys('').outbox(notifier.name);

const deliveredTo = async (ports: Ports, digest: Digest): Promise<readonly string[]> =>
  (await findDocument(ports.documents, documentKeys(digest.runId).delivery(digest.id), isDelivered))?.sentTo ?? [];

interface Drained extends Outbox {
  readonly held: boolean;
  readonly givenUp: readonly Waiting[];
}

/** Sends in order; answers what is left. One that is refused does not hold up those after it. */
const drain = async (notifier: Notifier, queue: readonly Waiting[]): Promise<Drained> => {
  const waiting: Waiting[] = [];
  const givenUp: Waiting[] = [];
  let refusals = 0;
  let because = '';
  let held = false;
  for (const { digest, attempts } of queue) {
    if (refusals >= mostRefusals) {
      waiting.push({ digest, attempts });
      continue;
    }
    try {
      await notifier.send(digest);
    } catch (error) {
      if (isHeld(error)) {
        held = true;
        waiting.push({ digest, attempts });
        continue;
      }
      refusals += 1;
      because = unreadFrom(error, notifier.name).message;
      const refused = { digest, attempts: attempts + 1 };
      if (refused.attempts < mostAttempts) waiting.push(refused);
      else givenUp.push(refused);
    }
  }
  const tooMany = Math.max(0, waiting.length - longestOutbox);
  return {
    waiting: waiting.slice(tooMany),
    because,
    held,
    givenUp: [...givenUp, ...waiting.slice(0, tooMany)],
  };
};

/** Hands what is given up to the queue of dead letters. What that does not take stays in the outbox. */
const bury = async (
  deadLetters: DeadLetters | undefined,
  destination: string,
  { givenUp, because }: Drained,
): Promise<{ readonly buried: number; readonly kept: readonly Waiting[] }> => {
  if (deadLetters === undefined) return { buried: givenUp.length, kept: [] };
  for (const [index, { digest, attempts }] of givenUp.entries()) {
    try {
      await deadLetters.put({ destination, attempts, because, digest });
    } catch {
      return { buried: index, kept: givenUp.slice(index).slice(-mostKept) };
    }
  }
  return { buried: givenUp.length, kept: [] };
};

/** Quiet hours are no refusal: no attempt is counted, and nobody is alarmed. */
const isHeld = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'quiet-hours';
