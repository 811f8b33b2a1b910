/** Sends what waits for one destination, in order. */
import { isEmptyDigest, withoutToldAsWhole } from '../history/routing.ts';
import type { Digest } from '../history/transition.ts';
import { TransientError } from '../kit/errors.ts';
import { given } from '../text.ts';
import { unreadFrom } from './failure.ts';
import type { Outbox, Waiting } from './outbox.ts';
import { deliveredOf, withoutOvertaken } from './overtaken.ts';
import { PartlyDelivered } from './partly-delivered.ts';
import { maxPending, type Notifier } from './ports.ts';

/** Digests that wait for one destination at most, and changes in all of them (`maxPending`): the oldest is given up when
 *  there are more. With a run every six hours that is five days, longer than a destination is down unnoticed, and the
 *  outbox stays within the memory of a step. Those of fast runs, of which there may be one a minute, have as much room of
 *  their own. */
export const maxOutbox = 20;
/** A digest that was refused in so many full runs is given up: two and a half days with a run every six hours. */
export const maxAttempts = 10;
/** After so many refusals in one run the destination counts as down, and the others wait for the next run: one refusal
 *  may be the fault of one digest, and each may take `maxSend`. */
const maxRefusals = 2;
/** Milliseconds that a destination has for one digest: four attempts of a web hook of ten seconds each, with their waits
 *  (`lib/notify/post-json.ts`). */
export const maxSend = 60_000;

/** The digests that wait on after sending, and those that were given up. */
export interface Drained extends Pick<Outbox, 'waiting' | 'because'> {
  readonly held: boolean;
  readonly givenUp: readonly Waiting[];
}

interface Draining {
  /** The tries that a refusal counts as: none in a fast run. */
  readonly counts: 0 | 1;
  /** The run that sends; absent where nothing is repeated. */
  readonly runId?: string | undefined;
  readonly isLate: () => boolean;
  /** Writes the outbox. */
  readonly save: (waiting: readonly Waiting[]) => Promise<void>;
}

/** Sends in order; answers what is left. One that is refused does not hold up those after it, and what these tell of the
 *  same findings and areas is then the last word. It is written down before they are sent: a step that ends right after would
 *  leave the older word to be told by the next run. */
export const drain = async (
  notifier: Notifier,
  queue: readonly Waiting[],
  { counts, runId, isLate, save }: Draining,
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
      const isRepeat = runId !== undefined && each.refusedIn === runId;
      const refused: Waiting = {
        ...{ ...each, digest: left, attempts: attempts + (isRepeat ? 0 : counts) },
        ...given({ refusedIn: runId }),
      };
      if (refused.attempts < maxAttempts) waiting = [...waiting, refused];
      else givenUp.push(refused);
    }
  }
  const kinds = [waiting.filter(({ fast }) => fast !== true), waiting.filter(({ fast }) => fast === true)];
  const tooMany = new Set(kinds.flatMap(kind => newest(kind, maxOutbox)[0]));
  const rest = waiting.filter(each => !tooMany.has(each));
  return { waiting: rest, because, held, givenUp: [...givenUp, ...tooMany] };
};

/** The digests of a queue that are left, in its order. */
const inOrderOf = (queue: readonly Waiting[], left: readonly Waiting[]): readonly Waiting[] => {
  const byId = new Map(left.map(each => [each.digest.id, each]));
  return queue.flatMap(({ digest }) => byId.get(digest.id) ?? []);
};

/** Splits what waits: the older ones for which there is no room, and at most `most` of the newest, with at most
 *  `maxPending` changes, but always the newest one. */
export const newest = (
  waiting: readonly Waiting[],
  most: number,
): readonly [readonly Waiting[], readonly Waiting[]] => {
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
