import { maxSend } from '../../../lib/audit/drain.ts';
import type { DeadLetter, DeadLetters, Notifier } from '../../../lib/audit/ports.ts';
import type { Digest } from '../../../lib/history/transition.ts';
import { TransientError } from '../../../lib/kit/errors.ts';
import { routedNotifier } from '../../../lib/notify/routed-notifier.ts';
import type { Seen } from '../promises/message-counts.ts';
import type { Random } from '../random.ts';
import type { Clock, Gate } from './gate.ts';

/** A digest that reached a destination, whatever the sender heard of it. */
export interface Delivered {
  readonly destination: string;
  readonly digest: Digest;
  /** The run whose step sent it. */
  readonly by: string | undefined;
  readonly at: string;
  /** The table then. */
  readonly seen: Seen;
  /** It came after the sender had given up waiting. */
  readonly isLate?: true;
  /** Its answer was lost: the sender cannot know that it came. */
  isLost?: true;
  /** The sender knows. */
  taken: boolean;
}

/** Everything that can be told. */
export interface Destinations {
  readonly notifiers: readonly Notifier[];
  readonly deadLetters: DeadLetters;
  readonly delivered: readonly Delivered[];
  readonly letters: readonly DeadLetter[];
  /** Attempts to send. */
  readonly attempts: () => number;
  /** Whether each one takes what it is sent. */
  readonly states: ReadonlyMap<string, DestinationState>;
  /** What came too late for its sender is there now. */
  readonly arriveLate: () => void;
}

/** `hangs`: it gives no answer, and takes nothing, or takes what it was sent later. */
interface DestinationState {
  down: boolean;
  flaky: number;
  hangs: 'for ever' | 'late' | undefined;
}

const quietHours = { from: '22:00', to: '07:00', timeZone: 'UTC', exceptSeverity: 'critical' } as const;

/** A topic, a webhook and, if asked for, a channel with quiet hours, behind a gate. */
export const destinationsOf = (
  random: Random,
  gate: Gate,
  clock: Clock,
  { withQuietHours, seen }: { readonly withQuietHours: boolean; readonly seen: () => Seen },
): Destinations => {
  const states = new Map<string, DestinationState>();
  let late: Delivered[] = [];
  const delivered: Delivered[] = [];
  const letters: DeadLetter[] = [];
  let attempts = 0;
  const now = () => new Date(clock.time).toISOString();
  const deliveryOf = (name: string, digest: Digest): Delivered => ({
    ...{ destination: name, digest: JSON.parse(JSON.stringify(digest)), at: now(), taken: false, seen: seen() },
    by: gate.current()?.run.runId,
  });
  const destination = (name: string): Notifier => {
    const state: DestinationState = { down: false, flaky: 0, hangs: undefined };
    states.set(name, state);
    const send = async (digest: Digest): Promise<'sent'> => {
      const fate = await gate.pass('send', name);
      attempts += 1;
      if (state.hangs !== undefined) {
        if (state.hangs === 'late') late.push({ ...deliveryOf(name, digest), isLate: true });
        clock.count('hung');
        clock.time += maxSend;
        throw new TransientError(`${name}: no answer`);
      }
      if (state.down || ['throttle', 'error', 'deny'].includes(fate) || random.chance(state.flaky))
        throw new Error(`${name} refuses`);
      const delivery = deliveryOf(name, digest);
      delivered.push(delivery);
      if (fate === 'die-after') return gate.dieNow();
      if (fate === 'lost') {
        delivery.isLost = true;
        throw new Error(`${name}: the answer is lost`);
      }
      delivery.taken = true;
      return 'sent';
    };
    return { name, send };
  };
  const put = async (letter: DeadLetter): Promise<void> => {
    const fate = await gate.pass('letter', letter.destination);
    if (['throttle', 'error', 'deny'].includes(fate)) throw new Error('the queue refuses');
    letters.push(JSON.parse(JSON.stringify(letter)));
    if (fate === 'die-after') return gate.dieNow();
    if (fate === 'lost') throw new Error('the answer is lost');
  };
  const quiet = withQuietHours ? () => [routedNotifier(destination('slack-b'), { quietHours }, now)] : () => [];
  return {
    notifiers: [destination('sns'), destination('webhook-a'), ...quiet()],
    deadLetters: { put },
    delivered,
    letters,
    attempts: () => attempts,
    states,
    arriveLate: () => {
      delivered.push(...late);
      late = [];
    },
  };
};
