import { digestId } from '../../history/digest.ts';
import { keepChanges } from '../../history/keep-changes.ts';
import { TransientError } from '../../kit/errors.ts';
import type { ChangeEvent } from '../../model.ts';
import type { AuditPorts } from '../ports.ts';
import { fastLaneKeys, keptOfAccount, type NoteDocument } from './documents.ts';
import { type Ignored, readChange } from './read-change.ts';
import { isInTime, type Slot, slotAt } from './slots.ts';

/** Starts executions of the fast lane's state machine. One that runs already, or did, is no error. */
export interface ExecutionStarter {
  start(name: string, input: { readonly until: string }): Promise<void>;
}

/** One message of the queue. */
interface QueuedMessage {
  readonly messageId: string;
  readonly body: string;
}

/** The outcome of a batch. */
interface NotedChanges {
  readonly noted: number;
  readonly accounts: number;
  readonly ignored: Readonly<Partial<Record<Ignored, number>>>;
  /** The run that tells of it; absent where nothing was noted. */
  readonly run?: string;
}

type Ports = Pick<AuditPorts, 'documents' | 'now'> & { readonly executions: ExecutionStarter };

/** Slots that a batch tries: the bucket must take ten seconds for a note, twice, before it fails. */
const maxSlots = 3;

/**
 * Notes a batch of events for the run of its slot, and starts that run. The name is the slot's: a batch that comes
 * again starts nothing twice, and any number of batches of one slot start one run. An event that cannot be read is
 * counted, and left to the next full run. Throws what the queue is to hand out again.
 */
export const noteChanges = async (ports: Ports, messages: readonly QueuedMessage[]): Promise<NotedChanges> => {
  const read = messages.map(({ body }) => readChange(body));
  const events = [
    ...new Map(read.filter(isEvent).map(event => [`${event.accountId} ${event.eventId}`, event])).values(),
  ];
  const ignored = countOf(read.filter(each => typeof each === 'string'));
  if (events.length === 0) return { noted: 0, accounts: 0, ignored };
  const note = noteOf(events);
  // The same for the same messages: a batch that comes again writes over its own note.
  const id = digestId(messages.map(({ messageId }) => messageId));
  const slot = await noteInTime(ports, id, note);
  await ports.executions.start(slot.runId, { until: slot.until });
  return { noted: events.length, accounts: Object.keys(note.changes).length, ignored, run: slot.runId };
};

const isEvent = (read: ChangeEvent | Ignored): read is ChangeEvent => typeof read !== 'string';

const countOf = (ignored: readonly Ignored[]): Readonly<Partial<Record<Ignored, number>>> =>
  Object.fromEntries([...Map.groupBy(ignored, reason => reason)].map(([reason, { length }]) => [reason, length]));

const noteOf = (events: readonly ChangeEvent[]): NoteDocument => {
  const changes: Record<string, readonly ChangeEvent[]> = {};
  const leftOut: Record<string, number> = {};
  for (const [accountId, all] of Map.groupBy(events, event => event.accountId)) {
    const { kept, leftOut: more } = keepChanges(all, keptOfAccount);
    changes[accountId] = kept;
    if (more > 0) leftOut[accountId] = more;
  }
  return { changes, leftOut };
};

/** Writes the note where its run will surely see it: a write that ends too late is done again for the next slot. */
const noteInTime = async ({ documents, now }: Ports, id: string, note: NoteDocument): Promise<Slot> => {
  for (let tried = 0; tried < maxSlots; tried += 1) {
    const slot = slotAt(now());
    await documents.put(fastLaneKeys.note(slot.runId, id), note);
    if (isInTime(slot, now())) return slot;
  }
  throw new TransientError('the bucket takes notes too slowly for the run that they are for');
};
